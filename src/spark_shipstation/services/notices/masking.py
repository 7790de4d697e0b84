"""Credentials that travel where they should not: in a query, or in a form beside it. They are never kept."""

import gzip
import re
from collections.abc import Mapping
from urllib.parse import quote_plus, unquote_plus

from ...customstore.charsets import inflated
from ...errors import Unreadable

_SECRET = frozenset({"ssusername", "sspassword", "authkey", "username", "password"})
_MASK = "***"
# What can stand before a document's first sign: byte order marks, the other half of a UTF-16 sign, white space.
_BEFORE = b"\xef\xbb\xbf\xfe\xff\x00 \t\r\n"
# A query that was put together wrongly has credentials within a value: `order_number=1;SS-Password=…`.
_WITHIN = re.compile(
    r"(\b(?:ss[^a-z0-9;&=]{0,3}(?:user[^a-z0-9;&=]?name|password)|auth[^a-z0-9;&=]?key)\s*=)[^;&]*", re.I
)


def is_secret(name: str) -> bool:
    """However it is written: SS-UserName, ss_username, SS-USERNAME; `amp;SS-UserName`, of a link copied as HTML."""
    last = re.split("[;&?]", name)[-1]
    return re.sub(r"[^a-z0-9]", "", last.lower()) in _SECRET


def without_secrets(query: Mapping[str, str]) -> dict[str, str]:
    return {name: _hidden(value) for name, value in query.items() if not is_secret(name)}


def _hidden(words: str) -> str:
    return _WITHIN.sub(rf"\1{_MASK}", words)


def masked(body: bytes) -> bytes:
    """The body as it came, but for the values of credentials where it is a form, packed or not. A document is no
    form."""
    try:
        plain = inflated(body)
    except Unreadable:
        return body
    if plain.lstrip(_BEFORE).startswith(b"<"):
        return body
    kept = b"&".join(map(_masked_field, plain.split(b"&")))
    if kept == plain:
        return body
    return kept if plain is body else gzip.compress(kept, mtime=0)


def _masked_field(field: bytes) -> bytes:
    name, equals, value = field.partition(b"=")
    if equals and len(name) < 200 and is_secret(unquote_plus(name.decode("latin-1"))):
        return name + equals + _MASK.encode()
    told = unquote_plus(value.decode("latin-1"), "latin-1")
    hidden = _hidden(told)
    return field if hidden == told else name + equals + quote_plus(hidden, "*", "latin-1").encode()
