"""Routing rules as CSV, in and out: one row for each rule, in their order. A file replaces all rules."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.orm import Session

from ..errors import Invalid, Reason
from .actor import Actor
from .csvfiles import Row, read_rows, write_rows
from .forms import RulesIn, reasons_of
from .routing_answers import RulesOut
from .routing_rules import put_rules, read_rules

COLUMNS = ("name", "sku", "sku_pattern", "brand", "tag", "countries", "vendor", "exclude")
BETWEEN_COUNTRIES = ";"
_YES = {"yes", "true", "1"}
_NO = {"", "no", "false", "0"}


def import_rules(session: Session, actor: Actor, lines: Iterable[str], *, now: datetime) -> RulesOut:
    """Replace all rules by those of the file, or none of them: raises Invalid with every reason, Unreadable."""
    rows = list(read_rows(lines, COLUMNS, []))
    places = [line for line, _ in rows]
    try:
        form = RulesIn.model_validate({"rules": [_document(row) for _, row in rows]})
        return put_rules(session, actor, form, now=now)
    except ValidationError as error:
        reasons = reasons_of(error)
    except Invalid as error:
        reasons = error.reasons
    raise Invalid("The rules were refused, and the old ones stand.", [_at_line(reason, places) for reason in reasons])


def _document(row: Row) -> dict[str, Any]:
    exclude = row.get("exclude", "").strip().lower()
    countries = [word.strip() for word in row.get("countries", "").split(BETWEEN_COUNTRIES) if word.strip()]
    return {name: value for name, value in row.items() if name not in ("countries", "vendor", "exclude")} | {
        "countries": countries,
        "vendor": row.get("vendor", "").strip() or None,
        "exclude": exclude in _YES if exclude in _YES | _NO else exclude,
    }


def _at_line(reason: Reason, places: Sequence[int]) -> Reason:
    """`/rules/3/vendor` → `line 5, vendor`"""
    _, _, place, *column = reason.pointer.split("/") if reason.pointer.count("/") > 1 else ("", "", "")
    if not place.isdigit():
        return reason
    return Reason(reason.detail, ", ".join([f"line {places[int(place)]}", *column]))


def export_rules(session: Session, account_id: UUID) -> Iterator[str]:
    """The lines of a file that `import_rules` reads back as it was."""
    return write_rows(
        COLUMNS,
        (
            (rule.name, rule.sku, rule.sku_pattern, rule.brand, rule.tag, BETWEEN_COUNTRIES.join(rule.countries),
             rule.vendor or "", "yes" if rule.exclude else "")
            for rule in read_rules(session, account_id).rules
        ),
    )  # fmt: skip
