"""Bytes → a message: body and query put together, the body winning where both speak."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl

from ...customstore.charsets import inflated, text_of
from ...customstore.messages import NoticeMessage
from ...customstore.reader import NoticeReading, Problem, read_notice
from ...errors import Unreadable, UnsupportedMedia

XML_TYPES = frozenset({"text/xml", "application/xml", "text/plain", "application/octet-stream", ""})
FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 100
_QUERY_FIELDS = {
    "order_id": "order_id",
    "order_number": "order_number",
    "carrier": "carrier",
    "service": "service",
    "tracking_number": "tracking_number",
}
_ORDER = frozenset({"order_id", "order_number"})


def understand(query: Mapping[str, str], content_type: str, body: bytes) -> NoticeReading:
    """Raises UnsupportedMedia, or Unreadable for what cannot be understood or names no order at all.

    ShipStation labels its XML as text/xml, as application/xml, as a form, or not at all. A proxy may have packed it.
    """
    media_type = content_type.split(";")[0].strip().lower()
    if media_type not in XML_TYPES and media_type != FORM and not media_type.endswith("+xml"):
        raise UnsupportedMedia(f"A notice must come as text/xml or application/xml, not as {media_type[:60]}.")
    fields = {name.lower(): value for name, value in query.items()}
    body, reading = inflated(body), NoticeReading(NoticeMessage(), ())
    form = _form(body, content_type) if media_type == FORM else None
    if form is not None:
        fields |= form
    elif body.strip():
        reading = read_notice(body, content_type)
    message = _filled(reading.message, fields)
    if not (message.order_id or message.order_number):
        raise Unreadable("The notice names no order: neither OrderID nor OrderNumber nor order_number is given.")
    bad = [problem for problem in reading.problems if _matters(problem)]
    if bad:
        raise Unreadable("The items cannot be read: " + "; ".join(map(str, bad[:10])))
    return NoticeReading(message, tuple(problem for problem in reading.problems if not problem.unknown))


def _matters(problem: Problem) -> bool:
    """A wrong cost or date can be mended later; a wrong quantity would ship the wrong thing."""
    return problem.path.partition("/")[0] == "Items" and not problem.unknown


def _form(body: bytes, content_type: str) -> dict[str, str] | None:
    """The fields of a form; None for a document under a form's label."""
    text = text_of(body, content_type)
    if text.lstrip().startswith("<"):
        return None
    try:
        pairs = parse_qsl(text, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Unreadable(f"The form has more than {MOST_FIELDS} fields.") from None
    return {name.lower(): value.replace("\x00", "") for name, value in pairs}


def _filled(message: NoticeMessage, fields: Mapping[str, str]) -> NoticeMessage:
    """What the body leaves out, from the query. Which order it is, the body alone says where it says anything."""
    names_order = bool(message.order_id or message.order_number)
    missing = {
        attribute: fields[name].strip()[:100]
        for name, attribute in _QUERY_FIELDS.items()
        if fields.get(name, "").strip() and not getattr(message, attribute)
        if not (names_order and attribute in _ORDER)
    }
    return replace(message, **missing)  # type: ignore[arg-type]
