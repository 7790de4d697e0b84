"""CSV with a header, in and out. Cells are neutral to spreadsheets, and read back as they were."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, zip_longest
from typing import Any

from ..errors import Unreadable
from ..rules.cells import neutral, plain

Row = dict[str, str]


def read_rows(lines: Iterable[str], known: Sequence[str], needed: Sequence[str]) -> Iterator[tuple[int, Row]]:
    """Rows with the line that each ends on: only the columns that the header names, and empty rows left out.

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
            if len(cells) > len(names):
                raise Unreadable(f"Line {reader.line_num} has more fields than the header.")
            if any(cell.strip() for cell in cells):
                yield reader.line_num, {name: plain(cell) for name, cell in zip_longest(names, cells, fillvalue="")}
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
