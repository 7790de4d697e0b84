"""Serving a page of the export: the delivery contract. Which vendor orders, in which order, on which page.

Membership of a window is decided by the changes alone; what is shown is each vendor order as it is now.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from ..customstore import window as wire
from ..customstore import writer
from ..errors import Unwritable
from ..rules.status import holds_back
from ..store import feed as store
from ..store.feed import Cut, Feed
from ..store.orders.faces import faces
from ..store.pruning import hold_off_pruning
from ..store.vendors import Channel
from .faces import message_of


@dataclass(slots=True)
class ExportPage:
    """`orders` are written already; `served` are the same vendor orders by id. `held` could not be shown."""

    pages: int
    orders: list[str] = field(default_factory=list)
    served: list[UUID] = field(default_factory=list)
    held: list[str] = field(default_factory=list)


def export_page(session: Session, channel: Channel, window: wire.Window, page: int, *, now: datetime) -> ExportPage:
    """Page `page` of the window (contract, points 1 to 6). A page past the last is empty.

    The session must see one moment (REPEATABLE READ), so that a page is of one piece.
    """
    ids, pages = _members(session, feed_of(channel, window, now=now), channel, page, now)
    return _shown(session, channel, ids, pages)


def feed_of(channel: Channel, window: wire.Window, *, now: datetime) -> Feed:
    """The window with its overlap; widened, where the store's clock or time zone is not ours."""
    start, end = channel.mismatch.widened(window.start, window.end, now)
    asked = (window.start - channel.overlap, window.end)
    return Feed(channel.account_id, channel.vendor_id, start - channel.overlap, end, asked)


def _members(session: Session, feed: Feed, channel: Channel, page: int, now: datetime) -> tuple[list[UUID], int]:
    cut = store.cut_of(session, feed, page) if page > 1 else None
    if cut is None:
        survey = _survey(session, feed, channel.page_size)
        if survey.bounds:
            hold_off_pruning(session, feed, now=now)
            store.keep_reading(session, feed, survey, now=now)
            cut = store.cut_of(session, feed, page) if page > 1 else None
        if cut is None:
            return survey.first_page if page == 1 else [], len(survey.bounds) + 1
    return _further(session, cut, page, channel.overlap)


def _survey(session: Session, feed: Feed, page_size: int) -> store.Survey:
    """With larger pages where there would be more of them than the protocol can count."""
    survey = store.survey(session, feed, page_size)
    if len(survey.bounds) < writer.MOST_PAGES:
        return survey
    return store.survey(session, feed, -(-store.count(session, feed) // writer.MOST_PAGES))


def _further(session: Session, cut: Cut, page: int, overlap: timedelta) -> tuple[list[UUID], int]:
    """A page after the first. The last one of a window that had not ended may have grown into several."""
    had_ended = cut.feed.end <= cut.started_at
    if had_ended and page > cut.pages:
        return [], cut.pages
    certain_before = cut.started_at - overlap if had_ended else None
    ids = store.vendor_orders_of(session, cut, certain_before=certain_before)
    if had_ended or page < cut.pages:
        return ids, cut.pages
    skipped = (page - cut.pages) * cut.page_size
    return ids[skipped : skipped + cut.page_size], cut.pages + max(0, len(ids) - 1) // cut.page_size


def _shown(session: Session, channel: Channel, ids: list[UUID], pages: int) -> ExportPage:
    page = ExportPage(pages)
    names, tz, presentation = channel.statuses, wire.zone(channel.time_zone), channel.presentation
    found = faces(session, channel.account_id, ids)
    for id_ in ids:
        face = found[id_]
        if holds_back(face.head.flags):
            page.held.append(f"{face.head.number}: {', '.join(face.head.flags)}")
            continue
        try:
            page.orders.append(writer.write_order(message_of(face, names, tz, presentation)))
            page.served.append(id_)
        except Unwritable as error:
            page.held.append(f"{face.head.number}: {error.sentence}")
    return page
