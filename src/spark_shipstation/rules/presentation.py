"""How a vendor wants its orders told: what is withheld, which words stand for which, where discounts and notes go."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cached_property
from typing import Any


class Discounts(StrEnum):
    """As Adjustment lines, one for each code; or spread over the unit prices."""

    LINES = "lines"
    SPREAD = "spread"


class Notes(StrEnum):
    """Which internal notes a vendor sees. A note that is marked for other vendors only is never among them."""

    MARKED = "marked"  # those marked for it
    ALL = "all"  # and those marked for nobody
    NONE = "none"


EVERY_VENDOR = "*"
CUSTOM_FIELDS = ("custom_field1", "custom_field2", "custom_field3")


@dataclass(frozen=True)
class Presentation:
    """The settings of one vendor. `called` is what a note may call it: its id, and its name without case."""

    withhold_email: bool = False
    withhold_phone: bool = False
    discounts: str = Discounts.LINES
    coupon_codes_in: str = ""
    internal_notes: str = Notes.MARKED
    shipping_methods: Mapping[str, str] = field(default_factory=dict)
    requested_warehouse: str = ""
    source: str = ""
    called: frozenset[str] = frozenset()

    @cached_property
    def _methods(self) -> dict[str, str]:
        return {_folded(said): told for said, told in self.shipping_methods.items()}

    def shipping_method(self, said: str) -> str:
        """The vendor's word for what the buyer chose. What it has no word for passes unchanged."""
        return self._methods.get(_folded(said), said) if self._methods else said

    def visible_notes(self, unmarked: str, marked: Sequence[Mapping[str, Any]]) -> str:
        if not (unmarked or marked) or self.internal_notes == Notes.NONE:
            return ""
        shown = [unmarked] if unmarked and self.internal_notes == Notes.ALL else []
        shown += [note["text"] for note in marked if self._is_meant(note["vendors"])]
        return "\n".join(shown)

    def _is_meant(self, vendors: Iterable[str]) -> bool:
        return any(word == EVERY_VENDOR or _folded(word) in self.called for word in vendors)


def _folded(words: str) -> str:
    return " ".join(words.split()).casefold()


def names_of(id_: str, name: str) -> frozenset[str]:
    """What notes may call a vendor with this id (32 hex digits) and this name."""
    dashed = "-".join((id_[:8], id_[8:12], id_[12:16], id_[16:20], id_[20:]))
    return frozenset({id_, dashed, _folded(name)})


SETTINGS = tuple(field.name for field in fields(Presentation) if field.name != "called")
PLAIN = Presentation()
