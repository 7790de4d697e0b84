"""A package outside of its order's answer."""

from pydantic import BaseModel

from ..answers import ShipmentOut


class StreamedShipmentOut(ShipmentOut):
    """As in its order's answer, with what names the order."""

    order: str
    order_number: str
    order_external_id: str
    store: str


class ShipmentsOut(BaseModel):
    """`next_after` is what to ask with next, now or later. `more` = there is more at this moment."""

    shipments: list[StreamedShipmentOut]
    next_after: str
    more: bool
