"""What still runs on the database when a process has to end."""

import time
from contextlib import suppress
from typing import Any

import psycopg
from sqlalchemy import Engine, event

LOOK_SECONDS = 0.1
CANCEL_SECONDS = 2


class Running:
    """The connections of an engine that are in use, at any moment."""

    def __init__(self, engine: Engine) -> None:
        self._in_use: set[psycopg.Connection] = set()
        event.listen(engine, "checkout", self._taken)
        event.listen(engine, "checkin", self._given_back)
        event.listen(engine, "invalidate", self._given_back)

    def _taken(self, connection: Any, *_: Any) -> None:
        self._in_use.add(connection)

    def _given_back(self, connection: Any, *_: Any) -> None:
        self._in_use.discard(connection)

    def end(self, seconds: float) -> bool:
        """Cancel their statements, and those that follow, until none is in use; each transaction is undone. Answers
        whether all have ended in that time."""
        give_up = time.monotonic() + seconds
        while self._in_use and time.monotonic() < give_up:
            for connection in tuple(self._in_use):
                with suppress(psycopg.Error):  # it has ended meanwhile, or cannot be reached
                    connection.cancel_safe(timeout=CANCEL_SECONDS)
            time.sleep(LOOK_SECONDS)
        return not self._in_use
