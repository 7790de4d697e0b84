"""Order numbers as a vendor sees them: `1001`, then `1001.B`, `1001.C`… for further parts of the same order."""

import re
from collections.abc import Container, Iterator
from itertools import count


def _letters(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA: the columns of a spreadsheet."""
    letters = ""
    index += 1
    while index:
        index, digit = divmod(index - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def candidates(number: str) -> Iterator[str]:
    yield number
    for index in count(1):
        yield f"{number}.{_letters(index)}"


def free_number(number: str, taken: Container[str]) -> str:
    """The first form of `number` that this vendor does not have yet."""
    return next(candidate for candidate in candidates(number) if candidate not in taken)


def is_form_of(number: str, base: str) -> bool:
    """Whether it is the base, or the base with a letter for a further part."""
    return number == base or re.fullmatch(re.escape(base) + r"\.[A-Z]+", number) is not None


def without_split_suffix(number: str) -> str | None:
    """The number without the `-1`, `-2`… that ShipStation's own splits append, or None if there is none."""
    match = re.fullmatch(r"(.+)-\d{1,3}", number)
    return match.group(1) if match else None
