"""A file of orders, taken in by several processes: one reads the file, the others validate and store.

Orders with the same key go to the same process, in the order of the file, so that the last one counts.
"""

import os
import signal
import threading
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain, islice
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from queue import SimpleQueue

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from ..errors import Reason, Unavailable
from ..memory import collect_seldom
from ..services.actor import Actor
from ..services.forms import OrderIn, reasons_of
from ..services.intake import take_orders
from ..services.outcomes import Outcome
from ..store.accounts import clock
from ..store.session import Limits, Sessions, connect, sessions_on
from .opening import sessions_at
from .orderfiles import Document

BATCH = 500
ATTEMPTS = 4
AHEAD = 2  # batches that wait for each process: enough to keep it busy, and few enough to keep memory flat


@dataclass(slots=True)
class Taken:
    """What became of a batch. `read` is how many bytes of the file are behind it."""

    read: int
    counts: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[Document, list[Reason]]] = field(default_factory=list)


def take(sessions: Sessions, actor: Actor, batch: list[Document]) -> Taken:
    """Validate and store, in one transaction. Raises Unavailable."""
    taken = Taken(batch[-1].read)
    forms = []
    for document in batch:
        try:
            if document.fault:
                taken.refused.append((document, [Reason(document.fault)]))
            else:
                forms.append(OrderIn.model_validate(document.order))
        except ValidationError as error:
            taken.refused.append((document, reasons_of(error)))
    taken.counts.update(_stored(sessions, actor, forms))
    taken.counts[Outcome.REFUSED] = len(taken.refused)
    return taken


def _stored(sessions: Sessions, actor: Actor, forms: list[OrderIn]) -> list[str]:
    """Tried again when another writer was in the way."""
    for attempt in range(ATTEMPTS):
        try:
            with sessions.begin() as session:
                return [str(result.outcome) for result in take_orders(session, forms, actor, now=clock(session))]
        except DBAPIError as error:
            if error.connection_invalidated or attempt == ATTEMPTS - 1:
                raise Unavailable(f"The database refused the orders: {error.orig}") from error
    raise AssertionError


def take_all(documents: Iterator[Document], url: str, limits: Limits, actor: Actor, processes: int) -> Iterator[Taken]:
    """What became of each batch, in the order in which they are done. Raises Unavailable.

    A file of one batch is taken in here: that is done before another process would have started.
    """
    head = list(islice(documents, BATCH + 1))
    collect_seldom()
    if processes == 1 or len(head) <= BATCH:
        with sessions_at(url, limits) as sessions:
            for _, batch in _batches(chain(head, documents), 1):
                yield take(sessions, actor, batch)
    else:
        yield from _spread(_batches(chain(head, documents), processes), url, limits, actor, processes)


def _batches(documents: Iterable[Document], processes: int) -> Iterator[tuple[int, list[Document]]]:
    """Up to BATCH documents, each with the process that all orders of their keys go to."""
    waiting: list[list[Document]] = [[] for _ in range(processes)]
    for document in documents:
        shard = _key(document) % processes
        waiting[shard].append(document)
        if len(waiting[shard]) == BATCH:
            yield shard, waiting[shard]
            waiting[shard] = []
    yield from ((shard, rest) for shard, rest in enumerate(waiting) if rest)


def _key(document: Document) -> int:
    order = document.order if isinstance(document.order, dict) else {}
    return zlib.crc32(f"{order.get('store')}\n{order.get('external_id')}".encode("utf-8", "replace"))


def _spread(
    batches: Iterable[tuple[int, list[Document]]], url: str, limits: Limits, actor: Actor, processes: int
) -> Iterator[Taken]:
    with ExitStack() as stack:
        workers = [stack.enter_context(_worker(url, limits, actor)) for _ in range(processes)]
        try:
            for shard, batch in batches:
                worker = workers[shard]
                if worker.waiting == AHEAD:
                    yield worker.done()
                worker.give(batch)
            for worker in workers:
                while worker.waiting:
                    yield worker.done()
        finally:
            for worker in workers:
                worker.pipe.close()  # of all, before any is waited for: each ends what is under way, and begins no more


@dataclass(slots=True)
class _Worker:
    """A process that takes in one batch after the other; `waiting` is how many are not done yet. Both raise Unavailable
    where it has ended."""

    pipe: Connection
    waiting: int = 0

    def give(self, batch: list[Document]) -> None:
        try:
            self.pipe.send(batch)
        except OSError:
            raise _ended() from None
        self.waiting += 1

    def done(self) -> Taken:
        """What became of the first that waits. Raises Unavailable, also where the worker has raised it."""
        try:
            answer: Taken | Unavailable = self.pipe.recv()
        except (EOFError, OSError):
            raise _ended() from None
        if isinstance(answer, Unavailable):
            raise answer
        self.waiting -= 1
        return answer


def _ended() -> Unavailable:
    return Unavailable("A process of the import was ended. What it had stored stands; run it again.")


@contextmanager
def _worker(url: str, limits: Limits, actor: Actor) -> Iterator[_Worker]:
    """Started anew, as threads and connections survive no fork. In the end, it is waited for."""
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_work, args=(there, url, limits, actor))
    process.start()
    there.close()
    try:
        yield _Worker(here)
    finally:
        here.close()
        process.join()


def _work(pipe: Connection, url: str, limits: Limits, actor: Actor) -> None:
    """The worker's process, until nothing comes any more. What it does not expect ends it, with a traceback."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent, which gets it too, lets the batch under way end
    collect_seldom()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    given, over = SimpleQueue[list[Document]](), threading.Event()
    threading.Thread(target=_receive, args=(pipe, given, over), daemon=True).start()
    sessions = sessions_on(connect(url, limits=limits, pool_size=1))
    while (batch := given.get()) and not over.is_set():
        answer = _tried(sessions, actor, batch)
        with suppress(OSError):  # nobody waits for it any more
            pipe.send(answer)


def _receive(pipe: Connection, given: "SimpleQueue[list[Document]]", over: threading.Event) -> None:
    """At once, whatever is under way: else the parent, giving the next batch, and the worker, answering the last one,
    could wait for each other."""
    with suppress(EOFError, OSError):
        while True:
            given.put(pipe.recv())
    over.set()
    given.put([])


def _tried(sessions: Sessions, actor: Actor, batch: list[Document]) -> Taken | Unavailable:
    try:
        return take(sessions, actor, batch)
    except Unavailable as error:
        return error


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
