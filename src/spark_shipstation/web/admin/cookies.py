"""The cookies of the pages: the session, a visitor before they sign in, and words that wait for the next page.

All are HttpOnly and SameSite=Lax, and Secure unless Spark's own address is plain HTTP on this very machine.
"""

import base64
import hashlib
import hmac
import json
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request, Response

from ...services.signin import LASTS
from ..deps import parts_of

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
SESSION, VISITOR, FLASH, SHOWN_ONCE = "spark_session", "spark_visitor", "spark_flash", "spark_once"
ZONE = "spark_zone"  # written by time.js: the browser's time zone
_SHORT = 120  # seconds: from the answer to a form until the page after it


def is_secure(request: Request) -> bool:
    return _is_far(parts_of(request).settings.url())


@lru_cache(8)  # a page asks it for each of its cookies
def _is_far(address: str) -> bool:
    base = urlsplit(address)
    return not (base.scheme == "http" and base.hostname in LOOPBACK)


def name_of(request: Request, cookie: str) -> str:
    """With __Host- no other host, path or plain connection can have set it."""
    return f"__Host-{cookie}" if is_secure(request) else cookie


def read(request: Request, cookie: str) -> str:
    return request.cookies.get(name_of(request, cookie), "")


def write(request: Request, response: Response, cookie: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name_of(request, cookie), value, max_age=seconds, path="/", secure=is_secure(request), httponly=True,
        samesite="lax",
    )  # fmt: skip


def drop(request: Request, response: Response, cookie: str) -> None:
    write(request, response, cookie, "", 0)


def write_session(request: Request, response: Response, token: str) -> None:
    write(request, response, SESSION, token, int(LASTS.total_seconds()))


def form_token(cookie: str) -> str:
    """What the forms of that session or visitor carry: it shows that the form came from our own page."""
    return hmac.digest(cookie.encode(), b"form", "sha256").hex()


def same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())


def key_of(request: Request) -> str:
    return read(request, SESSION) or read(request, VISITOR)


def keep_for_next_page(request: Request, response: Response, cookie: str, facts: Any) -> None:
    """Sealed with the session's token, so that nobody else can put words on our pages."""
    text = base64.urlsafe_b64encode(json.dumps(facts).encode()).decode()
    write(request, response, cookie, f"{text}.{_seal(key_of(request), cookie, text)}", _SHORT)


def kept(request: Request, cookie: str) -> Any:
    """What the page before has left; None where there is nothing, or not by us."""
    text, _, seal = read(request, cookie).partition(".")
    if not text or not same(seal, _seal(key_of(request), cookie, text)):
        return None
    return json.loads(base64.urlsafe_b64decode(text))


def _seal(key: str, purpose: str, text: str) -> str:
    return hmac.new(key.encode(), f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()
