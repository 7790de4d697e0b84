"""What people and programs say when they work at the inbox."""

from typing import Annotated

from pydantic import Field, model_validator

from ..forms.kinds import Form, Name, OrderNumber

NoticeNumber = Annotated[OrderNumber, Field(max_length=50)]


class ReplayIn(Form):
    """The order that the notice is about, where it does not say so itself: by its number, or by the vendor order's
    id."""

    order_number: NoticeNumber | None = None
    vendor_order: Name | None = None

    @model_validator(mode="after")
    def one_of_both(self) -> "ReplayIn":
        if self.order_number and self.vendor_order:
            raise ValueError("name the order by order_number or by vendor_order, not by both")
        return self


class DismissIn(Form):
    """How it was dealt with."""

    reason: Name
