"""The merchant: a process of its own that creates and edits orders over the JSON API, and holds and cancels them.

It reads one JSON object from standard input, works until that is closed, and writes what it did to standard output.
"""

import json
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy.exc import SQLAlchemyError

from ...services.actor import Actor
from ...store.session import Limits, Sessions, connect, sessions_on
from . import direct
from .edits import Document, edited, new_order
from .plan import LOCK_SECONDS, TRANSACTION_SECONDS, Plan

SHOPS = 2
FINISH_SECONDS = 20  # for what was begun when the end came
CLIENT = httpx.Timeout(15, connect=2)


@dataclass
class Work:
    """What the threads share. `settled` orders were changed late and are left alone, so that nothing heals a miss."""

    plan: Plan
    stop: threading.Event = field(default_factory=threading.Event)
    finish_until: float = float("inf")
    known: list[str] = field(default_factory=list)
    settled: set[str] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)
    refusals: list[str] = field(default_factory=list)

    def end(self) -> None:
        self.finish_until = time.monotonic() + FINISH_SECONDS
        self.stop.set()


class Shop:
    """Sends orders again and again until they stand, as a shop's outbox does."""

    def __init__(self, work: Work, name: str, api: httpx.Client) -> None:
        self.work, self.name, self.api = work, name, api
        self.dice = work.plan.dice(name)
        self.orders: dict[str, Document] = {}  # by our id

    def run(self) -> None:
        while not self.work.stop.is_set():
            self.dice.choices((self._create, self._edit), weights=(2, 5))[0]()
            self.work.stop.wait(self.dice.uniform(0.01, 0.15))

    def _create(self) -> None:
        many = self.dice.choice((1, 1, 1, 5, 15))
        documents = [new_order(self.dice, f"{self.name}-{len(self.orders) + index}") for index in range(many)]
        ids = self._send(documents)
        self.orders |= dict(zip(ids, documents, strict=False))
        self.work.known += ids
        self.work.done["created"] += len(ids)

    def _edit(self) -> None:
        free = [id_ for id_ in self.orders if id_ not in self.work.settled]
        chosen = self.dice.sample(free, min(len(free), self.dice.choice((1, 1, 1, 4))))
        if not chosen:
            return
        documents = [edited(self.orders[id_], self.dice) for id_ in chosen]
        if self._send(documents):
            self.orders |= dict(zip(chosen, documents, strict=True))
            self.work.done["edited"] += len(documents)

    def _send(self, documents: list[Document]) -> list[str]:
        body = documents[0] if len(documents) == 1 else {"orders": documents}
        while time.monotonic() < self.work.finish_until:
            try:
                answer = self.api.post("/orders", json=body)
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code == httpx.codes.OK:
                results = answer.json()["results"]
                self.work.refusals += [str(result["errors"]) for result in results if result["outcome"] == "refused"]
                return [result["id"] for result in results if result["outcome"] != "refused"]
            if answer is not None and answer.status_code < 500:
                self.work.refusals.append(f"{answer.status_code}: {answer.text[:300]}")
                return []
            self.work.done["retried"] += 1
            time.sleep(0.3)
        self.work.done["unfinished"] += 1
        return []


class Desk:
    """A person who holds, releases and cancels; and whose changes at the end of a minute are committed in the next."""

    def __init__(self, work: Work, api: httpx.Client, sessions: Sessions, actor: Actor) -> None:
        self.work, self.api, self.sessions, self.actor = work, api, sessions, actor
        self.dice: random.Random = work.plan.dice("desk")
        self.late_minute = -1

    def run(self) -> None:
        while not self.work.stop.wait(self.dice.uniform(0.05, 0.3)):
            free = [id_ for id_ in list(self.work.known) if id_ not in self.work.settled]
            minute, second = divmod(time.time(), 60)
            if second >= 58 and minute != self.late_minute and len(free) > 20:
                self.late_minute = int(minute)
                self._hold_late(self.dice.sample(free[-60:], 10), 60 - second)
            elif free:
                self._attempt(self.dice.choice(free))

    def _attempt(self, id_: str) -> None:
        try:
            answer = self._cancel(id_) if self.dice.random() < 0.4 else self._turn(id_)
        except httpx.HTTPError:  # the server was away
            self.work.done["retried"] += 1
            return
        if answer.status_code == httpx.codes.OK:
            self.work.done["held or cancelled"] += 1
        elif answer.status_code == httpx.codes.CONFLICT:  # nothing of it is open any more
            self.work.done["too late"] += 1
        elif answer.status_code >= 500:
            self.work.done["retried"] += 1
        else:
            self.work.refusals.append(f"{answer.status_code}: {answer.text[:300]}")

    def _turn(self, id_: str) -> httpx.Response:
        return self.api.post(f"/orders/{id_}/{self.dice.choice(('hold', 'hold', 'release'))}")

    def _cancel(self, id_: str) -> httpx.Response:
        """All that is open, or one unit of one line. With its key it counts once, however often it arrives."""
        body: Document = {"key": str(self.dice.random()), "reason": "soak"}
        if self.dice.random() > 0.3:
            lines = self.api.get(f"/orders/{id_}").raise_for_status().json()["lines"]
            body["lines"] = [{"line": self.dice.choice(lines)["external_id"], "quantity": 1}]
        return self.api.post(f"/orders/{id_}/cancel", json=body)

    def _hold_late(self, ids: list[str], until_the_minute: float) -> None:
        """The times of these changes lie in a minute that has been polled when they are committed."""
        self.work.settled |= set(ids)
        linger = until_the_minute + self.dice.uniform(3, 5)
        try:
            with self.sessions.begin() as session:
                direct.turn_late(session, self.actor, [UUID(id_) for id_ in ids], linger)
            self.work.done["late"] += len(ids)
        except SQLAlchemyError:
            self.work.done["retried"] += 1


def work(task: dict[str, Any], ended: Callable[[], object]) -> dict[str, Any]:
    """Until `ended` returns, and no longer than the task's `lifetime`."""
    work = Work(Plan(**task["plan"]))
    engine = connect(task["database_url"], limits=Limits(TRANSACTION_SECONDS, LOCK_SECONDS), pool_size=2)
    limit = threading.Timer(task["lifetime"], work.end)
    limit.daemon = True
    limit.start()
    threading.Thread(target=_end_when, args=(ended, work), daemon=True).start()
    with (
        httpx.Client(
            base_url=f"{task['url']}/api/v1", auth=tuple(task["api_key"]), timeout=CLIENT, trust_env=False
        ) as api,
        ThreadPoolExecutor() as pool,
    ):
        shops = [Shop(work, f"S{number}", api) for number in range(1, SHOPS + 1)]
        desk = Desk(work, api, sessions_on(engine), direct.actor_in(UUID(task["account_id"])))
        runs = [pool.submit(desk.run), *(pool.submit(shop.run) for shop in shops)]
        crashes = [repr(error) for run in runs if (error := run.exception()) is not None]
    engine.dispose()
    return {"done": dict(work.done), "problems": work.refusals[:20] + crashes}


def _end_when(ended: Callable[[], object], work: Work) -> None:
    ended()
    work.end()


def main() -> None:
    task = json.loads(sys.stdin.readline())
    json.dump(work(task, sys.stdin.read), sys.stdout)


if __name__ == "__main__":
    main()
