"""What the stand-in puts into a notice: everything that is open, or a part of it, and never what is not there."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import pytz

from scripted_store import a_notice, an_item, an_order
from spark_shipstation.customstore.client import made_up_tracking_number, notice_for
from spark_shipstation.customstore.messages import NoticeMessage
from spark_shipstation.errors import Invalid

NOW = datetime(2026, 11, 1, 12, 34, 56, tzinfo=UTC)


def _packed(notice: NoticeMessage) -> list[tuple[str, str, int | None]]:
    return [(item.line_item_id, item.sku, item.quantity) for item in notice.items]


def test_a_whole_notice_ships_everything_but_adjustments() -> None:
    assert _packed(a_notice()) == [("l-1", "TEE-M", 3), ("l-2", "MUG", 1)]


def test_a_whole_notice_ships_what_is_still_open() -> None:
    assert _packed(a_notice(shipped={"l-1": 1, "l-2": 1})) == [("l-1", "TEE-M", 2)]


def test_a_notice_carries_the_orders_own_words_back() -> None:
    notice = a_notice(tz=pytz.timezone("Asia/Tokyo"), notify=False)
    order = an_order()
    assert (notice.order_id, notice.order_number, notice.customer_code) == ("o-1", "1001", "c-77")
    assert (notice.customer_notes, notice.custom_field2) == (order.customer_notes, "second")
    assert (notice.recipient.name, notice.recipient.company, notice.recipient.country) == (
        "Ada Buyer",
        "Ada & Co",
        "US",
    )
    assert notice.notify_customer is False
    assert notice.label_create_date is not None
    assert notice.label_create_date.isoformat() == "2026-11-01T21:34:00"


def test_the_ship_date_is_the_labels_day_unless_it_is_given() -> None:
    tokyo = pytz.timezone("Asia/Tokyo")
    late = notice_for(an_order(), now=NOW + timedelta(hours=4), tracking_number="", tz=tokyo)
    assert late.ship_date == date(2026, 11, 2)
    assert a_notice(ship_date=date(2026, 11, 5)).ship_date == date(2026, 11, 5)


@pytest.mark.parametrize("name", ["TEE-M", "l-1"])
def test_a_part_is_named_by_sku_or_by_line_item_id(name: str) -> None:
    assert _packed(a_notice(items={name: 2})) == [("l-1", "TEE-M", 2)]


def test_a_sku_on_two_lines_is_taken_from_the_first_line_first() -> None:
    order = an_order(items=(an_item("l-1", quantity=2), an_item("l-2", quantity=2)))
    assert _packed(a_notice(order, items={"TEE-M": 3})) == [("l-1", "TEE-M", 2), ("l-2", "TEE-M", 1)]
    assert _packed(a_notice(order, items={"TEE-M": 2}, shipped={"l-1": 1})) == [
        ("l-1", "TEE-M", 1),
        ("l-2", "TEE-M", 1),
    ]


def test_a_line_named_twice_is_counted_once() -> None:
    with pytest.raises(Invalid, match="TEE-M: 2 asked for, 1 open"):
        a_notice(items={"l-1": 2, "TEE-M": 2})


def test_too_much_unknown_articles_and_no_quantity_are_refused_with_every_reason() -> None:
    with pytest.raises(Invalid) as refused:
        a_notice(items={"TEE-M": 4, "CAP": 1, "MUG": 0, "d-1": 1})
    assert [reason.detail for reason in refused.value.reasons] == [
        "TEE-M: 4 asked for, 3 open.",
        "CAP is neither a SKU nor a LineItemID of order 1001.",
        "MUG: 0 is no quantity; it must be 1 or more.",
        "d-1 is neither a SKU nor a LineItemID of order 1001.",
    ]


def test_an_order_with_nothing_open_is_refused() -> None:
    with pytest.raises(Invalid, match="Nothing of order 1001 is open"):
        a_notice(shipped={"l-1": 3, "l-2": 1})
    with pytest.raises(Invalid, match="No item was named"):
        a_notice(items={})


def test_forced_notices_ship_what_is_not_there() -> None:
    assert _packed(a_notice(items={"TEE-M": 5}, shipped={"l-1": 1}, force=True)) == [("l-1", "TEE-M", 5)]
    assert _packed(a_notice(items={"CAP": 1}, force=True)) == [("", "CAP", 1)]
    assert _packed(a_notice(shipped={"l-1": 3, "l-2": 1}, force=True)) == [("l-1", "TEE-M", 3), ("l-2", "MUG", 1)]


def test_made_up_tracking_numbers_are_recognisable_and_unique() -> None:
    numbers = {made_up_tracking_number() for _ in range(200)}
    assert len(numbers) == 200
    assert all(re.fullmatch(r"1ZSTANDIN[A-Z0-9]{9}", number) for number in numbers)
