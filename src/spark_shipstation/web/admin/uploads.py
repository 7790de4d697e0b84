"""Forms that bring a file. Who sends one is believed before it is read, in a transaction that does not wait for it; it
is bounded while it arrives, and lies on disk once it is large."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import IO, Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from ...errors import BadRequest, Invalid, Reason, TooLarge, UnsupportedMedia
from ..deps import bounded_chunks, in_time, parts_of
from . import cookies
from .visits import FORM_BYTES, Form, Visit, check_origin, check_token, may_change, visit_of

FORM_TYPE = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Bringing:
    """Somebody who may change things, with a file. The session of `visit` has ended: what is done begins its own."""

    visit: Visit
    form: Form
    file: IO[bytes]
    size: int

    def check_chosen(self) -> None:
        """Raises Invalid."""
        if not self.size:
            raise Invalid("Nothing was changed.", [Reason("choose a file that is not empty", "/file")])


def admitted(request: Request) -> Visit:
    """Raises Forbidden, SignInNeeded."""
    check_origin(request)
    with parts_of(request).reading.begin() as session:
        visit = visit_of(request, session)
    return may_change(visit)


async def bringing(request: Request, visit: Annotated[Visit, Depends(admitted)]) -> AsyncIterator[Bringing]:
    """Raises TooLarge, TooSlow, UnsupportedMedia, BadRequest, Forbidden."""
    settings = parts_of(request).settings
    if not request.headers.get("content-type", "").lower().startswith(FORM_TYPE):
        raise UnsupportedMedia(f"A form with a file is sent as {FORM_TYPE}.")
    chunks = bounded_chunks(request, settings.api_bytes)
    parser = MultiPartParser(request.headers, chunks, max_files=1, max_fields=10, max_part_size=FORM_BYTES)
    try:
        async with in_time(settings.body_seconds):
            sent = await parser.parse()
    except MultiPartException:
        raise BadRequest("The form cannot be read.") from None
    except TooLarge as error:
        raise TooLarge(_too_large(error.limit), error.limit) from None
    try:
        form = Form({name: value for name, value in sent.items() if isinstance(value, str)})
        check_token(request, form, cookies.read(request, cookies.SESSION))
        file = sent.get("file")
        if not isinstance(file, UploadFile):
            raise BadRequest("The form brings no file.")
        yield Bringing(visit, form, file.file, file.size or 0)
    finally:
        await sent.close()


def _too_large(limit: int) -> str:
    return (
        f"The file is larger than {limit / 1024**2:.3g} MiB, so nothing was changed. Split it, or take it in with the "
        "command line, which reads files of any size."
    )


Uploading = Annotated[Bringing, Depends(bringing)]
