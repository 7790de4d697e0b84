"""A package beside those recorded before: is it one of them with a corrected number, or perhaps the same once more?

Nothing is guessed away: what is in doubt is recorded and flagged, and a person voids what is one package too many.
"""

from collections import Counter
from collections.abc import Sequence

from ...customstore.messages import NoticeMessage
from ...rules.carriers import carrier_code
from ...rules.inbox import tracking_key
from ...rules.status import Flag
from ...store.shipments import Shipment
from ...store.vendors import SHIPSTATION
from .packing import Packed

Contents = Counter[object]


def corrected_before(message: NoticeMessage, packed: Sequence[Packed], packages: Sequence[Shipment]) -> Shipment | None:
    """The package whose number a person has corrected to the one that the notice names."""
    key = tracking_key(message.tracking_number)
    return next(
        (
            package
            for package in packages
            if key
            and package.corrections
            and tracking_key(package.tracking_number) == key
            and package.carrier_code == carrier_code(message.carrier)
            and (not message.items or _contents_of(package) == _contents(packed))
        ),
        None,
    )


def doubts(flags: set[Flag], packed: Sequence[Packed], packages: Sequence[Shipment]) -> set[Flag]:
    """Why there was less open than the notice says: an earlier package by hand, or one with the same items."""
    exhausted = Flag.ASSUMED_ITEMS in flags and not packed
    if not exhausted and Flag.OVER_SHIPPED not in flags:
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
        contents[part.slot.line_id if part.slot else part.sku.casefold()] += part.quantity
    return contents


def _contents_of(package: Shipment) -> Contents:
    contents: Contents = Counter()
    for line in package.lines:
        contents[line.vendor_order_line_id or line.sku.casefold()] += line.quantity
    return contents


def _share(package: Shipment, packed: Sequence[Packed]) -> bool:
    return bool(_contents_of(package).keys() & _contents(packed).keys())
