"""A transaction that a passing failure has undone is done again: nothing of it is left, and a moment later it works."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from .session import Sessions

Result = TypeVar("Result")

TRIES = 4
PATIENCE = 5.0  # seconds; what has taken longer than that is not begun again
FIRST_PAUSE = 0.02  # seconds
SERIALIZATION_FAILURE, DEADLOCK = "40001", "40P01"


def transact(sessions: Sessions, work: Callable[[Session], Result]) -> Result:
    """The result of `work` once it is committed. It is called anew after a serialization failure, a deadlock, or when
    its connection broke. The last may happen when the commit was on its way, so work must be of the kind that can be
    done twice. Raises what the last try raised."""
    give_up, pause = time.monotonic() + PATIENCE, FIRST_PAUSE
    for left in reversed(range(TRIES)):
        try:
            with sessions.begin() as session:
                return work(session)
        except DBAPIError as error:
            if not left or not _passes(error) or time.monotonic() > give_up:
                raise
        time.sleep(random.uniform(pause, 2 * pause))  # noqa: S311 - so that the same two do not meet again
        pause *= 2
    raise AssertionError("the last try has returned or raised")


def _passes(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or state in {SERIALIZATION_FAILURE, DEADLOCK}
