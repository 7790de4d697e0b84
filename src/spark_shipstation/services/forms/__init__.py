"""What comes in from outside, validated: orders, products, vendors. Every reason is reported.

Text is taken as it comes, without the characters that a database cannot hold. Money is decimal; times carry an offset.
"""

from .catalog import ProductIn, StatusNamesIn, StatusNamesPatch, VendorIn, VendorPatch
from .kinds import Moment, Sku, as_uuid, reasons_of
from .orders import Line, OrderIn

__all__ = [
    "Line",
    "Moment",
    "OrderIn",
    "ProductIn",
    "Sku",
    "StatusNamesIn",
    "StatusNamesPatch",
    "VendorIn",
    "VendorPatch",
    "as_uuid",
    "reasons_of",
]
