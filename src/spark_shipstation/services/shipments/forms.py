"""What is said of a package by hand."""

from typing import Annotated

from pydantic import StringConstraints, model_validator

from ..forms.kinds import Form, Name, TrackingNumber, Word

# ShipStation's own limit for these words.
Short = Annotated[Word, StringConstraints(max_length=50)]


class ShipmentPatch(Form):
    """Only what is given changes."""

    tracking_number: Annotated[TrackingNumber, StringConstraints(max_length=50)] | None = None
    carrier: Short | None = None
    service: Short | None = None
    reason: Word = ""

    @model_validator(mode="after")
    def something(self) -> "ShipmentPatch":
        if self.tracking_number is None and self.carrier is None and self.service is None:
            raise ValueError("name what is to change: tracking_number, carrier or service")
        return self


class ReasonIn(Form):
    reason: Name
