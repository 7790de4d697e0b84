"""One browser and one busy shop for all of these tests; a new window for each."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from chromium import WIDE, Open, Person, chromium, watched
from shop import ADMIN, Shop, busy_shop, empty_shop


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """For tests that look, and for those that leave it as it was."""
    with busy_shop(tmp_path_factory.mktemp("shop")) as busy:
        yield busy


@pytest.fixture
def new_shop(tmp_path: Path) -> Iterator[Shop]:
    """Without a vendor, without an order."""
    with empty_shop(tmp_path) as empty:
        yield empty


@pytest.fixture
def open_window(browser: Browser) -> Iterator[Open]:
    """A window at a shop. At its end nothing has complained, and nobody else was asked for anything."""
    opened = []

    def opening(shop: Shop, **settings: Any) -> Person:
        usual = {"viewport": WIDE, "permissions": ["clipboard-read", "clipboard-write"]}
        context = browser.new_context(**{**usual, **settings})
        opened.append((context, watched(context, shop.base_url)))
        return opened[-1][1]

    yield opening
    for context, person in opened:
        context.close()
        assert person.complaints == []
        assert person.hosts <= {person.base_url.removeprefix("http://")}


@pytest.fixture
def ada(open_window: Open, shop: Shop) -> Person:
    """The admin, signed in."""
    person = open_window(shop)
    person.sign_in(ADMIN, shop.password)
    return person
