"""Routing rules, as a merchant writes them."""

from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from ...rules.address import country_code
from .kinds import Form, Name, Sku, Word

MOST_RULES = 1_000


def _country(word: str) -> str:
    code = country_code(word)
    if code is None:
        raise ValueError(f"“{word[:40]}” is no country: write two letters such as DE")
    return code


RuleTag = Annotated[Word, StringConstraints(pattern=r"^[^;]*$")]  # no tag has a semicolon
Country = Annotated[Name, AfterValidator(_country)]


class RuleIn(Form):
    """A line must match all that is set. It goes to `vendor` (its name or id), or nobody ships it: `exclude`."""

    name: Word = ""
    sku: Word = ""
    sku_pattern: Word = ""
    brand: Word = ""
    tag: RuleTag = ""
    countries: Annotated[list[Country], Field(max_length=250)] = []
    vendor: Name | None = None
    exclude: bool = False

    @model_validator(mode="after")
    def matches_something(self) -> "RuleIn":
        if not (self.sku or self.sku_pattern or self.brand or self.tag or self.countries):
            raise ValueError("say what it matches: sku, sku_pattern (* for every SKU), brand, tag or countries")
        return self

    @model_validator(mode="after")
    def says_who_ships(self) -> "RuleIn":
        if bool(self.vendor) == self.exclude:
            raise ValueError("name a vendor, or say exclude: one of the two")
        return self


class RulesIn(Form):
    """The whole list, in order: the first rule that matches a line decides."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "rules": [
                    {"name": "Digital", "tag": "digital", "exclude": True},
                    {"name": "Europe", "countries": ["DE", "AT"], "vendor": "East"},
                    {"name": "Mugs", "sku_pattern": "MUG-*", "vendor": "West"},
                ]
            }
        }
    )

    rules: Annotated[list[RuleIn], Field(max_length=MOST_RULES)]


class RerouteIn(Form):
    """`reason` goes into the timeline; `preview` only says what would move."""

    reason: Word = ""
    preview: bool = False


class RerouteManyIn(Form):
    """`which` = `unrouted`: lines that have no vendor; `open`: all that has not shipped. `sku` narrows it down."""

    which: Literal["unrouted", "open"] = "unrouted"
    sku: Sku | None = None
    reason: Word = ""
    cursor: Word | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 500
