"""Earlier notices of packages that are recorded now: what failed then is answered by what came since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ...errors import SparkError
from ...rules.inbox import NoticeState, tracking_key
from ...store import notices
from ...store.notices import Kept, Notice
from ...store.vendors import Channel
from .matching import is_named
from .packing import Slot
from .recording import Parcel, package_key
from .understanding import understand


@dataclass(frozen=True, slots=True)
class Concluded:
    """A notice that is settled, and what its package was made of."""

    notice: Kept
    parcel: Parcel
    slots: Sequence[Slot]


def settle_earlier(session: Session, channel: Channel, concluded: Sequence[Concluded], *, now: datetime) -> None:
    """Earlier notices of the same packages, which failed, are answered by these, too."""
    kept = [one.notice for one in concluded]
    keys = [tracking_key(one.parcel.message.tracking_number) for one in concluded]
    for earlier in notices.lock_earlier(session, channel.account_id, channel.vendor_id, kept, keys):
        for one in concluded:
            if earlier.digest == one.notice.digest or _is_of(session, channel, earlier, one):
                named = one.parcel.named
                earlier.state, earlier.settled_at = NoticeState.REPEATED, now
                earlier.vendor_order_id, earlier.order_number = named.id, named.number
                earlier.reason = "The same notice came again and was applied."
                break


def _is_of(session: Session, channel: Channel, earlier: Notice, one: Concluded) -> bool:
    """Is that notice, which has other bytes, of the same package of the same vendor order?"""
    try:
        message = understand(earlier.query, earlier.content_type, earlier.body).message
    except SparkError:
        return False
    same = package_key(message, earlier.digest, one.slots) == one.parcel.key
    return same and is_named(session, channel, message, one.parcel.named)
