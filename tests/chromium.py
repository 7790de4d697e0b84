"""Debian's chromium, driven by playwright. A machine without it fails these tests: it does not skip them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

Open = Callable[..., "Person"]  # a window at a shop
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 740}
AXE = Path(__file__).parent / "browser" / "axe" / "axe.min.js"


@contextmanager
def chromium() -> Iterator[Browser]:
    assert Path(CHROMIUM).exists(), "chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Person:
    """Somebody at a browser: their window, and everything that it complained about."""

    page: Page
    base_url: str
    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def go(self, path: str) -> None:
        self.page.goto(self.base_url + path)

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.base_url)

    def sign_in(self, email: str, password: str) -> None:
        self.go("/sign-in")
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_role("heading", level=1, name="Overview").wait_for()

    def tab_to(self, name: str, role: Literal["button", "link"] = "button") -> None:
        """With the key alone, as far round as the page goes. Whatever has the focus on the way shows it."""
        wanted = self.page.get_by_role(role, name=name, exact=True)
        for _ in range(80):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("document.activeElement !== document.body"):
                assert self.outline() != "none", self.page.evaluate("document.activeElement.outerHTML")
            if wanted.evaluate("one => one === document.activeElement"):
                return
        raise AssertionError(f"the keyboard does not reach {name}")

    def outline(self) -> str:
        return str(self.page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))

    def faults(self) -> list[str]:
        """What axe-core calls serious or critical on this page, with the places."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{one['id']} ({one['impact']}): {', '.join(' '.join(map(str, node['target'])) for node in one['nodes'])}"
            for one in found["violations"]
            if one["impact"] in {"serious", "critical"}
        ]

    def overflowing(self) -> list[str]:
        """What reaches out of the window at its right."""
        found: list[str] = self.page.evaluate(OVERFLOWING)
        return found


OVERFLOWING = """() => {
  const wide = document.documentElement.clientWidth;
  const out = [...document.body.querySelectorAll('*')].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && box.right > wide + 1 && getComputedStyle(one).clipPath === 'none';
  }).map((one) => one.outerHTML.slice(0, 120));
  if (document.documentElement.scrollWidth > wide) out.push('the page is ' + document.documentElement.scrollWidth);
  return out;
}"""


def watched(context: BrowserContext, base_url: str) -> Person:
    """A window in which every complaint and every request is noted. A refused resource is a complaint, too."""
    page = context.new_page()
    page.set_default_timeout(20_000)
    person = Person(page, base_url)
    page.on("console", lambda message: _note(person, message))
    page.on("pageerror", lambda error: person.complaints.append(str(error)))
    page.on("request", lambda request: person.hosts.add(urlsplit(request.url).netloc))
    return person


def _note(person: Person, message: Any) -> None:
    if message.type in {"error", "warning"}:
        person.complaints.append(f"{person.path}: {message.text}")
