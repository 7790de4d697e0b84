"""Packages read back, with what names their orders."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from ...errors import BadRequest, NotFound
from ...store import shipments as store
from ...store import stream
from ...store.orders.reading import OrderName, names_of_orders
from ...store.shipments import Shipment
from ..forms import as_uuid
from ..reading import shipment_out
from .answers import ShipmentsOut, StreamedShipmentOut

LARGEST_PLACE = 2**63 - 1


def read_stream(session: Session, account_id: UUID, after: str, limit: int) -> ShipmentsOut:
    """The packages after that place: see store.stream for why none is left out. Raises BadRequest.

    Must not run in a session that sees one moment only: what was given its place meanwhile must be seen.
    """
    place = _place(after)
    stream.give_places(session, account_id, limit + 1)
    found = stream.packages_after(session, account_id, place, limit + 1)
    page = found[:limit]
    return ShipmentsOut(
        shipments=outs(session, account_id, page),
        next_after=str(page[-1].position if page else place),
        more=len(found) > limit,
    )


def _place(word: str) -> int:
    if not word:
        return 0
    if not (word.isascii() and word.isdigit() and len(word) < 20 and int(word) <= LARGEST_PLACE):
        raise BadRequest("`after` is not one that this API gave out.")
    return int(word)


def read_shipment(session: Session, account_id: UUID, word: str) -> StreamedShipmentOut:
    """One package. Raises NotFound."""
    id_ = as_uuid(word)
    found = store.find_shipment(session, account_id, id_) if id_ else None
    if found is None:
        raise NotFound(f"There is no shipment {word[:60]}.")
    return outs(session, account_id, [found])[0]


def outs(session: Session, account_id: UUID, packages: Sequence[Shipment]) -> list[StreamedShipmentOut]:
    names = names_of_orders(session, account_id, {package.order_id for package in packages})
    return [_out(package, names[package.order_id]) for package in packages]


def _out(package: Shipment, name: OrderName) -> StreamedShipmentOut:
    return StreamedShipmentOut(
        **shipment_out(package).model_dump(),
        order=package.order_id.hex,
        order_number=name.number,
        order_external_id=name.external_id,
        store=name.store,
    )
