"""Bytes that ShipStation sent → text. What a body calls itself is often wrong: a body that declares utf-16 and is utf-8
was met in the wild (PROTOCOL, "Learnt the hard way"). So the bytes themselves are asked first."""

import codecs
import re
import zlib

from ..errors import Unreadable

MOST_INFLATED = 1024 * 1024  # bytes of text in a compressed body
_GZIP = b"\x1f\x8b"
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_UNMARKED = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))  # a document's first sign
_DECLARED = re.compile(rb"""\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_LABELLED = re.compile(r""";\s*charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_FIRST = 200  # the bytes that an XML declaration stands in
# As Python names them. One byte a character, or the Asian ones: no codec that computes more than a table look-up.
_KNOWN = re.compile(r"ascii|(iso8859-|cp|koi8-|mac-)\w+|shift_jis|euc_(jp|kr)|gb2312|gbk|gb18030|big5")


def inflated(body: bytes) -> bytes:
    """The body without gzip, which is told by its first bytes. Raises Unreadable for what is cut off, damaged or too
    large; never holds more than MOST_INFLATED bytes."""
    if not body.startswith(_GZIP):
        return body
    stream = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        content = stream.decompress(body, MOST_INFLATED + 1)
    except zlib.error:
        raise Unreadable("The body is damaged gzip.") from None
    if len(content) > MOST_INFLATED:
        raise Unreadable(f"The body has more than {MOST_INFLATED} bytes when it is unpacked.")
    if not stream.eof:
        raise Unreadable("The body is gzip that was cut off.")
    return content


def text_of(body: bytes, content_type: str = "") -> str:
    """A byte order mark counts, then what the bytes can only be, then the charset that the content type or the XML
    declaration names. Raises Unreadable."""
    for mark, charset in _MARKS:
        if body.startswith(mark):
            return _decoded(body[len(mark) :], (charset,))
    for sign, charset in _UNMARKED:
        if body.startswith(sign):
            return _decoded(body, (charset,))
    return _decoded(body, ("utf-8", *_named(body, content_type)))


def _named(body: bytes, content_type: str) -> list[str]:
    """The charsets that it is said to be in, as far as they are known."""
    labelled, declared = _LABELLED.search(content_type), _DECLARED.match(body[:_FIRST])
    words = [found[1] for found in (labelled,) if found] + [found[1].decode() for found in (declared,) if found]
    return [word for word in words if _is_known(word)]


def _is_known(word: str) -> bool:
    try:
        return _KNOWN.fullmatch(codecs.lookup(word).name) is not None
    except LookupError:
        return False


def _decoded(body: bytes, charsets: tuple[str, ...]) -> str:
    for charset in charsets:
        try:
            return body.decode(charset)
        except UnicodeDecodeError:
            continue
    raise Unreadable(f"The body is no text in {' or '.join(charsets)}.")
