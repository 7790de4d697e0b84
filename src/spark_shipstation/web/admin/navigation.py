"""The pages that the navigation shows, in its order. A page that is added says so here, and in `__init__`."""

from typing import NamedTuple


class Entry(NamedTuple):
    """`live` is the address of what stands beside the label and keeps itself fresh."""

    path: str
    label: str
    live: str = ""


ENTRIES = (
    Entry("/", "Overview"),
    Entry("/orders", "Orders"),
    Entry("/inbox", "Inbox", live="/inbox/count"),
    Entry("/vendors", "Vendors"),
    Entry("/products", "Products"),
    Entry("/routing", "Routing"),
    Entry("/activity", "Activity"),
    Entry("/people", "People"),
)
PATHS = frozenset(entry.path for entry in ENTRIES)


def shown_at(path: str) -> list[tuple[Entry, bool]]:
    """Each with whether that page belongs to it."""
    section = "/" + path.lstrip("/").partition("/")[0]
    return [(entry, entry.path == section) for entry in ENTRIES]
