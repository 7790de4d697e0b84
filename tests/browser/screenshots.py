"""A picture of every page and every state: wide, on a phone, and dark. `make screenshots` writes them to a folder."""

import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from builders import order
from chromium import PHONE, WIDE, Person, chromium, watched
from scenes import SCENES
from shop import ADMIN, Shop, busy_shop, empty_shop
from spark_shipstation.store.embedded import embedded_postgres

LOOKS: dict[str, dict[str, Any]] = {
    "wide": {"viewport": WIDE, "color_scheme": "light"},
    "phone": {"viewport": PHONE, "color_scheme": "light", "is_mobile": True, "has_touch": True},
    "dark": {"viewport": WIDE, "color_scheme": "dark"},
}


@dataclass(frozen=True)
class Album:
    folder: Path
    person: Person
    look: str
    before: str = ""

    def keep(self, name: str) -> None:
        self.person.page.screenshot(path=self.folder / f"{self.before}{name}-{self.look}.png", full_page=True)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:

        def album(shop: Shop, look: str, before: str = "") -> Album:
            context = browser.new_context(timezone_id="America/New_York", **LOOKS[look])
            return Album(folder, watched(context, shop.base_url), look, before)

        with empty_shop(Path(place, "empty")) as shop:
            for look in ("wide", "phone"):
                _take_pages(album(shop, look, "empty-"), shop)
            for look in ("wide", "phone"):
                _take_connecting(album(shop, look, "empty-"), shop)
        with busy_shop(Path(place, "busy")) as shop:
            for look in LOOKS:
                _take_pages(album(shop, look), shop)
            for look in ("wide", "phone"):
                _take_scenes(album(shop, look), shop)
            _let_nine_hours_pass(Path(place, "busy"), shop)
            for look in ("wide", "phone"):
                _take_lateness(album(shop, look), shop)
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")  # noqa: T201


def _take_pages(album: Album, shop: Shop) -> None:
    album.person.go("/sign-in")
    album.keep("sign-in")
    album.person.sign_in(ADMIN, shop.password)
    for path in shop.pages():
        if path != "/sign-in":  # whoever is signed in is led on from there
            album.person.go(path)
            page = re.sub(r"[0-9a-f]{32}", "one", path.partition("?")[0]).strip("/") or "overview"
            album.keep(re.sub(r"[^a-z]+", "-", page))


def _take_connecting(album: Album, shop: Shop) -> None:
    album.person.sign_in(ADMIN, shop.password)
    album.person.go("/vendors")
    album.person.page.get_by_role("button", name="Add vendor ShipStation").click()
    album.person.page.get_by_text("The password is shown this once.").wait_for()
    album.keep("connect")
    album.person.go("/")
    album.keep("overview-waiting")


def _take_scenes(album: Album, shop: Shop) -> None:
    album.person.sign_in(ADMIN, shop.password)
    for scene in SCENES:
        for state in scene(album.person, shop):
            album.keep(state)


def _let_nine_hours_pass(folder: Path, shop: Shop) -> None:
    """Without a poll, and with an order that none has picked up."""
    shop.call("POST", "/orders", orders=[order()])
    with embedded_postgres(folder) as url, psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")  # no trigger of a change's age
        connection.execute("UPDATE changes SET at = at - interval '9 hours'")
        connection.execute(
            "UPDATE exchanges SET at = at - interval '9 hours', window_start = window_start - interval '9 hours', "
            "window_end = window_end - interval '9 hours'"
        )


def _take_lateness(album: Album, shop: Shop) -> None:
    album.person.sign_in(ADMIN, shop.password)
    album.keep("overview-late")
    album.person.go("/vendors")
    album.keep("vendors-late")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"))
