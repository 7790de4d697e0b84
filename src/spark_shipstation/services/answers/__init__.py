"""What goes out to programs: the JSON objects of the API and of the commands' `--json`. Money is decimal strings."""

from .accounts import ApiKeyOut, StoreOut
from .amounts import DiscountOut, Money, format_money
from .explaining import ExplainedLineOut, ExplainedPartOut, ExplanationOut, NextOut, ServedOut
from .orders import ChangedOut, EventOut, NoteOut, OrderLineOut, OrderOut, OrdersOut
from .products import ProductOut, ProductVendorOut
from .results import ReasonOut, ResultOut, ResultsOut
from .shipments import CorrectionOut, ShipmentLineOut, ShipmentOut
from .vendor_orders import VendorOrderLineOut, VendorOrderOut, VendorOrdersOut, VendorOrderWholeOut
from .vendors import RetoldOut, StatusNamesOut, VendorOut, ZoneMismatchOut

__all__ = [
    "ApiKeyOut",
    "ChangedOut",
    "CorrectionOut",
    "DiscountOut",
    "EventOut",
    "ExplainedLineOut",
    "ExplainedPartOut",
    "ExplanationOut",
    "Money",
    "NextOut",
    "NoteOut",
    "OrderLineOut",
    "OrderOut",
    "OrdersOut",
    "ProductOut",
    "ProductVendorOut",
    "ReasonOut",
    "ResultOut",
    "ResultsOut",
    "RetoldOut",
    "ServedOut",
    "ShipmentLineOut",
    "ShipmentOut",
    "StatusNamesOut",
    "StoreOut",
    "VendorOrderLineOut",
    "VendorOrderOut",
    "VendorOrderWholeOut",
    "VendorOrdersOut",
    "VendorOut",
    "ZoneMismatchOut",
    "format_money",
]
