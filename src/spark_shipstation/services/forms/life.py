"""What is done to an order: hold, release, cancel, resend, and a package that was shipped by hand."""

from datetime import date
from typing import Annotated

from pydantic import Field

from .kinds import Amount, Form, Name, Quantity, Text, TrackingNumber, Word

Key = Annotated[Word, Field(max_length=200)]


class ReasonIn(Form):
    """Why; it stands in the timeline."""

    reason: Word = ""


class LineToCancel(Form):
    """`line` is the shop's id of the order line, or ours. Without a quantity, all of it that is open."""

    line: Name
    quantity: Quantity | None = None


class CancelIn(Form):
    """Without lines, all that is open of the order. `key` is your own name of this cancellation: when it comes again,
    it does nothing more."""

    lines: Annotated[list[LineToCancel], Field(max_length=1_000)] = []
    reason: Word = ""
    key: Key = ""


class LineToShip(Form):
    """`line` is the id of the vendor order's line, ours or the shop's id of the order line, or its SKU."""

    line: Name
    quantity: Quantity


class ShipmentIn(Form):
    """One package. Without lines it holds all that is open. `key` is your own name of the package: when it comes again,
    it is not recorded again. Without a key, the same carrier, tracking number, date and lines are the same package."""

    lines: Annotated[list[LineToShip], Field(max_length=1_000)] = []
    carrier: Word = ""
    service: Word = ""
    tracking_number: TrackingNumber = ""
    ship_date: date | None = None
    shipping_cost: Amount | None = None
    notes_to_customer: Text = ""
    notify_customer: bool | None = None
    key: Key = ""
