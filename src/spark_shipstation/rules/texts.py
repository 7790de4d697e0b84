"""Text as it can be shown: what XML cannot carry is taken out, HTML entities are decoded."""

import html
import re

# Everything outside the Char production of XML 1.0, fifth edition, section 2.2.
_NOT_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def clean(text: str) -> str:
    """Text without what XML cannot carry; line ends as \\n, as every XML parser would make them."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _NOT_XML.sub("", text)


def visible(text: str) -> str:
    """What is left for a person to read; empty for `&nbsp;` and its like."""
    if text.isprintable() and "&" not in text:  # nothing to clean: most of what shops send
        return text.strip()
    return clean(html.unescape(text)).strip()
