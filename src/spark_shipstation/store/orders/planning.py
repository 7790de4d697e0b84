"""Questions asked while an order is taken in or changed. Rows that will be written are locked first, and what is read
under the lock replaces what was read before it (populate_existing): a stale row would be written back as it was.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from ...rules import shopstatus
from ..asking import records
from ..base import ACCOUNT, Json, among, given
from .tables import Order, OrderLine, VendorOrder, VendorOrderLine
from .tallying import grouped

LOCKS_OF_A_VENDOR = 64
Row = TypeVar("Row")
Key = tuple[UUID, str]  # store id, the shop's own id of the order


def lock_orders_by_key(session: Session, account_id: UUID, keys: Collection[Key]) -> dict[Key, Order]:
    """Orders by (store, external id), locked in the order of their ids so that two batches cannot deadlock."""
    rows = session.scalars(
        select(Order)
        .where(Order.account_id == account_id, or_(*_of_stores(keys)))
        .order_by(Order.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {(order.store_id, order.external_id): order for order in rows}


def orders_by_key(session: Session, account_id: UUID, keys: Collection[Key]) -> dict[Key, Order]:
    """Orders by (store, external id), as they are."""
    if not keys:
        return {}
    rows = session.scalars(select(Order).where(Order.account_id == account_id, or_(*_of_stores(keys))))
    return {(order.store_id, order.external_id): order for order in rows}


def _of_stores(keys: Collection[Key]) -> Iterator[ColumnElement[bool]]:
    by_store: dict[UUID, list[str]] = {}
    for store_id, external_id in keys:
        by_store.setdefault(store_id, []).append(external_id)
    for store_id, external_ids in by_store.items():
        yield and_(Order.store_id == store_id, among(Order.external_id, external_ids))


def lock_orders(session: Session, account_id: UUID, order_ids: Collection[UUID]) -> Sequence[Order]:
    """In the order of their ids, like everybody who locks several."""
    return session.scalars(
        select(Order)
        .where(Order.account_id == account_id, among(Order.id, order_ids))
        .order_by(Order.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()


def orders_by_id(session: Session, account_id: UUID, order_ids: Collection[UUID]) -> Sequence[Order]:
    """As they are, the oldest first."""
    return session.scalars(
        select(Order)
        .where(Order.account_id == account_id, among(Order.id, order_ids))
        .order_by(Order.created_at, Order.id)
    ).all()


def lock_order(session: Session, account_id: UUID, order_id: UUID) -> Order | None:
    return session.scalars(
        select(Order)
        .where(Order.account_id == account_id, Order.id == order_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).first()


_LINES = (
    select(OrderLine)
    .where(OrderLine.account_id == ACCOUNT, OrderLine.order_id == given("ids", OrderLine.order_id))
    .order_by(OrderLine.order_id, OrderLine.position, OrderLine.id)
    .execution_options(populate_existing=True)
)


def lines_of_orders(session: Session, account_id: UUID, order_ids: Sequence[UUID]) -> dict[UUID, list[OrderLine]]:
    rows = session.scalars(_LINES, {"account_id": account_id, "ids": list(order_ids)})
    return grouped(rows, attrgetter("order_id"))


_VENDOR_ORDERS = (
    select(VendorOrder)
    .where(VendorOrder.account_id == ACCOUNT, VendorOrder.order_id == given("ids", VendorOrder.order_id))
    .order_by(VendorOrder.created_at, VendorOrder.id)
    .execution_options(populate_existing=True)
)


def vendor_orders_of_orders(
    session: Session, account_id: UUID, order_ids: Sequence[UUID]
) -> dict[UUID, list[VendorOrder]]:
    """The parts of these orders, oldest first."""
    rows = session.scalars(_VENDOR_ORDERS, {"account_id": account_id, "ids": list(order_ids)})
    return grouped(rows, attrgetter("order_id"))


_LINES_OF_PARTS = (
    select(VendorOrderLine)
    .where(
        VendorOrderLine.account_id == ACCOUNT,
        VendorOrderLine.vendor_order_id == given("ids", VendorOrderLine.vendor_order_id),
    )
    .order_by(VendorOrderLine.vendor_order_id, VendorOrderLine.position, VendorOrderLine.id)
    .execution_options(populate_existing=True)
)


def lines_of_vendor_orders(
    session: Session, account_id: UUID, vendor_order_ids: Sequence[UUID]
) -> dict[UUID, list[VendorOrderLine]]:
    rows = session.scalars(_LINES_OF_PARTS, {"account_id": account_id, "ids": list(vendor_order_ids)})
    return grouped(rows, attrgetter("vendor_order_id"))


def numbers_taken(session: Session, account_id: UUID, wanted: Iterable[tuple[UUID, str]]) -> dict[UUID, set[str]]:
    """The numbers that each vendor has already, of these (vendor, number) and, where it has one, of the forms of it
    with a letter."""
    by_vendor: dict[UUID, set[str]] = {}
    for vendor_id, number in wanted:
        by_vendor.setdefault(vendor_id, set()).add(number)
    found: dict[UUID, set[str]] = {}
    for vendor_id, numbers in by_vendor.items():
        own = (VendorOrder.account_id == account_id, VendorOrder.vendor_id == vendor_id)
        taken = set(session.scalars(select(VendorOrder.number).where(*own, among(VendorOrder.number, numbers))))
        lettered = [f"{number}.{letter}" for number in taken for letter in "BCDE"]
        if lettered:
            taken |= set(session.scalars(select(VendorOrder.number).where(*own, among(VendorOrder.number, lettered))))
        crowded = [VendorOrder.number.startswith(f"{n}.", autoescape=True) for n in numbers if f"{n}.E" in taken]
        if crowded:
            taken |= set(session.scalars(select(VendorOrder.number).where(*own, or_(*crowded))))
        found[vendor_id] = taken
    return found


def hold_numbers(session: Session, wanted: Iterable[tuple[UUID, str]]) -> None:
    """These (vendor, number) and the forms of them with a letter are this transaction's, for all who ask in this way.
    In one order for everybody. A vendor has few such locks, so that a batch needs few."""
    keys = sorted({_lock_key(vendor_id, number) for vendor_id, number in wanted})
    if keys:
        session.execute(select(func.pg_advisory_xact_lock(func.unnest(literal(keys, ARRAY(BigInteger))))))


def _lock_key(vendor_id: UUID, number: str) -> int:
    bucket = hashlib.blake2b(number.encode(), digest_size=1).digest()[0] % LOCKS_OF_A_VENDOR
    digest = hashlib.blake2b(vendor_id.bytes + bytes([bucket]), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def set_number(session: Session, part: VendorOrder, number: str) -> bool:
    """False = the vendor has that number already, and nothing was changed."""
    own = (VendorOrder.account_id == part.account_id, VendorOrder.id == part.id)
    try:
        with session.begin_nested():
            session.connection().execute(update(VendorOrder).where(*own).values(number=number))
    except IntegrityError:
        return False
    set_committed_value(part, "number", number)
    return True


def vendor_order_numbered(session: Session, account_id: UUID, vendor_id: UUID, number: str) -> VendorOrder | None:
    facts = {"account_id": account_id, "vendor_id": vendor_id, "number": number}
    return session.scalars(_NUMBERED, facts).first()


_NUMBERED = select(VendorOrder).where(
    VendorOrder.account_id == ACCOUNT,
    VendorOrder.vendor_id == bindparam("vendor_id"),
    VendorOrder.number == bindparam("number"),
)


def vendor_order_of(session: Session, account_id: UUID, vendor_id: UUID, id_: UUID) -> VendorOrder | None:
    return session.scalars(
        select(VendorOrder).where(
            VendorOrder.account_id == account_id, VendorOrder.vendor_id == vendor_id, VendorOrder.id == id_
        )
    ).first()


class Named(NamedTuple):
    """A vendor order that was named, with what of its order a package and a status depend on."""

    id: UUID
    number: str
    order_id: UUID
    store_id: UUID
    currency: str
    payment_status: str
    meaning: str
    held: bool
    ship_to: Json

    @property
    def is_paid(self) -> bool:
        return shopstatus.is_paid(self.meaning, self.payment_status)

    @property
    def is_held(self) -> bool:
        return self.held or shopstatus.holds(self.meaning)


_NAMED = (
    select(
        VendorOrder.id,
        VendorOrder.number,
        Order.id,
        Order.store_id,
        Order.currency,
        Order.payment_status,
        Order.meaning,
        Order.held,
        Order.ship_to,
    )
    .join(Order, (Order.account_id == VendorOrder.account_id) & (Order.id == VendorOrder.order_id))
    .where(VendorOrder.account_id == ACCOUNT, VendorOrder.vendor_id == bindparam("vendor_id"))
    .order_by(Order.id)
    .with_for_update(key_share=True, of=Order)
)
_LOCK_BY_ID = _NAMED.where(VendorOrder.id == given("names", VendorOrder.id))
_LOCK_BY_NUMBER = _NAMED.where(VendorOrder.number == given("names", VendorOrder.number))


def lock_named(
    session: Session, account_id: UUID, vendor_id: UUID, ids: Collection[UUID], numbers: Collection[str] = ()
) -> list[Named]:
    """The vendor orders of that vendor with these ids, and with these numbers. Their orders are locked, in the order of
    their ids for each of the two."""
    rows: list[Named] = []
    for statement, names in ((_LOCK_BY_ID, ids), (_LOCK_BY_NUMBER, numbers)):
        if names:
            facts = {"account_id": account_id, "vendor_id": vendor_id, "names": list(names)}
            rows += records(session, Named._make, statement, **facts)
    return rows
