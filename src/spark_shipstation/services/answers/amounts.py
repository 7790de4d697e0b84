"""Money as it goes out, and what was saved."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, PlainSerializer


def format_money(value: Decimal) -> str:
    """At least two digits after the point, more only where they are not zero."""
    text = f"{value:.4f}"
    return text[:-2] if text.endswith("00") else text.rstrip("0")


Money = Annotated[Decimal, PlainSerializer(format_money, return_type=str)]


class DiscountOut(BaseModel):
    """`line` is the id of the order line that it is on; None for one of the order as a whole."""

    code: str
    amount: Money
    line: str | None = None
