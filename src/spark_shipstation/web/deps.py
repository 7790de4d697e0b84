"""What handlers are given: sessions that commit before the answer leaves, the body within its bound, the caller."""

import asyncio
import base64
import binascii
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from ..errors import SparkError, TooLarge, TooSlow
from ..services.accounts import ApiCaller, api_caller
from ..settings import Settings
from ..store.retrying import transact
from ..store.session import Sessions


class Parts:
    """What the application is made of. Lives in `app.state.parts`."""

    def __init__(self, settings: Settings, sessions: Sessions, reading: Sessions) -> None:
        self.settings = settings
        self.sessions = sessions
        self.reading = reading


def parts_of(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


def write_session(request: Request) -> Iterator[Session]:
    """One transaction for one request. With scope="function" it is committed before the answer is sent."""
    with parts_of(request).sessions.begin() as session:
        yield session


def read_session(request: Request) -> Iterator[Session]:
    """All statements see one moment."""
    with parts_of(request).reading.begin() as session:
        yield session


WriteSession = Annotated[Session, Depends(write_session, scope="function")]
ReadSession = Annotated[Session, Depends(read_session, scope="function")]


def basic_credentials(request: Request) -> tuple[str | None, str | None]:
    """Username and password of the Authorization header; None for each where it is missing or no Basic at all."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None, None
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return None, None
    username, colon, password = decoded.partition(":")
    return (username, password) if colon and "\x00" not in decoded else (None, None)


Credentials = tuple[str | None, str | None, bool]


def store_credentials(request: Request) -> Credentials:
    """Username, password, and whether they stood in the query. The header counts where there is one."""
    username, password = basic_credentials(request)
    if username is not None:
        return username, password, False
    query = parameters(request)
    return query.get("ss-username"), query.get("ss-password"), True


def parameters(request: Request) -> dict[str, str]:
    """The query by names in lower case, since stores write them in any; of a repeated one, the last counts."""
    return {name.lower(): value for name, value in request.query_params.multi_items()}


def request_id(request: Request) -> str:
    return str(request.scope.get("spark_request_id", ""))


def _known_caller(request: Request) -> None:
    """Believed before a byte of the body is read, in a transaction that does not wait for it."""
    credentials = basic_credentials(request)
    transact(parts_of(request).reading, lambda session: api_caller(session, *credentials, request_id(request)))


async def api_body(request: Request, _known: Annotated[None, Depends(_known_caller)]) -> bytes:
    settings = parts_of(request).settings
    return await bounded_body(request, settings.api_bytes, settings.body_seconds)


ApiBody = Annotated[bytes, Depends(api_body)]


def writing_caller(request: Request, _body: ApiBody, session: WriteSession) -> ApiCaller:
    """Its time is that of the transaction that writes: it begins when the body is there."""
    return api_caller(session, *basic_credentials(request), request_id(request))


def reading_caller(request: Request, session: ReadSession) -> ApiCaller:
    return api_caller(session, *basic_credentials(request), request_id(request))


WritingCaller = Annotated[ApiCaller, Depends(writing_caller, scope="function")]
ReadingCaller = Annotated[ApiCaller, Depends(reading_caller, scope="function")]


async def bounded_chunks(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    """The body as it arrives, refused as soon as it is known to be too large: by its stated length, or while it is
    read."""
    stated = request.headers.get("content-length", "")
    if stated.isdigit() and int(stated) > limit:
        raise TooLarge(f"The body has {stated} bytes; the limit is {limit}.", limit)
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLarge(f"The body is larger than the limit of {limit} bytes.", limit)
        yield chunk


@asynccontextmanager
async def in_time(seconds: float) -> AsyncIterator[None]:
    """For reading a body: no thread waits for it, and it is refused when it takes too long."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise TooSlow(f"The body did not arrive within {seconds:g} seconds.") from None


async def bounded_body(request: Request, limit: int, seconds: float) -> bytes:
    """Raises TooLarge, TooSlow."""
    body = bytearray()
    async with in_time(seconds):
        async for chunk in bounded_chunks(request, limit):
            body += chunk
    return bytes(body)


async def notice_body(request: Request) -> bytes | SparkError:
    """Its error is for the handler to raise, who may know by then whose body it was."""
    settings = parts_of(request).settings
    try:
        return await bounded_body(request, settings.notice_bytes, settings.body_seconds)
    except (TooLarge, TooSlow) as error:
        return error
