"""Routing rules as CSV, in and out: one row for each rule, in their order. A file replaces all rules."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.orm import Session

from ..errors import Invalid, Reason, row_reason
from .actor import Actor
from .csvfiles import Cells, Row, read_rows, write_rows
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
    reasons: list[Reason] = [fault for row in rows for fault in row.faults]
    try:
        form = RulesIn.model_validate({"rules": [_document(row.cells) for row in rows]})
        if not reasons:
            return put_rules(session, actor, form, now=now)
    except ValidationError as error:
        reasons += [_at_row(reason, rows) for reason in reasons_of(error)]
    except Invalid as error:
        reasons += [_at_row(reason, rows) for reason in error.reasons]
    raise Invalid("The rules were refused, and the old ones stand.", reasons)


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
