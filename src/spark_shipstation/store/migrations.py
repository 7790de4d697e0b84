"""Bringing the tables to the newest shape, and asking whether they are."""

import time
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from ..errors import Unavailable

LOCK_SECONDS = 4  # whoever waits for a lock makes all that come later wait, too
PATIENCE_SECONDS, PAUSE_SECONDS = 120.0, 1.0
LOCK_NOT_AVAILABLE = "55P03"

_PACKAGED = Path(__file__).parent.parent / "migrations"
_IN_THE_TREE = Path(__file__).parents[3] / "alembic"


def config_for(url: str = "") -> Config:
    config = Config()
    config.set_main_option("script_location", str(_PACKAGED if _PACKAGED.is_dir() else _IN_THE_TREE))
    config.attributes["url"] = url
    return config


def upgrade(
    url: str, to: str = "head", *, lock_seconds: int = LOCK_SECONDS, patience: float = PATIENCE_SECONDS
) -> None:
    """Run what is missing: all of it, or none. Safe to call from several processes at once: env.py takes an advisory
    lock. Where a table stays locked by others for `lock_seconds`, it lets them go on and tries again, for as long as
    `patience`. Raises Unavailable."""
    config = config_for(url)
    config.attributes["lock_seconds"] = lock_seconds
    give_up = time.monotonic() + patience
    while True:
        try:
            command.upgrade(config, to)
            return
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise
            if time.monotonic() > give_up:
                raise Unavailable(
                    "Others kept a table locked, so nothing was migrated. Try again when less is being written."
                ) from error
        time.sleep(PAUSE_SECONDS)


@cache
def head() -> str:
    """The newest revision that this code knows. Revisions are numbers of four digits, each later one larger."""
    return ScriptDirectory.from_config(config_for()).get_current_head() or ""


def is_usable(at: str) -> bool:
    """Whether this code works on tables at that revision: at its own, and at a later one, since a migration takes
    nothing away that the code before it needs. So servers of two versions run side by side during an upgrade."""
    return at >= head()


def current(session: Session) -> str:
    """The revision that the database is at, "" where there is none."""
    if session.execute(text("SELECT to_regclass('alembic_version')")).scalar() is None:
        return ""
    return str(session.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def models_differ(engine: Engine) -> list[str]:
    """What autogenerate would still change: empty when migrations and models agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from .models import metadata

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return [str(difference) for difference in compare_metadata(context, metadata)]
