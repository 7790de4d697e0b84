"""Bringing the tables to the newest shape, and asking whether they are."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

_PACKAGED = Path(__file__).parent.parent / "migrations"
_IN_THE_TREE = Path(__file__).parents[3] / "alembic"


def config_for(url: str = "") -> Config:
    config = Config()
    config.set_main_option("script_location", str(_PACKAGED if _PACKAGED.is_dir() else _IN_THE_TREE))
    config.attributes["url"] = url
    return config


def upgrade(url: str) -> None:
    """Run what is missing. Safe to call from several processes at once: env.py takes an advisory lock."""
    command.upgrade(config_for(url), "head")


def head() -> str:
    """The newest revision that this code knows."""
    return ScriptDirectory.from_config(config_for()).get_current_head() or ""


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
