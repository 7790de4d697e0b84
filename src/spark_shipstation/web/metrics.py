"""`/metrics`: for Prometheus and what reads its format. It names accounts and vendors, so it is there only for who
presents SPARK_METRICS_TOKEN, and for nobody where that is not set."""

import secrets
from collections.abc import Iterator
from datetime import timedelta

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from ..errors import NotFound
from ..store import gauges
from ..store.accounts import clock
from .counting import registry
from .deps import parts_of
from .problems import problem

router = APIRouter(include_in_schema=False)
SETTLING = timedelta(seconds=30)  # a notice that is being applied at this moment needs nobody


@router.get("/metrics")
def metrics(request: Request) -> Response:
    token = parts_of(request).settings.metrics_token
    if not token:
        raise NotFound("There is no such page. SPARK_METRICS_TOKEN opens it.")
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secrets.compare_digest(given.strip().encode(), token.encode()):
        return problem(401, "The token is not right.", headers={"WWW-Authenticate": "Bearer"})
    found = registry()
    try:
        with parts_of(request).reading.begin() as session:
            facts = [*_up(1), *_gauges(session)]
    except SQLAlchemyError:
        facts = list(_up(0))
    return Response(generate_latest(found) + _text(facts), media_type=CONTENT_TYPE_LATEST)


def _up(value: int) -> Iterator[Metric]:
    yield GaugeMetricFamily("spark_database_up", "1 where the database answered, else 0.", value)


def _gauges(session: Session) -> Iterator[Metric]:
    now = clock(session)
    since = GaugeMetricFamily(
        "spark_seconds_since_last_poll",
        "Since ShipStation last got a page. There is none before the first.",
        labels=("vendor_id", "vendor"),
    )
    for poll in gauges.last_polls(session):
        if poll.at is not None:
            since.add_metric((poll.vendor_id, poll.vendor), max(0.0, (now - poll.at).total_seconds()))
    yield since
    flagged = GaugeMetricFamily(
        "spark_orders_flagged",
        f"Orders that need a person, by flag, among the newest {gauges.MOST:,} of the account that have any.",
        labels=("account", "flag"),
    )
    for row in gauges.flagged_orders(session):
        flagged.add_metric((row.account, row.what), row.number)
    yield flagged
    waiting = GaugeMetricFamily(
        "spark_notices_waiting",
        f"Notifications in the inbox that need a person, by state; at most {gauges.MOST:,}.",
        labels=("account", "state"),
    )
    for row in gauges.waiting_notices(session, before=now - SETTLING):
        waiting.add_metric((row.account, row.what), row.number)
    yield waiting


class _Facts(Collector):
    def __init__(self, facts: list[Metric]) -> None:
        self.facts = facts

    def collect(self) -> list[Metric]:
        return self.facts


def _text(facts: list[Metric]) -> bytes:
    return generate_latest(_Facts(facts))
