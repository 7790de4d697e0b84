"""How much one caller may ask for, so that nobody else suffers: calls in a time, and calls at once. Pure ASGI.

A caller is whoever presents these credentials, right or wrong ones: who does not know a connection's password can use
up nothing of what that connection may. Callers whose credentials have not been right yet take turns with all others of
their address, so that guessing costs the others nothing. Each worker counts for itself.
"""

import asyncio
import hashlib
import math
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from limits import RateLimitItem, parse_many
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..errors import SparkError, TooOften, Unavailable
from ..services.signin import network_of
from ..settings import Settings
from .counting import count_refusal

FREE = frozenset({"/healthz", "/readyz", "/metrics"})  # a flood must not make the service look dead
PATIENCE = 10.0  # seconds that a call waits for others of its caller
MOST_WAITING = 250  # of one caller; more are refused at once
BUCKETS = 4096
STRANGERS_AT_ONCE = 4  # of one address
HELD_BACK = 1.0  # seconds until a refusal is told: so much at least lies between two calls on one connection
ASKING = ("/shipstation", "/api/")  # paths where 2xx is for right credentials only


@dataclass(slots=True)
class _Turn:
    """The calls of one caller that are worked at, and how many there are with those that wait."""

    free: asyncio.Semaphore
    there: int = 0


@dataclass(slots=True)
class _Limits:
    caller: list[RateLimitItem]
    address: list[RateLimitItem]
    caller_at_once: int
    strangers_at_once: int
    all_at_once: int
    rates: SlidingWindowCounterRateLimiter = field(
        default_factory=lambda: SlidingWindowCounterRateLimiter(MemoryStorage())
    )


class Bounds:
    def __init__(self, app: ASGIApp, settings: Settings, refused: Callable[[Request, Exception], Response]) -> None:
        self.app = app
        self.refused = refused
        self.limits = _Limits(
            _rates(settings.connection_rate),
            _rates(settings.address_rate),
            settings.connection_calls_at_once,
            max(STRANGERS_AT_ONCE, settings.connection_calls_at_once),
            settings.calls_at_once,
        )
        self.key = secrets.token_bytes(16)
        self.turns: dict[str, _Turn] = {}
        self.known: set[str] = set()
        self.there = 0
        self.there_from: dict[str, int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in FREE:
            await self.app(scope, receive, send)
            return
        caller, address = self._caller(scope), self._bucket("address", _address(scope))
        try:
            async with self._admitted(caller, address):
                await self.app(scope, receive, self._learning(scope, caller, send))
        except _Refused as refusal:
            if scope["path"].lower().startswith("/shipstation"):
                count_refusal(429 if isinstance(refusal.error, TooOften) else 503)
            await asyncio.sleep(HELD_BACK)
            await self.refused(Request(scope), refusal.error)(scope, receive, send)

    @asynccontextmanager
    async def _admitted(self, caller: str | None, address: str) -> AsyncIterator[None]:
        await self._count(self.limits.address, address)
        if caller is not None:
            await self._count(self.limits.caller, caller)
        async with self._place(address):
            if caller is None:
                yield
                return
            async with self._turn(caller, self.limits.caller_at_once):
                if caller in self.known:
                    yield
                    return
                async with self._turn(f"strangers at {address}", self.limits.strangers_at_once):
                    yield

    def _learning(self, scope: Scope, caller: str | None, send: Send) -> Send:
        if caller is None or caller in self.known or not scope["path"].lower().startswith(ASKING):
            return send

        async def send_and_learn(message: Message) -> None:
            if message["type"] == "http.response.start" and 200 <= message["status"] < 300:
                self.known.add(caller)
            await send(message)

        return send_and_learn

    async def _count(self, rates: list[RateLimitItem], key: str) -> None:
        for rate in rates:
            if not await self.limits.rates.hit(rate, key):
                reset = (await self.limits.rates.get_window_stats(rate, key)).reset_time
                wait = max(1, math.ceil(reset - time.time()))
                raise _Refused(TooOften(f"Too many calls in a short time. Come again in {wait} seconds.", wait))

    @asynccontextmanager
    async def _place(self, address: str) -> AsyncIterator[None]:
        """One address gets at most half of all places."""
        own = self.there_from.get(address, 0)
        if self.there >= self.limits.all_at_once or own >= max(1, self.limits.all_at_once // 2):
            raise _Refused(Unavailable("Spark works at too many calls at this moment. Come again.", retry_after=2))
        self.there, self.there_from[address] = self.there + 1, own + 1
        try:
            yield
        finally:
            self.there -= 1
            self.there_from[address] -= 1
            if not self.there_from[address]:
                del self.there_from[address]

    @asynccontextmanager
    async def _turn(self, who: str, at_once: int) -> AsyncIterator[None]:
        """Their calls take turns: waiting costs no thread and no connection to the database."""
        turn = self.turns.setdefault(who, _Turn(asyncio.Semaphore(at_once)))
        if turn.there >= at_once + MOST_WAITING:
            raise _Refused(_too_many_at_once())
        turn.there += 1
        try:
            await _acquire(turn.free)
            try:
                yield
            finally:
                turn.free.release()
        finally:
            turn.there -= 1
            if not turn.there:
                self.turns.pop(who, None)

    def _caller(self, scope: Scope) -> str | None:
        """None for who presents no credentials."""
        given = dict(scope["headers"]).get(b"authorization") or _login_of(scope["query_string"])
        return self._bucket("caller", given) if given else None

    def _bucket(self, kind: str, word: bytes) -> str:
        """One of so many, whoever calls: memory stays bounded, and nobody can find out who shares theirs."""
        number = int.from_bytes(hashlib.blake2b(word, key=self.key, digest_size=8).digest()) % BUCKETS
        return f"{kind} {number}"


class _Refused(Exception):
    def __init__(self, error: SparkError) -> None:
        super().__init__(error.sentence)
        self.error = error


async def _acquire(free: asyncio.Semaphore) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            await free.acquire()
    except TimeoutError:
        raise _Refused(_too_many_at_once()) from None


def _too_many_at_once() -> TooOften:
    return TooOften("Too many calls at once. Let one be answered before the next; come again in 5 seconds.", 5)


def _rates(words: str) -> list[RateLimitItem]:
    return parse_many(words) if words else []


def _login_of(query: bytes) -> bytes:
    """Its credentials alone: window and page differ from call to call."""
    return b"&".join(sorted(part for part in query.split(b"&") if part.lower().startswith(b"ss-")))


def _address(scope: Scope) -> bytes:
    client = scope.get("client")
    return network_of(client[0] if client else "").encode("utf-8", "surrogatepass")
