"""Documents as people read them: a line for each element. Nothing that is shown so is sent."""

from lxml import etree

from ..errors import Unreadable
from .charsets import inflated, text_of


def formatted(body: bytes, content_type: str = "") -> str:
    """The document with a line for each element where it is well-formed XML without a DTD; else its text as it came,
    with � for what is no text."""
    try:
        text = text_of(inflated(body), content_type)
    except Unreadable:
        return body.decode("utf-8", "replace")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        strip_cdata=False, remove_blank_text=True, encoding="utf-8",
    )  # fmt: skip
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return text
    if root.getroottree().docinfo.internalDTD is not None:
        return text
    etree.indent(root)
    return etree.tostring(root, encoding="unicode")
