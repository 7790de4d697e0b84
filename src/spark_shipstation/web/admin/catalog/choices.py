"""The vendors of the account, for the selects of forms."""

from typing import NamedTuple

from ....store.vendors import vendors_of
from ..visits import Visit


class Choice(NamedTuple):
    id: str
    name: str
    active: bool
    default: bool


def vendor_choices(visit: Visit) -> list[Choice]:
    """The oldest first."""
    known = vendors_of(visit.session, visit.account_id)
    return [Choice(vendor.id.hex, vendor.name, vendor.active, vendor.is_default) for vendor in known]
