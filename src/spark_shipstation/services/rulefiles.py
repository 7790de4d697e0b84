"""Routing rules as CSV, in and out: one row for each rule, in their order. A file replaces all rules."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.orm import Session

from ..errors import Invalid, Reason, row_reason
from ..store import catalog
from .actor import Actor
from .csvfiles import Cells, Row, read_rows, write_rows
from .forms import RulesIn, reasons_of
from .routing_answers import RulesOut
from .routing_rules import put_rules, read_rules, wrong_vendors

COLUMNS = ("name", "sku", "sku_pattern", "brand", "tag", "countries", "vendor", "exclude")
BETWEEN_COUNTRIES = ";"
_YES = {"yes", "true", "1"}
_NO = {"", "no", "false", "0"}


def import_rules(session: Session, actor: Actor, lines: Iterable[str], *, now: datetime) -> RulesOut:
    """Replace all rules by those of the file, or none of them: raises Invalid with every reason, Unreadable."""
    rows = list(read_rows(lines, COLUMNS, []))
    documents = [_document(row.cells) for row in rows]
    try:
        form, reasons = RulesIn.model_validate({"rules": documents}), []
    except ValidationError as error:
        form, reasons = None, reasons_of(error)
    routing = catalog.routing_catalog(session, actor.account_id, [])
    reasons += wrong_vendors([document["vendor"] for document in documents], routing)
    told = _all_reasons(reasons, rows)
    if form is None or told:
        raise Invalid("The rules were refused, and the old ones stand.", told)
    return put_rules(session, actor, form, now=now)


def _all_reasons(reasons: Iterable[Reason], rows: Sequence[Row]) -> list[Reason]:
    """By their lines. Where a row has cells too many nobody knows what belongs to which column."""
    faults = [fault for row in rows for fault in row.faults]
    faulty = {fault.line for fault in faults}
    found = [*faults, *(at for reason in reasons if getattr(at := _at_row(reason, rows), "line", 0) not in faulty)]
    return sorted(found, key=lambda reason: getattr(reason, "line", 0))


def _document(cells: Cells) -> dict[str, Any]:
    exclude = cells.get("exclude", "").strip().lower()
    countries = [word.strip() for word in cells.get("countries", "").split(BETWEEN_COUNTRIES) if word.strip()]
    return {name: value for name, value in cells.items() if name not in ("countries", "vendor", "exclude")} | {
        "countries": countries,
        "vendor": cells.get("vendor", "").strip() or None,
        "exclude": exclude in _YES if exclude in _YES | _NO else exclude,
    }


def _at_row(reason: Reason, rows: Sequence[Row]) -> Reason:
    """`/rules/3/countries/0` → the row of the fourth rule, column `countries`."""
    _, place, column, *_ = [*reason.pointer.strip("/").split("/"), "", "", ""]
    return row_reason(rows[int(place)].line, column, reason.detail) if place.isdigit() else reason


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
