"""What changed to the outside: a part whose face is no longer the published one goes into the feed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from ...errors import Unwritable
from ...rules.presentation import PLAIN, Presentation
from ...rules.status import Flag, Status, holds_back
from ...store import journal
from ...store.orders.faces import Face, faces
from ...store.vendors import presentations_of
from ..actor import Actor
from ..faces import digest_of, is_old_digest_of, with_status
from .standing import Standing

_TO_MEND = {
    **dict.fromkeys(("Name", "Address1", "City", "Country"), Flag.NEEDS_ADDRESS),
    **dict.fromkeys(
        ("OrderTotal", "TaxAmount", "ShippingAmount", "UnitPrice", "Quantity", "Weight", "Length", "Width", "Height"),
        Flag.NEEDS_AMOUNT,
    ),
}


FREED = "no longer held back"


def publish(session: Session, parts: Sequence[Standing], actor: Actor, what: str, *, now: datetime) -> None:
    """Append a change for each part whose face differs from what was last published."""
    _append(session, _looked_at(session, parts, actor), actor, what, now=now)


def take_as_known(session: Session, parts: Sequence[Standing], actor: Actor, *, now: datetime) -> None:
    """The faces count as published: for news from the vendor itself, which is not sent back to it. Nothing but a status
    has changed, so mostly no face need be looked at. A part that something held back which is gone by now goes out."""
    unclear = []
    for part in parts:
        digest = None if holds_back(part.flags) else with_status(part.face_digest, part.was.status, part.status)
        if digest is None:
            unclear.append(part)
        else:
            part.face_digest = digest
    if unclear:
        freed = [part for part in _looked_at(session, unclear, actor) if holds_back(part.was.flags)]
        _append(session, freed, actor, FREED, now=now)


def _append(session: Session, parts: Sequence[Standing], actor: Actor, what: str, *, now: datetime) -> None:
    changes = [journal.NewChange(part.was.vendor_id, part.was.id, part.was.changed_at, what) for part in parts]
    times = journal.append_changes(session, actor.account_id, changes, now=now, who=actor.who)
    for part in parts:
        part.changed_at = times[part.was.id]


def _looked_at(session: Session, parts: Sequence[Standing], actor: Actor) -> list[Standing]:
    """Give each part the digest of its face as it is now; answers those that show another one than before."""
    shown = faces(session, actor.account_id, [part.was.id for part in parts])
    presentations = presentations_of(session, actor.account_id)
    others = []
    for part in parts:
        before, presentation = part.face_digest, presentations.get(part.was.vendor_id, PLAIN)
        face = _as_stated(part, shown[part.was.id])
        part.face_digest = _digest_or_flag(part, face, presentation)
        if part.face_digest not in (b"", before) and not is_old_digest_of(before, face, presentation):
            others.append(part)
    return others


def _as_stated(part: Standing, face: Face) -> Face:
    return replace(face, head=face.head._replace(status=part.status, flags=sorted(part.flags)))


def _digest_or_flag(part: Standing, face: Face, presentation: Presentation) -> bytes:
    """The digest of what the vendor may see; empty, with a flag that says why, for what must not go out yet."""
    if holds_back(part.flags):
        return b""
    if part.status == Status.CANCELLED and part.changed_at is None:
        return b""  # the vendor never saw it, so there is nothing to take back
    try:
        return digest_of(face, presentation)
    except Unwritable as error:
        part.flags.add(_TO_MEND.get(error.field, Flag.NEEDS_REVIEW))
        return b""
