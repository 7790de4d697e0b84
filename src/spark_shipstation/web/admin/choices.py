"""The vendors of the account, for the selects of forms."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from ...store.vendorlist import known_vendors
from .visits import Visit


class Choice(NamedTuple):
    id: str
    name: str
    kind: str
    active: bool
    default: bool


def vendor_choices(visit: Visit) -> list[Choice]:
    """The oldest first."""
    known = known_vendors(visit.session, visit.account_id)
    return [Choice(vendor.id.hex, vendor.name, vendor.kind, vendor.active, vendor.is_default) for vendor in known]


def names_of(choices: Sequence[Choice]) -> dict[UUID, str]:
    """By id, for questions that would else ask for them once more."""
    return {UUID(one.id): one.name for one in choices}
