"""What comes in from outside, validated: orders, products, vendors. Every reason is reported.

Text is taken as it comes, without the characters that a database cannot hold. Money is decimal; times carry an offset.
"""

from .catalog import ProductIn, StatusNamesIn, StatusNamesPatch, VendorIn, VendorPatch
from .kinds import Moment, Sku, as_uuid, reasons_of
from .life import CancelIn, LineToCancel, LineToShip, ReasonIn, ShipmentIn
from .orders import Line, OrderIn

__all__ = [
    "CancelIn",
    "Line",
    "LineToCancel",
    "LineToShip",
    "Moment",
    "OrderIn",
    "ProductIn",
    "ReasonIn",
    "ShipmentIn",
    "Sku",
    "StatusNamesIn",
    "StatusNamesPatch",
    "VendorIn",
    "VendorPatch",
    "as_uuid",
    "reasons_of",
]
