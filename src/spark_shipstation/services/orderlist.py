"""The list of orders as people read it: one page of what they look for, each order with its parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from ..rules.status import Flag, Status
from ..store.orders.choices import choices
from ..store.orders.searching import Listed, ListedPart, Sought, parts_of_orders, search_orders
from .forms import as_uuid
from .reading import read_cursor, write_cursor

ANY_FLAG = "any"
LONGEST_WORD = 200
# Flags that stand in the orders' rows; the other two are worked out from what ShipStation has fetched.
FLAGS = tuple(flag.value for flag in Flag if flag not in (Flag.CANCEL_REQUESTED, Flag.CHANGED_AFTER_PICKUP))
STATUSES = tuple(status.value for status in Status)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asked for, as they wrote it: `store` is a code, `vendor` an id, `flag` one of FLAGS or `any`."""

    word: str = ""
    status: str = ""
    vendor: str = ""
    store: str = ""
    flag: str = ""

    @property
    def is_all(self) -> bool:
        return self == Wanted()


@dataclass(frozen=True, slots=True)
class ListedOrder:
    order: Listed
    parts: Sequence[ListedPart]


@dataclass(frozen=True, slots=True)
class OrderList:
    """`vendors` (id, name) and `stores` are what can be chosen from."""

    orders: Sequence[ListedOrder]
    next_cursor: str | None
    vendors: Sequence[tuple[str, str]]
    stores: Sequence[str]


def list_orders(session: Session, account_id: UUID, wanted: Wanted, cursor: str = "", limit: int = 50) -> OrderList:
    """Newest first, in a fixed number of statements. A word for a filter that nobody knows filters nothing out.

    Raises BadRequest for a cursor that is none.
    """
    vendors, stores = choices(session, account_id)
    sought = Sought(
        word=_plain(wanted.word),
        status=wanted.status if wanted.status in STATUSES else None,
        vendor_id=as_uuid(wanted.vendor),
        store_id=stores.get(wanted.store),
        flag=wanted.flag if wanted.flag in FLAGS else None,
        flagged=wanted.flag == ANY_FLAG,
        after=read_cursor(cursor) if cursor else None,
    )
    found = search_orders(session, account_id, sought, limit + 1)
    page = found[:limit]
    parts = parts_of_orders(session, account_id, [order.id for order in page])
    more = write_cursor(page[-1].place_at, page[-1].place_id) if len(found) > limit else None
    known = [(id_.hex, name) for id_, name in vendors]
    return OrderList([ListedOrder(order, parts.get(order.id, ())) for order in page], more, known, list(stores))


def _plain(word: str) -> str:
    """One space between words, no control characters, and no `#` before a number."""
    printable = "".join(sign if sign.isprintable() else " " for sign in word[:LONGEST_WORD])
    return " ".join(printable.split()).removeprefix("#").strip()
