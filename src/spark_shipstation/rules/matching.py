"""Routing rules: which lines a rule speaks of, and how it is told to people."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fnmatch import translate
from typing import Protocol
from uuid import UUID


def pattern_matcher(pattern: str) -> Callable[[str], object]:
    """`*` stands for any characters, `?` for one; all others for themselves, capitals and small letters apart.

    The form that fnmatch makes of it tries no two ways for one `*`, so no pattern makes it slow.
    """
    return re.compile(translate(pattern.replace("[", "[[]"))).match


@dataclass(frozen=True, slots=True)
class Traits:
    """What rules may ask of a line: its SKU, its product's brand and tags, and the country that it goes to (two
    letters, "" where it is not known)."""

    sku: str
    brand: str = ""
    tags: frozenset[str] = frozenset()
    country: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """All that is set must hold. `vendor_id` None = nobody ships these lines. Brands and tags are compared without
    case, SKUs with it. `place` counts from 1."""

    place: int
    vendor_id: UUID | None
    name: str = ""
    sku: str = ""
    sku_pattern: str = ""
    brand: str = ""
    tag: str = ""
    countries: tuple[str, ...] = ()
    _fits: Callable[[str], object] | None = field(init=False, compare=False, repr=False, default=None)

    def __post_init__(self) -> None:
        if self.sku_pattern:
            object.__setattr__(self, "_fits", pattern_matcher(self.sku_pattern))

    def matches(self, line: Traits) -> bool:
        return (
            (not self.sku or self.sku == line.sku)
            and (not self.countries or line.country in self.countries)
            and (not self.brand or self.brand.casefold() == line.brand.casefold())
            and (not self.tag or self.tag.casefold() in {tag.casefold() for tag in line.tags})
            and (self._fits is None or bool(self._fits(line.sku)))
        )

    @property
    def words(self) -> str:
        """`rule 2 “Europe” (brand Acme, ship-to country DE or AT)`"""
        name = f" “{self.name}”" if self.name else ""
        return f"rule {self.place}{name} ({', '.join(asked(self))})"


class Asking(Protocol):
    """A rule, stored or sent."""

    @property
    def sku(self) -> str: ...
    @property
    def sku_pattern(self) -> str: ...
    @property
    def brand(self) -> str: ...
    @property
    def tag(self) -> str: ...
    @property
    def countries(self) -> Sequence[str]: ...


def asked(rule: Asking) -> list[str]:
    """`["brand Acme", "ship-to country DE or AT"]`"""
    return [
        f"{word} {value}"
        for word, value in (
            ("SKU", rule.sku),
            ("SKU pattern", rule.sku_pattern),
            ("brand", rule.brand),
            ("tag", rule.tag),
            ("ship-to country", " or ".join(rule.countries)),
        )
        if value
    ]
