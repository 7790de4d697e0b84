"""What holds on every page: where forms come from, headers, errors in words, times, and nothing unescaped."""

import asyncio
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx
import pytest
import pytz
from sqlalchemy import text as sql

from driver import Merchant
from spark_shipstation.rules.explaining.words import Clock
from spark_shipstation.services import people
from spark_shipstation.settings import Settings
from spark_shipstation.web.admin import navigation, times
from spark_shipstation.web.app import create_app
from visitor import Visitor, page_routes

OUTSIDE_OF_SESSIONS = {"/sign-in"}


def test_no_page_and_no_form_answers_a_stranger(http: httpx.Client) -> None:
    for method, path in page_routes():
        if path in OUTSIDE_OF_SESSIONS:
            continue
        answer = http.request(method, path, headers={"Accept": "text/html"}, data={"a": "b"})
        assert (answer.status_code, urlsplit(answer.headers["location"]).path) == (303, "/sign-in"), path


def test_a_program_that_is_no_browser_is_told_to_sign_in_without_being_led_astray(http: httpx.Client) -> None:
    answer = http.get("/people")
    assert (answer.status_code, answer.json()["detail"]) == (401, "Sign in first.")
    assert "www-authenticate" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_from_another_site_does_nothing(merchant: Merchant, admin: Visitor, headers: dict[str, str]) -> None:
    admin.get("/people")
    admin.http.headers.update(headers)
    refused = admin.post("/people", email="eve@example.com", role="admin")
    assert refused.status == 403
    assert "sent from another site, so nothing was done" in refused.words
    with merchant.sessions.begin() as session:
        assert [person.email for person in people.list_people(session, merchant.account_id)] == [admin.email]


def test_a_form_needs_the_token_of_its_own_session(admin: Visitor, reader: Visitor) -> None:
    stolen = reader.get("/me").token
    for token in ("", "x", stolen, "ÿ"):
        refused = admin.post("/people", form_token=token, email="eve@example.com", role="admin")
        assert refused.status == 403
        assert "from another session" in refused.words


def test_a_form_that_is_no_form_is_refused(admin: Visitor) -> None:
    admin.get("/people")
    for content, kind, status in (
        (b"{}", "application/json", 415),
        (b"a=b" * 50_000, "application/x-www-form-urlencoded", 413),
        (b"email=\xff\xfe", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"a=%d" % number for number in range(2000)), "application/x-www-form-urlencoded", 400),
    ):
        answer = admin.http.post("/people", content=content, headers={"content-type": kind})
        assert answer.status_code == status, content[:20]
        assert answer.headers["content-type"].startswith("text/html")


def test_every_page_keeps_to_itself(admin: Visitor) -> None:
    for path in ("/", *navigation.PATHS, "/me", "/sign-in", "/nothing"):
        headers = admin.get(path).response.headers
        policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert {"'self'"} == {
            policy[name] for name in ("script-src", "style-src", "img-src", "connect-src", "form-action")
        }
        assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-frame-options"] == "DENY"


def test_no_page_holds_inline_script_style_or_another_host(admin: Visitor) -> None:
    for path in (*navigation.PATHS, "/me", "/nothing"):
        page = admin.get(path)
        assert not page.all("//script[not(@src)] | //style | //@style"), path
        assert not [name for name in page.all("//@*") if name.attrname.startswith("on")], path
        own = [*page.all("//@src"), *page.all("//link/@href"), *page.all("//form/@action")]
        assert all(address.startswith("/") and not address.startswith("//") for address in own), path


def test_every_file_of_ours_may_be_kept_for_ever_under_its_address(admin: Visitor) -> None:
    page = admin.get("/people")
    addresses = [*page.all("//script/@src"), *page.all("//link/@href")]
    assert len(addresses) >= 3
    for address in addresses:
        answer = admin.http.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    assert "immutable" not in admin.http.get(urlsplit(addresses[0]).path).headers.get("cache-control", "")


def test_https_is_asked_for_once_spark_has_it() -> None:
    app = create_app(
        Settings(database_url="postgresql://localhost/none", base_url="https://spark.example", log_level="WARNING")
    )

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://spark.example") as client:
            return await client.get("/sign-in")

    assert "max-age=" in asyncio.run(ask()).headers["strict-transport-security"]


def test_an_error_is_a_page_for_a_browser_and_a_document_for_a_program(admin: Visitor) -> None:
    seen = admin.get("/nothing")
    assert (seen.status, seen.texts("//h1")) == (404, ["There is nothing here"])
    assert admin.http.get("/nothing", headers={"Accept": "*/*"}).headers["content-type"] == "application/problem+json"
    assert admin.http.get("/api/v1/nothing").headers["content-type"] == "application/problem+json"
    assert admin.http.get("/shipstation/nothing").headers["content-type"].startswith("application/xml")
    assert admin.http.request("DELETE", "/people").status_code == 405


def test_without_a_database_a_page_says_when_to_come_back() -> None:
    app = create_app(Settings(database_url="postgresql://127.0.0.1:1/none", log_level="CRITICAL"))

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000") as client:
            return await client.get("/", headers={"Accept": "text/html", "Cookie": "spark_session=" + "x" * 32})

    answer = asyncio.run(ask())
    assert answer.status_code == 503
    assert "retry-after" in answer.headers
    assert "Spark is busy" in answer.text


def test_what_people_wrote_is_escaped(merchant: Merchant, admin: Visitor) -> None:
    nasty = "<script>alert(1)</script>"
    with merchant.sessions.begin() as session:
        session.execute(
            sql("UPDATE accounts SET name = :name WHERE account_id = :id"), {"name": nasty, "id": merchant.account_id}
        )
    page = admin.get("/people")
    assert nasty in page.words
    assert nasty not in page.response.text


def test_a_message_of_another_is_not_shown(admin: Visitor) -> None:
    admin.get("/people")
    admin.http.cookies.set("spark_flash", "WyJQYXkgdG8gZXZlIl0=.0000")
    assert "Pay to eve" not in admin.get("/people").words


def test_a_message_shows_once(admin: Visitor) -> None:
    admin.get("/me")
    assert "Your time zone is set." in admin.post("/me/time-zone", time_zone="Asia/Kathmandu").words
    assert "Your time zone is set." not in admin.get("/me").words


# Times.


def since(visitor: Visitor) -> tuple[str, str]:
    [time] = visitor.get("/people").all("//tbody//time")
    return time.text_content(), time.get("title")


def test_times_are_in_the_zone_of_the_setting_else_of_the_browser_else_utc(merchant: Merchant, admin: Visitor) -> None:
    with merchant.sessions.begin() as session:
        session.execute(
            sql("UPDATE users SET created_at = '2025-03-08 23:30:05Z' WHERE account_id = :id"),
            {"id": merchant.account_id},
        )
    utc = "2025-03-08 23:30:05 UTC"
    assert since(admin) == ("8 Mar 2025, 23:30", utc)
    admin.http.cookies.set("spark_zone", "Asia/Kathmandu")
    assert since(admin) == ("9 Mar 2025, 05:15", utc)
    admin.get("/me")
    admin.post("/me/time-zone", time_zone="America/New_York")
    assert since(admin) == ("8 Mar 2025, 18:30", utc)
    assert "Times are in America/New_York" in admin.get("/people").words
    admin.post("/me/time-zone", time_zone="")
    admin.http.cookies.set("spark_zone", "Nowhere/At_all")
    assert since(admin) == ("8 Mar 2025, 23:30", utc)


def test_an_unknown_time_zone_is_refused(admin: Visitor) -> None:
    admin.get("/me")
    refused = admin.post("/me/time-zone", time_zone="Mars/Olympus")
    assert refused.status == 422
    assert "there is no time zone “Mars/Olympus”" in refused.words


def test_a_time_carries_its_exact_instant() -> None:
    clock = Clock(datetime(2026, 11, 1, 12, tzinfo=UTC), "America/New_York", pytz.timezone("America/New_York"))
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    second = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    for at, utc in ((first, "05:30:00"), (second, "06:30:00")):  # the hour that comes twice
        shown = times.moment(at, clock)
        assert ">1 Nov, 01:30</time>" in shown
        assert f'title="2026-11-01 {utc} UTC"' in shown
        assert f'datetime="2026-11-01T{utc}.000Z"' in shown


def test_a_window_is_said_as_it_was_asked_for_and_carries_its_instants() -> None:
    zone = pytz.timezone("America/New_York")
    clock = Clock(datetime(2026, 11, 1, 12, tzinfo=UTC), "America/New_York", zone)
    start, end = datetime(2026, 3, 8, 14, 0, tzinfo=UTC), datetime(2026, 3, 8, 15, 1, tzinfo=UTC)
    said = times.window(start, end, clock)
    assert said == '<span title="2026-03-08 14:00 to 15:00 UTC">8 Mar, 10:00 to 11:00</span>'
    assert ">8 Mar, 10:00 to 9 Mar, 11:00<" in times.window(start, datetime(2026, 3, 9, 15, 1, tzinfo=UTC), clock)
    assert ">8 Mar, 14:00 to 15:00<" in times.window(start, end, clock, pytz.utc)


@pytest.mark.parametrize("name", ["UTC", "America/New_York", "Asia/Kathmandu", "Etc/GMT+5"])
def test_times_in_a_sentence_are_said_once_and_short(name: str) -> None:
    zone = pytz.timezone(name)
    clock = Clock(datetime(2026, 11, 1, 12, tzinfo=UTC), name, zone)
    start, at = datetime(2025, 3, 8, 23, 30, tzinfo=UTC), datetime(2026, 3, 9, 1, 0, 5, tzinfo=UTC)
    for end in (start + timedelta(minutes=9), start + timedelta(days=2)):
        sentence = f"<b> at {clock.moment(at)} (well), of {clock.window(start, end)}. By {clock.moment(start)} & so"
        assert times.timed(sentence, clock) == (
            f"&lt;b&gt; at {times.moment(at, clock, seconds=True)} (well), of {times.window(start, end, clock)}. "
            f"By {times.moment(start, clock, seconds=True)} &amp; so"
        )
    assert times.timed("at 2026-13-45 99:99:99 UTC", clock) == "at 2026-13-45 99:99:99 UTC"


def test_zones_are_those_of_pytz_before_at_and_after_each_change() -> None:
    second = timedelta(seconds=1)
    for name in pytz.common_timezones:
        theirs, ours = pytz.timezone(name), times.zone_named(name)
        changes = [
            at.replace(tzinfo=UTC) for at in getattr(theirs, "_utc_transition_times", []) if 1990 < at.year < 2037
        ]
        for change in [datetime(2026, 7, 1, tzinfo=UTC), *changes]:
            for at in (change - second, change, change + second):
                assert f"{at.astimezone(ours):%F %T %z}" == f"{at.astimezone(theirs):%F %T %z}", (name, at)
