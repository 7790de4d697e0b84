"""Histories of changes, drawn by Hypothesis and written as they are: which vendor order changed when."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from sqlalchemy import text as sql

from driver import Merchant

DAY = datetime(2026, 5, 4, tzinfo=UTC)
OVERLAP, MINUTE = timedelta(minutes=5), timedelta(minutes=1)
ORDERS = 8

History = list[tuple[int, timedelta]]  # which vendor order, when

seconds = st.integers(0, 4 * 3600).map(lambda n: timedelta(seconds=n))
close_by = st.integers(0, 3).map(lambda n: timedelta(hours=1, microseconds=n))  # the same minute, the same microsecond
histories = st.lists(st.tuples(st.integers(0, ORDERS - 1), seconds | close_by), max_size=40)
cuts = st.lists(st.integers(0, 4 * 60), min_size=1, max_size=6, unique=True).map(sorted)


def rewrite(merchant: Merchant, history: History, page_size: int) -> list[tuple[str, datetime]]:
    """Replace the changes by these; answers (OrderID, time) in the feed's order."""
    with merchant.sessions.begin() as session:
        mine = {"a": merchant.account_id}
        session.execute(sql("SET LOCAL spark.transaction_seconds = '1000000000'"))
        session.execute(sql("DELETE FROM changes WHERE account_id = :a"), mine)
        session.execute(sql("UPDATE connections SET page_size = :p WHERE account_id = :a"), mine | {"p": page_size})
        rows = session.execute(sql("SELECT id, vendor_id FROM vendor_orders WHERE account_id = :a ORDER BY id"), mine)
        parts = rows.all()
        latest: dict[int, datetime] = {}
        written = []
        for index, offset in sorted(history, key=lambda change: change[1]):
            at = max(DAY + offset, latest.get(index, DAY) + timedelta(microseconds=1))
            session.execute(
                sql(
                    "INSERT INTO changes (account_id, vendor_id, vendor_order_id, at, previous_at, who, what) "
                    "VALUES (:a, :v, :o, :at, :before, 'test', 'test')"
                ),
                mine | {"v": parts[index].vendor_id, "o": parts[index].id, "at": at, "before": latest.get(index)},
            )
            latest[index] = at
            written.append((parts[index].id.hex, at))
    return sorted(written, key=lambda change: change[1])
