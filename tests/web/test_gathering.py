"""Calls that are answered together: who is, who is not, and what a failure or a wait of one does to the others."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

import pytest

from spark_shipstation.web import gathering
from spark_shipstation.web.gathering import MOST_TOGETHER, Gathering


class Kitchen:
    """Answers calls in capitals. `turns` are those that it answered together; a turn waits while the door is shut."""

    def __init__(self) -> None:
        self.turns: list[list[str]] = []
        self.alone: list[str] = []
        self.door = threading.Event()
        self.door.set()
        self.refuses: Callable[[str], bool] = lambda _call: False
        self.gathering: Gathering[str, str] = Gathering(self.answer_all, self.answer)

    def answer_all(self, calls: Sequence[str]) -> list[str]:
        self.turns.append(list(calls))
        assert self.door.wait(20)
        if any(map(self.refuses, calls)):
            raise ValueError("not all of them")
        return [call.upper() for call in calls]

    def answer(self, call: str) -> str:
        self.alone.append(call)
        assert self.door.wait(20)
        if self.refuses(call):
            raise ValueError(call)
        return call.upper()

    async def busy_with(self, *calls: str, group: str = "one") -> list[asyncio.Task[str]]:
        """The first is being answered, the others wait."""
        self.door.clear()
        first = asyncio.create_task(self.gathering.answer(group, calls[0]))
        while not self.alone:
            await asyncio.sleep(0.001)
        others = [asyncio.create_task(self.gathering.answer(group, call)) for call in calls[1:]]
        await asyncio.sleep(0)
        return [first, *others]


def ran(story: Callable[[Kitchen], Coroutine[Any, Any, None]]) -> Kitchen:
    kitchen = Kitchen()
    asyncio.run(story(kitchen))
    return kitchen


def test_a_single_call_waits_for_nobody() -> None:
    async def story(kitchen: Kitchen) -> None:
        assert [await kitchen.gathering.answer("one", call) for call in "ab"] == ["A", "B"]

    kitchen = ran(story)
    assert (kitchen.alone, kitchen.turns) == (["a", "b"], [])


def test_those_who_come_while_one_is_answered_are_answered_together() -> None:
    async def story(kitchen: Kitchen) -> None:
        tasks = await kitchen.busy_with("a", "b", "c", "d")
        kitchen.door.set()
        assert await asyncio.gather(*tasks) == ["A", "B", "C", "D"]

    kitchen = ran(story)
    assert (kitchen.alone, kitchen.turns) == (["a"], [["b", "c", "d"]])


def test_another_group_is_answered_by_itself() -> None:
    async def story(kitchen: Kitchen) -> None:
        tasks = await kitchen.busy_with("a", "b", "c")
        others = [asyncio.create_task(kitchen.gathering.answer("other", call)) for call in "xy"]
        await asyncio.sleep(0)
        kitchen.door.set()
        assert await asyncio.gather(*tasks, *others) == ["A", "B", "C", "X", "Y"]

    kitchen = ran(story)
    assert all(set(turn) in ({"b", "c"}, {"x", "y"}) or len(turn) == 1 for turn in kitchen.turns)
    assert ["b", "c"] in kitchen.turns


def test_where_one_fails_each_is_answered_alone_and_only_that_one_fails() -> None:
    async def story(kitchen: Kitchen) -> None:
        kitchen.refuses = "c".__eq__
        tasks = await kitchen.busy_with("a", "b", "c", "d")
        kitchen.door.set()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert [str(answer) for answer in answers] == ["A", "B", "c", "D"]
        assert isinstance(answers[2], ValueError)

    kitchen = ran(story)
    assert (kitchen.turns, sorted(kitchen.alone)) == ([["b", "c", "d"]], ["a", "b", "c", "d"])


def test_where_an_answer_is_missing_each_is_answered_alone() -> None:
    async def story(kitchen: Kitchen) -> None:
        kitchen.gathering.together = lambda calls: [call.upper() for call in calls[1:]]
        tasks = await kitchen.busy_with("a", "b", "c")
        kitchen.door.set()
        async with asyncio.timeout(10):
            assert await asyncio.gather(*tasks) == ["A", "B", "C"]

    assert sorted(ran(story).alone) == ["a", "b", "c"]


def test_who_waits_too_long_for_a_turn_to_end_begins_another() -> None:
    """The first is held up, and stays so until the second is being answered."""

    async def story(kitchen: Kitchen) -> None:
        tasks = await kitchen.busy_with("a", "b")
        while kitchen.alone != ["a", "b"]:
            await asyncio.sleep(0.001)
        kitchen.door.set()
        assert await asyncio.gather(*tasks) == ["A", "B"]

    ran(story)


def test_a_turn_has_a_bound() -> None:
    async def story(kitchen: Kitchen) -> None:
        calls = [f"c{number}" for number in range(MOST_TOGETHER + 3)]
        tasks = await kitchen.busy_with("a", *calls)
        kitchen.door.set()
        assert await asyncio.gather(*tasks) == [call.upper() for call in ["a", *calls]]

    kitchen = ran(story)
    assert [len(turn) for turn in kitchen.turns] == [MOST_TOGETHER, 3]


def test_a_call_that_was_given_up_harms_no_other() -> None:
    async def story(kitchen: Kitchen) -> None:
        first, gone, last = await kitchen.busy_with("a", "b", "c")
        gone.cancel()
        kitchen.door.set()
        assert [await first, await last] == ["A", "C"]
        with suppress(asyncio.CancelledError):
            await gone
        assert gone.cancelled()

    ran(story)


def test_a_group_is_forgotten_when_nobody_is_there() -> None:
    async def story(kitchen: Kitchen) -> None:
        tasks = await kitchen.busy_with("a", "b", "c")
        kitchen.door.set()
        await asyncio.gather(*tasks)
        for _ in range(1000):
            if not kitchen.gathering.groups:
                return
            await asyncio.sleep(0.001)
        raise AssertionError("it is still there")

    ran(story)


def test_whom_a_full_turn_left_behind_does_not_wait_for_it_to_end_either() -> None:
    async def story(kitchen: Kitchen) -> None:
        calls = [f"c{number}" for number in range(MOST_TOGETHER + 3)]
        tasks = await kitchen.busy_with("a", *calls)
        async with asyncio.timeout(10):
            while [len(turn) for turn in kitchen.turns] != [MOST_TOGETHER, 3]:  # and the door is still shut
                await asyncio.sleep(0.001)
        kitchen.door.set()
        assert await asyncio.gather(*tasks) == [call.upper() for call in ["a", *calls]]

    ran(story)


def test_nobody_is_taken_for_one_who_came_earlier_and_has_waited_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else, where calls come without an end, there would be many small turns beside each other."""
    monkeypatch.setattr(gathering, "PATIENCE", 0.5)
    doors = {call: threading.Event() for call in "abc"}
    begun: dict[str, float] = {}

    def answer(call: str) -> str:
        begun[call] = time.monotonic()
        assert doors[call].wait(20)
        return call.upper()

    async def story() -> None:
        one: Gathering[str, str] = Gathering(lambda calls: [call.upper() for call in calls], answer)
        tasks = [asyncio.create_task(one.answer("one", call)) for call in "a"]
        await until(lambda: "a" in begun)
        tasks.append(asyncio.create_task(one.answer("one", "b")))  # has to be patient, but not for long
        await asyncio.sleep(0.2)
        doors["a"].set()
        await until(lambda: "b" in begun)
        came = time.monotonic()
        tasks.append(asyncio.create_task(one.answer("one", "c")))
        await until(lambda: "c" in begun)
        assert begun["c"] - came >= 0.49
        for door in doors.values():
            door.set()
        assert await asyncio.gather(*tasks) == ["A", "B", "C"]

    async def until(true: Callable[[], bool]) -> None:
        while not true():
            await asyncio.sleep(0.001)

    try:
        asyncio.run(story())
    finally:
        for door in doors.values():
            door.set()
