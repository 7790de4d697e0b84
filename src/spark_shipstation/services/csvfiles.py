"""CSV with a header, in and out. Cells are neutral to spreadsheets, and read back as they were."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from typing import Any

from ..errors import RowReason, Unreadable, row_reason
from ..rules.cells import neutral, plain
from .forms.kinds import CONTROLS

Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """What stands on a line of the file (the last one, where a cell has several), by the names of the columns."""

    line: int
    cells: Cells
    faults: list[RowReason] = field(default_factory=list)


def read_rows(lines: Iterable[str], known: Sequence[str], needed: Sequence[str]) -> Iterator[Row]:
    """Only the columns that the header names, and empty rows left out.

    Separated by commas, or by semicolons as some spreadsheets do it. Raises Unreadable.
    """
    rest = iter(lines)
    header = next(rest, "").removeprefix("\ufeff")
    reader = csv.reader(
        chain([header], rest), strict=True, delimiter=";" if header.count(";") > header.count(",") else ","
    )
    try:
        names = [name.strip() for name in next(reader, [])]
        _check_names(names, known, needed)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield _row(reader.line_num, names, cells)
    except csv.Error as error:
        raise Unreadable(f"Line {reader.line_num} is not CSV: {error}.") from None


def _check_names(names: Sequence[str], known: Sequence[str], needed: Sequence[str]) -> None:
    missing = [name for name in needed if name not in names]
    if missing:
        raise Unreadable(f"The first line must name the columns; it lacks {', '.join(missing)}.")
    strange = [name or "(no name)" for name in names if name not in known]
    if strange:
        raise Unreadable(f"There is no column {', '.join(strange)}. The columns are {', '.join(known)}.")
    if len(set(names)) < len(names):
        raise Unreadable("A column stands there twice.")


def _row(line: int, names: Sequence[str], cells: Sequence[str]) -> Row:
    said = zip_longest(names, cells[: len(names)], fillvalue="")
    row = Row(line, {name: CONTROLS.sub("", plain(cell)) for name, cell in said})
    if any(cell.strip() for cell in cells[len(names) :]):
        detail = f"the row has {len(cells)} cells, the header {len(names)}: put a text with a comma into quotes"
        row.faults.append(row_reason(line, "", detail))
    return row


def write_rows(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The file's lines, the header first."""
    line = _Line()
    writer = csv.writer(line)
    for row in chain([columns], rows):
        writer.writerow([neutral(str(cell)) for cell in row])
        yield line.text


class _Line:
    """What the writer wrote last."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text
