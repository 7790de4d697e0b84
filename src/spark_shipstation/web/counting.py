"""What this process counts for /metrics. With several workers each writes its counts to files that any of them can add
up: prometheus-client decides that when it is imported, by PROMETHEUS_MULTIPROC_DIR, which `serve` sets.

Labels never hold what a caller chose, so their number is bounded.
"""

import os

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

from ..store.vendors import Channel

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_VENDOR = ("vendor_id", "vendor")
_own = CollectorRegistry()

POLLS = Counter(
    "spark_polls", "Pages that ShipStation asked for, by the status of the answer.", (*_VENDOR, "status"), registry=_own
)
ORDERS_SERVED = Counter("spark_orders_served", "Orders on the pages that were served.", _VENDOR, registry=_own)
NOTICES = Counter(
    "spark_notices",
    "Notifications of shipments by what became of them: a state of the inbox, refused or failed.",
    (*_VENDOR, "outcome"),
    registry=_own,
)
REFUSALS = Counter(
    "spark_refusals",
    "Calls of ShipStation's URLs that were answered 4xx or 5xx, whoever made them.",
    ("status",),
    registry=_own,
)
REQUESTS = Histogram(
    "spark_request_seconds",
    "How long requests took, from their head to the end of their answer.",
    ("method", "route", "status"),
    registry=_own,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)


def registry() -> CollectorRegistry:
    """The counts of all workers, where they share a folder; else those of this process."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return _own
    of_all = CollectorRegistry()
    MultiProcessCollector(of_all, folder)  # type: ignore[no-untyped-call]
    return of_all


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    REQUESTS.labels(method if method in _METHODS else "OTHER", route, str(status)).observe(seconds)


def count_refusal(status: int) -> None:
    REFUSALS.labels(str(status)).inc()


def count_poll(channel: Channel, status: int, served: int) -> None:
    vendor = channel.vendor_id.hex, channel.vendor_name
    POLLS.labels(*vendor, str(status)).inc()
    ORDERS_SERVED.labels(*vendor).inc(served)


def count_notice(channel: Channel, outcome: str) -> None:
    NOTICES.labels(channel.vendor_id.hex, channel.vendor_name, outcome).inc()
