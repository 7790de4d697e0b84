"""Notices as programs and pages read them."""

from datetime import datetime

from pydantic import BaseModel

from ...rules.inbox import NoticeState


class NoticeOut(BaseModel):
    """`answer` is the HTTP status that ShipStation got, `reason` the sentence with it. `order_number` is that of the
    vendor order it was matched with, else the one that it names; `corrected_number` the one named by hand instead."""

    id: str
    vendor: str
    vendor_id: str
    received_at: datetime
    state: NoticeState
    answer: int | None
    reason: str
    order_number: str
    corrected_number: str
    order: str | None
    vendor_order: str | None
    shipment: str | None
    settled_at: datetime | None
    handled_by: str
    request_id: str


class NoticeWithBody(NoticeOut):
    """As it came: the query without its credentials; the body as text, and exactly as it was in Base64."""

    query: dict[str, str]
    content_type: str
    body: str
    body_base64: str


class NoticesOut(BaseModel):
    """`next_cursor` is None on the last page."""

    notices: list[NoticeOut]
    next_cursor: str | None
