"""One test for each sentence of what README promises under Security, named by it."""

import base64
import hashlib
import json
import math
import re
import secrets as random_secrets
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text as sql

from builders import ADDRESS, notice, order
from driver import Merchant
from processes import Server, spark
from serving import visited
from spark_shipstation.services import accounts, people, secrets
from spark_shipstation.settings import Settings
from spark_shipstation.store.session import Sessions
from spark_shipstation.web.app import create_app
from visitor import Visitor, new_visitor, page_routes

ROOT = Path(__file__).parents[2]
WINDOW = {"action": "export", "start_date": "01/01/2026 00:00", "end_date": "01/02/2026 00:00"}


@pytest.fixture(scope="module")
def admin(sessions: Sessions, http: httpx.Client, base_url: str) -> Iterator[Visitor]:
    with sessions.begin() as session:
        account = accounts.add_account(session, "security")
    visitor = new_visitor(sessions, account.account_id, base_url)
    Visitor.there.remove(visitor)  # who stays for all of these tests
    yield visitor
    visitor.http.close()


# Passwords


@pytest.mark.parametrize("_turn", range(20))
def test_generated_passwords_have_at_least_160_bits(_turn: int) -> None:
    made = secrets.password()
    assert set(made) <= set(secrets._ALPHABET)
    assert len(made) * math.log2(len(set(secrets._ALPHABET))) >= 160
    assert made != secrets.password()


def everything_stored(sessions: Sessions) -> str:
    with sessions.begin() as session:
        tables = session.execute(sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
        rows = (session.execute(sql(f"SELECT t::text FROM {table} t")).scalars() for table in tables)  # noqa: S608
        return "\n".join(row for found in rows for row in found)


def test_generated_passwords_are_shown_once_and_their_sha256_digest_is_stored(
    merchant: Merchant, sessions: Sessions
) -> None:
    store = merchant.add_store("East")
    rotated = merchant.done("/vendors/East/credentials")["password"]
    again = json.dumps([merchant.get("/vendors"), merchant.get("/vendors/East")])
    stored = everything_stored(sessions)
    for password in (store.auth[1], rotated, merchant.auth[1]):
        assert password not in again
        assert password not in stored
        assert hashlib.sha256(password.encode()).hexdigest() in stored


def test_peoples_passwords_are_argon2(merchant: Merchant, sessions: Sessions) -> None:
    with sessions.begin() as session:
        person, password = people.add_person(session, merchant.account_id, "ada@example.com", "admin")
        session.flush()
        statement = sql("SELECT password_hash FROM users WHERE account_id = :a AND id = :id")
        kept = session.execute(statement, {"a": merchant.account_id, "id": person.id}).scalar_one()
    assert kept.startswith("$argon2id$")
    assert password not in kept


# Who is let in


def without_what_is_new_each_time(answer: httpx.Response) -> tuple[int, bytes, dict[str, str]]:
    headers = {name: value for name, value in answer.headers.items() if name not in {"date", "x-request-id"}}
    return answer.status_code, answer.content, headers


def test_credentials_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the comparison that takes as long wherever two differ, as often for nobody's password as for somebody's."""
    compared: list[bytes] = []
    genuine = random_secrets.compare_digest

    def noted(one: bytes, other: bytes) -> bool:
        compared.append(other)
        return genuine(one, other)

    monkeypatch.setattr(random_secrets, "compare_digest", noted)
    digest = hashlib.sha256(b"right").digest()
    counts = []
    for given, known in (("right", [digest]), ("wrong", [digest]), ("", [digest])):
        compared.clear()
        assert secrets.matches(given, known) is (given == "right")
        counts.append(len(compared))
    compared.clear()
    assert secrets.matches("right", []) is False
    assert len(set(counts)) == 1
    assert len(compared) == 1, "also where there is nothing to compare with"


def test_an_unknown_user_and_a_wrong_password_get_the_same_answer(merchant: Merchant, http: httpx.Client) -> None:
    store = merchant.shipstation
    username, password = store.auth
    wrong = [(username, "wrong"), ("nobody", password), ("nobody", "wrong"), (username, ""), ("", password)]
    told = [without_what_is_new_each_time(http.get(store.url, params=WINDOW, auth=auth)) for auth in wrong]
    told += [without_what_is_new_each_time(http.get(store.url, params=WINDOW))]
    assert all(one == told[0] for one in told)
    assert told[0][0] == 401
    key, secret = merchant.auth
    keys = [(key, "wrong"), ("nobody", secret), ("", "")]
    told = [without_what_is_new_each_time(http.get("/api/v1/orders", auth=auth)) for auth in keys]
    assert all(one == told[0] for one in told)


@pytest.mark.parametrize("path", ["/api/v1/orders", "ShipStation's URL"])
def test_401_carries_a_challenge(merchant: Merchant, http: httpx.Client, path: str) -> None:
    url = path if path.startswith("/") else merchant.shipstation.url
    answer = http.get(url, params=WINDOW)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic realm=")


# What is read


def raw(http: httpx.Client, head: str, body: bytes = b"") -> bytes:
    with socket.create_connection((http.base_url.host, http.base_url.port or 80), timeout=10) as caller:
        caller.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
        return caller.recv(4000)


def basic(auth: tuple[str, str]) -> str:
    return "Basic " + base64.b64encode(":".join(auth).encode()).decode()


def test_request_bodies_are_bounded_before_they_are_read(merchant: Merchant, http: httpx.Client) -> None:
    """512 KiB on ShipStation's URL: refused by what is stated, and by what arrives where nothing is."""
    store = merchant.shipstation
    target = (
        f"POST {httpx.URL(store.url).path}?action=shipnotify HTTP/1.1\nHost: spark\nAuthorization: {basic(store.auth)}"
    )
    assert raw(http, f"{target}\nContent-Length: {512 * 1024 + 1}").startswith(b"HTTP/1.1 413 ")

    def endless() -> Iterator[bytes]:
        for _ in range(600):
            yield b"<" * 1024

    assert http.post(store.url, params={"action": "shipnotify"}, content=endless(), auth=store.auth).status_code == 413
    assert store.notify(b"<" * 512 * 1024).status_code == 400, "as much as is allowed is read"


NOTICE = "<ShipNotice><OrderNumber>&x;</OrderNumber></ShipNotice>"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ATTACKS = {
    "a DTD": "<!DOCTYPE ShipNotice><ShipNotice/>",
    "an entity": f'<!DOCTYPE n [<!ENTITY x "1001">]>{NOTICE}',
    "a file": f'<!DOCTYPE n [<!ENTITY x SYSTEM "file:///etc/passwd">]>{NOTICE}',
    "a billion laughs": f'<!DOCTYPE n [<!ENTITY l0 "lol">{LAUGHS}]>{NOTICE.replace("&x;", "&l9;")}',
    "deep nesting": "<ShipNotice>" + "<a>" * 5000 + "</a>" * 5000 + "</ShipNotice>",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_xml_has_no_dtd_no_entities_and_bounded_depth(merchant: Merchant, attack: str) -> None:
    answer = merchant.shipstation.notify(ATTACKS[attack].encode())
    assert answer.status_code == 400
    assert "root:" not in answer.text


def test_xml_asks_nothing_of_the_network(merchant: Merchant) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(0.5)
        there = f"http://127.0.0.1:{listener.getsockname()[1]}/x.dtd"
        include = "http://www.w3.org/2001/XInclude"
        bodies = (
            f'<!DOCTYPE n SYSTEM "{there}"><ShipNotice/>',
            f'<!DOCTYPE n [<!ENTITY % x SYSTEM "{there}"> %x;]><ShipNotice/>',
            f'<ShipNotice xmlns:i="{include}"><i:include href="{there}"/></ShipNotice>',
        )
        for body in bodies:
            assert merchant.shipstation.notify(body.encode()).status_code in {400, 404}
        with pytest.raises(TimeoutError):
            listener.accept()


# The pages


@pytest.fixture(scope="module")
def pages(admin: Visitor) -> dict[str, httpx.Response]:
    paths = [path for method, path in page_routes() if method == "GET" and "{" not in path]
    return {path: admin.http.get(path) for path in paths}


def test_pages_are_server_rendered_and_hold_no_inline_script(pages: dict[str, httpx.Response]) -> None:
    assert len(pages) > 5
    for path, page in pages.items():
        if page.headers["content-type"].startswith("text/html"):
            assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", page.text), path
            assert not re.search(r"\son\w+\s*=", page.text), path


def test_pages_have_a_content_security_policy(pages: dict[str, httpx.Response]) -> None:
    for path, page in pages.items():
        if page.headers["content-type"].startswith("text/html"):
            policy = page.headers["content-security-policy"]
            assert "default-src 'none'" in policy or "default-src 'self'" in policy, path
            assert "'unsafe-inline'" not in policy, path
            assert "frame-ancestors 'none'" in policy, path


def test_what_is_shown_on_pages_is_autoescaped(
    sessions: Sessions, make_merchant: Callable[..., Merchant], base_url: str
) -> None:
    merchant = make_merchant()
    merchant.add_store("<script>alert(1)</script>")
    page = new_visitor(sessions, merchant.account_id, base_url).http.get("/vendors").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_cookies_are_httponly_samesite_and_secure(database_url: str) -> None:

    app = create_app(Settings(database_url=database_url, base_url="https://orders.example.com", log_level="CRITICAL"))
    with visited(app) as client:
        page = client.get("/sign-in", headers={"accept": "text/html"})
    cookies = page.headers.get_list("set-cookie")
    assert cookies
    for cookie in cookies:
        assert {"HttpOnly", "Secure"} <= {part.strip() for part in cookie.split(";")}, cookie
        assert re.search(r"; SameSite=(Lax|Strict)", cookie, re.IGNORECASE), cookie


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}])
def test_forms_from_foreign_origins_are_refused(admin: Visitor, headers: dict[str, str]) -> None:
    token = admin.get("/vendors").token
    before = admin.http.get("/vendors").text.count("<tr")
    answer = admin.http.post("/vendors", data={"form_token": token, "kind": "manual"}, headers=headers)
    assert answer.status_code == 403
    assert admin.http.get("/vendors").text.count("<tr") == before


# Logs, files, the image


def test_no_password_query_string_name_or_address_is_in_a_log(tmp_path: Path) -> None:
    private = {"name": "Zephyrine Quill", "address1": "77 Lindworm Lane", "city": "Austerlitz"}
    with Server(tmp_path, SPARK_LOG_LEVEL="DEBUG") as server:
        facts = server.facts()
        vendor, window = facts["shipstation"], {**WINDOW, "SS-Password": "in-the-query", "SS-UserName": "who"}
        server.post_order(
            order(ship_to={**ADDRESS, **private}, customer={"name": private["name"], "email": "z@quill.example"})
        )
        login = (vendor["username"], vendor["password"])
        httpx.get(vendor["url"], params=window, auth=login)
        httpx.get(vendor["url"], params=window, auth=(login[0], "a-wrong-password"))
        httpx.get(vendor["url"], params={**window, "start_date": "never"}, auth=login)
        httpx.post(
            vendor["url"],
            params={**window, "action": "shipnotify"},
            content=notice("", OrderNumber="nobody's"),
            auth=login,
        )
        httpx.get(f"{server.base_url}/api/v1/orders", params={"number": "N-private"}, auth=server.auth)
        httpx.post(f"{server.base_url}/api/v1/orders", content=b'{"customer": "Zephyrine Quill', auth=server.auth)
        httpx.post(f"{server.base_url}/sign-in", data={"email": "z@quill.example", "password": "a-wrong-password"})
        told = server.output()
    log = "\n".join(line for line in told.splitlines() if line.startswith("{"))
    assert log.count('"event": "request"') >= 7
    for word in (*private.values(), "z@quill.example", "in-the-query", "a-wrong-password", "N-private", "start_date",
                 vendor["password"], facts["api_key"]["secret"]):  # fmt: skip
        assert word not in log, [line for line in log.splitlines() if word in line]


@pytest.mark.parametrize("formula", ["=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(A1)", "\t=1"])
def test_csv_exports_neutralize_formulas(tmp_path: Path, merchant: Merchant, database_url: str, formula: str) -> None:
    merchant.put_product("TEE-M", name=formula, brand=formula)
    with merchant.sessions.begin() as session:
        statement = sql("SELECT name FROM accounts WHERE account_id = :a")
        account = session.execute(statement, {"a": merchant.account_id}).scalar_one()
    done = spark(tmp_path, "products", "export", "--account", account, SPARK_DATABASE_URL=database_url)
    assert done.returncode == 0, done.stderr
    assert formula.strip() in done.stdout
    cells = re.split(r"[,\n]", done.stdout.replace('"', ""))
    assert not [cell for cell in cells if cell[:1] in {"=", "+", "-", "@", "\t"}]


def test_the_image_runs_as_a_plain_user_on_a_read_only_root() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    last_stage = dockerfile[dockerfile.rindex("\nFROM ") :]
    assert re.findall(r"^USER (\S+)$", last_stage, re.MULTILINE) == ["10001:10001"]
    assert last_stage.index("USER 10001") < last_stage.index("ENTRYPOINT")
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    service = compose[compose.index("x-spark:") : compose.index("\nservices:")]
    for promise in ("read_only: true", "cap_drop:\n    - ALL", "no-new-privileges:true"):
        assert promise in service
