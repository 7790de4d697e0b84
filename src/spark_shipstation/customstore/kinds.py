"""The kinds of value that the documents are made of: how each is written so that it is valid, how it is read.

`write` answers the element's content, or None for "leave the element out"; it raises Unwritable where no rule can
make the value fit. `read` raises Unreadable. Limits are characters, counted after cleaning.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ..errors import Unreadable, Unwritable
from ..rules.texts import as_code, clean, cut, visible
from .window import format_wire_time, read_told_time, read_wire_date, read_wire_time

MAX_AMOUNT = Decimal("9999999.99")
MAX_QUANTITY = 99_999
_CENT = Decimal("0.01")
_URL_CHARACTER = r"(?:[^\s%/?#@\[\]]|%[0-9A-Fa-f]{2})"
_ABSOLUTE_URL = re.compile(
    rf"(?i:https?)://(?:{_URL_CHARACTER}*@)?"
    rf"(?:\[[0-9A-Fa-f:.]+\]|(?:(?!:){_URL_CHARACTER})+)(?::[0-9]{{1,5}})?"
    rf"(?:[/?](?:{_URL_CHARACTER}|[/?@])*)?(?:#(?:{_URL_CHARACTER}|[/?@])*)?"
)


@dataclass(frozen=True, slots=True)
class Kind:
    """`empty` is what a required element holds when there is nothing to say, or None if it must not be empty."""

    name: str
    write: Callable[[Any], str | None]
    read: Callable[[str], Any]
    empty: str | None = None


def cdata(text: str) -> str:
    if "]]>" in text:
        text = text.replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{text}]]>"


def _words(limit: int) -> Callable[[Any], str | None]:
    def write(value: Any) -> str | None:
        text = visible(value)
        if len(text) > limit:
            text = cut(text, limit)
        return cdata(text) if text else None

    return write


def _code(limit: int) -> Callable[[Any], str | None]:
    def write(value: Any) -> str | None:
        text = as_code(value, limit)
        return cdata(text) if text else None

    return write


def _read_limited(limit: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > limit:
            raise Unreadable(f"is {len(text)} characters long; the limit is {limit}")
        return text.strip()

    return read


def text(limit: int) -> Kind:
    """Words for people. HTML entities, which many shops store, are decoded before the text is cleaned and cut."""
    return Kind(f"text {limit}", _words(limit), _read_limited(limit), "")


def code(limit: int) -> Kind:
    """As `as_code` makes it."""
    return Kind(f"code {limit}", _code(limit), _read_limited(limit), "")


def filled(kind: Kind) -> Kind:
    """The same kind, where an empty element would not be valid."""
    return replace(kind, empty=None)


def free(limit: int) -> Kind:
    """As `text`, but what is too long is read and cut: for what ShipStation tells us."""
    return Kind(f"free {limit}", _words(limit), lambda text: text.strip()[:limit], "")


def _write_amount(value: Decimal) -> str:
    if not value.is_finite():
        raise Unwritable("", f"{value} is no amount")
    amount = value.quantize(_CENT, rounding=ROUND_HALF_UP) if abs(value) <= MAX_AMOUNT * 10 else value
    if abs(amount) > MAX_AMOUNT:
        raise Unwritable("", f"{value:.15g} is more than ShipStation's limit of {MAX_AMOUNT}")
    return f"{amount if amount else abs(amount):f}"


def _read_amount(text: str) -> Decimal:
    if not re.fullmatch(r"[+-]?[0-9]{1,7}(\.[0-9]{1,2})?", text.strip()):
        raise Unreadable(f"“{text[:40]}” is not an amount of at most 7 digits before the point and 2 after")
    return Decimal(text.strip())


def _read_any_amount(text: str) -> Decimal:
    if not re.fullmatch(r"[+-]?[0-9]{1,7}(\.[0-9]{0,10})?|[+-]?\.[0-9]{1,10}", text.strip()):
        raise Unreadable(f"“{text[:40]}” is not an amount with at most 7 digits before the point")
    return Decimal(text.strip())


def _write_whole(value: int) -> str:
    if not 1 <= value <= MAX_QUANTITY:
        raise Unwritable("", f"a quantity of {value} is outside ShipStation's 1 to 99999")
    return str(value)


def _read_whole(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text.strip()) or int(text) == 0:
        raise Unreadable(f"“{text[:40]}” is not a whole number from 1 to 99999")
    return int(text)


def _read_any_whole(text: str) -> int:
    match = re.fullmatch(r"\+?([0-9]{1,9})(?:\.0*)?", text.strip())
    if match is None:
        raise Unreadable(f"“{text[:40]}” is not a whole number")
    return int(match.group(1))


def _read_flag(text: str) -> bool:
    word = text.strip().lower()
    if word in {"true", "1"}:
        return True
    if word in {"false", "0"}:
        return False
    raise Unreadable(f"“{text[:40]}” is neither true nor false")


def _write_country(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}", value):
        raise Unwritable("", f"“{value}” is not a two-letter country code")
    return value


def _read_country(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}", text.strip()):
        raise Unreadable(f"“{text[:40]}” is not a two-letter country code")
    return text.strip()


def is_absolute_url(value: str) -> bool:
    """An http(s) address that is also an xs:anyURI: a stray `%`, `[` or second `#` would spoil the page."""
    return _ABSOLUTE_URL.fullmatch(value) is not None


def _write_url(value: str) -> str | None:
    """A cut address leads nowhere, so one that does not fit is left out."""
    value = clean(value).strip()
    return cdata(value) if len(value) <= 500 and is_absolute_url(value) else None


def _read_url(text: str) -> str:
    if len(text) > 500 or not is_absolute_url(text.strip()):
        raise Unreadable(f"“{text[:40]}” is not an absolute address of at most 500 characters")
    return text.strip()


def _write_upc(value: str) -> str | None:
    return value if re.fullmatch(r"[0-9]{1,12}", value) else None


def _read_upc(text: str) -> str:
    if not re.fullmatch(r"[0-9]{0,12}", text.strip()):
        raise Unreadable(f"“{text[:40]}” is not a UPC of at most 12 digits")
    return text.strip()


def one_of(*words: str) -> Kind:
    def write(value: str) -> str | None:
        return value if value in words else None

    def read(text: str) -> str:
        if text.strip() not in words:
            raise Unreadable(f"“{text[:40]}” is none of {', '.join(words)}")
        return text.strip()

    return Kind(f"one of {', '.join(words)}", write, read)


def _write_time(value: datetime) -> str:
    return format_wire_time(value)


def _write_date(value: date) -> str:
    return f"{value.month:02}/{value.day:02}/{value.year:04}"


def _read_time(text: str) -> datetime:
    if not re.fullmatch(r"[0-9]{2}/[0-9]{2}/[0-9]{4} [0-9]{2}:[0-9]{2}", text.strip()):
        raise Unreadable(f"“{text[:40]}” is not a time of the form MM/dd/yyyy HH:mm")
    return read_wire_time(text)


def _write_currency(value: str) -> str | None:
    """A cut code is another currency, so one that does not fit is left out."""
    return cdata(value) if re.fullmatch(r"[A-Z]{3}", value) else None


def _read_currency(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", text.strip()):
        raise Unreadable(f"“{text[:40]}” is not a three-letter currency code")
    return text.strip()


# What we send is of one form only.
AMOUNT = Kind("amount", _write_amount, _read_amount)
WHOLE = Kind("whole number", _write_whole, _read_whole)
TIME = Kind("time", _write_time, _read_time)
CURRENCY = Kind("currency", _write_currency, _read_currency)
# What we are sent comes in every form that was ever met.
ANY_AMOUNT = Kind("amount", _write_amount, _read_any_amount)
ANY_WHOLE = Kind("whole number", _write_whole, _read_any_whole)
ANY_TIME = Kind("time", _write_time, read_told_time)
ANY_DATE = Kind("date", _write_date, read_wire_date)

FLAG = Kind("flag", lambda value: "true" if value else "false", _read_flag)
COUNTRY = Kind("country", _write_country, _read_country)
URL = Kind("address on the web", _write_url, _read_url)
UPC = Kind("UPC", _write_upc, _read_upc)
