"""Orders as people look for them: newest first, by what is the case with them or by a word that they know.

A page stops at its limit, and each way to look has an index that gives the newest first. Only names have none: which
way is the better one depends on how common the name is, so PostgreSQL plans with the word itself.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    TIMESTAMP,
    ColumnElement,
    CompoundSelect,
    Select,
    Subquery,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    exists,
    func,
    literal_column,
    select,
    text,
    true,
    tuple_,
    union,
)
from sqlalchemy.orm import Session, aliased

from ..accounts import Store
from ..asking import plain_write, records
from ..base import ACCOUNT, at_most, given
from ..shipments import Shipment
from ..vendors import Vendor
from .tables import PEOPLE, SKU, Order, OrderLine, VendorOrder

MOST_SKUS = 20  # that begin with the word
_END = "\U0010ffff"  # sorts behind every text that begins alike
_people: ColumnElement[Any] = literal_column(PEOPLE)
_sku: ColumnElement[str] = literal_column(SKU, Text())


@dataclass(frozen=True, slots=True)
class Sought:
    """`word` is an order's number, part of a customer's name, the beginning of a SKU, or a tracking number; `flagged` =
    with any flag. `after` is the place of the last order of the page before."""

    word: str = ""
    status: str | None = None
    vendor_id: UUID | None = None
    store_id: UUID | None = None
    flag: str | None = None
    flagged: bool = False
    after: tuple[datetime, UUID] | None = None


class Listed(NamedTuple):
    """`place_at` and `place_id` are its place in the list: that of the order, or of the vendor's first part of it."""

    id: UUID
    place_at: datetime
    place_id: UUID
    number: str
    status: str
    flags: list[str]
    created_at: datetime
    total: Decimal
    currency: str
    buyer: str
    city: str
    country: str
    store: str


class Shape(NamedTuple):
    """Which of what can be sought is."""

    word: bool
    status: bool
    vendor: bool
    store: bool
    flag: bool
    flagged: bool
    after: bool

    @property
    def depends_on_values(self) -> bool:
        """Which plan is the best one. Of all orders, those of a status and those of a store an index gives the newest
        first, however many there are."""
        return self.word or self.flagged or self.vendor or (self.status and self.store)


def search_orders(session: Session, account_id: UUID, sought: Sought, limit: int) -> list[Listed]:
    """One page. Places never change, so pages neither skip nor repeat."""
    shape = Shape(
        bool(sought.word), sought.status is not None, sought.vendor_id is not None, sought.store_id is not None,
        sought.flag is not None, sought.flagged or sought.flag is not None, sought.after is not None,
    )  # fmt: skip
    if shape.depends_on_values:
        plain_write(session, _PLAN_ANEW)
    facts = _facts(account_id, sought) | {"most": limit}
    statement = _statement(shape, None if shape.depends_on_values else limit)
    return records(session, Listed._make, statement, **facts)


_PLAN_ANEW = text("SET LOCAL plan_cache_mode = force_custom_plan")


def _facts(account_id: UUID, sought: Sought) -> dict[str, Any]:
    words = sorted({sought.word, sought.word.upper(), sought.word.lower()})
    at, id_ = sought.after or (None, None)
    return {
        "account_id": account_id,
        "status": sought.status,
        "vendor_id": sought.vendor_id,
        "store_id": sought.store_id,
        "flags": [sought.flag],
        "after_at": at,
        "after_id": id_,
        "words": words,
        "tracked": [*words, *("".join(word.split()) for word in words)],
        "people": _beginnings(sought.word),
        "low": sought.word,
    }


@cache
def _statement(shape: Shape, most: int | None) -> Select[Any]:
    """Made once: putting one together takes longer than asking it."""
    return _by_word(shape) if shape.word else _browsed(shape, most)


MOST = at_most(None)
VENDOR, STORE = bindparam("vendor_id", type_=Uuid()), bindparam("store_id", type_=Uuid())
AFTER_AT, AFTER_ID = bindparam("after_at", type_=TIMESTAMP(timezone=True)), bindparam("after_id", type_=Uuid())
WORDS, TRACKED = bindparam("words", type_=ARRAY(Text())), bindparam("tracked", type_=ARRAY(Text()))
FLAGS, LOW = bindparam("flags", type_=ARRAY(Text())), bindparam("low", type_=Text())


def _columns(at: Any, id_: Any) -> list[Any]:
    buyer = func.coalesce(
        func.nullif(Order.customer["name"].astext, ""), func.nullif(Order.ship_to["name"].astext, ""), ""
    )
    return [
        Order.id, at, id_, Order.number, Order.status, Order.flags, Order.created_at, Order.total, Order.currency,
        buyer, func.coalesce(Order.ship_to["city"].astext, ""), func.coalesce(Order.ship_to["country"].astext, ""),
        Store.code,
    ]  # fmt: skip


_OF_STORE = and_(Store.account_id == Order.account_id, Store.id == Order.store_id)
_OF_ORDER = and_(VendorOrder.account_id == Order.account_id, VendorOrder.order_id == Order.id)


def _filters(shape: Shape) -> list[ColumnElement[bool]]:
    """All but the vendor."""
    found: list[ColumnElement[bool]] = [Order.account_id == ACCOUNT]
    if shape.status:
        found.append(Order.status == bindparam("status", type_=Text()))
    if shape.store:
        found.append(Order.store_id == STORE)
    if shape.flagged:
        found.append(text("orders.flags <> '{}'"))  # type: ignore[arg-type]  # as the indexes of flagged orders have it
    if shape.flag:
        found.append(Order.flags.contains(FLAGS))
    return found


def _browsed(shape: Shape, most: int | None) -> Select[Any]:
    """By the time we got it. With a vendor, by the time that they were first given a part of it."""
    place = (Order.created_at, Order.id)
    if not shape.vendor:
        statement = select(*_columns(*place)).join(Store, _OF_STORE)
    else:
        place = (VendorOrder.created_at, VendorOrder.id)
        statement = select(*_columns(*place)).join(VendorOrder, _OF_ORDER).join(Store, _OF_STORE)
        statement = statement.where(VendorOrder.account_id == ACCOUNT, VendorOrder.vendor_id == VENDOR)
        statement = statement.where(~_earlier_part())
    statement = statement.where(*_filters(shape))
    if shape.after:
        statement = statement.where(tuple_(*place) < tuple_(AFTER_AT, AFTER_ID))
    return statement.order_by(place[0].desc(), place[1].desc()).limit(at_most(most))


def _earlier_part() -> ColumnElement[bool]:
    """Has the same vendor been given an earlier part of the order? It stands in the list once."""
    other = aliased(VendorOrder)
    return exists().where(
        other.account_id == VendorOrder.account_id,
        other.order_id == VendorOrder.order_id,
        other.vendor_id == VendorOrder.vendor_id,
        tuple_(other.created_at, other.id) < tuple_(VendorOrder.created_at, VendorOrder.id),
    )


def _by_word(shape: Shape) -> Select[Any]:
    """By the order's id, which grows with time: so the newest of each kind of match can be merged."""
    found = _matches(shape).subquery("found")
    matches = select(found.c.id).order_by(found.c.id.desc()).limit(MOST).subquery("matches")
    return (
        select(*_columns(Order.created_at, Order.id))
        .join(matches, matches.c.id == Order.id)
        .join(Store, _OF_STORE)
        .where(Order.account_id == ACCOUNT)
        .order_by(Order.id.desc())
        .limit(MOST)
    )


def _matches(shape: Shape) -> CompoundSelect[Any]:
    conditions = _filters(shape)
    if shape.vendor:
        conditions.append(exists().where(_OF_ORDER, VendorOrder.vendor_id == VENDOR))
    if shape.after:
        conditions.append(Order.id < AFTER_ID)
    part = (
        select(VendorOrder.order_id)
        .join(Vendor, and_(Vendor.account_id == VendorOrder.account_id, Vendor.id == VendorOrder.vendor_id))
        .where(Vendor.account_id == ACCOUNT, VendorOrder.number == any_(WORDS))
    )
    package = select(Shipment.order_id).where(Shipment.account_id == ACCOUNT, Shipment.tracking_number == any_(TRACKED))
    of_people = _people.op("@@")(func.to_tsquery("simple", bindparam("people", type_=Text())))
    newest = [
        select(Order.id).where(*conditions, match).order_by(Order.id.desc()).limit(MOST).subquery()
        for match in (Order.number == any_(WORDS), Order.id.in_(part), Order.id.in_(package), of_people)
    ]
    return union(*(select(one.c.id) for one in (*newest, _with_sku(conditions))))


def _beginnings(words: str) -> str:
    """All of these words, each as the beginning of one: `'ada':* & 'b':*`."""
    quoted = (word.replace("\\", "\\\\").replace("'", "''") for word in words.split())
    return " & ".join(f"'{word}':*" for word in quoted)


def _with_sku(conditions: list[ColumnElement[bool]]) -> Subquery:
    """The newest orders with each of the first SKUs that begin with the word, from one index: it is asked for one SKU
    after another, then for the orders of each."""
    low, high = func.lower(LOW), func.lower(LOW).concat(_END)
    in_account = OrderLine.account_id == ACCOUNT
    least = select(_sku.label("sku")).where(in_account, _sku >= low, _sku < high).order_by(_sku).limit(1)
    skus = select(least.subquery("least").c.sku).cte("skus", recursive=True)
    following = (
        select(_sku).where(in_account, _sku > skus.c.sku, _sku < high).order_by(_sku).limit(1).correlate(skus)
    ).scalar_subquery()
    skus = skus.union_all(select(following).where(skus.c.sku.is_not(None)))
    some = select(skus.c.sku).where(skus.c.sku.is_not(None)).limit(MOST_SKUS).subquery("some")
    orders = (
        select(OrderLine.order_id.label("id"))
        .distinct()
        .join(Order, and_(Order.account_id == OrderLine.account_id, Order.id == OrderLine.order_id))
        .where(in_account, _sku == some.c.sku, OrderLine.quantity > 0, *conditions)
        .order_by(OrderLine.order_id.desc())
        .limit(MOST)
        .correlate(some)
        .lateral("with_sku")
    )
    return select(orders.c.id).select_from(some).join(orders, true()).subquery()


class ListedPart(NamedTuple):
    order_id: UUID
    number: str
    vendor: str
    status: str


_PARTS = (
    select(VendorOrder.order_id, VendorOrder.number, Vendor.name, VendorOrder.status)
    .join(Vendor, and_(Vendor.account_id == VendorOrder.account_id, Vendor.id == VendorOrder.vendor_id))
    .where(VendorOrder.account_id == ACCOUNT, VendorOrder.order_id == given("ids", VendorOrder.order_id))
    .order_by(VendorOrder.created_at, VendorOrder.id)
)


def parts_of_orders(session: Session, account_id: UUID, order_ids: Collection[UUID]) -> Mapping[UUID, list[ListedPart]]:
    """The vendor orders of these orders, oldest first."""
    found: dict[UUID, list[ListedPart]] = {}
    for part in records(session, ListedPart._make, _PARTS, account_id=account_id, ids=list(order_ids)):
        found.setdefault(part.order_id, []).append(part)
    return found
