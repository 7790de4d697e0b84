"""Vendors as answers and pages name them: plain rows, for those who change none. Asked of nearly every page, so the
statements are made once."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from .asking import records
from .base import ACCOUNT
from .vendors import Connection, Vendor


class KnownVendor(NamedTuple):
    id: UUID
    name: str
    kind: str
    active: bool
    is_default: bool


_VENDORS = (
    select(Vendor.id, Vendor.name, Vendor.kind, Vendor.active, Vendor.is_default)
    .where(Vendor.account_id == ACCOUNT)
    .order_by(Vendor.created_at, Vendor.id)
)


def known_vendors(session: Session, account_id: UUID) -> list[KnownVendor]:
    """All vendors, oldest first."""
    return records(session, KnownVendor._make, _VENDORS, account_id=account_id)


def names_of_vendors(session: Session, account_id: UUID) -> dict[UUID, str]:
    return {vendor.id: vendor.name for vendor in known_vendors(session, account_id)}


_CONNECTED = (
    select(Vendor, Connection)
    .outerjoin(Connection, (Connection.account_id == Vendor.account_id) & (Connection.vendor_id == Vendor.id))
    .where(Vendor.account_id == ACCOUNT)
    .order_by(Vendor.created_at, Vendor.id)
)


def vendors_with_connections(session: Session, account_id: UUID) -> Sequence[tuple[Vendor, Connection | None]]:
    """All vendors, oldest first; None beside one that is no ShipStation account."""
    return [(vendor, connection) for vendor, connection in session.execute(_CONNECTED, {"account_id": account_id})]
