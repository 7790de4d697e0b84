"""Text as it can be shown: what XML cannot carry is taken out, HTML entities are decoded."""

import html
import re
import unicodedata

# Everything outside the Char production of XML 1.0, fifth edition, section 2.2.
_NOT_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def clean(text: str) -> str:
    """Text without what XML cannot carry; line ends as \\n, as every XML parser would make them."""
    if text.isprintable():  # as nearly everything is that shops send
        return text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _NOT_XML.sub("", text)


def visible(text: str) -> str:
    """What is left for a person to read; empty for `&nbsp;` and its like."""
    if "&" not in text:
        return clean(text).strip()
    return clean(html.unescape(text)).strip()


_JOINER = "\u200d"
_LONGEST_CHARACTER = 32  # what a person sees as one; a longer heap of marks is cut wherever it is


def as_code(text: str, limit: int) -> str:
    """Words for machines (ids, numbers, SKUs): cleaned and cut, never decoded."""
    return clean(text).strip()[:limit].rstrip()


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, without half of what a person sees as one: a letter and its accent, a flag, a family
    of emoji."""
    if len(text) <= limit:
        return text
    end = next((end for end in range(limit, max(0, limit - _LONGEST_CHARACTER), -1) if not _joined(text, end)), limit)
    return text[:end].rstrip()


def _joined(text: str, place: int) -> bool:
    """Does the character at `place` belong to the one before it?"""
    after = text[place]
    if after == _JOINER or text[place - 1] == _JOINER or unicodedata.category(after) in {"Mn", "Mc", "Me"}:
        return True
    return _is_skin_tone(after) or (_is_flag_half(after) and _flag_halves_before(text, place) % 2 == 1)


def _is_skin_tone(character: str) -> bool:
    return "\U0001f3fb" <= character <= "\U0001f3ff"


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flag_halves_before(text: str, place: int) -> int:
    start = place
    while start and _is_flag_half(text[start - 1]):
        start -= 1
    return place - start
