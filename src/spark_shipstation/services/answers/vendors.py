"""Vendors and their connections."""

from datetime import datetime

from pydantic import BaseModel


class StatusNamesOut(BaseModel):
    unpaid: str
    paid: str
    shipped: str
    cancelled: str
    on_hold: str


class ZoneMismatchOut(BaseModel):
    """ShipStation's dates are that many minutes ahead of the connection's zone (behind it where negative)."""

    offset_minutes: int
    since: datetime
    sentence: str


class VendorOut(BaseModel):
    """The fields from `url` on are of ShipStation vendors; `password` is there when it was just made, and never
    again."""

    id: str
    name: str
    kind: str
    active: bool
    default: bool
    url: str | None = None
    username: str | None = None
    password: str | None = None
    time_zone: str | None = None
    statuses: StatusNamesOut | None = None
    page_size: int | None = None
    withhold_email: bool | None = None
    withhold_phone: bool | None = None
    discounts: str | None = None
    coupon_codes_in: str | None = None
    internal_notes: str | None = None
    shipping_methods: dict[str, str] | None = None
    requested_warehouse: str | None = None
    source: str | None = None
    settings_changed_at: datetime | None = None
    query_credentials: bool | None = None
    zone_mismatch: ZoneMismatchOut | None = None


class RetoldOut(BaseModel):
    """How many vendor orders go out anew, and how many are left for the next call."""

    retold: int
    left: int
