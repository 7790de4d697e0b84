"""A store's settings, as a merchant writes them."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from ...rules.shopstatus import folded
from .kinds import Form, UpTo50


def _one_meaning_each(words: dict[str, str]) -> dict[str, str]:
    seen: dict[str, str] = {}
    for word in words:
        if not folded(word).strip("_"):
            raise ValueError("a status must have a letter or a digit")
        other = seen.setdefault(folded(word), word)
        if other != word:
            raise ValueError(f"“{other}” and “{word}” are the same status")
    return words


StatusWords = Annotated[
    dict[UpTo50, Literal["unpaid", "paid", "on_hold", "cancelled", "shipped"]],
    Field(max_length=200),
    AfterValidator(_one_meaning_each),
]


class StorePatch(Form):
    """Only what is given changes; `statuses` (the shop's word → what it means) as a whole. `when_unrouted`: an order
    with a line that has no vendor is sent without it, or waits."""

    statuses: StatusWords | None = None
    when_unrouted: Literal["send_rest", "wait"] | None = None
