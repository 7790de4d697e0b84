"""What comes in from outside, validated: orders, products, routing rules, vendors. Every reason is reported.

Text is taken as it comes, without the characters that a database cannot hold. Money is decimal; times carry an offset.
"""

from .catalog import StatusNamesIn, StatusNamesPatch, VendorIn, VendorPatch
from .kinds import Moment, Sku, as_uuid, reasons_of, said
from .life import CancelIn, LineToCancel, LineToShip, ReasonIn, ShipmentIn
from .orders import Line, OrderIn
from .products import NamedProductIn, ProductIn, ProductVendorIn, ProductWithSkuIn
from .routing import MOST_RULES, RerouteIn, RerouteManyIn, RuleIn, RulesIn

__all__ = [
    "MOST_RULES",
    "CancelIn",
    "Line",
    "LineToCancel",
    "LineToShip",
    "Moment",
    "NamedProductIn",
    "OrderIn",
    "ProductIn",
    "ProductVendorIn",
    "ProductWithSkuIn",
    "ReasonIn",
    "RerouteIn",
    "RerouteManyIn",
    "RuleIn",
    "RulesIn",
    "ShipmentIn",
    "Sku",
    "StatusNamesIn",
    "StatusNamesPatch",
    "VendorIn",
    "VendorPatch",
    "as_uuid",
    "reasons_of",
    "said",
]
