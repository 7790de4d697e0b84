"""What becomes of a notice, and who has it settled."""

from dataclasses import dataclass
from uuid import UUID

from ...rules.inbox import NoticeState
from ...store.orders import VendorOrder
from ..actor import Actor


@dataclass(frozen=True, slots=True)
class About:
    """Which order and package a notice is about, as far as that is known."""

    order_number: str = ""
    tracking_key: str = ""
    vendor_order_id: UUID | None = None
    corrected_number: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of it: the state it is kept in, the HTTP status and the sentence of our answer."""

    state: NoticeState
    status: int
    sentence: str
    about: About


@dataclass(frozen=True, slots=True)
class ByHand:
    """A person has it applied: to this vendor order, where they named one."""

    target: VendorOrder | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A kept notice that is to be settled, and in whose name."""

    notice_id: UUID
    actor: Actor
