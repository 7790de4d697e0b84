"""The judge of our pages must itself refuse what ShipStation refuses."""

from pathlib import Path

import pytest

from pagecheck import check_page

GOLDEN = (Path(__file__).with_name("golden") / "order-full.xml").read_text(encoding="utf-8")
DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'


def spoilt(old: str, new: str) -> bytes:
    assert old in GOLDEN
    return GOLDEN.replace(old, new, 1).encode()


def ship_to(old: str, new: str) -> bytes:
    before, after = GOLDEN.split("<ShipTo>")
    assert old in after
    return f"{before}<ShipTo>{after.replace(old, new, 1)}".encode()


def test_a_good_page_passes_and_its_root_is_answered() -> None:
    assert check_page(GOLDEN.encode()).get("pages") == "1"


@pytest.mark.parametrize(
    "body",
    [
        GOLDEN.removeprefix(DECLARATION).encode(),
        GOLDEN.replace("utf-8", "utf-16").encode(),
        GOLDEN.encode("utf-16"),
        b"\n" + GOLDEN.encode(),
        GOLDEN.encode()[:-20],
        GOLDEN.encode("latin-1", "replace").replace(b"Zo?", b"Zo\xeb"),
        b"",
    ],
    ids=["no declaration", "another declaration", "utf-16", "a line before", "cut off", "latin-1", "empty"],
)
def test_a_page_that_is_no_utf8_xml_with_a_declaration_is_refused(body: bytes) -> None:
    with pytest.raises((AssertionError, UnicodeDecodeError)):
        check_page(body)


@pytest.mark.parametrize("pages", ["", "-1", "32768", "1.5", "many"])
def test_pages_is_a_short_from_nothing_up(pages: str) -> None:
    with pytest.raises(AssertionError, match="pages"):
        check_page(spoilt('pages="1"', f'pages="{pages}"'))
    with pytest.raises(AssertionError, match="pages"):
        check_page(spoilt(' pages="1"', ""))


REQUIRED = [
    "OrderID", "OrderNumber", "OrderDate", "OrderStatus", "LastModified", "OrderTotal", "ShippingAmount", "Customer",
    "CustomerCode", "BillTo", "ShipTo", "Items", "SKU", "Quantity", "UnitPrice", "DimensionUnits", "Length", "Width",
    "Height", "Value",
]  # fmt: skip


@pytest.mark.parametrize("tag", REQUIRED)
def test_a_required_element_that_is_not_there_is_refused(tag: str) -> None:
    before, rest = GOLDEN.split(f"<{tag}>", 1)
    after = rest.split(f"</{tag}>", 1)[1]
    with pytest.raises(AssertionError):
        check_page((before + after).encode())


@pytest.mark.parametrize("tag", ["Name", "Address1", "City", "State", "PostalCode", "Country"])
def test_a_required_element_of_the_ship_to_address_that_is_not_there_is_refused(tag: str) -> None:
    before, rest = GOLDEN.split("<ShipTo>")
    start, end = rest.split(f"<{tag}>", 1)
    with pytest.raises(AssertionError, match=tag):
        check_page(f"{before}<ShipTo>{start}{end.split(f'</{tag}>', 1)[1]}".encode())


@pytest.mark.parametrize(
    "body",
    [
        spoilt("<Gift>", "<Mood>sunny</Mood><Gift>"),
        spoilt("<Gift>", "<Gift>true</Gift><Gift>"),
        spoilt("<Gift>true", "<Gift>yes"),
        spoilt("<OrderID><![CDATA[0198f0c2a7b67e4f9d1e2c3b4a5f6071]]>", "<OrderID>"),
        spoilt("<OrderNumber><![CDATA[1001.B]]>", "<OrderNumber>"),
        spoilt("<OrderNumber><![CDATA[1001.B]]>", f"<OrderNumber>{'é' * 51}"),
        spoilt("<OrderStatus><![CDATA[awaiting_shipment]]>", "<OrderStatus>"),
        spoilt("<CustomerCode><![CDATA[c-77]]>", "<CustomerCode>"),
        spoilt("<OrderDate>03/", "<OrderDate>3/"),
        spoilt("<OrderDate>03/08/2026 09:59", "<OrderDate>03/08/2026 09:59:00"),
        spoilt("<OrderDate>03/08/2026 09:59", "<OrderDate>2026-03-08T09:59"),
        spoilt("<LastModified>03/08/2026 21", "<LastModified>03/08/2026 24"),
        spoilt("<OrderTotal>31.10", "<OrderTotal>31.105"),
        spoilt("<OrderTotal>31.10", "<OrderTotal>10000000.00"),
        spoilt("<OrderTotal>31.10", "<OrderTotal>3.1E1"),
        spoilt("<OrderTotal>31.10", "<OrderTotal>"),
        spoilt("<CurrencyCode><![CDATA[USD]]>", "<CurrencyCode>DOLLARS"),
        spoilt("<CustomerNotes>", f"<CustomerNotes>{'x' * 1000}"),
        spoilt("<Source><![CDATA[web]]>", f"<Source>{'x' * 51}"),
        spoilt("<Quantity>3", "<Quantity>0"),
        spoilt("<Quantity>3", "<Quantity>100000"),
        spoilt("<Quantity>3", "<Quantity>1.0"),
        spoilt("<WeightUnits>Ounces", "<WeightUnits>ounces"),
        spoilt("<DimensionUnits>Inch", "<DimensionUnits>Inches"),
        spoilt("<UPC>012345678905", "<UPC>0123456789050"),
        spoilt("<UPC>012345678905", "<UPC>01234567890X"),
        spoilt("<ImageUrl><![CDATA[https://shop.example", "<ImageUrl><![CDATA["),
        spoilt("<ImageUrl><![CDATA[https://shop.example/", "<ImageUrl><![CDATA[https://shop.example/50%off"),
        spoilt("<ImageUrl><![CDATA[https://shop.example/", "<ImageUrl><![CDATA[https://shop.example/" + "x" * 500),
        spoilt("<SKU><![CDATA[TEE-M]]>", f"<SKU>{'x' * 101}"),
        spoilt("<Options>", "<Options>" + "<Option><Name>n</Name><Value>v</Value></Option>" * 99),
        spoilt("<UnitPrice>-6.00", "<UnitPrice>6.00"),
        spoilt("<UnitPrice>-6.00", "<UnitPrice>0.00"),
        spoilt("<Order>", "<order/><Order>"),
        ship_to("<Name><![CDATA[Zoë Buyer]]>", "<Name>"),
        ship_to("<Address1><![CDATA[1 Main St]]>", "<Address1>"),
        ship_to("<City><![CDATA[Austin]]>", "<City>"),
        ship_to("<Country>US", "<Country>us"),
        ship_to("<Country>US", "<Country>USA"),
        ship_to("<Country>US", "<Country>"),
        (GOLDEN.split("<Items>")[0] + "<Items></Items></Order></Orders>").encode(),
    ],
)
def test_a_page_that_shipstation_would_refuse_is_refused(body: bytes) -> None:
    with pytest.raises(AssertionError):
        check_page(body)


@pytest.mark.parametrize(
    "body",
    [
        ship_to("<State><![CDATA[TX]]>", "<State>"),
        ship_to("<PostalCode><![CDATA[78701]]>", "<PostalCode>"),
        spoilt("<OrderNumber><![CDATA[1001.B]]>", "<OrderNumber>" + "\U0001f44b" * 50),
        spoilt("<OrderTotal>31.10", "<OrderTotal>-9999999.99"),
        spoilt("<OrderTotal>31.10", "<OrderTotal>31"),
        spoilt("<Quantity>3", "<Quantity>99999"),
        spoilt("<Gift>true</Gift>", ""),
        f'{DECLARATION}<Orders pages="0"/>'.encode(),
    ],
)
def test_a_page_at_the_edge_of_what_is_allowed_passes(body: bytes) -> None:
    check_page(body)


def test_elements_may_stand_in_any_order() -> None:
    total = "<OrderTotal>31.10</OrderTotal>"
    check_page(GOLDEN.replace(total, "").replace("</Order>", f"{total}</Order>").encode())
