"""A package beside those recorded before: is it one of them with a corrected number, or perhaps the same once more?

Nothing is guessed away: what is in doubt is recorded and flagged, and a person voids what is one package too many.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from ...customstore.messages import NoticeMessage
from ...rules.carriers import carrier_code
from ...rules.inbox import tracking_key
from ...rules.status import Flag
from ...store.base import Json
from ...store.shipments import Shipment
from ...store.vendors import SHIPSTATION
from .packing import Packed
from .recording import label_of

Contents = Counter[object]
HEARD = "heard"  # of a correction: the date of the label that ShipStation sent with the number put right by it


def recorded_before(
    message: NoticeMessage, key: bytes, packed: Sequence[Packed], packages: Sequence[Shipment]
) -> Shipment | None:
    """The package that the notice is of: by its key; else one whose number a person has corrected to that of the
    notice. Another label of that number is another package."""
    by_key = next((package for package in packages if package.dedupe_key == key), None)
    return by_key or next((package for package in packages if _correction(package, message, packed)), None)


def hear(package: Shipment, message: NoticeMessage, key: bytes, packed: Sequence[Packed]) -> None:
    """ShipStation itself has sent the number that a person had put right: from now on, that label is known."""
    if package.dedupe_key == key:
        return
    correction, label = _correction(package, message, packed), label_of(message)
    if correction is not None and HEARD not in correction:
        package.corrections = [made | {HEARD: label} if made is correction else made for made in package.corrections]


def _correction(package: Shipment, message: NoticeMessage, packed: Sequence[Packed]) -> Json | None:
    """The correction that gave the package the number which the notice has."""
    number, label = tracking_key(message.tracking_number), label_of(message)
    if not number or carrier_code(package.carrier) != carrier_code(message.carrier):
        return None
    if message.items and _contents_of(package) != _contents(packed):
        return None
    told = [*(made["tracking_number"] for made in package.corrections), package.tracking_number]
    numbers = list(map(tracking_key, told))
    for made, (old, new) in zip(package.corrections, pairwise(numbers), strict=True):
        if old != new == number and made.get(HEARD, label) == label:
            return made
    return None


def doubts(flags: set[Flag], packed: Sequence[Packed], packages: Sequence[Shipment]) -> set[Flag]:
    """Why there was less open than the notice says: an earlier package by hand, or one with the same items."""
    exhausted = Flag.ASSUMED_ITEMS in flags and not packed
    if not exhausted and not flags & {Flag.OVER_SHIPPED, Flag.CANCEL_TOO_LATE}:
        return set()
    live = [package for package in packages if package.voided_at is None]
    found = set()
    if any(package.source != SHIPSTATION and (exhausted or _share(package, packed)) for package in live):
        found.add(Flag.SHIPPED_BY_HAND)
    reported = [package for package in live if package.source == SHIPSTATION]
    if any(exhausted or _contents_of(package) == _contents(packed) for package in reported):
        found.add(Flag.POSSIBLE_RELABEL)
    return found


def _contents(packed: Sequence[Packed]) -> Contents:
    contents: Contents = Counter()
    for part in packed:
        contents[part.slot.line_id if part.slot else _named(part.sku, part.name)] += part.quantity
    return contents


def _contents_of(package: Shipment) -> Contents:
    contents: Contents = Counter()
    for line in package.lines:
        contents[line.vendor_order_line_id or _named(line.sku, line.name)] += line.quantity
    return contents


def _named(sku: str, name: str) -> str:
    """An item that the vendor order does not have."""
    return (sku or f"|{name}").casefold()


def _share(package: Shipment, packed: Sequence[Packed]) -> bool:
    return bool(_contents_of(package).keys() & _contents(packed).keys())
