"""Vendors, and what ShipStation is told."""

from typing import Annotated, Literal

from pydantic import (
    Field,
    model_validator,
)

from .kinds import Form, ShortName, StatusName, Word
from .presentation import PresentationIn, PresentationPatch


class StatusNamesIn(Form):
    """What ShipStation is told; the merchant maps these exact words in its Custom Store form."""

    unpaid: StatusName = "unpaid"
    paid: StatusName = "awaiting_shipment"
    shipped: StatusName = "shipped"
    cancelled: StatusName = "cancelled"
    on_hold: StatusName = "on_hold"

    @model_validator(mode="after")
    def names_differ(self) -> "StatusNamesIn":
        names = list(self.model_dump().values())
        if len(set(names)) < len(names):
            raise ValueError("the five status names must differ from each other")
        return self


class StatusNamesPatch(Form):
    unpaid: StatusName | None = None
    paid: StatusName | None = None
    shipped: StatusName | None = None
    cancelled: StatusName | None = None
    on_hold: StatusName | None = None


QUERY_CREDENTIALS = (
    "Believe SS-UserName and SS-Password in the query, where no Authorization header arrives. A proxy on the way can "
    "write them to its log."
)


class VendorIn(PresentationIn):
    """The settings below `kind` are for ShipStation vendors."""

    name: ShortName
    kind: Literal["shipstation", "manual"] = "shipstation"
    active: bool = True
    default: bool | None = None
    time_zone: Word = "UTC"
    statuses: StatusNamesIn = StatusNamesIn()
    page_size: Annotated[int, Field(ge=1, le=500)] = 100
    query_credentials: Annotated[bool, Field(description=QUERY_CREDENTIALS)] = False


class VendorPatch(PresentationPatch):
    """Only what is given changes."""

    name: ShortName | None = None
    active: bool | None = None
    default: Literal[True] | None = None
    time_zone: Word | None = None
    statuses: StatusNamesPatch | None = None
    page_size: Annotated[int, Field(ge=1, le=500)] | None = None
    query_credentials: Annotated[bool | None, Field(description=QUERY_CREDENTIALS)] = None
