"""What the stand-in ships: which items of an order are open, and the notice for a package with all or some of them."""

import secrets
import string
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytz

from ...errors import Invalid, Reason
from ..messages import ItemMessage, NoticeItem, NoticeMessage, OrderMessage, RecipientMessage
from ..window import to_wire

_TRACKING_SIGNS = string.ascii_uppercase + string.digits
Shipped = Mapping[str, int]


def made_up_tracking_number() -> str:
    """As long as one of UPS, unique, and plainly nobody's parcel."""
    return "1ZSTANDIN" + "".join(secrets.choice(_TRACKING_SIGNS) for _ in range(9))


def open_items(order: OrderMessage, shipped: Shipped | None = None) -> tuple[ItemMessage, ...]:
    """The order's articles with the quantities not shipped yet (`shipped` is by LineItemID); never an adjustment."""
    done = shipped or {}
    left = (
        replace(item, quantity=item.quantity - done.get(item.line_item_id, 0))
        for item in order.items
        if not item.adjustment
    )
    return tuple(item for item in left if item.quantity > 0)


def notice_for(
    order: OrderMessage,
    *,
    now: datetime,
    tracking_number: str,
    shipped: Shipped | None = None,
    items: Mapping[str, int] | None = None,
    carrier: str = "UPS",
    service: str = "Ground",
    ship_date: date | None = None,
    cost: Decimal | None = None,
    notes_to_customer: str = "",
    notify: bool = True,
    tz: pytz.BaseTzInfo = pytz.utc,
    force: bool = False,
) -> NoticeMessage:
    """The notice for one package: everything open, or `items` (by SKU or LineItemID) of it.

    Raises Invalid with every reason for what the order does not have open. With `force` it is sent all the same:
    more than is open, articles that the order does not know, and, where nothing is open, the whole order again.
    """
    label_made = to_wire(now, tz)
    return replace(
        _echo(order),
        notes_to_customer=notes_to_customer,
        notify_customer=notify,
        label_create_date=label_made.replace(second=0, microsecond=0),
        ship_date=ship_date or label_made.date(),
        carrier=carrier,
        service=service,
        tracking_number=tracking_number,
        shipping_cost=cost,
        items=_whole(order, shipped, force) if items is None else _part(order, shipped, items, force),
    )


def _echo(order: OrderMessage) -> NoticeMessage:
    """What a notice repeats of its order."""
    return NoticeMessage(
        order_id=order.order_id,
        order_number=order.number,
        customer_code=order.customer.code,
        customer_notes=order.customer_notes or "",
        internal_notes=order.internal_notes or "",
        custom_field1=order.custom_field1 or "",
        custom_field2=order.custom_field2 or "",
        custom_field3=order.custom_field3 or "",
        recipient=_recipient(order),
    )


def _recipient(order: OrderMessage) -> RecipientMessage:
    to = order.customer.ship_to
    return RecipientMessage(
        name=to.name,
        company=to.company or "",
        address1=to.address1,
        address2=to.address2 or "",
        city=to.city,
        state=to.state,
        postal_code=to.postal_code,
        country=to.country,
    )


def _whole(order: OrderMessage, shipped: Shipped | None, force: bool) -> tuple[NoticeItem, ...]:
    articles = open_items(order, shipped) or (open_items(order) if force else ())
    if not articles:
        sentence = f"Nothing of order {order.number} is open: all of it is shipped."
        raise Invalid(sentence, [Reason(sentence)])
    return tuple(_packed(item, item.quantity) for item in articles)


def _part(
    order: OrderMessage, shipped: Shipped | None, wanted: Mapping[str, int], force: bool
) -> tuple[NoticeItem, ...]:
    left = {item.line_item_id: item.quantity for item in open_items(order, shipped)}
    packed: list[NoticeItem] = []
    reasons: list[Reason] = [] if wanted else [Reason("No item was named.")]
    for key, quantity in wanted.items():
        lines = _lines_named(order, key)
        there = sum(left.get(line.line_item_id, 0) for line in lines)
        if quantity < 1:
            reasons.append(Reason(f"{key}: {quantity} is no quantity; it must be 1 or more."))
        elif not lines and not force:
            reasons.append(Reason(f"{key} is neither a SKU nor a LineItemID of order {order.number}."))
        elif quantity > there and not force:
            reasons.append(Reason(f"{key}: {quantity} asked for, {there} open."))
        else:
            packed += _spread(key, quantity, lines, left)
    if reasons:
        raise Invalid(" ".join(reason.detail for reason in reasons), reasons)
    return tuple(packed)


def _lines_named(order: OrderMessage, key: str) -> list[ItemMessage]:
    """The line of that LineItemID, else every line of that SKU; never an adjustment."""
    articles = open_items(order)
    return [item for item in articles if item.line_item_id == key] or [item for item in articles if item.sku == key]


def _spread(key: str, quantity: int, lines: list[ItemMessage], left: dict[str, int]) -> Iterator[NoticeItem]:
    """The quantity over the lines of one article, in the order's order; what is too much goes on the last."""
    if not lines:
        yield NoticeItem(sku=key, quantity=quantity)
    for line in lines:
        there = left.get(line.line_item_id, 0)
        taken = quantity if line is lines[-1] else min(quantity, there)
        left[line.line_item_id] = max(there - taken, 0)
        quantity -= taken
        if taken:
            yield _packed(line, taken)


def _packed(item: ItemMessage, quantity: int) -> NoticeItem:
    return NoticeItem(
        line_item_id=item.line_item_id, sku=item.sku, name=item.name, quantity=quantity, upc=item.upc or ""
    )
