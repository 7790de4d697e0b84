"""Orders as people look for them: newest first, by what is the case with them or by a word that they know.

A page stops at its limit, and each way to look has an index that gives the newest first. Only names have none: which
way is the better one depends on how common the name is, so PostgreSQL plans with the word itself.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Subquery,
    Text,
    and_,
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
from ..base import among
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


def search_orders(session: Session, account_id: UUID, sought: Sought, limit: int) -> list[Listed]:
    """One page. Places never change, so pages neither skip nor repeat."""
    session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
    statement = _by_word(account_id, sought, limit) if sought.word else _browsed(account_id, sought, limit)
    return [Listed._make(row) for row in session.execute(statement)]


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


def _filters(account_id: UUID, sought: Sought) -> list[ColumnElement[bool]]:
    """All but the vendor."""
    found: list[ColumnElement[bool]] = [Order.account_id == account_id]
    if sought.status is not None:
        found.append(Order.status == sought.status)
    if sought.store_id is not None:
        found.append(Order.store_id == sought.store_id)
    if sought.flagged or sought.flag is not None:
        found.append(text("orders.flags <> '{}'"))  # type: ignore[arg-type]  # as the indexes of flagged orders have it
    if sought.flag is not None:
        found.append(Order.flags.contains([sought.flag]))
    return found


def _browsed(account_id: UUID, sought: Sought, limit: int) -> Select[Any]:
    """By the time we got it. With a vendor, by the time that they were first given a part of it."""
    place = (Order.created_at, Order.id)
    if sought.vendor_id is None:
        statement = select(*_columns(*place)).join(Store, _OF_STORE)
    else:
        place = (VendorOrder.created_at, VendorOrder.id)
        statement = select(*_columns(*place)).join(VendorOrder, _OF_ORDER).join(Store, _OF_STORE)
        statement = statement.where(VendorOrder.account_id == account_id, VendorOrder.vendor_id == sought.vendor_id)
        statement = statement.where(~_earlier_part())
    statement = statement.where(*_filters(account_id, sought))
    if sought.after is not None:
        statement = statement.where(tuple_(*place) < tuple_(*sought.after))
    return statement.order_by(place[0].desc(), place[1].desc()).limit(limit)


def _earlier_part() -> ColumnElement[bool]:
    """Has the same vendor been given an earlier part of the order? It stands in the list once."""
    other = aliased(VendorOrder)
    return exists().where(
        other.account_id == VendorOrder.account_id,
        other.order_id == VendorOrder.order_id,
        other.vendor_id == VendorOrder.vendor_id,
        tuple_(other.created_at, other.id) < tuple_(VendorOrder.created_at, VendorOrder.id),
    )


def _by_word(account_id: UUID, sought: Sought, limit: int) -> Select[Any]:
    """By the order's id, which grows with time: so the newest of each kind of match can be merged."""
    found = _matches(account_id, sought, limit).subquery("found")
    matches = select(found.c.id).order_by(found.c.id.desc()).limit(limit).subquery("matches")
    return (
        select(*_columns(Order.created_at, Order.id))
        .join(matches, matches.c.id == Order.id)
        .join(Store, _OF_STORE)
        .where(Order.account_id == account_id)
        .order_by(Order.id.desc())
        .limit(limit)
    )


def _matches(account_id: UUID, sought: Sought, limit: int) -> CompoundSelect[Any]:
    conditions = _filters(account_id, sought)
    if sought.vendor_id is not None:
        conditions.append(exists().where(_OF_ORDER, VendorOrder.vendor_id == sought.vendor_id))
    if sought.after is not None:
        conditions.append(Order.id < sought.after[1])
    words = sorted({sought.word, sought.word.upper(), sought.word.lower()})
    part = (
        select(VendorOrder.order_id)
        .join(Vendor, and_(Vendor.account_id == VendorOrder.account_id, Vendor.id == VendorOrder.vendor_id))
        .where(Vendor.account_id == account_id, among(VendorOrder.number, words))
    )
    package = select(Shipment.order_id).where(
        Shipment.account_id == account_id, among(Shipment.tracking_number, [*words, *map(_closed_up, words)])
    )
    of_people = _people.op("@@")(func.to_tsquery("simple", _beginnings(sought.word)))
    newest = [
        select(Order.id).where(*conditions, match).order_by(Order.id.desc()).limit(limit).subquery()
        for match in (among(Order.number, words), Order.id.in_(part), Order.id.in_(package), of_people)
    ]
    return union(*(select(one.c.id) for one in (*newest, _with_sku(account_id, sought.word, conditions, limit))))


def _closed_up(word: str) -> str:
    return "".join(word.split())


def _beginnings(words: str) -> str:
    """All of these words, each as the beginning of one: `'ada':* & 'b':*`."""
    quoted = (word.replace("\\", "\\\\").replace("'", "''") for word in words.split())
    return " & ".join(f"'{word}':*" for word in quoted)


def _with_sku(account_id: UUID, word: str, conditions: list[ColumnElement[bool]], limit: int) -> Subquery:
    """The newest orders with each of the first SKUs that begin with the word, from one index: it is asked for one SKU
    after another, then for the orders of each."""
    low, high = func.lower(bindparam("low", word)), func.lower(bindparam("low", word)).concat(_END)
    in_account = OrderLine.account_id == account_id
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
        .limit(limit)
        .correlate(some)
        .lateral("with_sku")
    )
    return select(orders.c.id).select_from(some).join(orders, true()).subquery()


class ListedPart(NamedTuple):
    order_id: UUID
    number: str
    vendor: str
    status: str


def parts_of_orders(session: Session, account_id: UUID, order_ids: Collection[UUID]) -> Mapping[UUID, list[ListedPart]]:
    """The vendor orders of these orders, oldest first."""
    rows = session.execute(
        select(VendorOrder.order_id, VendorOrder.number, Vendor.name, VendorOrder.status)
        .join(Vendor, and_(Vendor.account_id == VendorOrder.account_id, Vendor.id == VendorOrder.vendor_id))
        .where(VendorOrder.account_id == account_id, among(VendorOrder.order_id, order_ids))
        .order_by(VendorOrder.created_at, VendorOrder.id)
    )
    found: dict[UUID, list[ListedPart]] = {}
    for row in map(ListedPart._make, rows):
        found.setdefault(row.order_id, []).append(row)
    return found
