"""How the stand-in's polls and notices are shown: as a table for people or as plain JSON values."""

from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from ..customstore.client import Answer, Outcome, Poll, Taken
from ..customstore.client.plain import order_as_plain
from ..customstore.messages import NoticeMessage, OrderMessage
from .showing import shown


@dataclass(frozen=True, slots=True)
class Polled:
    """A poll, and what each of its orders was to the kept imports."""

    poll: Poll
    outcomes: tuple[Outcome, ...]
    taken: Taken


def print_poll(polled: Polled) -> None:
    served = polled.poll
    console = Console()
    table = Table(title=f"{served.start_date} to {served.end_date}", title_justify="left")
    for heading in ("Number", "Status told", "Date", "Total", "Items", "Ship to", ""):
        table.add_column(heading, justify="right" if heading == "Total" else "left")
    for order, outcome in zip(served.orders, polled.outcomes, strict=True):
        table.add_row(*(shown(cell) for cell in (*_row(order), outcome)))
    if served.orders:
        console.print(table)
    console.print(shown(_tally(polled)), soft_wrap=True)
    for problem in served.problems:
        console.print(shown(problem), style="red", soft_wrap=True)


def _row(order: OrderMessage) -> tuple[str, ...]:
    to = order.customer.ship_to
    return (
        order.number,
        order.status,
        f"{order.order_date:%Y-%m-%d %H:%M}",
        f"{order.total:f} {order.currency or ''}".rstrip(),
        ", ".join(f"{item.sku} × {item.quantity}" for item in order.items if not item.adjustment),
        f"{to.city}, {to.country}",
    )


def _tally(polled: Polled) -> str:
    served, taken = polled.poll, polled.taken
    return (
        f"Pages: {served.pages}. Orders: {len(served.orders)} ({taken.new} new, {taken.changed} changed, "
        f"{taken.unchanged} same). Problems: {len(served.problems)}. Seconds: {served.seconds:.2f}."
    )


def poll_as_plain(polled: Polled) -> dict[str, Any]:
    served = polled.poll
    return {
        "window": {"start_date": served.start_date, "end_date": served.end_date},
        "pages": served.pages,
        "requests": served.requests,
        "seconds": round(served.seconds, 3),
        **polled.taken._asdict(),
        "orders": [
            {"outcome": outcome, **order_as_plain(order)}
            for order, outcome in zip(served.orders, polled.outcomes, strict=True)
        ],
        "problems": [{"page": p.page, "path": p.path, "sentence": p.sentence} for p in served.problems],
    }


def print_answer(answer: Answer, notice: NoticeMessage) -> None:
    console = Console()
    packed = ", ".join(f"{item.sku} × {item.quantity}" for item in notice.items)
    parcel = f"{notice.carrier} {notice.service} {notice.tracking_number or 'without tracking'}"
    console.print(shown(f"Order {notice.order_number}: {packed} by {parcel}"), soft_wrap=True)
    later = "" if answer.retry_after is None else f" It asks to be called again in {answer.retry_after} seconds."
    style = "green" if answer.accepted else "red"
    console.print(shown(f"The store answered {answer.status}: {answer.sentence}{later}"), style=style, soft_wrap=True)


def answer_as_plain(answer: Answer, notice: NoticeMessage) -> dict[str, Any]:
    return {
        "status": answer.status,
        "sentence": answer.sentence,
        "retry_after": answer.retry_after,
        "accepted": answer.accepted,
        "order_id": notice.order_id,
        "order_number": notice.order_number,
        "carrier": notice.carrier,
        "service": notice.service,
        "tracking_number": notice.tracking_number,
        "items": [
            {"line_item_id": item.line_item_id, "sku": item.sku, "quantity": item.quantity} for item in notice.items
        ],
    }
