"""Faults, put into the database itself by triggers that only a test makes: nothing of them is in our code.

A fault strikes at a place: an event on a table, or the commit of the transaction that touched it. It fails there with a
SQLSTATE, sleeps, or waits until it is released, so that a test can kill whoever waits.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine, create_engine
from sqlalchemy import text as sql
from sqlalchemy.pool import NullPool

from spark_shipstation.store.session import driver_url

GATE = 711  # the advisory lock that a waiting fault wants


@dataclass(frozen=True)
class Place:
    """`when` is INSERT, UPDATE, or COMMIT for the end of a transaction that inserted there."""

    when: str
    table: str

    def __str__(self) -> str:
        return f"{self.when} {self.table}"


# In the order in which a notice passes them.
KEEPING = Place("INSERT", "notices")
KEPT = Place("COMMIT", "notices")
SHIPPING = Place("INSERT", "shipments")
PACKING = Place("INSERT", "shipment_lines")
TELLING = Place("INSERT", "events")
RESTATING_A_PART = Place("UPDATE", "vendor_orders")
RESTATING = Place("UPDATE", "orders")
SETTLING = Place("UPDATE", "notices")
LOGGING = Place("INSERT", "exchanges")
SETTLED = Place("COMMIT", "shipments")
PLACES = (KEEPING, KEPT, SHIPPING, PACKING, TELLING, RESTATING_A_PART, RESTATING, SETTLING, LOGGING, SETTLED)

_STRIKE = """
CREATE SCHEMA IF NOT EXISTS faults;
CREATE OR REPLACE FUNCTION faults.strike() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF nextval('faults.' || TG_NAME) <= TG_ARGV[1]::bigint THEN  -- a sequence counts on, whatever is rolled back
    CASE
      WHEN TG_ARGV[0] = 'wait' THEN PERFORM pg_advisory_xact_lock_shared({gate});
      WHEN TG_ARGV[0] = 'sleep' THEN PERFORM pg_sleep(30);
      ELSE RAISE EXCEPTION 'a fault of the test' USING ERRCODE = TG_ARGV[0];
    END CASE;
  END IF;
  RETURN NEW;
END $$;
"""


class Faults:
    """What strikes in that database."""

    def __init__(self, url: str) -> None:
        self.engine: Engine = create_engine(driver_url(url), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        self.run(_STRIKE.format(gate=GATE))

    def run(self, statement: str) -> None:
        with self.engine.connect() as connection:
            connection.exec_driver_sql(statement)

    def scalar(self, statement: str) -> object:
        with self.engine.connect() as connection:
            return connection.execute(sql(statement)).scalar()

    @contextmanager
    def strike(self, place: Place, how: str, times: int = 1_000_000) -> Iterator[None]:
        """`how` is a SQLSTATE, `wait` or `sleep`; only the first `times` calls are struck."""
        kind = "TRIGGER" if place.when != "COMMIT" else "CONSTRAINT TRIGGER"
        when = f"AFTER INSERT ON {place.table} DEFERRABLE INITIALLY DEFERRED"
        when = when if place.when == "COMMIT" else f"BEFORE {place.when} ON {place.table}"
        name = f"{place.when}_{place.table}".lower()
        self.run(f"CREATE SEQUENCE faults.{name}")
        self.run(f"CREATE {kind} {name} {when} FOR EACH ROW EXECUTE FUNCTION faults.strike('{how}', '{times}')")
        try:
            yield
        finally:
            self.run(f"DROP TRIGGER {name} ON {place.table}")
            self.run(f"DROP SEQUENCE faults.{name}")

    @contextmanager
    def closed_gate(self) -> Iterator[None]:
        """Whoever is struck by `wait` meanwhile waits to its end, or until it is killed."""
        with self.engine.connect() as keeper:  # when it is closed the lock is free
            keeper.execute(sql(f"SELECT pg_advisory_lock({GATE})"))
            yield

    def wait_for(self, what: str, sessions: int = 1) -> None:
        """Until so many sessions of the service wait for that: `advisory`, `SyncRep`, `transactionid` …"""
        give_up = time.monotonic() + 20
        while self.count("pg_stat_activity", application_name="spark-shipstation", wait_event=what) < sessions:
            assert time.monotonic() < give_up, f"too few wait for {what}"
            time.sleep(0.02)

    def count(self, rows_of: str, **having: str) -> int:
        """The rows of that table whose columns, as text, have these values."""
        wanted = " AND ".join(f"CAST({column} AS text) = :{column}" for column in having)
        with self.engine.connect() as connection:
            return int(connection.execute(sql(f"SELECT count(*) FROM {rows_of} WHERE {wanted}"), having).scalar_one())  # noqa: S608

    def wait_for_setting(self, name: str, value: str) -> None:
        give_up = time.monotonic() + 20
        while self.scalar(f"SHOW {name}") != value:
            assert time.monotonic() < give_up, f"{name} did not become {value}"
            time.sleep(0.02)
