"""Packages."""

from datetime import date, datetime

from pydantic import BaseModel

from .amounts import Money


class ShipmentLineOut(BaseModel):
    line: str | None
    sku: str
    quantity: int


class CorrectionOut(BaseModel):
    """What a package said before a person corrected it."""

    at: datetime
    who: str
    reason: str
    tracking_number: str
    carrier: str
    service: str


class ShipmentOut(BaseModel):
    """A package. One that was voided (`voided_at`) counts for nothing. `corrections` are oldest first."""

    id: str
    vendor_order: str
    carrier: str
    carrier_code: str
    service: str
    tracking_number: str
    tracking_url: str | None
    ship_date: date | None
    shipping_cost: Money | None
    currency: str
    notes_to_customer: str
    notify_customer: bool | None
    source: str
    flags: list[str]
    recorded_at: datetime
    voided_at: datetime | None = None
    void_reason: str = ""
    corrections: list[CorrectionOut] = []
    lines: list[ShipmentLineOut]
