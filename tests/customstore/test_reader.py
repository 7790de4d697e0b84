"""What comes in: notices as ShipStation sends them, pages as our stand-in reads them, and what nobody should send."""

import time
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from customstore.drawn import FULL_ORDER, wall
from spark_shipstation.customstore.messages import NoticeItem, NoticeMessage, RecipientMessage
from spark_shipstation.customstore.reader import parse, read_notice, read_orders
from spark_shipstation.customstore.writer import write_notice, write_order, write_orders
from spark_shipstation.errors import Unreadable

GOLDEN = Path(__file__).with_name("golden")
ORDER_ID = "0198f0c2a7b67e4f9d1e2c3b4a5f6071"
LINE_ID = "0198f0c2a7b67e4f9d1e2c3b4a5f6072"


def golden(name: str) -> bytes:
    return (GOLDEN / name).read_bytes()


# Notices


def test_a_full_notice_is_read_to_the_last_field() -> None:
    reading = read_notice(golden("notice-full.xml"))
    assert reading.problems == ()
    assert reading.message == NoticeMessage(
        order_id=ORDER_ID,
        order_number="1001.B",
        customer_code="ada@example.com",
        customer_notes="Leave it at the door; don't ring.",
        internal_notes="VIP & regular",
        notes_to_customer="Thank you, Zoë!",
        notify_customer=False,
        label_create_date=wall(2011, 12, 8, 12, 56),
        ship_date=date(2011, 12, 8),
        carrier="USPS",
        service="Priority Mail",
        tracking_number="9405511899223197428490",
        shipping_cost=Decimal("4.95"),
        custom_field1="one",
        custom_field2="",
        custom_field3="three",
        recipient=RecipientMessage("Zoë Buyer", "Buyer & Sons", "1 Main St", "Apt 4", "Austin", "TX", "78701", "US"),
        items=(NoticeItem(LINE_ID, "TEE-M", "Tee", 2, "012345678905"), NoticeItem("", "MUG", "Mug", 1, "")),
    )


@pytest.mark.parametrize("end", ["Z", "+02:00", ".1234567-11:00"])
def test_dates_of_a_notice_are_read_as_they_are_written_whatever_their_offset(end: str) -> None:
    dates = f"<LabelCreateDate>2026-03-08T23:30:00{end}</LabelCreateDate><ShipDate>2026-03-09T00:00:00{end}</ShipDate>"
    reading = read_notice(f"<ShipNotice>{dates}</ShipNotice>".encode())
    assert reading.problems == ()
    assert reading.message.label_create_date == wall(2026, 3, 8, 23, 30)
    assert reading.message.ship_date == date(2026, 3, 9)


def test_a_notice_with_a_number_alone_is_read() -> None:
    reading = read_notice(golden("notice-minimal.xml"))
    assert reading.message == NoticeMessage(order_number="1001")
    assert reading.problems == ()


def test_empty_items_and_an_empty_recipient_are_nothing_said_and_no_problem() -> None:
    reading = read_notice(golden("notice-no-items.xml"))
    assert reading.message == NoticeMessage(order_id=ORDER_ID, carrier="Other")
    assert reading.problems == ()


def test_a_notice_as_a_dotnet_serializer_writes_it_is_read() -> None:
    reading = read_notice(golden("notice-dotnet.xml"))
    assert reading.problems == ()
    message = reading.message
    assert (message.order_id, message.order_number) == (ORDER_ID, "1001")
    assert (message.notify_customer, message.shipping_cost) == (True, None)
    assert message.label_create_date is not None
    assert message.label_create_date.replace(microsecond=0) == wall(2026, 3, 8, 21, 56, 30)
    assert message.ship_date == date(2026, 3, 9)
    assert message.items == (NoticeItem(line_item_id=LINE_ID, quantity=2),)


def test_values_that_cannot_be_read_are_told_one_by_one_and_the_rest_is_kept() -> None:
    reading = read_notice(golden("notice-odd.xml"))
    message = reading.message
    assert (message.order_id, message.label_create_date) == (ORDER_ID, wall(2011, 12, 8, 21, 56))
    assert (message.ship_date, message.shipping_cost, message.notify_customer) == (None, None, None)
    assert message.items == (NoticeItem(sku="TEE-M"), NoticeItem(sku="MUG"))
    assert sorted(problem.path for problem in reading.problems) == [
        "Items/Item[1]/Quantity",
        "Items/Item[2]/Quantity",
        "Items/Parcel",
        "Mood",
        "NotifyCustomer",
        "OrderID",
        "ShipDate",
        "ShippingCost",
    ]
    assert {problem.path: problem.sentence for problem in reading.problems}["OrderID"] == "stands there twice"


def test_only_an_element_that_the_protocol_does_not_have_may_be_ignored() -> None:
    problems = read_notice(golden("notice-odd.xml")).problems
    assert [problem.path for problem in problems if problem.unknown] == ["Mood"]


def test_a_notice_that_says_too_much_is_cut_and_no_problem() -> None:
    reading = read_notice(write_notice(NoticeMessage(order_id="o-1")).replace(b"o-1", b"x" * 60))
    assert (reading.message.order_id, reading.problems) == ("x" * 50, ())


def test_every_field_of_a_notice_survives_the_wire() -> None:
    message = read_notice(golden("notice-full.xml")).message
    assert read_notice(write_notice(message)).message == message


# Pages


def page(old: str = "", new: str = "", pages: int = 1) -> bytes:
    """The golden page with one spot changed."""
    text = golden("order-full.xml").decode()
    assert not old or text.count(old) == 1, f"{old} stands there {text.count(old)} times"
    return text.replace(old, new).replace('pages="1"', f'pages="{pages}"').encode()


def test_a_page_is_read_back_as_it_was_written() -> None:
    reading = read_orders(page())
    expected = replace(
        FULL_ORDER,
        order_date=wall(2026, 3, 8, 9, 59),
        customer_notes="Leave it\nat the door; <b>don't</b> ring ]]> twice & wave \U0001f44b",
        items=(replace(FULL_ORDER.items[0], weight=Decimal("6.13")), FULL_ORDER.items[1]),
    )
    assert reading.problems == ()
    assert (reading.pages, reading.orders) == (1, (expected,))


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("<OrderID><![CDATA[0198f0c2a7b67e4f9d1e2c3b4a5f6071]]></OrderID>", "", "Order[1]/OrderID"),
        ("<OrderNumber><![CDATA[1001.B]]>", "<OrderNumber>", "Order[1]/OrderNumber"),
        ("<OrderNumber><![CDATA[1001.B]]>", f"<OrderNumber>{'1' * 51}", "Order[1]/OrderNumber"),
        ("<OrderDate>03/08/2026", "<OrderDate>13/08/2026", "Order[1]/OrderDate"),
        ("<OrderTotal>31.10", "<OrderTotal>$31.10", "Order[1]/OrderTotal"),
        ("<OrderTotal>31.10", "<OrderTotal>", "Order[1]/OrderTotal"),
        ("<Gift>true", "<Gift>yes", "Order[1]/Gift"),
        ("<Country>US</Country><Phone>", "<Country>USA</Country><Phone>", "Order[1]/Customer/ShipTo/Country"),
        ("<Address1><![CDATA[1 Main St]]></Address1>", "<Address1/>", "Order[1]/Customer/ShipTo/Address1"),
        ("</City><State><![CDATA[TX]]></State><PostalCode><![CDATA[78701]]>", "</City><PostalCode>",
         "Order[1]/Customer/ShipTo/State"),
        ("<Quantity>3", "<Quantity>2.5", "Order[1]/Items/Item[1]/Quantity"),
        ("<WeightUnits>Ounces", "<WeightUnits>Stone", "Order[1]/Items/Item[1]/WeightUnits"),
        ("<UnitPrice>-6.00", "<UnitPrice>6.00", "Order[1]/Items/Item[2]/UnitPrice"),
        ("<UPC>012345678905", "<UPC>0123456789050", "Order[1]/Items/Item[1]/UPC"),
        ("<ImageUrl><![CDATA[https:", "<ImageUrl><![CDATA[", "Order[1]/Items/Item[1]/ImageUrl"),
        ("<Gift>", "<Mood>sunny</Mood><Gift>", "Order[1]/Mood"),
        ("<Gift>", "<Gift>false</Gift><Gift>", "Order[1]/Gift"),
        ("</Order></Orders>", "</Order><Parcel/></Orders>", "Parcel"),
    ],
)  # fmt: skip
def test_what_breaks_a_rule_of_the_page_is_named_by_its_place(old: str, new: str, path: str) -> None:
    assert path in [problem.path for problem in read_orders(page(old, new)).problems]


def test_an_order_that_cannot_be_read_spoils_no_other() -> None:
    body = write_orders([write_order(FULL_ORDER), write_order(replace(FULL_ORDER, order_id="second"))], 1)
    broken = body.replace(b"<OrderTotal>31.10", b"<OrderTotal>", 1)
    assert [order.order_id for order in read_orders(broken).orders] == ["second"]


@pytest.mark.parametrize("pages", ["-1", "32768", "", "1.0", "many", "٣"])
def test_a_number_of_pages_that_is_no_short_is_a_problem(pages: str) -> None:
    reading = read_orders(golden("order-full.xml").replace(b'pages="1"', f'pages="{pages}"'.encode()))
    assert [problem.path for problem in reading.problems] == ["@pages"]


def test_a_missing_number_of_pages_is_a_problem() -> None:
    assert [problem.path for problem in read_orders(b"<Orders/>").problems] == ["@pages"]


def test_elements_may_stand_in_any_order() -> None:
    body = page("<OrderTotal>31.10</OrderTotal>").replace(b"</Order>", b"<OrderTotal>31.10</OrderTotal></Order>")
    assert read_orders(body) == read_orders(page())


# What nobody should send

BOMB = (
    '<!DOCTYPE ShipNotice [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    + "]><ShipNotice><OrderID>&j;</OrderID></ShipNotice>"
).encode()
SECRET = b"a secret that must not be read"

HOSTILE = {
    "empty": b"",
    "blank": b" \r\n ",
    "a null byte": b"\x00",
    "a null byte inside": b"<ShipNotice><OrderID>1\x002</OrderID></ShipNotice>",
    "a null byte after the end": b"<ShipNotice/>\x00",
    "no xml": b"order=1001&carrier=UPS",
    "json": b'{"order": 1001}',
    "cut off": b"<ShipNotice><OrderID>1",
    "two roots": b"<ShipNotice/><ShipNotice/>",
    "invalid utf-8": b"<ShipNotice><OrderID>\xff\xfe</OrderID></ShipNotice>",
    "latin-1 declared as utf-8": b'<?xml version="1.0" encoding="utf-8"?><ShipNotice><SKU>\xe9</SKU></ShipNotice>',
    "an encoding nobody knows": b'<?xml version="1.0" encoding="klingon"?><ShipNotice><SKU>\xe9</SKU></ShipNotice>',
    "an encoding that computes": b'<?xml version="1.0" encoding="punycode"?><ShipNotice><SKU>\xe9</SKU></ShipNotice>',
    "half a character of utf-16": "<ShipNotice/>".encode("utf-16-le")[:-1],
    "utf-32": "<ShipNotice/>".encode("utf-32"),
    "an entity nobody declared": b"<ShipNotice><Carrier>&nbsp;</Carrier></ShipNotice>",
    "a control character by number": b"<ShipNotice><Carrier>&#1;</Carrier></ShipNotice>",
    "an empty doctype": b"<!DOCTYPE ShipNotice><ShipNotice/>",
    "an internal doctype": b"<!DOCTYPE ShipNotice [<!ELEMENT ShipNotice ANY>]><ShipNotice/>",
    "an external doctype": b'<!DOCTYPE ShipNotice SYSTEM "http://127.0.0.1:9/notice.dtd"><ShipNotice/>',
    "a public doctype": b'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "http://127.0.0.1:9/x.dtd"><ShipNotice/>',
    "an entity": b'<!DOCTYPE s [<!ENTITY x "y">]><ShipNotice><OrderID>&x;</OrderID></ShipNotice>',
    "a bomb of entities": BOMB,
    "a bomb in an attribute": BOMB.replace(b"<ShipNotice><OrderID>&j;</OrderID>", b'<ShipNotice x="&j;">'),
    "an entity that grows by itself": b'<!DOCTYPE s [<!ENTITY x "&x;&x;">]><ShipNotice>&x;</ShipNotice>',
    "a parameter entity": b'<!DOCTYPE s [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]><ShipNotice/>',
    "10,000 deep and closed": b"<ShipNotice>" + b"<a>" * 10_000 + b"</a>" * 10_000 + b"</ShipNotice>",
    "10,000 deep and open": b"<ShipNotice>" * 10_000,
    "utf-16 without a mark, declared as utf-8": '<?xml version="1.0" encoding="utf-8"?><ShipNotice/>'.encode(
        "utf-16-be"
    )[1:],
    "an html page": b"<!doctype html><html><body>404</body></html>",
    "another root": b"<ShipmentNotice/>",
    "another namespace": b'<ShipNotice xmlns="urn:other"><OrderID>1</OrderID></ShipNotice>',
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_notice_is_refused_with_a_sentence_and_at_once(body: bytes) -> None:
    began = time.perf_counter()
    with pytest.raises(Unreadable) as caught:
        read_notice(body)
    assert time.perf_counter() - began < 0.5
    assert caught.value.sentence.startswith("The ")
    assert len(caught.value.sentence) < 300


def test_a_page_is_read_by_the_same_safe_parser() -> None:
    with pytest.raises(Unreadable, match="DOCTYPE"):
        read_orders(b'<!DOCTYPE Orders><Orders pages="0"/>')
    with pytest.raises(Unreadable, match="<ShipNotice>, not <Orders>"):
        read_orders(b"<ShipNotice/>")


@pytest.mark.parametrize("kind", ["SYSTEM", 'PUBLIC "-//x//y"'])
def test_an_external_entity_is_refused_and_its_file_never_shown(tmp_path: Path, kind: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_bytes(SECRET)
    body = f'<!DOCTYPE s [<!ENTITY x {kind} "{secret.as_uri()}">]><ShipNotice><OrderID>&x;</OrderID></ShipNotice>'
    with pytest.raises(Unreadable, match="DOCTYPE") as caught:
        read_notice(body.encode())
    assert SECRET.decode() not in caught.value.sentence


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "iso-8859-1", "windows-1252"])
def test_a_body_in_the_encoding_it_declares_is_read(encoding: str) -> None:
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    text = f'<?xml version="1.0" encoding="{declared}"?><ShipNotice><NotesToCustomer>Zoë</NotesToCustomer></ShipNotice>'
    assert read_notice(text.encode(encoding)).message.notes_to_customer == "Zoë"


def test_nesting_within_reason_is_no_attack() -> None:
    body = b"<ShipNotice><OrderID>1</OrderID>" + b"<a>" * 100 + b"</a>" * 100 + b"</ShipNotice>"
    reading = read_notice(body)
    assert reading.message.order_id == "1"
    assert [problem.path for problem in reading.problems] == ["a"]


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=60) | st.text(max_size=40).map(lambda t: f"<ShipNotice>{t}</ShipNotice>".encode()))
@example(b"<ShipNotice/>")
def test_any_bytes_are_read_or_refused_and_never_crash(body: bytes) -> None:
    try:
        reading = read_notice(body)
    except Unreadable:
        return
    assert parse(body).tag == "ShipNotice"
    assert isinstance(reading.message, NoticeMessage)
