"""Credentials that travel where they should not: in a query, or in a form beside it. They are never kept."""

import re
from collections.abc import Mapping
from urllib.parse import unquote_plus

_SECRET = frozenset({"ssusername", "sspassword", "authkey", "username", "password"})
_MASK = b"***"


def is_secret(name: str) -> bool:
    """However it is written: SS-UserName, ss_username, SS-USERNAME."""
    return re.sub(r"[^a-z0-9]", "", name.lower()) in _SECRET


def without_secrets(query: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in query.items() if not is_secret(name)}


def masked(body: bytes) -> bytes:
    """The body as it came, but for the values of credentials where it is a form. A document is no form."""
    if body.lstrip().startswith(b"<"):
        return body
    return b"&".join(map(_masked_field, body.split(b"&")))


def _masked_field(field: bytes) -> bytes:
    name, equals, _ = field.partition(b"=")
    known = equals and len(name) < 200 and is_secret(unquote_plus(name.decode("latin-1")))
    return name + equals + _MASK if known else field
