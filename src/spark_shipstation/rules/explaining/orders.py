"""The order as a whole: what it waits for, how its lines were routed, and which part is furthest from its vendor."""

from collections.abc import Callable

from ..routing import named_way_out
from ..shopstatus import Meaning
from ..status import Status
from .facts import Order, OrderLine
from .parts import State, state_of
from .words import listed, sentence, units

UNROUTED = "unrouted"

# The order's state is the first of these that is true of any line or part: where a person should look first.
_WORST_FIRST = (
    State.HELD_BACK,
    State.VENDOR_INACTIVE,
    State.RESTORED,
    State.NEVER_POLLED,
    State.WAITING,
    State.CHANGED,
    State.NOT_CONNECTED,
    State.SERVED,
    State.NEVER_GOES_OUT,
)
_STATUS_WORDS: dict[str, str] = {
    Status.UNPAID: "is not paid",
    Status.ON_HOLD: "is on hold",
    Status.AWAITING_SHIPMENT: "waits to be shipped",
    Status.PARTIALLY_SHIPPED: "has shipped in part",
    Status.SHIPPED: "has shipped",
    Status.CANCELLED: "is cancelled",
}


def order_state(order: Order) -> str:
    if any(line.unrouted for line in order.lines):
        return UNROUTED
    states = {state_of(part) for part in order.parts}
    return next((state for state in _WORST_FIRST if state in states), State.NEVER_GOES_OUT).value


def explain_line(line: OrderLine) -> str:
    """Who ships it, and why."""
    if not line.quantity:
        return f"{line.name} (line {line.external_id}) was taken off the order."
    what = f"{line.quantity} × {line.name} (line {line.external_id})"
    if line.excluded:
        whom = "it" if line.excluded == line.quantity else f"{line.excluded} of them"
        return f"{what}: nobody ships {whom}. {sentence(line.reason)}"
    if line.unrouted:
        return f"{what} is unrouted. {sentence(line.reason)}"
    if line.vendor is None:
        return f"{what} has no vendor any more, and none of it is left to route. {sentence(line.reason)}"
    return f"{what} goes to {line.vendor}. {sentence(line.reason)}"


def _received(order: Order) -> str:
    words = _STATUS_WORDS.get(order.status, f"is {order.status}")
    return f"Order {order.number} of {order.store}, received at {order.clock.moment(order.received_at)}, {words}."


def _said(order: Order) -> str:
    if order.meaning == Meaning.UNKNOWN:
        return (
            f"The shop says “{order.shop_status}”, and nobody has said what that means: it is held until the store "
            f'{order.store} has a meaning for it (`store set {order.store} --status "{order.shop_status}=paid"`).'
        )
    return f"The shop says “{order.shop_status}”, which means {order.meaning.replace('_', ' ')}."


def _split(order: Order) -> str:
    parts = [f"{part.number} for {part.vendor}" for part in order.parts]
    if len(parts) == 1:
        return f"It is one vendor order: {parts[0]}."
    return f"It is split into {len(parts)} vendor orders: {listed(parts)}."


def _unrouted(order: Order) -> str:
    waiting: dict[str, list[tuple[int, str]]] = {}
    for line in order.lines:
        if line.unrouted:
            waiting.setdefault(named_way_out(line.reason) or _BY_CATALOG, []).append((line.unrouted, line.name))
    said = [f"No vendor ships {units(of)}; nobody gets that until there is one. {way}" for way, of in waiting.items()]
    return " ".join(said)


_BY_CATALOG = "Set a vendor for the product, or a routing rule, and it is routed."


def _cancelled(order: Order) -> str:
    """Units that no vendor order held; the others are said with their vendor order."""
    return f"Cancelled before they had a vendor: {units((row.quantity, row.name) for row in order.cancelled)}."


# All that hold are said, in this order.
_RULES: tuple[tuple[Callable[[Order], bool], Callable[[Order], str]], ...] = (
    (lambda order: True, _received),
    (lambda order: not order.paid and order.status != Status.UNPAID, lambda order: "It is not paid."),
    (lambda order: order.held and order.status != Status.ON_HOLD, lambda order: "It is on hold."),
    (lambda order: bool(order.shop_status), _said),
    (lambda order: bool(order.parts), _split),
    (lambda order: any(line.unrouted for line in order.lines), _unrouted),
    (lambda order: bool(order.cancelled), _cancelled),
)


def explain_order(order: Order) -> list[str]:
    return [says(order) for holds, says in _RULES if holds(order)]
