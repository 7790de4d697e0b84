"""Files of orders that several processes take in: nothing twice, nothing lost, in the order of the file."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import Engine, text

from builders import order
from processes import environment, spark
from spark_shipstation.cli import orderfiles
from spark_shipstation.errors import Unreadable
from spark_shipstation.store.embedded import embedded_postgres
from spark_shipstation.store.session import connect


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    assert spark(folder, "db", "upgrade").returncode == 0
    assert spark(folder, "account", "add", "Shop").returncode == 0
    return folder


@pytest.fixture
def database(data_dir: Path) -> Iterator[Engine]:
    with embedded_postgres(data_dir) as url:
        engine = connect(url)
        yield engine
        engine.dispose()


def ndjson(path: Path, orders: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(document) + "\n" for document in orders))
    return path


def numbers(database: Engine, store: str) -> list[str]:
    question = "SELECT number FROM orders JOIN stores ON stores.id = store_id WHERE code = :store ORDER BY external_id"
    with database.connect() as connection:
        return list(connection.execute(text(question), {"store": store}).scalars())


def test_of_one_order_in_several_places_the_last_counts(data_dir: Path, database: Engine, tmp_path: Path) -> None:
    first, last = ([order(store="twice", external_id=f"{i:04}", number=f"{w}{i}") for i in range(600)] for w in "ab")
    file = ndjson(tmp_path / "orders.ndjson", first + last)
    said = spark(data_dir, "orders", "import", str(file), "--processes", "3").stdout
    assert said == "1200 orders: 600 created, 600 updated, 0 unchanged, 0 refused.\n"
    assert numbers(database, "twice") == [f"b{i}" for i in range(600)]


def test_an_import_that_was_killed_is_run_again_without_duplicates(
    data_dir: Path, database: Engine, tmp_path: Path
) -> None:
    count = 4_000
    orders = [order(store="killed", external_id=f"{i:04}", number=f"K{i}") for i in range(count)]
    file = ndjson(tmp_path / "orders.ndjson", orders)
    words = [sys.executable, "-m", "spark_shipstation", "orders", "import", str(file), "--processes", "2"]
    process = subprocess.Popen(words, env=environment(data_dir), stderr=subprocess.DEVNULL)
    give_up = time.monotonic() + 100
    while not numbers(database, "killed") and time.monotonic() < give_up:
        time.sleep(0.02)
    workers = [child for child in psutil.Process(process.pid).children() if "spawn_main" in " ".join(child.cmdline())]
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert len(workers) == 2
    assert psutil.wait_procs(workers, timeout=60)[1] == []  # they end with it, and what they had not stored is undone
    before = len(numbers(database, "killed"))
    assert 0 < before < count
    said = spark(data_dir, "orders", "import", str(file)).stdout
    assert said == f"{count} orders: {count - before} created, 0 updated, {before} unchanged, 0 refused.\n"
    assert numbers(database, "killed") == [f"K{i}" for i in range(count)]


def test_a_worker_that_is_killed_ends_the_import_with_a_sentence(
    data_dir: Path, database: Engine, tmp_path: Path
) -> None:
    orders = [order(store="worker", external_id=f"{i:04}") for i in range(4_000)]
    file = ndjson(tmp_path / "orders.ndjson", orders)
    words = [sys.executable, "-m", "spark_shipstation", "orders", "import", str(file), "--processes", "2"]
    process = subprocess.Popen(words, env=environment(data_dir), stderr=subprocess.PIPE, text=True)
    while not numbers(database, "worker") and process.poll() is None:
        time.sleep(0.02)
    workers = [child for child in psutil.Process(process.pid).children() if "spawn_main" in " ".join(child.cmdline())]
    workers[0].kill()
    _, said = process.communicate(timeout=100)
    assert (process.returncode, "run it again" in said) == (2, True)


@pytest.mark.parametrize("form", ["[%s]", '{"orders": [%s]}', '{"note": {"orders": []}, "orders": [%s]}'])
def test_a_list_of_json_orders_is_read_as_a_stream(form: str, tmp_path: Path) -> None:
    orders = [order(total="1.10"), order(), order()]
    file = tmp_path / "orders.json"
    file.write_text(form % ", ".join(map(json.dumps, orders)))
    assert [document.order for document in orderfiles.read_orders(file)] == orders


def test_a_json_list_that_breaks_off_gives_what_stands_before(tmp_path: Path) -> None:
    file = tmp_path / "orders.json"
    file.write_text(json.dumps([order(), order()])[:-1])
    documents = orderfiles.read_orders(file)
    assert [next(documents).line, next(documents).line] == [1, 2]
    with pytest.raises(Unreadable, match=r"^The file is not JSON: parse error: premature EOF\.$"):
        next(documents)
