"""Who does something, and in which call: facts that every journal row carries."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """`who` is a word for people: `key orders`, `user ada@example.com`, `ShipStation (East)`, `command line`."""

    account_id: UUID
    who: str
    request_id: str = ""
