"""Text files that commands read and write: UTF-8, with the mark that spreadsheets look for."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from ..errors import Unreadable

CsvIn = Annotated[Path, typer.Argument(help="CSV; docs/products-and-routing.md lists its columns.", dir_okay=False)]
CsvOut = Annotated[Path | None, typer.Argument(help="Where to. Default: standard output.", dir_okay=False)]


@contextmanager
def read_text(path: Path) -> Iterator[Iterable[str]]:
    """The file's lines, ends as they are. Raises Unreadable."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path.name} is not UTF-8: {error.reason} at byte {error.start}.") from None


def write_text(path: Path | None, lines: Iterable[str]) -> None:
    """To the file, or to standard output."""
    if path is None:
        for line in lines:
            typer.echo(line, nl=False)
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        file.writelines(lines)
