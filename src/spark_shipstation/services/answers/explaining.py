"""An order in words."""

from datetime import datetime

from pydantic import BaseModel


class ServedOut(BaseModel):
    """A page that a vendor order stood on. `window_end` is the first instant after the window; `completed` = every page
    of the window was asked for."""

    at: datetime
    window_start: datetime
    window_end: datetime
    page: int
    pages: int
    completed: bool


class NextOut(BaseModel):
    """What must happen first: `mending`, `activation`, `resuming`, `first_poll`, `earlier_poll`, `next_poll`,
    `payment`, `release`, `shipment`."""

    event: str
    sentence: str


class ExplainedLineOut(BaseModel):
    id: str
    external_id: str
    sku: str
    vendor: str | None
    unrouted: int
    excluded: int
    reason: str
    sentence: str


class ExplainedPartOut(BaseModel):
    """`state`: `never_goes_out`, `not_connected`, `held_back`, `vendor_inactive`, `restored`, `never_polled`,
    `waiting`, `changed`, `served`. `served` holds the newest pages it stood on; `next` is None where nothing more
    is to come."""

    id: str
    number: str
    vendor: str
    vendor_id: str
    state: str
    status: str
    told: str | None
    flags: list[str]
    sentences: list[str]
    changed_at: datetime | None
    last_poll: ServedOut | None
    served: list[ServedOut]
    next: NextOut | None


class ExplanationOut(BaseModel):
    """An order in words. `state` is `unrouted`, or that of the vendor order which needs a look first."""

    id: str
    store: str
    external_id: str
    number: str
    state: str
    status: str
    flags: list[str]
    sentences: list[str]
    lines: list[ExplainedLineOut]
    vendor_orders: list[ExplainedPartOut]
