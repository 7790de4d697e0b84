"""What makes a ship-to address usable for the wire, and which fields are missing."""

from collections.abc import Mapping
from functools import lru_cache

import pycountry

from .texts import visible


@lru_cache(maxsize=1024)
def country_code(text: str) -> str | None:
    """ISO 3166-1 alpha-2 for a 2- or 3-letter code or an English country name, else None."""
    word = text.strip()
    if not word:
        return None
    if word.upper() == "UK":  # reserved for the United Kingdom, and what many shops send
        return "GB"
    try:
        found = pycountry.countries.lookup(word)
    except LookupError:
        return None
    return str(found.alpha_2)


def missing_fields(ship_to: Mapping[str, str]) -> list[str]:
    """The fields without which no label can be made. A company stands in for a name.

    State and postal code may be empty: many countries have none.
    """
    missing = [key for key in ("address1", "city") if not visible(ship_to.get(key, ""))]
    if not (visible(ship_to.get("name", "")) or visible(ship_to.get("company", ""))):
        missing.insert(0, "name")
    if country_code(ship_to.get("country", "")) is None:
        missing.append("country")
    return missing
