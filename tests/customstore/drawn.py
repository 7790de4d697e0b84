"""Messages for the tests of the protocol: one with every field set, and Hypothesis strategies for all others."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from spark_shipstation.customstore.messages import (
    BillToMessage,
    CustomerMessage,
    DimensionsMessage,
    ItemMessage,
    OptionMessage,
    OrderMessage,
    ShipToMessage,
)


def wall(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """A wall-clock time, as messages carry it."""
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC).replace(tzinfo=None)


FULL_ORDER = OrderMessage(
    order_id="0198f0c2a7b67e4f9d1e2c3b4a5f6071",
    number="1001.B",
    order_date=wall(2026, 3, 8, 9, 59, 58),
    status="awaiting_shipment",
    last_modified=wall(2026, 3, 8, 21, 56),
    shipping_method="Ground",
    payment_method="Visa",
    currency="USD",
    total=Decimal("31.1"),
    tax_amount=Decimal("2.10"),
    shipping_amount=Decimal(5),
    customer_notes="Leave it\r\nat the door; <b>don't</b> ring ]]> twice &amp; \x0bwave \U0001f44b",
    internal_notes="VIP",
    gift=True,
    gift_message="Happy birthday",
    custom_field1="one",
    custom_field2="two",
    custom_field3="three",
    requested_warehouse="North",
    source="web",
    dimensions=DimensionsMessage("Inch", Decimal(12), Decimal("9.5"), Decimal("4.25")),
    customer=CustomerMessage(
        code="c-77",
        bill_to=BillToMessage(
            name="Ada Buyer",
            company="Buyer & Sons",
            phone="512-555-0100",
            email="ada@example.com",
            address1="2 Side St",
            address2="Floor 3",
            city="Austin",
            state="TX",
            postal_code="78702",
            country="US",
        ),
        ship_to=ShipToMessage(
            name="Zoë Buyer",
            company="Buyer & Sons",
            address1="1 Main St",
            address2="Apt 4",
            city="Austin",
            state="TX",
            postal_code="78701",
            country="US",
            phone="512-555-0101",
        ),
    ),
    items=(
        ItemMessage(
            line_item_id="0198f0c2a7b67e4f9d1e2c3b4a5f6072",
            sku="TEE-M",
            name="Tee",
            quantity=3,
            unit_price=Decimal("10.00"),
            adjustment=False,
            image_url="https://shop.example/tee.jpg?w=200&h=200",
            upc="012345678905",
            weight=Decimal("6.125"),
            weight_units="Ounces",
            location="A1-B2",
            options=(OptionMessage("Size", "M"), OptionMessage("Print", "front", Decimal("0.2"))),
        ),
        ItemMessage(
            line_item_id="0198f0c2a7b67e4f9d1e2c3b4a5f6071-discount-1",
            sku="",
            name="SUMMER10",
            quantity=1,
            unit_price=Decimal("-6.00"),
            adjustment=True,
        ),
    ),
)


def order(**facts: Any) -> OrderMessage:
    return replace(FULL_ORDER, **facts)


def order_with_item(**facts: Any) -> OrderMessage:
    return order(items=(replace(FULL_ORDER.items[0], **facts),))


def order_with_ship_to(**facts: Any) -> OrderMessage:
    ship_to = replace(FULL_ORDER.customer.ship_to, **facts)
    return order(customer=replace(FULL_ORDER.customer, ship_to=ship_to))


# What has spoilt a page before, beside any string at all (lone surrogates included).
_AWKWARD = st.sampled_from(
    (
        "]]>", "]]]]>", "<![CDATA[", "&", "&amp;", "&#0;", "&#xD800;", "&#x1;", "&nbsp;", "&lt;script&gt;", "<b>", "\0",
        "\x0b", "\x1f", "\x7f", "\x85", "\ud83d", "\ude00", "\ufffe", "\uffff", "\U0001f44b\U0001f3fd", "\u2028",
        "\r\n", "\r", "\t", "\n", " ", "\u3000", "é", "e\u0301", "word " * 30,
    )
)  # fmt: skip
any_text = st.text(st.characters(), max_size=30) | st.lists(
    _AWKWARD | st.text(st.characters(), max_size=6), max_size=8
).map("".join)
long_text = st.builds(lambda part, times: part * times, any_text, st.integers(1, 120))
texts = any_text | long_text
words = texts.map("w".__add__)
money = st.decimals(min_value=-9_999_999, max_value=9_999_999, places=2)
amounts = (
    money
    | st.decimals(min_value=-9_999_999, max_value=9_999_999, places=4)
    | st.sampled_from(
        "9999999.99 9999999.995 -9999999.99 -0.004 -0.005 0.00 1E+6 1E+7 -1E+7 NaN -Infinity".split()
    ).map(Decimal)
)
times = st.datetimes(min_value=wall(1970, 1, 1), max_value=wall(2999, 12, 31, 23, 59))
countries = st.sampled_from(["US", "DE", "JP"])

options = st.builds(OptionMessage, name=texts, value=texts, weight=st.none() | amounts)
plain_items = st.builds(
    ItemMessage,
    line_item_id=words,
    sku=texts,
    name=texts,
    quantity=st.integers(1, 99_999),
    unit_price=money,
    adjustment=st.none() | st.just(False),
    image_url=st.none() | texts | texts.map("https://shop.example/".__add__),
    upc=st.none() | texts | st.text("0123456789", max_size=14),
    weight=st.none() | money,
    weight_units=st.none() | st.sampled_from(["Pounds", "Ounces", "Grams", "stone"]),
    location=st.none() | texts,
    options=st.lists(st.builds(OptionMessage, name=texts, value=texts), max_size=3).map(tuple),
)
wild_items = st.builds(
    ItemMessage,
    line_item_id=words,
    sku=texts,
    name=texts,
    quantity=st.integers(-5, 100_005),
    unit_price=amounts,
    adjustment=st.none() | st.booleans(),
    image_url=st.none() | texts,
    upc=st.none() | texts,
    weight=st.none() | amounts,
    weight_units=st.none() | texts,
    location=st.none() | texts,
    options=st.lists(options, max_size=2).map(tuple),
)


def _plain_orders() -> st.SearchStrategy[OrderMessage]:
    """Any texts, everything else valid: `words` stand where an empty text is refused."""
    bill_to = st.builds(
        BillToMessage,
        name=texts,
        company=st.none() | texts,
        phone=st.none() | texts,
        email=st.none() | texts,
        address1=st.none() | texts,
        address2=st.none() | texts,
        city=st.none() | texts,
        state=st.none() | texts,
        postal_code=st.none() | texts,
        country=st.none() | countries,
    )
    ship_to = st.builds(
        ShipToMessage,
        name=words,
        company=st.none() | texts,
        address1=words,
        address2=st.none() | texts,
        city=words,
        state=texts,
        postal_code=texts,
        country=countries,
        phone=st.none() | texts,
    )
    return st.builds(
        OrderMessage,
        order_id=words,
        number=words,
        order_date=times,
        status=words,
        last_modified=times,
        total=money,
        shipping_amount=money,
        tax_amount=st.none() | money,
        customer=st.builds(CustomerMessage, code=words, bill_to=bill_to, ship_to=ship_to),
        items=st.lists(plain_items, min_size=1, max_size=3).map(tuple),
        shipping_method=st.none() | texts,
        payment_method=st.none() | texts,
        currency=st.none() | texts,
        customer_notes=st.none() | texts,
        internal_notes=st.none() | texts,
        gift=st.none() | st.booleans(),
        gift_message=st.none() | texts,
        custom_field1=st.none() | texts,
        custom_field2=st.none() | texts,
        custom_field3=st.none() | texts,
        requested_warehouse=st.none() | texts,
        source=st.none() | texts,
        dimensions=st.none()
        | st.builds(DimensionsMessage, st.sampled_from(["Inch", "Centimeter"]), money, money, money),
    )


plain_orders = _plain_orders()
wild_orders = st.builds(
    order, total=amounts, tax_amount=amounts, items=st.lists(wild_items, min_size=1, max_size=2).map(tuple)
)
