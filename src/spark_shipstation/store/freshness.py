"""A pooled connection whose server has gone is noticed before it is used, without asking the server anything: an idle
connection has nothing to read, unless the server said goodbye or has vanished."""

import select
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError


def replace_dead_connections(engine: Engine) -> None:
    """A restart of PostgreSQL is then nobody's trouble: the pool makes a new connection in place of the dead one."""
    event.listen(engine, "checkout", _refuse_dead)


def _refuse_dead(connection: Any, *_: Any) -> None:
    if connection.closed or _has_something_to_say(connection.fileno()):
        raise DisconnectionError("the server of this connection has gone")


def _has_something_to_say(socket: int) -> bool:
    looking = select.poll()
    looking.register(socket, select.POLLIN)
    return bool(looking.poll(0))
