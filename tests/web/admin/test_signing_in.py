"""Who gets in, who does not, and for how long."""

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text as sql

from driver import Merchant
from spark_shipstation.services import accounts, people, secrets, signin
from spark_shipstation.settings import Settings
from spark_shipstation.store.session import Sessions
from spark_shipstation.web.app import create_app
from visitor import Seen, Visitor, new_visitor

NOW = datetime(2026, 3, 8, 12, 0, tzinfo=UTC)


def test_a_page_asks_to_sign_in_and_leads_back_to_it(admin: Visitor, base_url: str) -> None:
    stranger = Visitor(base_url, admin.email, admin.password)
    asked = stranger.get("/people", sort="email")
    assert (asked.status, asked.path) == (200, "/sign-in?next=/people%3Fsort%3Demail")
    back = stranger.post("/sign-in", email=admin.email, password=admin.password, next="/people?sort=email")
    assert (back.status, back.path) == (200, "/people?sort=email")


LOST = "You were signed out, so nothing was done. Sign in, then do it again."


@pytest.mark.parametrize(
    ("form", "referer", "back"),
    [
        ("/products/one", "/products/one?sku=A%26B", "/products/one?sku=A%26B"),
        ("/people", "/people", "/people"),
        ("/vendors/x/name", "/vendors/x/statuses", "/vendors/x"),  # a refused form's page has the address of a form
        ("/people/x/role", "", "/people"),
        ("/me/password", "https://evil.example/vendors", "/me"),
        ("/routing/file", "/sign-in", "/"),
    ],
)
def test_a_form_that_is_sent_after_the_session_has_ended_says_so_and_leads_back_to_its_page(
    admin: Visitor, base_url: str, form: str, referer: str, back: str
) -> None:
    stranger = Visitor(base_url)
    said = referer if "://" in referer or not referer else base_url + referer
    answer = stranger.http.post(form, data={"a": "b"}, headers={"Referer": said} if said else {})
    stranger.last = page = Seen(answer)
    assert (page.status, page.texts("//*[@class='message warn']")) == (200, [LOST])
    stranger.http.follow_redirects = False
    signed_in = stranger.fill("/sign-in", email=admin.email, password=admin.password)
    assert (signed_in.status, signed_in.response.headers["location"]) == (303, back)


def test_signing_out_twice_is_no_loss(admin: Visitor, base_url: str) -> None:
    page = Visitor(base_url).post("/sign-out")
    assert page.texts("//*[@role='status']") == ["You are signed out."]


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example"]
)
def test_signing_in_leads_to_no_other_site(admin: Visitor, base_url: str, target: str) -> None:
    stranger = Visitor(base_url)
    stranger.get("/sign-in")
    stranger.http.follow_redirects = False
    answer = stranger.post("/sign-in", email=admin.email, password=admin.password, next=target)
    assert (answer.status, answer.response.headers["location"]) == (303, "/")


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer_after_the_same_work(
    admin: Visitor, base_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []

    class Counting:
        def verify(self, password_hash: str, password: str) -> bool:
            compared.append(password_hash.split("$")[3])  # its cost: memory, rounds, lanes
            return real.verify(password_hash, password)

    real = secrets.hasher
    monkeypatch.setattr(secrets, "hasher", Counting())
    stranger = Visitor(base_url)
    wrong = stranger.sign_in(admin.email, "not the password")
    unknown = stranger.sign_in("nobody@example.com", "not the password")
    assert wrong.status == unknown.status == 401
    assert wrong.texts("//*[@role='alert']") == unknown.texts("//*[@role='alert']") == [signin.WRONG]
    assert len(compared) == 2
    assert compared[0] == compared[1]


def test_an_address_may_be_written_in_any_case(admin: Visitor, base_url: str) -> None:
    assert Visitor(base_url).sign_in(f" {admin.email.upper()} ", admin.password).path == "/"


def test_too_many_tries_are_refused_even_with_the_right_password(admin: Visitor, base_url: str) -> None:
    stranger = Visitor(base_url)
    for _ in range(signin.MOST_FOR_EMAIL):
        assert stranger.sign_in(admin.email, "wrong").status == 401
    for password in ("wrong", admin.password):
        refused = stranger.sign_in(admin.email, password)
        assert refused.status == 429
        assert refused.response.headers["retry-after"] == "900"
        assert "Wait 15 minutes" in refused.words
    elsewhere = Visitor(base_url)
    assert elsewhere.sign_in(admin.email, admin.password).status == 429


def test_unknown_addresses_are_throttled_like_known_ones(base_url: str) -> None:
    stranger, email = Visitor(base_url), f"{uuid4().hex}@example.com"
    answers = [stranger.sign_in(email, "wrong").status for _ in range(signin.MOST_FOR_EMAIL + 1)]
    assert answers == [401] * signin.MOST_FOR_EMAIL + [429]


def test_a_network_address_that_tries_many_people_is_refused(sessions: Sessions) -> None:
    address, now = f"10.9.{uuid4().int % 250}.{uuid4().int % 250}", datetime.now(UTC)

    def tried() -> bool:
        with sessions.begin() as session:
            return signin.admit(session, f"{uuid4().hex}@example.com", address, now=now) is not None

    assert [tried() for _ in range(signin.MOST_FOR_ADDRESS + 1)] == [True] * signin.MOST_FOR_ADDRESS + [False]


def test_a_customer_of_ipv6_is_one_address(sessions: Sessions) -> None:
    prefix = f"2001:db8:{uuid4().hex[:4]}:{uuid4().hex[:4]}"
    now = datetime.now(UTC)
    for number in range(signin.MOST_FOR_ADDRESS):
        with sessions.begin() as session:
            assert signin.admit(session, f"{uuid4().hex}@x.example", f"{prefix}::{number:x}", now=now)
    with sessions.begin() as session:
        assert signin.admit(session, "other@x.example", f"{prefix}:ffff::1", now=now) is None


def test_tries_at_the_same_moment_are_all_counted(sessions: Sessions) -> None:
    email, admitted, now = f"{uuid4().hex}@example.com", [], datetime.now(UTC)
    ready = threading.Barrier(16)

    def attempt(number: int) -> None:
        ready.wait()
        with sessions.begin() as session:
            admitted.append(signin.admit(session, email, f"10.8.{number}.1", now=now) is not None)

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(admitted) == [False] * 6 + [True] * 10


def test_after_a_while_one_may_try_again(sessions: Sessions) -> None:
    email, address, now = f"{uuid4().hex}@example.com", "10.7.7.7", datetime.now(UTC)
    for _ in range(signin.MOST_FOR_EMAIL + 1):
        with sessions.begin() as session:
            last = signin.admit(session, email, address, now=now)
    assert last is None
    with sessions.begin() as session:
        assert signin.admit(session, email, address, now=now + signin.SPAN) is not None


def test_who_signs_in_is_forgiven_what_failed_before(admin: Visitor, base_url: str) -> None:
    stranger = Visitor(base_url)
    for _ in range(3):
        for _ in range(signin.MOST_FOR_EMAIL - 1):
            assert stranger.sign_in(admin.email, "wrong").status == 401
        assert stranger.sign_in(admin.email, admin.password).status == 200
        stranger.http.cookies.clear()


def test_a_person_who_was_switched_off_is_out_at_once(merchant: Merchant, admin: Visitor, reader: Visitor) -> None:
    [id_] = [
        row.get("action").split("/")[2]
        for row in admin.get("/people").all(f"//tr[contains(., '{reader.email}')]//form[contains(@action, '/active')]")
    ]
    assert reader.get("/people").path == "/people"
    assert "can no longer sign in" in admin.post(f"/people/{id_}/active", active="no").words
    assert reader.get("/people").path.startswith("/sign-in")
    refused = reader.sign_in()
    assert (refused.status, refused.texts("//*[@role='alert']")) == (401, [signin.WRONG])
    admin.post(f"/people/{id_}/active", active="yes")
    assert reader.sign_in().path == "/"


def test_an_account_that_is_not_active_is_refused(merchant: Merchant, admin: Visitor) -> None:
    with merchant.sessions.begin() as session:
        session.execute(sql("UPDATE accounts SET active = false WHERE account_id = :id"), {"id": merchant.account_id})
    assert admin.get("/people").path.startswith("/sign-in")
    refused = admin.sign_in()
    assert refused.status == 403
    assert "account is not active" in refused.words


def test_the_same_address_in_two_accounts_says_which_is_meant(
    make_merchant: Callable[..., Merchant], base_url: str
) -> None:
    first, second = make_merchant(), make_merchant()
    email, password = f"{uuid4().hex}@example.com", "the same password"
    for merchant in (first, second):
        with merchant.sessions.begin() as session:
            accounts.add_user(session, merchant.account_id, email, password)
    with second.sessions.begin() as session:
        name = session.execute(
            sql("SELECT name FROM accounts WHERE account_id = :id"), {"id": second.account_id}
        ).scalar_one()
    visitor = Visitor(base_url)
    asked = visitor.sign_in(email, password)
    assert asked.status == 409
    assert name in asked.words
    assert name in visitor.post("/sign-in", email=email, password=password, account=name).words
    assert visitor.last is not None
    assert visitor.last.path == "/"


def test_signing_out_ends_the_session_on_the_server(admin: Visitor, base_url: str) -> None:
    token = admin.http.cookies["spark_session"]
    admin.get("/people")
    assert "You are signed out." in admin.post("/sign-out").words
    admin.http.cookies.set("spark_session", token)
    assert admin.get("/people").path.startswith("/sign-in")


def test_signing_out_everywhere_ends_the_other_browsers_too(admin: Visitor, base_url: str) -> None:
    other = Visitor(base_url, admin.email, admin.password)
    other.sign_in()
    admin.get("/me")
    admin.post("/sign-out", everywhere="yes")
    assert other.get("/people").path.startswith("/sign-in")


def test_a_session_ends_by_itself(merchant: Merchant, admin: Visitor) -> None:
    with merchant.sessions.begin() as session:
        session.execute(
            sql("UPDATE user_sessions SET expires_at = clock_timestamp() WHERE account_id = :id"),
            {"id": merchant.account_id},
        )
    assert admin.get("/people").path.startswith("/sign-in")


def test_the_database_holds_no_token(merchant: Merchant, admin: Visitor) -> None:
    token = admin.http.cookies["spark_session"]
    with merchant.sessions.begin() as session:
        rows = session.execute(
            sql("SELECT user_sessions::text FROM user_sessions WHERE account_id = :id"), {"id": merchant.account_id}
        ).scalars()
        assert all(token not in row and token.encode().hex() not in row for row in rows)


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(admin: Visitor, base_url: str) -> None:
    other = Visitor(base_url, admin.email, admin.password)
    other.sign_in()
    admin.get("/me")
    done = admin.post("/me/password", old=admin.password, new="a better secret", again="a better secret")
    assert "Your password is changed." in done.words
    assert other.get("/people").path.startswith("/sign-in")
    assert other.sign_in().status == 401
    assert other.sign_in(password="a better secret").path == "/"
    assert admin.get("/people").path == "/people"


@pytest.mark.parametrize(
    ("old", "new", "again", "reasons"),
    [
        ("wrong", "a better secret", "a better secret", ["Your present password is not right."]),
        ("", "short", "other", ["12 to 200 characters", "the two new passwords differ"]),
        ("", "aaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaa", ["five different characters"]),
    ],
)
def test_a_password_is_refused_with_every_reason(
    admin: Visitor, old: str, new: str, again: str, reasons: list[str]
) -> None:
    admin.get("/me")
    refused = admin.post("/me/password", old=old or admin.password, new=new, again=again)
    assert refused.status in {401, 422}
    for reason in reasons:
        assert reason in refused.words
    assert admin.sign_in().path == "/"


@pytest.mark.parametrize(
    ("fields", "name", "why"),
    [
        ({"again": "another secret"}, "again", "New password, again: the two new passwords differ"),
        ({"new": "short", "again": "short"}, "new", "New password: a password has 12 to 200 characters"),
    ],
)
def test_a_new_password_that_is_refused_is_marked_at_its_field(
    admin: Visitor, fields: dict[str, str], name: str, why: str
) -> None:
    admin.get("/me")
    refused = admin.post("/me/password", **{"old": admin.password, "new": "a better secret", **fields})
    assert (refused.status, refused.texts("//*[@role='alert']//li")) == (422, [why])
    assert refused.all("//*[@aria-invalid]/@name") == [name]


def test_guessing_the_present_password_is_throttled(admin: Visitor) -> None:
    admin.get("/me")
    answers = [
        admin.post("/me/password", old="wrong", new="a better secret", again="a better secret").status
        for _ in range(signin.MOST_FOR_EMAIL + 1)
    ]
    assert answers == [401] * signin.MOST_FOR_EMAIL + [429]


def test_a_browser_without_cookies_is_told_so(admin: Visitor, base_url: str) -> None:
    answer = httpx.post(
        f"{base_url}/sign-in", data={"email": admin.email, "password": admin.password}, headers={"Accept": "text/html"}
    )
    assert answer.status_code == 400
    assert "did not send back Spark" in answer.text


@pytest.mark.parametrize(
    ("base", "secure"),
    [
        ("https://orders.example.com", True),
        ("http://orders.example.com", True),
        ("http://127.0.0.1:8000", False),
        ("http://localhost:8000", False),
        ("http://[::1]:8000", False),
        ("", False),
    ],
)
def test_cookies_are_secure_unless_spark_is_on_this_very_machine(base: str, secure: bool) -> None:
    """No database is asked before somebody has a session."""
    app: FastAPI = create_app(Settings(database_url="postgresql://localhost/none", base_url=base, log_level="WARNING"))

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://spark") as client:
            return await client.get("/sign-in")

    cookie = asyncio.run(ask()).headers["set-cookie"]
    assert cookie.startswith("__Host-spark_visitor=" if secure else "spark_visitor=")
    assert ("Secure" in cookie) == secure
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie


def test_a_new_password_by_an_admin_is_shown_once_and_ends_their_sessions(admin: Visitor, reader: Visitor) -> None:
    row = f"//tr[contains(., '{reader.email}')]//form[contains(@action, '/password')]/@action"
    [action] = admin.get("/people").all(row)
    shown = admin.post(action)
    password = shown.value("new-password")
    assert len(password) == 32
    assert password not in admin.get("/people").response.text
    assert reader.get("/people").path.startswith("/sign-in")
    assert reader.sign_in(password=password).path == "/"


def test_a_session_of_one_account_shows_nothing_of_another(
    make_merchant: Callable[..., Merchant], base_url: str
) -> None:
    ours, theirs = make_merchant(), make_merchant()
    mine = new_visitor(ours.sessions, ours.account_id, base_url)
    other = new_visitor(theirs.sessions, theirs.account_id, base_url)
    assert other.email not in mine.get("/people").words
    with theirs.sessions.begin() as session:
        [person] = people.list_people(session, theirs.account_id)
    assert mine.post(f"/people/{person.id}/role", role="read-only").status == 404


def test_old_attempts_are_not_kept(sessions: Sessions, admin: Visitor) -> None:
    long_ago = NOW - timedelta(days=30)
    with sessions.begin() as session:
        signin.admit(session, "long-ago@example.com", "10.1.1.1", now=long_ago)
    admin.sign_in()
    with sessions.begin() as session:
        left = session.execute(sql("SELECT count(*) FROM sign_in_attempts WHERE since < :at"), {"at": NOW}).scalar_one()
    assert left == 0
