"""A picture of every page: wide, on a phone, and dark. `make screenshots` writes them to a folder."""

import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chromium import PHONE, WIDE, Person, chromium, watched
from shop import ADMIN, Shop, busy_shop, empty_shop

LOOKS: list[tuple[str, dict[str, Any]]] = [
    ("wide", {"viewport": WIDE, "color_scheme": "light"}),
    ("dark", {"viewport": WIDE, "color_scheme": "dark"}),
    ("phone", {"viewport": PHONE, "color_scheme": "light", "is_mobile": True, "has_touch": True}),
]
MORE = ["/nothing", "/activity?result=failed", "/orders?q=poster", "/orders?flag=any", "/orders?q=nothing-like-it"]


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for name, shop_of, looks in (("", busy_shop, LOOKS), ("empty-", empty_shop, LOOKS[:1])):
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place, shop_of(Path(place)) as shop:
                for look, settings in looks:
                    context = browser.new_context(timezone_id="America/New_York", **settings)
                    _take(Album(folder, name, look), watched(context, shop.base_url), shop)
                    context.close()
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")  # noqa: T201


@dataclass(frozen=True)
class Album:
    folder: Path
    name: str
    look: str

    def keep(self, person: Person, page: str) -> None:
        person.page.screenshot(path=self.folder / f"{self.name}{page}-{self.look}.png", full_page=True)


def _take(album: Album, person: Person, shop: Shop) -> None:
    person.go("/sign-in")
    album.keep(person, "sign-in")
    person.sign_in(ADMIN, shop.password)
    for path in [*shop.pages(), *MORE]:
        if path == "/sign-in":
            continue  # whoever is signed in is led on from there
        person.go(path)
        named = path if path in MORE else path.partition("?")[0]
        page = re.sub(r"[0-9a-f]{32}", "one", named).strip("/") or "overview"
        album.keep(person, re.sub(r"[^a-z]+", "-", page))
    if album.name:
        person.go("/vendors")
        person.page.get_by_role("button", name="Add vendor ShipStation").click()
        album.keep(person, "connect")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"))
