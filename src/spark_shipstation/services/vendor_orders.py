"""Vendor orders read back by themselves: the work list of a vendor, and what ShipStation has of each."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from ..errors import NotFound
from ..store import shipments, vendors
from ..store.orders import VendorOrder
from ..store.orders.parts import VendorOrderFilter, find_vendor_order, list_vendor_orders
from ..store.pickups import Pickup, pickups
from ..store.shipments import Shipment
from ..store.vendors import Connection
from .answers import VendorOrdersOut, VendorOrderWholeOut
from .forms import as_uuid
from .reading import part_facts, shipment_out, write_cursor


def read_vendor_order(session: Session, account_id: UUID, word: str) -> VendorOrderWholeOut:
    """One by its id. Raises NotFound."""
    id_ = as_uuid(word)
    part = find_vendor_order(session, account_id, id_) if id_ else None
    if part is None:
        raise NotFound(f"There is no vendor order {word[:60]}.")
    return _outs(session, account_id, [part])[0]


def read_vendor_orders(session: Session, account_id: UUID, wanted: VendorOrderFilter, limit: int) -> VendorOrdersOut:
    """One page, newest first. A fixed number of statements, however many."""
    parts = list_vendor_orders(session, account_id, wanted, limit + 1)
    page = parts[:limit]
    cursor = write_cursor(page[-1].created_at, page[-1].id) if len(parts) > limit else None
    return VendorOrdersOut(vendor_orders=_outs(session, account_id, page), next_cursor=cursor)


def _outs(session: Session, account_id: UUID, parts: Sequence[VendorOrder]) -> list[VendorOrderWholeOut]:
    packages = shipments.shipments_of_orders(session, account_id, [part.order_id for part in parts])
    picked = pickups(session, account_id, [part.id for part in parts])
    connections = vendors.connections_of(session, account_id)
    return [
        _out(part, [p for p in packages.get(part.order_id, ()) if p.vendor_order_id == part.id], connections, picked)
        for part in parts
    ]


def _out(
    part: VendorOrder,
    packages: Sequence[Shipment],
    connections: Mapping[UUID, Connection],
    picked: Mapping[UUID, Pickup],
) -> VendorOrderWholeOut:
    order = part.order
    return VendorOrderWholeOut(
        **part_facts(order, part, packages, connections, picked),
        **{name: getattr(order, name) for name in _OF_THE_ORDER},
        order=order.id.hex,
        order_number=order.number,
        store=order.store.code,
        created_at=part.created_at,
        shipments=[shipment_out(package) for package in packages],
    )


_OF_THE_ORDER = (
    "external_id", "placed_at", "currency", "shipping_method", "ship_to", "gift", "gift_message", "customer_notes",
)  # fmt: skip
