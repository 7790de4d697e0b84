"""Facts about an order → sentences that a merchant understands, by tables of rules. No database, no rows.

`facts` is what the rules are given, `words` how times and units are said, `parts` the rules about a vendor order,
`polls` those about what ShipStation asked for, `shipping` about what its vendor reported, `orders` those about the
order as a whole.
"""

from .facts import Cancelled, Change, Channel, Item, Line, Order, OrderLine, Package, Part, Poll
from .orders import explain_line, explain_order, order_state
from .parts import Next, State, explain_part, next_of, state_of
from .words import Clock

__all__ = [
    "Cancelled",
    "Change",
    "Channel",
    "Clock",
    "Item",
    "Line",
    "Next",
    "Order",
    "OrderLine",
    "Package",
    "Part",
    "Poll",
    "State",
    "explain_line",
    "explain_order",
    "explain_part",
    "next_of",
    "order_state",
    "state_of",
]
