"""A file of orders, taken in by several processes: one reads the file, the others validate and store.

Orders with the same key go to the same process, in the order of the file, so that the last one counts.
"""

import os
import signal
import threading
import zlib
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain, islice
from multiprocessing import get_context, parent_process

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
        waiting: list[deque[Future[Taken]]] = [deque() for _ in workers]
        try:
            for shard, batch in batches:
                if len(waiting[shard]) == AHEAD:
                    yield waiting[shard].popleft().result()
                waiting[shard].append(workers[shard].submit(_take_in_worker, batch))
            for futures in waiting:
                yield from (future.result() for future in futures)
        except BrokenProcessPool:
            raise Unavailable("A process of the import was ended. What it had stored stands; run it again.") from None
        finally:
            for worker in workers:
                worker.shutdown(wait=False, cancel_futures=True)


def _worker(url: str, limits: Limits, actor: Actor) -> ProcessPoolExecutor:
    """One process: what it is given is done in order. Started anew, as threads and connections survive no fork."""
    return ProcessPoolExecutor(1, get_context("spawn"), initializer=_start_worker, initargs=(url, limits, actor))


@dataclass(slots=True)
class _Worker:
    sessions: Sessions
    actor: Actor


_here: list[_Worker] = []


def _start_worker(url: str, limits: Limits, actor: Actor) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent, which gets it too, lets the batch under way end
    collect_seldom()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _here.append(_Worker(sessions_on(connect(url, limits=limits, pool_size=1)), actor))


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _take_in_worker(batch: list[Document]) -> Taken:
    return take(_here[0].sessions, _here[0].actor, batch)
