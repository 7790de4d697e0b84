"""Calls that come one by one and are cheaper to answer together: whoever comes while one is being answered waits for
that, and is then answered with all who waited."""

import asyncio
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from starlette.concurrency import run_in_threadpool

Call = TypeVar("Call")
Answer = TypeVar("Answer")

MOST_TOGETHER = 16
MOMENT = 0.002  # seconds; for those who were answered last and mostly come again at once
MOST_AT_ONCE = 8  # turns of one group
PATIENCE = 0.02  # seconds; who has waited for that long for a turn to end need not wait for it any longer


@dataclass(slots=True)
class _Group(Generic[Call, Answer]):
    waiting: list[tuple[Call, asyncio.Future[Answer]]] = field(default_factory=list)
    turns: int = 0
    expected: int = 0  # how many were there at the end of the last turn, answered or waiting
    complete: asyncio.Event = field(default_factory=asyncio.Event)  # as many wait
    patience: asyncio.TimerHandle | None = None  # of those who wait


class Gathering(Generic[Call, Answer]):
    """`together` answers several in a thread of its own, or raises; then `alone` answers each of them, in threads
    beside each other, so that one which is held up holds up no other."""

    def __init__(self, together: Callable[[Sequence[Call]], Sequence[Answer]], alone: Callable[[Call], Answer]) -> None:
        self.together, self.alone = together, alone
        self.groups: dict[Hashable, _Group[Call, Answer]] = {}
        self.tasks: set[asyncio.Task[None]] = set()  # a task that nobody holds can vanish

    async def answer(self, group: Hashable, call: Call) -> Answer:
        """Only calls of one group are answered together. Raises what `alone` raises."""
        own = self.groups.setdefault(group, _Group())
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        own.waiting.append((call, future))
        if len(own.waiting) >= own.expected:
            own.complete.set()
        if not own.turns:
            self._begin(group, own)
        elif len(own.waiting) == 1:
            self._be_patient(group, own)
        return await future

    def _be_patient(self, group: Hashable, own: _Group[Call, Answer]) -> None:
        own.patience = asyncio.get_running_loop().call_later(PATIENCE, self._begin, group, own)

    def _begin(self, group: Hashable, own: _Group[Call, Answer]) -> None:
        if own.waiting and own.turns < MOST_AT_ONCE:
            own.turns += 1
            task = asyncio.get_running_loop().create_task(self._take_turns(group, own))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def _take_turns(self, group: Hashable, own: _Group[Call, Answer]) -> None:
        try:
            while own.waiting:
                turn = self._next(group, own)
                await self._take(turn)
                await self._linger(own, len(turn))
        finally:
            own.turns -= 1
            if not own.turns and not own.waiting:
                self.groups.pop(group, None)

    def _next(self, group: Hashable, own: _Group[Call, Answer]) -> list[tuple[Call, asyncio.Future[Answer]]]:
        """Who is answered now. Those who are left, and those who come from now on, have all their patience."""
        turn = own.waiting[:MOST_TOGETHER]
        del own.waiting[:MOST_TOGETHER]
        if own.patience:
            own.patience.cancel()
        if own.waiting:
            self._be_patient(group, own)
        return turn

    async def _linger(self, own: _Group[Call, Answer], answered: int) -> None:
        """Where several came at once, they mostly do so again: without this, every other turn would have one call."""
        own.expected = answered + len(own.waiting)
        if own.expected > 1 and len(own.waiting) < own.expected:
            own.complete.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(MOMENT):
                    await own.complete.wait()

    async def _take(self, turn: Sequence[tuple[Call, asyncio.Future[Answer]]]) -> None:
        if len(turn) > 1:
            try:
                answers = await run_in_threadpool(self.together, [call for call, _ in turn])
                answered = list(zip(turn, answers, strict=True))
            except Exception:  # noqa: S110 - each of them is tried by itself, and tells what is wrong
                pass
            else:
                for (_, future), answer in answered:
                    _settle(future, answer)
                return
        await asyncio.gather(*(self._take_one(call, future) for call, future in turn))

    async def _take_one(self, call: Call, future: asyncio.Future[Answer]) -> None:
        try:
            _settle(future, await run_in_threadpool(self.alone, call))
        except Exception as error:
            if not future.done():
                future.set_exception(error)


def _settle(future: asyncio.Future[Answer], answer: Answer) -> None:
    if not future.done():  # who waited may have gone
        future.set_result(answer)
