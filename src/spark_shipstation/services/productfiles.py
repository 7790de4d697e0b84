"""Products as CSV, in and out: one row for each vendor of a product. A column that a file lacks changes nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.orm import Session

from ..errors import Reason
from ..store import catalog
from ..store.catalog import ProductFilter
from .actor import Actor
from .answers import ProductOut
from .csvfiles import Row, read_rows, write_rows
from .forms import ProductWithSkuIn, reasons_of
from .outcomes import Outcome
from .products import Result, products_out, put_products

_OF_PRODUCT = ("sku", "name", "brand", "tags", "weight", "weight_unit", "image_url")
_OF_VENDOR = ("vendor", "vendor_sku", "location", "priority")
COLUMNS = (*_OF_PRODUCT, *_OF_VENDOR)
BETWEEN_TAGS = ";"
PAGE = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """A product as the file has it: its rows, which stand together. `line` is that of the first one."""

    line: int
    sku: str
    rows: list[Row]
    faults: list[Reason] = field(default_factory=list)


def read_products(lines: Iterable[str]) -> Iterator[Entry]:
    """Raises Unreadable for a file that is no CSV of products."""
    seen: set[str] = set()
    for sku, group in groupby(read_rows(lines, COLUMNS, ["sku"]), key=lambda found: found[1]["sku"].strip()):
        found = list(group)
        entry = Entry(found[0][0], sku, [row for _, row in found])
        if sku in seen:
            entry.faults.append(Reason("the rows of a product must stand together", "sku"))
        seen.add(sku)
        entry.faults.extend(_contradictions(entry.rows))
        yield entry


def _contradictions(rows: Sequence[Row]) -> Iterator[Reason]:
    """What belongs to the product can stand in its first row alone, but no row may say something else."""
    for name in _OF_PRODUCT:
        said = {row[name] for row in rows[1:] if row.get(name)}
        if said - {rows[0].get(name)}:
            yield Reason(f"its rows say different things: {', '.join(sorted(said | {rows[0][name]}))}", name)


def take_products(session: Session, actor: Actor, entries: Sequence[Entry], *, now: datetime) -> list[Result]:
    """Make or change these products; one result for each, in their order."""
    stored = _stored(session, actor.account_id, [entry.sku for entry in entries])
    forms: list[tuple[str, ProductWithSkuIn]] = []
    results: list[Result | None] = []
    for entry in entries:
        form, reasons = _form(entry, stored.get(entry.sku))
        if form is None:
            results.append(Result(entry.sku, Outcome.REFUSED, reasons))
        else:
            forms.append((form.sku, form))
            results.append(None)
    taken = iter(put_products(session, actor, forms, now=now))
    return [found or next(taken) for found in results]


def _stored(session: Session, account_id: UUID, skus: Sequence[str]) -> dict[str, ProductOut]:
    products = catalog.products_by_sku(session, account_id, skus)
    return {out.sku: out for out in products_out(session, account_id, list(products.values()))}


def _form(entry: Entry, stored: ProductOut | None) -> tuple[ProductWithSkuIn | None, list[Reason]]:
    if entry.faults:
        return None, entry.faults
    try:
        return ProductWithSkuIn.model_validate(_document(entry, stored)), []
    except ValidationError as error:
        return None, reasons_of(error)


def _document(entry: Entry, stored: ProductOut | None) -> dict[str, Any]:
    """What the file says, and what is stored where its columns say nothing."""
    row = entry.rows[0]
    document = {"sku": entry.sku} | (stored.model_dump(exclude={"vendors"}) if stored else {})
    document |= {name: row[name] for name in ("name", "brand", "image_url") if name in row}
    if "tags" in row:
        document["tags"] = [tag.strip() for tag in row["tags"].split(BETWEEN_TAGS) if tag.strip()]
    if "weight" in row or "weight_unit" in row:
        known = (stored.weight if stored else None) or {"value": "", "unit": ""}
        value, unit = row.get("weight", known["value"]).strip(), row.get("weight_unit", known["unit"]).strip()
        document["weight"] = {"value": value, "unit": unit} if value else None
    return document | {"vendors": _vendors(entry, stored)}


def _vendors(entry: Entry, stored: ProductOut | None) -> list[dict[str, Any]]:
    known = {vendor.vendor: vendor.model_dump(exclude={"vendor_id"}) for vendor in (stored.vendors if stored else ())}
    if "vendor" not in entry.rows[0]:
        return list(known.values())
    by_name = {name.casefold(): facts for name, facts in known.items()}
    found = []
    for row in entry.rows:
        if vendor := row["vendor"].strip():
            said: Row = {name: row[name] for name in ("vendor_sku", "location") if name in row}
            if row.get("priority", "").strip():
                said["priority"] = row["priority"].strip()
            found.append(by_name.get(vendor.casefold(), {}) | {"vendor": vendor} | said)
    return found


def export_products(session: Session, account_id: UUID) -> Iterator[str]:
    """The lines of a file that `read_products` reads back as it was."""
    return write_rows(COLUMNS, _rows(session, account_id))


def _rows(session: Session, account_id: UUID) -> Iterator[Sequence[Any]]:
    after = ""
    while found := catalog.list_products(session, account_id, ProductFilter(after=after), PAGE):
        for out in products_out(session, account_id, found):
            weight = out.weight or {"value": "", "unit": ""}
            tags = BETWEEN_TAGS.join(out.tags)
            facts = (out.sku, out.name, out.brand, tags, weight["value"], weight["unit"], out.image_url)
            vendors = [(own.vendor, own.vendor_sku, own.location, str(own.priority)) for own in out.vendors]
            for own in vendors or [("", "", "", "")]:
                yield (*facts, *own)
        after = found[-1].sku
