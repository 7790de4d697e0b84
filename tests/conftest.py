"""Real parts for every test: a PostgreSQL of its own for each test process, migrated; an account for each test."""

import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from hypothesis import settings
from sqlalchemy import Engine

from driver import Merchant, new_merchant
from serving import served
from spark_shipstation.services import secrets, signin
from spark_shipstation.settings import Settings
from spark_shipstation.store import migrations
from spark_shipstation.store.embedded import embedded_postgres
from spark_shipstation.store.session import Sessions, connect, sessions_on
from spark_shipstation.web.app import create_app
from visitor import Visitor, all_leave, new_visitor

# The same examples in every run of CI; new ones on every developer's machine.
settings.register_profile("spark", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("spark")


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """SPARK_TEST_DATABASE_URL where it is given (any PostgreSQL, an empty database), else an embedded one."""
    given = os.environ.get("SPARK_TEST_DATABASE_URL", "")
    if given:
        migrations.upgrade(given)
        yield given
        return
    with (
        tempfile.TemporaryDirectory(prefix="spark-", ignore_cleanup_errors=True) as folder,
        embedded_postgres(Path(folder)) as url,
    ):
        migrations.upgrade(url)
        yield url


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    engine = connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def sessions(engine: Engine) -> Sessions:
    return sessions_on(engine)


@pytest.fixture(scope="session")
def listener() -> Iterator[socket.socket]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound


@pytest.fixture(scope="session")
def base_url(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture(scope="session")
def app(database_url: str, base_url: str) -> FastAPI:
    return create_app(Settings(database_url=database_url, base_url=base_url, log_level="WARNING"))


@pytest.fixture(scope="session")
def http(app: FastAPI, listener: socket.socket, base_url: str) -> Iterator[httpx.Client]:
    """A client of the application, served by uvicorn on a real port."""
    with served(app, listener), httpx.Client(base_url=base_url, timeout=30) as client:
        yield client


@pytest.fixture
def make_merchant(sessions: Sessions, http: httpx.Client) -> Callable[..., Merchant]:
    return lambda **settings: new_merchant(sessions, http, uuid4().hex, **settings)


@pytest.fixture
def merchant(make_merchant: Callable[..., Merchant]) -> Merchant:
    return make_merchant()


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> None:
    """The same argon2 at the least cost: the tests sign in hundreds of times."""
    secrets.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    signin.NOBODYS_HASH = secrets.hasher.hash(secrets.password())


@pytest.fixture(autouse=True)
def visitors_leave() -> Iterator[None]:
    yield
    all_leave()


@pytest.fixture
def admin(merchant: Merchant, base_url: str) -> Visitor:
    return new_visitor(merchant.sessions, merchant.account_id, base_url)


@pytest.fixture
def reader(merchant: Merchant, base_url: str) -> Visitor:
    """Somebody who may look and change nothing."""
    return new_visitor(merchant.sessions, merchant.account_id, base_url, "read-only")
