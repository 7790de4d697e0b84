"""Packages after they were recorded: read on as a stream, corrected and voided by hand."""

from .answers import ShipmentsOut, StreamedShipmentOut
from .correcting import correct, restore, void
from .forms import ReasonIn, ShipmentPatch
from .reading import read_shipment, read_stream

__all__ = [
    "ReasonIn",
    "ShipmentPatch",
    "ShipmentsOut",
    "StreamedShipmentOut",
    "correct",
    "read_shipment",
    "read_stream",
    "restore",
    "void",
]
