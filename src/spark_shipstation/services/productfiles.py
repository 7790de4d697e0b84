"""Products as CSV, in and out: one row for each vendor of a product. A column that a file lacks changes nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.orm import Session

from ..errors import Reason, RowReason, row_reason
from ..rules.routing import Catalog
from ..store import catalog, productlist
from ..store.productlist import ProductFilter
from .actor import Actor
from .answers import ProductOut
from .csvfiles import Cells, Row, read_rows, write_rows
from .forms import ProductVendorIn, ProductWithSkuIn, reasons_of
from .outcomes import Outcome
from .products import Result, offers_of, products_out, put_products

_OF_PRODUCT = ("sku", "name", "brand", "tags", "weight", "weight_unit", "image_url")
_OF_VENDOR = ("vendor", "vendor_sku", "location", "priority")
COLUMNS = (*_OF_PRODUCT, *_OF_VENDOR)
BETWEEN_TAGS = ";"
PAGE = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """A product as the file has it: its rows, which stand together."""

    sku: str
    rows: list[Row]
    faults: list[RowReason] = field(default_factory=list)

    @property
    def of_product(self) -> Row:
        """The row that what belongs to the product stands in."""
        return self.rows[0]

    @property
    def of_vendors(self) -> list[Row]:
        return [row for row in self.rows if row.cells.get("vendor", "").strip()]


def read_products(lines: Iterable[str]) -> Iterator[Entry]:
    """Raises Unreadable for a file that is no CSV of products."""
    first: dict[str, int] = {}
    for sku, group in groupby(read_rows(lines, COLUMNS, ["sku"]), key=lambda row: row.cells["sku"].strip()):
        entry = Entry(sku, list(group))
        line = entry.of_product.line
        if not sku:
            entry.faults.append(row_reason(line, "sku", "say which product: the cell is empty"))
        elif sku in first:
            detail = f"the rows of a product must stand together: it stands in line {first[sku]}, too"
            entry.faults.append(row_reason(line, "sku", detail))
        first.setdefault(sku, line)
        entry.faults.extend(fault for row in entry.rows for fault in row.faults)
        entry.faults.extend(_contradictions(entry))
        yield entry


def _contradictions(entry: Entry) -> Iterator[RowReason]:
    """What belongs to the product can stand in its first row alone, but no row may say something else."""
    for name in _OF_PRODUCT:
        first = entry.of_product.cells.get(name, "")
        for row in entry.rows[1:]:
            if row.cells.get(name) and row.cells[name] != first:
                detail = f"“{row.cells[name][:60]}” is not what line {entry.of_product.line} says: “{first[:60]}”"
                yield row_reason(row.line, name, detail)


def take_products(session: Session, actor: Actor, entries: Sequence[Entry], *, now: datetime) -> list[Result]:
    """Make or change these products; one result for each, in their order. Its reasons are RowReasons."""
    stored = _stored(session, actor.account_id, [entry.sku for entry in entries])
    drafts = [(entry, *_form(entry, stored.get(entry.sku))) for entry in entries]
    taken = iter(put_products(session, actor, [(form.sku, form) for _, form, _ in drafts if form], now=now))
    if all(form for _, form, _ in drafts):
        return [_told(entry, next(taken)) for entry in entries]
    routing = catalog.routing_catalog(session, actor.account_id, [])
    return [
        _told(entry, next(taken)) if form else Result(entry.sku, Outcome.REFUSED, _all_reasons(entry, reasons, routing))
        for entry, form, reasons in drafts
    ]


def _told(entry: Entry, result: Result) -> Result:
    return Result(entry.sku, result.outcome, [_at_row(entry, reason) for reason in result.reasons])


def _all_reasons(entry: Entry, reasons: Sequence[Reason], routing: Catalog) -> list[Reason]:
    """By their lines, those of its vendors included, so that a file is mended in one go. Where a row has cells too many
    nobody knows what belongs to which column."""
    if any(row.faults for row in entry.rows):
        return list(entry.faults)
    vendors = [ProductVendorIn.model_construct(vendor=row.cells["vendor"].strip()[:200]) for row in entry.of_vendors]
    faulty = {fault.pointer for fault in entry.faults}
    at_rows = [_at_row(entry, reason) for reason in [*reasons, *offers_of(vendors, routing)[1]]]
    found = [*entry.faults, *(reason for reason in at_rows if reason.pointer not in faulty)]
    return [*sorted(found, key=lambda reason: reason.line)]


def _at_row(entry: Entry, reason: Reason) -> RowReason:
    """`/vendors/1/priority` → the row of its second vendor, column `priority`."""
    if isinstance(reason, RowReason):
        return reason
    first, *rest = reason.pointer.strip("/").split("/")
    if first == "vendors" and rest and len(entry.of_vendors) > int(rest[0]):
        return row_reason(entry.of_vendors[int(rest[0])].line, rest[1] if len(rest) > 1 else "vendor", reason.detail)
    column = {"vendors": "vendor", "weight": "_".join(["weight", *(rest if rest == ["unit"] else [])])}
    return row_reason(entry.of_product.line, column.get(first, first), reason.detail)


def _stored(session: Session, account_id: UUID, skus: Sequence[str]) -> dict[str, ProductOut]:
    products = productlist.products_by_sku(session, account_id, skus)
    return {out.sku: out for out in products_out(session, account_id, list(products.values()))}


def _form(entry: Entry, stored: ProductOut | None) -> tuple[ProductWithSkuIn | None, Sequence[Reason]]:
    """None where the entry has faults, too."""
    try:
        form = ProductWithSkuIn.model_validate(_document(entry, stored))
    except ValidationError as error:
        return None, reasons_of(error)
    return (None if entry.faults else form), []


def _document(entry: Entry, stored: ProductOut | None) -> dict[str, Any]:
    """What the file says, and what is stored where its columns say nothing."""
    row = entry.of_product.cells
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
    known = list(stored.vendors) if stored else []
    if "vendor" not in entry.of_product.cells:
        return [vendor.model_dump() for vendor in known]
    by_word = {word.casefold(): vendor.model_dump() for vendor in known for word in (vendor.vendor, vendor.vendor_id)}
    found = []
    for cells in (row.cells for row in entry.of_vendors):
        vendor = cells["vendor"].strip()
        said: Cells = {name: cells[name] for name in ("vendor_sku", "location") if name in cells}
        if cells.get("priority", "").strip():
            said["priority"] = cells["priority"].strip()
        found.append(by_word.get(vendor.casefold(), {}) | {"vendor": vendor} | said)
    return found


def export_products(session: Session, account_id: UUID) -> Iterator[str]:
    """The lines of a file that `read_products` reads back as it was."""
    return write_rows(COLUMNS, _rows(session, account_id))


def _rows(session: Session, account_id: UUID) -> Iterator[Sequence[Any]]:
    after = ""
    while found := productlist.list_products(session, account_id, ProductFilter(after=after), PAGE):
        for out in products_out(session, account_id, found):
            weight = out.weight or {"value": "", "unit": ""}
            tags = BETWEEN_TAGS.join(out.tags)
            facts = (out.sku, out.name, out.brand, tags, weight["value"], weight["unit"], out.image_url)
            vendors = [(own.vendor, own.vendor_sku, own.location, str(own.priority)) for own in out.vendors]
            for own in vendors or [("", "", "", "")]:
                yield (*facts, *own)
        after = found[-1].sku
