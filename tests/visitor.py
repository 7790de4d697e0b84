"""A person at the pages without any script: follows links, fills in forms, reads what stands there."""

import secrets
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

import httpx
from fastapi.routing import APIRoute
from lxml import html

from spark_shipstation.services import people
from spark_shipstation.store.session import Sessions
from spark_shipstation.web import admin as pages


@dataclass
class Seen:
    """A page as it was answered."""

    response: httpx.Response

    def __post_init__(self) -> None:
        self.tree = html.fromstring(self.response.text or "<p></p>")

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def path(self) -> str:
        return self.response.url.raw_path.decode()

    @property
    def words(self) -> str:
        return " ".join(self.tree.text_content().split())

    def all(self, selector: str) -> list[Any]:
        return list(self.tree.xpath(selector))

    def texts(self, xpath: str) -> list[str]:
        return [" ".join(element.text_content().split()) for element in self.tree.xpath(xpath)]

    @property
    def happens(self) -> list[str]:
        """What an action leads to, as its page says before it is done."""
        return self.texts("//section[h2[text()='What happens']]//li")

    @property
    def refused(self) -> list[str]:
        """Why it cannot be done."""
        return self.texts("//section[h2[text()='That cannot be done']]//li")

    def value(self, id_: str) -> str:
        return str(self.tree.xpath(f"//*[@id='{id_}']/@value")[0])

    @property
    def token(self) -> str:
        found = self.tree.xpath("//input[@name='form_token']/@value")
        return str(found[0]) if found else ""


@dataclass
class Visitor:
    """`address` is where the person sits: their own, so that nobody else's attempts count against them."""

    base_url: str
    email: str = ""
    password: str = ""
    address: str = field(default_factory=lambda: ".".join(["10", *(str(secrets.randbelow(250)) for _ in range(3))]))
    there: ClassVar[list["Visitor"]] = []

    def __post_init__(self) -> None:
        Visitor.there.append(self)
        headers = {"Accept": "text/html", "X-Forwarded-For": self.address}
        self.http = httpx.Client(base_url=self.base_url, headers=headers, follow_redirects=True, timeout=30)
        self.last: Seen | None = None

    def get(self, path: str, **query: str) -> Seen:
        self.last = Seen(self.http.get(path, params=query or None))
        return self.last

    def post(self, path: str, **fields: str) -> Seen:
        """A form of the page that was seen last, with its token unless another is given."""
        token = self.last.token if self.last else ""
        self.last = Seen(self.http.post(path, data={"form_token": token, **fields}))
        return self.last

    def send(self, path: str, content: bytes, **fields: str) -> Seen:
        """A form with a file."""
        token = self.last.token if self.last else ""
        files = {"file": ("file.csv", content, "text/csv")}
        self.last = Seen(self.http.post(path, data={"form_token": token, **fields}, files=files))
        return self.last

    def fill(self, form: str, **fields: str) -> Seen:
        """Send the form with that action as it stands on the page that was seen last, with these fields changed."""
        assert self.last is not None
        [found] = self.last.all(f"//form[@action='{form}']")
        return self.post(form, **{name: value or "" for name, value in found.form_values()} | fields)

    def sign_in(self, email: str = "", password: str = "", **fields: str) -> Seen:
        """In a browser that knows nothing yet."""
        self.http.cookies.clear()
        self.get("/sign-in")
        return self.post("/sign-in", email=email or self.email, password=password or self.password, **fields)


def page_routes() -> list[tuple[str, str]]:
    """Method and path of every page and form there is."""
    return [(method, route.path) for route in _routes(pages.router) for method in sorted(route.methods or ())]


def _routes(router: Any) -> list[APIRoute]:
    found: list[APIRoute] = []
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        found += _routes(inner) if inner is not None else [route]
    return found


def all_leave() -> None:
    while Visitor.there:
        Visitor.there.pop().http.close()


def new_visitor(sessions: Sessions, account_id: UUID, base_url: str, role: str = "admin") -> Visitor:
    """A person of that account, signed in."""
    email = f"ada-{secrets.token_hex(6)}@example.com"
    with sessions.begin() as session:
        _, password = people.add_person(session, account_id, email, role)
    visitor = Visitor(base_url, email, password)
    assert visitor.sign_in().status == 200
    return visitor
