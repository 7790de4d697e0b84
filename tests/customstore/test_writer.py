"""What the writer makes is a page that ShipStation accepts, or nothing at all."""

import html
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from lxml import etree

from customstore.drawn import (
    FULL_ORDER,
    any_text,
    order,
    order_with_item,
    order_with_ship_to,
    plain_orders,
    texts,
    wild_orders,
)
from pagecheck import check_page
from spark_shipstation.customstore.messages import (
    ItemMessage,
    NoticeItem,
    NoticeMessage,
    OptionMessage,
    OrderMessage,
)
from spark_shipstation.customstore.reader import read_notice, read_orders
from spark_shipstation.customstore.writer import write_answer, write_notice, write_order, write_orders
from spark_shipstation.errors import Unwritable
from spark_shipstation.rules.texts import clean

GOLDEN = Path(__file__).with_name("golden")
SLOW_TO_DRAW = (HealthCheck.too_slow, HealthCheck.data_too_large)


def page(*messages: OrderMessage, pages: int = 1) -> bytes:
    return write_orders([write_order(message) for message in messages], pages)


def text_at(message: OrderMessage, path: str) -> str | None:
    return check_page(page(message)).findtext(f"Order/{path}")


# The page


def test_an_order_with_every_field_set_is_the_golden_document() -> None:
    assert page(FULL_ORDER) == (GOLDEN / "order-full.xml").read_bytes()


def test_the_order_of_the_golden_document_leaves_no_field_out() -> None:
    def unset(message: Any, path: str) -> Iterator[str]:
        for field in fields(message):
            value = getattr(message, field.name)
            here = f"{path}.{field.name}"
            if value is None:
                yield here
            elif is_dataclass(value):
                yield from unset(value, here)

    option = FULL_ORDER.items[0].options[1]
    assert [*unset(FULL_ORDER, ""), *unset(FULL_ORDER.items[0], ""), *unset(option, "")] == []


def test_the_golden_document_is_a_page_that_shipstation_accepts_and_reads_back() -> None:
    body = (GOLDEN / "order-full.xml").read_bytes()
    check_page(body)
    reading = read_orders(body)
    assert reading.problems == ()
    assert reading.orders[0].items[0].options == FULL_ORDER.items[0].options
    assert reading.orders[0].customer == FULL_ORDER.customer


def test_a_page_without_orders_is_valid() -> None:
    root = check_page(write_orders([], 0))
    assert (root.get("pages"), len(root)) == ("0", 0)


def test_orders_stand_on_the_page_in_the_order_given() -> None:
    root = check_page(page(*(order(order_id=id_) for id_ in ("b", "a", "c")), pages=32_767))
    assert [element.text for element in root.iterfind("Order/OrderID")] == ["b", "a", "c"]
    assert root.get("pages") == "32767"


def test_the_page_is_encoded_as_it_declares() -> None:
    body = page(order(customer_notes="Zoë \U0001f44b"))
    assert body.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n<Orders ')
    assert "Zoë \U0001f44b".encode() in body


# Any message at all


@settings(deadline=None, max_examples=100, suppress_health_check=SLOW_TO_DRAW)
@given(plain_orders)
def test_an_order_with_any_texts_makes_a_page_that_reads_back(message: OrderMessage) -> None:
    assert refused_or_read_back(message) == "read back"


@settings(deadline=None, max_examples=200, suppress_health_check=SLOW_TO_DRAW)
@given(wild_orders)
def test_an_order_with_any_amounts_is_refused_or_makes_a_page_that_reads_back(message: OrderMessage) -> None:
    outcome = refused_or_read_back(message)
    event(outcome)
    assert outcome in {"refused", "read back"}


def refused_or_read_back(message: OrderMessage) -> str:
    try:
        written = write_order(message)
    except Unwritable as error:
        return "refused" if error.field and error.sentence.startswith(error.field) else "refused without a word"
    body = write_orders([written, write_order(FULL_ORDER)], 1)
    check_page(body)
    reading = read_orders(body)
    assert reading.problems == ()
    assert len(reading.orders) == 2
    read = reading.orders[0]
    assert (read.gift, len(read.items)) == (message.gift, len(message.items))
    assert [item.quantity for item in read.items] == [item.quantity for item in message.items]
    assert [item.adjustment for item in read.items] == [item.adjustment for item in message.items]
    assert read.order_date == message.order_date.replace(second=0, microsecond=0)
    assert read.order_id == clean(message.order_id).strip()[:50].rstrip()
    assert [item.sku for item in read.items] == [clean(item.sku).strip()[:100].rstrip() for item in message.items]
    assert abs(read.total - message.total) <= Decimal("0.005")
    return "read back"


@settings(deadline=None, max_examples=50)
@given(st.text("abc <>\"'é\U0001f44b]\n", min_size=1, max_size=90).map(str.strip).filter(bool))
def test_ordinary_words_arrive_unchanged(words: str) -> None:
    assert text_at(order(customer_notes=words), "CustomerNotes") == words


@pytest.mark.parametrize(
    ("field", "path", "limit"),
    [
        ("order_id", "OrderID", 50), ("number", "OrderNumber", 50), ("status", "OrderStatus", 50),
        ("shipping_method", "ShippingMethod", 100), ("payment_method", "PaymentMethod", 50),
        ("customer_notes", "CustomerNotes", 1000),
        ("internal_notes", "InternalNotes", 1000),
        ("gift_message", "GiftMessage", 1000), ("custom_field1", "CustomField1", 100),
        ("custom_field2", "CustomField2", 100), ("custom_field3", "CustomField3", 100),
        ("requested_warehouse", "RequestedWarehouse", 100), ("source", "Source", 50),
    ],
)  # fmt: skip
def test_a_text_of_the_order_is_cut_at_its_limit(field: str, path: str, limit: int) -> None:
    assert text_at(order(**{field: "é" * 1200}), path) == "é" * limit


@pytest.mark.parametrize(
    ("field", "path", "limit"),
    [
        ("name", "Name", 100), ("company", "Company", 100), ("address1", "Address1", 200),
        ("address2", "Address2", 200), ("city", "City", 100),
        ("state", "State", 100), ("postal_code", "PostalCode", 50), ("phone", "Phone", 50),
    ],
)  # fmt: skip
def test_a_text_of_an_address_is_cut_at_its_limit(field: str, path: str, limit: int) -> None:
    customer = FULL_ORDER.customer
    words: dict[str, Any] = {field: "\U0001f44b" * 300}
    both = replace(customer, bill_to=replace(customer.bill_to, **words), ship_to=replace(customer.ship_to, **words))
    for party in ("BillTo", "ShipTo"):
        assert text_at(order(customer=both), f"Customer/{party}/{path}") == "\U0001f44b" * limit


@pytest.mark.parametrize(
    ("field", "path", "limit"),
    [("line_item_id", "LineItemID", 50), ("sku", "SKU", 100), ("name", "Name", 200), ("location", "Location", 100)],
)
def test_a_text_of_an_item_is_cut_at_its_limit(field: str, path: str, limit: int) -> None:
    assert text_at(order_with_item(**{field: "é" * 300}), f"Items/Item/{path}") == "é" * limit


@settings(deadline=None, max_examples=100)
@given(texts, texts)
def test_an_option_of_any_words_is_valid_and_options_over_a_hundred_are_dropped(name: str, value: str) -> None:
    options = (OptionMessage(name, value),) * 101
    root = check_page(page(order_with_item(options=options)))
    assert len(root.findall("Order/Items/Item/Options/Option")) == 100


# Left out, empty, refused


def test_what_is_not_known_is_left_out() -> None:
    message = order_with_item(
        adjustment=None, image_url=None, upc=None, weight=None, weight_units=None, location="", options=()
    )
    item = check_page(page(message)).find("Order/Items/Item")
    assert item is not None
    assert [child.tag for child in item] == ["LineItemID", "SKU", "Name", "Quantity", "UnitPrice"]


def test_an_absent_required_text_is_an_empty_element_where_that_is_valid() -> None:
    message = order_with_ship_to(state="", postal_code=" ")
    assert (text_at(message, "Customer/ShipTo/State"), text_at(message, "Customer/ShipTo/PostalCode")) == ("", "")
    assert text_at(order_with_item(sku="", name="\x00"), "Items/Item/Name") == ""


@pytest.mark.parametrize("field", ["name", "address1", "city", "country"])
@pytest.mark.parametrize("nothing", ["", "  ", "\x01"])
def test_an_address_that_no_label_can_be_made_for_is_refused(field: str, nothing: str) -> None:
    with pytest.raises(Unwritable):
        write_order(order_with_ship_to(**{field: nothing}))


@pytest.mark.parametrize(
    ("field", "tag"), [("order_id", "OrderID"), ("number", "OrderNumber"), ("status", "OrderStatus")]
)
def test_an_order_without_an_identity_is_refused_by_the_name_of_the_element(field: str, tag: str) -> None:
    with pytest.raises(Unwritable, match=f"^{tag} is missing$") as caught:
        write_order(order(**{field: "\x00"}))
    assert caught.value.field == tag


def test_a_customer_without_a_code_is_refused() -> None:
    with pytest.raises(Unwritable, match=r"^CustomerCode is missing$"):
        write_order(order(customer=replace(FULL_ORDER.customer, code=" ")))


def test_an_item_without_the_id_that_a_notification_gives_back_is_refused() -> None:
    with pytest.raises(Unwritable, match=r"^LineItemID is missing$"):
        write_order(order_with_item(line_item_id=" "))


def test_an_order_with_nothing_to_ship_is_refused() -> None:
    with pytest.raises(Unwritable, match="nothing to ship"):
        write_order(order(items=()))


@pytest.mark.parametrize("quantity", [0, -1, 100_000])
def test_a_quantity_that_the_wire_cannot_carry_is_refused(quantity: int) -> None:
    with pytest.raises(Unwritable, match=r"^Quantity: "):
        write_order(order_with_item(quantity=quantity))


@pytest.mark.parametrize("amount", ["10000000", "9999999.995", "NaN"])
@pytest.mark.parametrize("field", ["total", "tax_amount", "shipping_amount"])
def test_an_amount_that_the_wire_cannot_carry_is_refused(field: str, amount: str) -> None:
    with pytest.raises(Unwritable):
        write_order(order(**{field: Decimal(amount)}))


@pytest.mark.parametrize("price", ["0", "1", "-0.004"])
def test_an_adjustment_that_is_not_negative_on_the_wire_is_refused(price: str) -> None:
    with pytest.raises(Unwritable, match="negative"):
        write_order(order_with_item(unit_price=Decimal(price), adjustment=True))


def test_an_adjustment_of_a_cent_is_written() -> None:
    assert text_at(order_with_item(unit_price=Decimal("-0.005"), adjustment=True), "Items/Item/UnitPrice") == "-0.01"


def test_an_address_of_an_image_that_would_spoil_the_page_is_left_out() -> None:
    root = check_page(page(order_with_item(image_url="https://shop.example/50%off[1].jpg")))
    assert root.find("Order/Items/Item/ImageUrl") is None


# Notices and answers


@settings(deadline=None, max_examples=100, suppress_health_check=SLOW_TO_DRAW)
@given(any_text, any_text, st.integers(1, 99_999))
def test_a_notice_of_any_words_is_read_as_it_was_written(notes: str, sku: str, quantity: int) -> None:
    written = NoticeMessage(
        order_id="o-1", notes_to_customer=notes, tracking_number="1Z", items=(NoticeItem("l-1", sku, notes, quantity),)
    )
    reading = read_notice(write_notice(written))
    assert reading.problems == ()
    assert (reading.message.order_id, reading.message.items[0].quantity) == ("o-1", quantity)
    said = clean(html.unescape(notes)).strip()
    assert reading.message.notes_to_customer == said
    assert reading.message.items[0].name == said[:200].rstrip()


@settings(deadline=None, max_examples=200)
@given(any_text)
def test_an_answer_of_any_words_is_well_formed_and_says_them(sentence: str) -> None:
    root = etree.fromstring(write_answer("Error", sentence))
    assert (root.tag, root.findtext("Message")) == ("Error", clean(sentence))


def test_an_answer_escapes_markup() -> None:
    body = write_answer("Error", "no <b>order</b> & ]]> “1001”")
    assert etree.fromstring(body).findtext("Message") == "no <b>order</b> & ]]> “1001”"


def test_items_keep_their_place() -> None:
    items = tuple(ItemMessage(f"l-{i}", f"S{i}", "x", 1, Decimal(i)) for i in range(5))
    root = check_page(page(order(items=items)))
    assert [element.text for element in root.iterfind("Order/Items/Item/LineItemID")] == [f"l-{i}" for i in range(5)]
