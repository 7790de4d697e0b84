"""What the list of orders can be narrowed down to: vendors and stores, in one statement."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import literal, null, select, union_all
from sqlalchemy.orm import Session

from ..accounts import Store
from ..asking import plain_rows
from ..base import ACCOUNT
from ..vendors import Vendor


class Choices(NamedTuple):
    """`vendors` are (id, name), the oldest first; `stores` ids by code, in the order of the codes."""

    vendors: list[tuple[UUID, str]]
    stores: dict[str, UUID]


_of_vendors = select(Vendor.id, Vendor.name.label("name"), Vendor.created_at.label("at")).where(
    Vendor.account_id == ACCOUNT
)
_of_stores = select(Store.id, Store.code, null()).where(Store.account_id == ACCOUNT)
_BOTH = union_all(
    _of_vendors.add_columns(literal(True).label("is_vendor")), _of_stores.add_columns(literal(False))
).order_by("at", "id")


def choices(session: Session, account_id: UUID) -> Choices:
    vendors: list[tuple[UUID, str]] = []
    stores: list[tuple[UUID, str]] = []
    for id_, name, _, is_vendor in plain_rows(session, _BOTH, account_id=account_id):
        (vendors if is_vendor else stores).append((id_, name))
    return Choices(vendors, {code: id_ for id_, code in sorted(stores, key=lambda store: store[1])})
