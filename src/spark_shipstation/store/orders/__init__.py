"""Orders, their lines, and the vendor orders they are split into: the tables, and the questions asked of them."""

from .tables import Cancellation, Order, OrderLine, VendorOrder, VendorOrderLine

__all__ = ["Cancellation", "Order", "OrderLine", "VendorOrder", "VendorOrderLine"]
