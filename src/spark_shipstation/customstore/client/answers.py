"""What an HTTP answer says, whoever wrote it: its sentence, its Retry-After, whether it is XML at all."""

import re

import httpx

from ...errors import Refused, Unreadable
from ..reader import parse

LONGEST_SENTENCE = 500


def sentence_of(response: httpx.Response) -> str:
    """The `<Message>` of our `<Error>` or `<Success>`; for a redirect where to; otherwise the status in words."""
    if response.has_redirect_location:
        return f"It redirects to {_place(response)}. Redirects are not followed."
    try:
        root = parse(response.content)
    except Unreadable:
        return response.reason_phrase or "It gave no reason."
    said = " ".join((root.findtext("Message") or "").split()) if root.tag in {"Error", "Success"} else ""
    return said[:LONGEST_SENTENCE] or response.reason_phrase or "It gave no reason."


def _place(response: httpx.Response) -> str:
    """The target of a redirect without credentials and query, which can hold secrets."""
    try:
        target = response.url.join(response.headers["location"])
    except httpx.InvalidURL:
        return "an address that cannot be read"
    return str(target.copy_with(username=None, password=None, query=None, fragment=None))


def retry_after(response: httpx.Response) -> int | None:
    """Whole seconds; the form with a date is not read."""
    word = response.headers.get("retry-after", "").strip()
    return int(word) if re.fullmatch(r"[0-9]{1,6}", word) else None


def refusal(response: httpx.Response, said: str) -> Refused:
    return Refused(response.status_code, said, retry_after(response))


def is_xml(response: httpx.Response) -> bool:
    media = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    return media in {"application/xml", "text/xml"}
