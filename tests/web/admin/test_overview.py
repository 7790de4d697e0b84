"""The overview and the activity: what they count, what they find, and how many statements they take."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy import text as sql

from builders import line, notice, order
from driver import Merchant
from spark_shipstation.rules.status import Flag
from spark_shipstation.services.overview import WAYS_OUT, Day
from spark_shipstation.web.admin.chart import chart, nice
from spark_shipstation.web.admin.rendering import count
from visitor import Seen, Visitor, page_routes


def counted(page: Seen, heading: str) -> dict[str, str]:
    items = page.all(f"//section[.//h2[text()='{heading}']]//li[.//span[@class='how-many']]")
    return {
        " ".join(item.xpath(".//span[@class='what']")[0].text_content().split()).partition(":")[0]: item.xpath(
            "string(.//span[@class='how-many'])"
        )
        for item in items
    }


def test_an_empty_account_is_told_what_to_do(merchant: Merchant, admin: Visitor) -> None:
    words = admin.get("/").words
    assert "Waiting for ShipStation's first call." in words
    assert "There is no order yet." in words
    assert "ShipStation has not called yet." in admin.get("/activity").words


def test_orders_are_counted_by_status_and_by_what_needs_a_person(merchant: Merchant, admin: Visitor) -> None:
    merchant.take(order(), order(), order(payment_status="unpaid"), order(ship_to={"name": "x"}))
    merchant.take(order(ship_to={"name": "y"}, lines=[line(weight=None)]))
    [first, *_] = merchant.shipstation.poll().ids
    merchant.shipstation.notify(notice(first))
    merchant.shipstation.notify(notice("", OrderNumber="nobody's"))
    page = admin.get("/")
    statuses = counted(page, "Orders by status")
    assert statuses == {"awaiting shipment": "3", "partially shipped": "0", "on hold": "0", "unpaid": "1",
                        "shipped": "1", "cancelled": "0"}  # fmt: skip
    matters = counted(page, "Needs a person")
    assert matters["needs address"] == "2"
    assert matters["missing weight"] == "1"
    assert matters["notice from ShipStation that could not be applied"] == "1"


def test_every_flag_says_what_it_wants() -> None:
    assert set(WAYS_OUT) == set(Flag)


def test_a_day_counts_an_order_once_and_every_package(merchant: Merchant, admin: Visitor) -> None:
    merchant.take(order(), order())
    first, second = merchant.shipstation.poll().ids
    merchant.shipstation.poll()
    merchant.shipstation.notify(notice(first, {"TEE-M": 1}, by="SKU", TrackingNumber="A"))
    merchant.shipstation.notify(notice(first, {"TEE-M": 2}, by="SKU", TrackingNumber="B"))
    merchant.shipstation.notify(notice(second, TrackingNumber="C"))
    [today, *before] = admin.get("/").all("//details//tbody/tr")
    assert [cell.text_content() for cell in today.xpath("td")] == ["2", "3"]
    assert len(before) == 13
    title = "The last 14 days: 2 orders served to ShipStation, 3 packages shipped."
    assert admin.get("/").texts("//*[local-name()='svg']/*[local-name()='title']") == [title]


def test_a_day_is_that_of_the_viewer(merchant: Merchant, admin: Visitor) -> None:
    merchant.take(order())
    merchant.shipstation.poll()
    with merchant.sessions.begin() as session:
        session.execute(
            sql("UPDATE exchanges SET at = date_trunc('day', at) - interval '1 minute' WHERE account_id = :id"),
            {"id": merchant.account_id},
        )
    rows = [row.xpath("string(td[1])") for row in admin.get("/").all("//details//tbody/tr")]
    assert rows[:2] == ["0", "1"]
    admin.http.cookies.set("spark_zone", "Pacific/Kiritimati")  # 14 hours ahead
    rows = [row.xpath("string(td[1])") for row in admin.get("/").all("//details//tbody/tr")]
    assert sum(map(int, rows)) == 1
    assert rows[0 if datetime.now(UTC).hour < 10 else 1] == "1"


@pytest.mark.parametrize(
    ("number", "most", "said"), [(0, 1000, "0"), (1000, 1000, "1,000"), (1001, 1000, "1,000+"), (5_000, None, "5,000")]
)
def test_a_count_that_stopped_says_so(number: int, most: int | None, said: str) -> None:
    assert count(number, most) == said


@given(st.integers(0, 10**9))
def test_the_axis_reaches_over_the_most_and_its_middle_is_a_whole_number(most: int) -> None:
    top = nice(most)
    assert top >= most
    assert top % 2 == 0
    assert top <= max(2, 5 * most)


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=31))
def test_every_bar_lies_within_the_chart(numbers: list[tuple[int, int]]) -> None:
    days = [Day(date(2026, 3, 1) + timedelta(days=place), *pair) for place, pair in enumerate(numbers)]
    drawn = chart(days)
    assert len(drawn.bars) == 2 * len(days)
    for bar in drawn.bars:
        assert drawn.left <= bar.x <= bar.x + bar.width <= drawn.width + 1
        assert 0 <= bar.y <= bar.y + bar.height <= drawn.floor + 1


# Activity.


def seen(page: Seen) -> list[str]:
    return page.texts("//tbody/tr/td[@data-label='Call']")


def test_calls_are_listed_newest_first_and_filtered(merchant: Merchant, admin: Visitor) -> None:
    merchant.take(order(number="A1"), order(number="A2"))
    first, _ = merchant.shipstation.poll().ids
    merchant.shipstation.notify(notice(first))
    merchant.shipstation.notify(notice("", OrderNumber="nobody's"))
    merchant.shipstation.get(start_date="x", end_date="y")
    merchant.shipstation.poll(datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 2, tzinfo=UTC))
    assert seen(admin.get("/activity")) == ["poll", "poll", "notice", "notice", "poll"]
    assert seen(admin.get("/activity", result="failed")) == ["poll", "notice"]
    assert seen(admin.get("/activity", result="orders")) == ["poll"]
    assert seen(admin.get("/activity", action="shipnotify")) == ["notice", "notice"]
    assert seen(admin.get("/activity", order="A1")) == ["notice", "poll"]
    assert seen(admin.get("/activity", order="A2")) == ["poll"]
    assert "No such call." in admin.get("/activity", order="A3").words
    west = merchant.add_store("West")
    assert "No such call." in admin.get("/activity", vendor=west.vendor.id).words
    refusal = admin.get("/activity", result="failed").texts("//tbody/tr/td[@data-label='Answer']")[0]
    assert refusal.startswith("400 start_date")


def test_paging_shows_every_call_once(merchant: Merchant, admin: Visitor) -> None:
    with merchant.sessions.begin() as session:
        session.execute(
            sql(
                "INSERT INTO exchanges (account_id, id, vendor_id, at, request_id, action, served, status, "
                "duration_ms, complaint) SELECT :account, gen_random_uuid(), :vendor, timestamptz '2026-03-08Z' - "
                "(g / 3) * interval '1 s', '', 'export', '{}', 200, g, '' FROM generate_series(1, 123) g"
            ),
            {"account": merchant.account_id, "vendor": merchant.shipstation.vendor.id},
        )
    took: list[str] = []
    page = admin.get("/activity")
    for _ in range(5):
        took += page.texts("//tbody/tr/td[@data-label='Took']")
        following = page.all("//a[@rel='next']/@href")
        if not following:
            break
        page = admin.get(following[0])
    assert sorted(took, key=lambda said: int(said.split()[0])) == [f"{number} ms" for number in range(1, 124)]
    assert admin.get("/activity", cursor="nonsense").status == 400


def test_nothing_of_another_account_is_counted_or_listed(
    make_merchant: Callable[..., Merchant], merchant: Merchant, admin: Visitor
) -> None:
    other = make_merchant()
    other.take(order(number="theirs"), order(ship_to={"name": "x"}))
    other.shipstation.poll()
    assert set(counted(admin.get("/"), "Orders by status").values()) == set()
    assert "Nothing." in admin.get("/").words
    assert "ShipStation has not called yet." in admin.get("/activity").words
    assert admin.get(f"/vendors/{other.shipstation.vendor.id}").status == 404
    assert admin.get("/activity", order="theirs").texts("//tbody/tr") == []


# A fixed number of statements, however much there is.

STATEMENTS = {
    "/": 7,
    "/orders": 4,
    "/orders/{order}": 12,
    "/orders/{order}/{action}": 8,
    "/orders/{order}/reroute": 7,
    "/orders/{order}/parts/{part}/ship": 8,
    "/orders/{order}/packages/{package}/{change}": 8,
    "/inbox": 3,
    "/inbox/count": 2,
    "/inbox/{notice}": 5,
    "/inbox/replay": 2,
    "/vendors": 3,
    "/vendors/{vendor}": 6,
    "/vendors/{vendor}/state": 5,
    "/vendors/{vendor}/window": 4,
    "/activity": 3,
    "/products": 4,
    "/products/one": 4,
    "/products/new": 2,
    "/products/file": 1,
    "/products/products.csv": 5,
    "/routing": 4,
    "/routing/rules/{place}": 3,
    "/routing/file": 1,
    "/routing/routing-rules.csv": 2,
    "/routing/try": 9,
    "/routing/again": 10,
    "/people": 2,
    "/me": 1,
    "/sign-in": 1,
}


def something_of_everything(merchant: Merchant) -> dict[str, str]:
    """What the addresses of pages name: an order with a package, and a notice that waits; beside them a line that waits
    for a vendor."""
    [taken] = merchant.take(order(lines=[line(), line("l2", sku="MUG")], total="67.10"))
    merchant.take(order(lines=[line(vendor="Nobody")]))
    part = taken["vendor_orders"][0]["id"]
    merchant.shipstation.notify(notice(part, {"TEE-M": 1}, by="SKU"))
    merchant.shipstation.notify(notice("", OrderNumber="nobody's"))
    return {
        "vendor": str(merchant.shipstation.vendor.id),
        "order": taken["id"],
        "action": "hold",
        "part": part,
        "package": merchant.order(taken["id"])["shipments"][0]["id"],
        "change": "void",
        "notice": merchant.get("/notices", state="open")["notices"][0]["id"],
    }


@contextmanager
def statements(app: FastAPI) -> Iterator[list[str]]:
    """What the pages ask the database, and the form of /sign-in."""
    told: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        told.append(statement)

    engine = app.state.parts.sessions.kw["bind"]
    event.listen(engine, "before_cursor_execute", note)
    yield told
    event.remove(engine, "before_cursor_execute", note)


def test_every_page_takes_a_fixed_number_of_statements(merchant: Merchant, admin: Visitor, app: FastAPI) -> None:
    ids = something_of_everything(merchant)
    ids["place"] = "1"
    asking = {"/products/one": "?sku=MUG-0", "/routing/try": "?sku-0=MUG-0"}
    merchant.put_rules({"sku": "MUG-0", "vendor": "ShipStation"})
    merchant.put_product("MUG-0", [{"vendor": "ShipStation"}])
    paths = [path for method, path in page_routes() if method == "GET"]
    for round_ in range(2):
        with_numbers = {}
        for path in paths:
            with statements(app) as told:
                assert admin.get(path.format(**ids) + asking.get(path, "")).status == 200
            with_numbers[path] = len(told)
        # signed in, the form of /sign-in leads to the overview
        with_numbers["/sign-in"] -= with_numbers["/"]
        assert with_numbers == STATEMENTS
        merchant.take(*[order() for _ in range(30)], order(ship_to={"name": "x"}))
        merchant.take(*[order(lines=[line(vendor="Nobody"), line("l2", sku="MUG-0")]) for _ in range(3)])
        merchant.put_rules(*[{"sku": f"MUG-{n}", "vendor": "ShipStation"} for n in range(round_ + 5)])
        merchant.put_product(f"MUG-{round_ + 1}", [{"vendor": "ShipStation"}])
        merchant.add_store(f"West {round_}")
        merchant.shipstation.poll()
        merchant.shipstation.get(start_date="x", end_date="y")
