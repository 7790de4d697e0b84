"""A worker whose parent was killed ends, too. It would else go on unwatched, and keep the port from the next server."""

import asyncio
import multiprocessing
import signal

import structlog

log = structlog.get_logger("spark.app")


def end_with_the_parent() -> None:
    """In the worker's own event loop: as after TERM, what is under way has its time to finish. With one worker there is
    no parent. The system shows its end on a pipe of which it alone holds the other end."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    loop = asyncio.get_running_loop()

    def ended() -> None:
        loop.remove_reader(parent.sentinel)
        log.error("the parent of this worker has gone")
        signal.raise_signal(signal.SIGTERM)

    loop.add_reader(parent.sentinel, ended)
