"""CSV over HTTP: a file that comes in is kept on disk and read as a stream; one that goes out is written there first,
whole, so that a failure half way can still become a 503."""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from io import TextIOWrapper
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import StreamingResponse

from ..errors import Unreadable
from ..services import productfiles
from ..services.actor import Actor
from ..services.fileanswers import ProductsTakenOut, count_products
from ..services.products import Result
from ..store.accounts import clock
from ..store.retrying import transact
from ..store.session import Sessions
from .deps import bounded_chunks, in_time, parts_of

MEDIA_TYPE = "text/csv; charset=utf-8"
MARK = "\ufeff"  # spreadsheets look for it; programs are not given it
IN_MEMORY = 1024 * 1024  # bytes; what is larger lies on disk
BATCH = 500  # products in one transaction, as the command takes them
_CHUNK = 64 * 1024


def csv_response(name: str, lines: Iterable[str], mark: str = "") -> StreamingResponse:
    """The lines as a file of that name."""
    with ExitStack() as until_written:
        file = until_written.enter_context(_file())
        file.write(mark.encode())
        for line in lines:
            file.write(line.encode())
        until_written.pop_all()
    headers = {
        "Content-Length": str(file.tell()),
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    file.seek(0)
    return StreamingResponse(_read(file), headers=headers, media_type=MEDIA_TYPE)


def _file() -> IO[bytes]:
    return SpooledTemporaryFile(max_size=IN_MEMORY)


def _read(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk


async def csv_body(request: Request) -> AsyncIterator[IO[bytes]]:
    """Raises TooLarge, TooSlow."""
    settings = parts_of(request).settings
    with _file() as file:
        async with in_time(settings.body_seconds):
            async for chunk in bounded_chunks(request, settings.api_bytes):
                file.write(chunk)
        yield file


@contextmanager
def lines_of(file: IO[bytes]) -> Iterator[Iterable[str]]:
    """From its beginning, ends of lines as they are. Raises Unreadable."""
    file.seek(0)
    text = TextIOWrapper(file, encoding="utf-8", newline="")
    try:
        yield text
    except UnicodeDecodeError as error:
        raise Unreadable(f"The file is not UTF-8 ({error.reason}). Save it as “CSV UTF-8”.") from None
    finally:
        text.detach()


def take_products(sessions: Sessions, actor: Actor, file: IO[bytes]) -> ProductsTakenOut:
    """As the command takes them: some hundred in a transaction, the bad ones refused, the good ones stand. But a file
    that is no CSV to its end changes nothing. Raises Unreadable."""
    with lines_of(file) as lines:
        for _ in productfiles.read_products(lines):
            pass
    taken = ProductsTakenOut()
    with lines_of(file) as lines:
        entries = productfiles.read_products(lines)
        while batch := list(islice(entries, BATCH)):
            taken = count_products(taken, transact(sessions, lambda session: _take(session, actor, batch)))
    return taken


def _take(session: Session, actor: Actor, batch: list[productfiles.Entry]) -> list[Result]:
    return productfiles.take_products(session, actor, batch, now=clock(session))
