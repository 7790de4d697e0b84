"""Field by field, what the page says of an order: read off the real endpoint, one group of fields after the other."""

from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from builders import ADDRESS, line, order
from driver import Merchant, Store, text


def served(merchant: Merchant, store: Store | None = None, **facts: Any) -> etree._Element:
    """An order, sent and polled."""
    sent = order(**facts)
    merchant.take(sent)
    return (store or merchant.shipstation).poll().order(sent["number"])


def texts(found: etree._Element, path: str) -> list[str]:
    return [element.text or "" for element in found.iterfind(path)]


def articles(found: etree._Element) -> list[etree._Element]:
    return [item for item in found.iterfind("Items/Item") if item.find("Adjustment") is None]


def adjustments(found: etree._Element) -> list[tuple[str, str]]:
    return [(text(item, "Name"), text(item, "UnitPrice")) for item in found.iterfind("Items/Item[Adjustment]")]


def added_up(found: etree._Element) -> Decimal:
    """What lines, tax and shipping come to."""
    items = found.iterfind("Items/Item")
    lines = sum((Decimal(text(item, "UnitPrice")) * int(text(item, "Quantity")) for item in items), Decimal(0))
    return lines + Decimal(text(found, "TaxAmount")) + Decimal(text(found, "ShippingAmount"))


# A20: statuses.


def test_a_new_name_of_a_status_is_told_exactly_as_it_is_written(merchant: Merchant) -> None:
    merchant.set_vendor(statuses={"paid": "PaID & Ready", "unpaid": "Wartet auf Zahlung"})
    assert text(served(merchant), "OrderStatus") == "PaID & Ready"
    assert text(served(merchant, payment_status="unpaid"), "OrderStatus") == "Wartet auf Zahlung"


# A21, A22: e-mail and phone.


def test_email_and_phone_are_told(merchant: Merchant) -> None:
    found = served(merchant)
    assert text(found, "Customer/BillTo/Email") == "ada@example.com"
    assert text(found, "Customer/BillTo/Phone") == "512-555-0100"
    assert text(found, "Customer/ShipTo/Phone") == "512-555-0100"


@pytest.mark.parametrize("code", ["c-77", "ada@example.com", ""])
def test_a_withheld_email_stands_nowhere(merchant: Merchant, code: str) -> None:
    merchant.set_vendor(withhold_email=True)
    address = "ada@example.com"
    found = served(
        merchant,
        customer={"code": code, "name": "Ada Buyer", "email": address},
        bill_to={"name": "Ada Buyer", "email": address},
        ship_to=ADDRESS | {"email": address},
    )
    assert address not in etree.tostring(found, encoding="unicode")
    assert text(found, "Customer/CustomerCode") == ("c-77" if code == "c-77" else "Ada Buyer")


def test_a_withheld_phone_stands_nowhere(merchant: Merchant) -> None:
    merchant.set_vendor(withhold_phone=True)
    assert "512-555-0100" not in etree.tostring(served(merchant, bill_to={"phone": "512-555-0100"}), encoding="unicode")


def test_each_vendor_has_its_own_settings(merchant: Merchant) -> None:
    west = merchant.add_store("West", withhold_email=True)
    lines = [line("l1"), line("l2", vendor="West")]
    sent = order(lines=lines, total="67.10")
    merchant.take(sent)
    own, other = merchant.shipstation.poll().order(sent["number"]), west.poll().order(sent["number"])
    assert text(own, "Customer/BillTo/Email") == "ada@example.com"
    assert other.find("Customer/BillTo/Email") is None


# A23, A24: shipping and payment method.


def test_the_shipping_method_passes_unchanged_or_as_the_vendor_calls_it(merchant: Merchant) -> None:
    merchant.set_vendor(shipping_methods={"Ground": "UPS Ground"})
    assert text(served(merchant), "ShippingMethod") == "UPS Ground"
    assert text(served(merchant, shipping_method=" ground "), "ShippingMethod") == "UPS Ground"
    assert text(served(merchant, shipping_method="Next day <air>"), "ShippingMethod") == "Next day <air>"


def test_the_payment_method_is_at_most_50_characters(merchant: Merchant) -> None:
    assert text(served(merchant), "PaymentMethod") == "Visa"
    assert text(served(merchant, payment_method="x" * 60), "PaymentMethod") == "x" * 50


# A25: discounts and coupons.

SUMMER = {"code": "SUMMER10", "amount": "2.00"}
GIVEN: dict[str, Any] = {"discounts": [SUMMER, {"code": "VIP", "amount": "1.00"}], "total": "34.10"}


def test_discounts_are_adjustments_with_their_codes(merchant: Merchant) -> None:
    found = served(merchant, **GIVEN)
    assert adjustments(found) == [("SUMMER10", "-2.00"), ("VIP", "-1.00")]
    assert (text(found, "Items/Item/UnitPrice"), text(found, "OrderTotal")) == ("10.00", "34.10")


def test_discounts_are_spread_over_the_unit_prices(merchant: Merchant) -> None:
    merchant.set_vendor(discounts="spread")
    found = served(merchant, **GIVEN)
    assert (adjustments(found), text(found, "Items/Item/UnitPrice")) == ([], "9.00")
    assert text(found, "OrderTotal") == "34.10"
    odd = served(merchant, discounts=[SUMMER], total="35.10")
    assert (text(odd, "Items/Item/UnitPrice"), adjustments(odd)) == ("9.34", [("Rounding", "-0.02")])
    assert added_up(odd) == Decimal("35.10")


def test_a_discount_of_one_line_lowers_that_lines_price_alone(merchant: Merchant) -> None:
    lines = [line("l1", discounts=[{"code": "TEES", "amount": "3.00"}]), line("l2", sku="MUG", unit_price="5.00")]
    sent: dict[str, Any] = {"lines": lines, "total": "49.10"}
    assert adjustments(served(merchant, **sent)) == [("TEES", "-3.00")]
    merchant.set_vendor(discounts="spread")
    found = served(merchant, **sent)
    assert (texts(found, "Items/Item/UnitPrice"), adjustments(found)) == (["9.00", "5.00"], [])
    assert added_up(found) == Decimal("49.10")


def test_coupon_codes_stand_in_the_custom_field_that_the_vendor_wants(merchant: Merchant) -> None:
    merchant.set_vendor(coupon_codes_in="custom_field2")
    assert texts(served(merchant, **GIVEN, custom_fields=["a", "b", "c"]), "CustomField2") == ["SUMMER10, VIP"]
    assert texts(served(merchant, custom_fields=["a", "b", "c"]), "CustomField2") == ["b"]


@pytest.mark.parametrize("form", ["lines", "spread"])
def test_the_parts_of_a_discounted_order_add_up_to_the_cent(merchant: Merchant, form: str) -> None:
    stores = [merchant.shipstation, merchant.add_store("West"), merchant.add_store("North")]
    for store in stores:
        merchant.set_vendor(store.vendor.name, discounts=form)
    lines = [
        line("l1", quantity=7, unit_price="3.33", vendor="ShipStation"),
        line("l2", quantity=3, unit_price="0.00", vendor="ShipStation"),
        line("l3", quantity=3, unit_price="9.99", vendor="West"),
        line("l4", quantity=11, unit_price="0.01", vendor="North"),
    ]
    sent = order(
        lines=lines,
        discounts=[{"code": "A", "amount": "10.01"}],
        tax_amount="1.01",
        shipping_amount="4.99",
        total="49.38",
    )
    merchant.take(sent)
    parts = [store.poll().order(sent["number"]) for store in stores]
    assert [Decimal(text(part, "OrderTotal")) for part in parts] == [added_up(part) for part in parts]
    for path, amount in (("OrderTotal", "49.38"), ("TaxAmount", "1.01"), ("ShippingAmount", "4.99")):
        assert sum(Decimal(text(part, path)) for part in parts) == Decimal(amount)


def test_tax_that_the_prices_include_and_fees_keep_the_total_what_it_is(merchant: Merchant) -> None:
    included = served(merchant, tax_amount="4.79", total="35.00")
    assert adjustments(included) == [("Tax included in the prices", "-4.79")]
    fee = served(merchant, total="39.10")
    assert (text(fee, "ShippingAmount"), adjustments(fee)) == ("7.00", [])
    for found in (included, fee):
        assert added_up(found) == Decimal(text(found, "OrderTotal"))


@pytest.mark.parametrize(
    ("currency", "price", "total"), [("JPY", "1000", "2993"), ("KWD", "12.255", "29.765"), ("USD", "0.3333", "0")]
)
def test_any_currency_adds_up(merchant: Merchant, currency: str, price: str, total: str) -> None:
    """Three units and 7 off, which may be more than they cost."""
    facts: dict[str, Any] = {"tax_amount": "0", "shipping_amount": "0", "discounts": [{"code": "A", "amount": "7"}]}
    for form in ("lines", "spread"):
        merchant.set_vendor(discounts=form)
        wanted = {**facts, "currency": currency, "lines": [line(unit_price=price)], "total": total}
        found = served(merchant, **wanted)
        assert added_up(found) == Decimal(text(found, "OrderTotal"))
        assert text(found, "CurrencyCode") == currency


# A26 to A28: gift and notes.


def test_gift_and_message_stand_in_every_part(merchant: Merchant) -> None:
    west = merchant.add_store("West")
    lines = [line("l1"), line("l2", vendor="West")]
    sent = order(lines=lines, total="67.10", gift=True, gift_message="Happy <birthday> & more")
    merchant.take(sent)
    for store in (merchant.shipstation, west):
        part = store.poll().order(sent["number"])
        assert (text(part, "Gift"), text(part, "GiftMessage")) == ("true", "Happy <birthday> & more")


def test_internal_notes_reach_only_the_vendors_they_are_meant_for(merchant: Merchant) -> None:
    west = merchant.add_store("West")
    notes: list[dict[str, Any]] = [
        {"text": "for the staff"},
        {"text": "for East", "vendors": ["shipstation"]},
        {"text": "for West", "vendors": [west.vendor.id]},
        {"text": "for all", "vendors": ["*"]},
    ]
    sent = order(lines=[line("l1"), line("l2", vendor="West")], total="67.10", internal_notes=notes)
    [got] = merchant.take(sent)
    assert got["internal_notes"] == [{"vendors": [], **note} for note in notes]

    def seen(store: Store) -> list[str]:
        return texts(store.poll().order(sent["number"]), "InternalNotes")

    assert (seen(merchant.shipstation), seen(west)) == (["for East\nfor all"], ["for West\nfor all"])
    merchant.set_vendor(internal_notes="all")
    merchant.set_vendor("West", internal_notes="none")
    assert (seen(merchant.shipstation), seen(west)) == (["for the staff\nfor East\nfor all"], [])


def test_a_plain_internal_note_stays_with_the_staff_unless_the_vendor_may_see_all(merchant: Merchant) -> None:
    assert texts(served(merchant, internal_notes="VIP"), "InternalNotes") == []
    merchant.set_vendor(internal_notes="all")
    assert texts(served(merchant, internal_notes="VIP"), "InternalNotes") == ["VIP"]


def test_customer_notes_are_cut_at_1000_characters_and_never_within_one(merchant: Merchant) -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    notes = text(served(merchant, customer_notes="&amp;" * 997 + family), "CustomerNotes")
    assert notes == "&" * 997
    assert len(text(served(merchant, customer_notes="x]]>" * 400), "CustomerNotes")) == 1_000


# A29, A30: weights.


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [("0.1", "kg", ("100.00", "Grams")), ("6", "Ounces", ("6.00", "Ounces")), ("1.5", "LBS", ("1.50", "Pounds")),
     ("0.125", "lb", ("2.00", "Ounces")), (12.5, "grams", ("12.50", "Grams"))],
)  # fmt: skip
def test_a_weight_in_any_unit_of_the_shop_is_told_in_shipstations(
    merchant: Merchant, value: object, unit: str, told: tuple[str, str]
) -> None:
    found = served(merchant, lines=[line(weight={"value": value, "unit": unit})])
    assert (text(found, "Items/Item/Weight"), text(found, "Items/Item/WeightUnits")) == told


def test_item_weights_times_quantities_are_the_parts_weight(merchant: Merchant) -> None:
    lines = [
        line("l1", quantity=3, weight={"value": "0.1", "unit": "kg"}),
        line("l2", quantity=7, weight={"value": "0.333", "unit": "kg"}),
    ]
    items = articles(served(merchant, lines=lines, total="107.10"))
    assert {text(item, "WeightUnits") for item in items} == {"Grams"}
    assert sum(Decimal(text(item, "Weight")) * int(text(item, "Quantity")) for item in items) == 3 * 100 + 7 * 333


def test_a_missing_weight_is_flagged_and_holds_nothing_back(merchant: Merchant) -> None:
    sent = order(lines=[line(weight=None)])
    [got] = merchant.take(sent)
    assert (got["flags"], got["vendor_orders"][0]["flags"]) == (["missing_weight"], ["missing_weight"])
    assert merchant.shipstation.poll().order(sent["number"]).find("Items/Item/Weight") is None
    assert "missing_weight" not in merchant.take({**sent, "lines": [line()]})[0]["flags"]


# A31 to A33: image, options, location.


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://shop.example/tee.jpg?a=1&b=2", ["https://shop.example/tee.jpg?a=1&b=2"]),
        ("/tee.jpg", []),
        ("ftp://shop.example/tee.jpg", []),
        ("https://shop.example/" + "x" * 480, []),
    ],
)
def test_an_image_is_an_absolute_address_or_left_out(merchant: Merchant, url: str, told: list[str]) -> None:
    assert texts(served(merchant, lines=[line(image_url=url)]), "Items/Item/ImageUrl") == told


def test_options_keep_their_order_and_their_characters(merchant: Merchant) -> None:
    options = [{"name": f"{name} <&>", "value": f"{name}]]> “ä”"} for name in ("Size", "Colour", "Added", "Band")]
    found = served(merchant, lines=[line(options=options)])
    pairs = zip(texts(found, "Items/Item/Options/Option/Name"), texts(found, "Items/Item/Options/Option/Value"),
                strict=True)  # fmt: skip
    assert [{"name": name, "value": value} for name, value in pairs] == options


def test_the_location_is_the_vendors_own_before_the_lines(merchant: Merchant) -> None:
    merchant.put_product("MUG", [{"vendor": "ShipStation", "location": "C3", "vendor_sku": "M-1"}])
    mapped = served(merchant, lines=[line(sku="MUG", location="A1")])
    assert (text(mapped, "Items/Item/Location"), text(mapped, "Items/Item/SKU")) == ("C3", "M-1")
    assert text(served(merchant, lines=[line(location="A1")]), "Items/Item/Location") == "A1"


# What else a vendor is shown.


def test_warehouse_and_source_stand_in_where_the_order_names_none(merchant: Merchant) -> None:
    assert text(served(merchant), "Source") == "web"
    merchant.set_vendor(requested_warehouse="Main", source="Spark")
    found = served(merchant)
    assert (text(found, "RequestedWarehouse"), text(found, "Source")) == ("Main", "Spark")
    own = served(merchant, requested_warehouse="Annex", source="Etsy")
    assert (text(own, "RequestedWarehouse"), text(own, "Source")) == ("Annex", "Etsy")


def test_custom_fields_stand_in_their_places(merchant: Merchant) -> None:
    found = served(merchant, custom_fields=["a", "", "c"])
    assert [texts(found, f"CustomField{place}") for place in (1, 2, 3)] == [["a"], [], ["c"]]


# B24: parts with nothing left.


def test_a_part_with_nothing_left_is_told_as_cancelled_once_it_was_told_at_all(merchant: Merchant) -> None:
    west = merchant.add_store("West")
    sent = order(lines=[line("l1"), line("l2", vendor="West")], total="67.10")
    merchant.take(sent)
    merchant.take({**sent, "lines": sent["lines"][:1], "total": "37.10"})
    gone = west.poll().order(sent["number"])
    assert (text(gone, "OrderStatus"), text(gone, "Items/Item/Quantity")) == ("cancelled", "3")
    assert added_up(gone) == Decimal(text(gone, "OrderTotal"))
