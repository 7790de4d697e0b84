"""A soak from its start to its report. Whatever happens, the processes it started are ended, by their ids."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy.exc import SQLAlchemyError

from ...customstore.client import Imports, StoreClient
from ...customstore.window import zone
from ...store.embedded import embedded_postgres
from ...store.session import Limits, Sessions, connect, sessions_on
from ...store.vendors import connections_of
from . import direct, postgres, truth
from .chaos import Chaos
from .comparison import Differences, differences, units
from .merchant import Merchant, writing
from .plan import CONNECTIONS, GRACE_SECONDS, LOCK_SECONDS, OVERLAP_SECONDS, TRANSACTION_SECONDS, Blow, Plan
from .poller import Due, Poller
from .report import Report
from .server import Server, connections

CLIENT = httpx.Timeout(15, connect=2)
COMPARE_SECONDS = 90  # the part of the grace that is kept for what comes after the traffic
FINISH_SECONDS = 40  # for the last windows and notices
END_SECONDS = 20  # to clean up
MOST_DETAILS = 10


@dataclass
class Scene:
    """What a soak works with once everything runs."""

    plan: Plan
    folder: Path
    server: Server
    sessions: Sessions
    account_id: UUID
    stop: threading.Event
    pollers: list[Poller]


def soak(plan: Plan, folder: Path) -> Report:
    """Raises Unavailable where the server or the database does not start or come back."""
    began = time.monotonic()
    report = Report(plan)
    with _scene(plan, folder) as (scene, database_url):
        chaos = Chaos(plan, scene.server, folder / "postgres")
        task = {
            "plan": asdict(plan), "url": scene.server.url, "database_url": database_url,
            "account_id": scene.account_id.hex, "api_key": _api_key(scene.server),
            "lifetime": plan.seconds + GRACE_SECONDS,
        }  # fmt: skip
        with writing(folder, task) as merchant:
            told = _traffic(scene, chaos, merchant, until=began + plan.seconds + GRACE_SECONDS - COMPARE_SECONDS)
        arrived = [poller.last_poll() for poller in scene.pollers]
        _count(report, scene, chaos, told)
        _compare(report, scene)
        if not all(arrived):
            _problem(report, "The last window could not be read.")
        report.numbers["seconds"] = round(time.monotonic() - began, 1)
    return report


@contextmanager
def _scene(plan: Plan, folder: Path) -> Iterator[tuple[Scene, str]]:
    stop, server = threading.Event(), Server(folder)
    with ExitStack() as ending:
        ending.callback(postgres.stop, folder / "postgres")  # after a crash, whoever started it would not find it
        url = ending.enter_context(embedded_postgres(folder))
        ending.callback(server.stop)
        ending.callback(stop.set)
        limit = threading.Timer(plan.seconds + GRACE_SECONDS - END_SECONDS, server.kill)  # then every call fails
        limit.daemon = True
        limit.start()
        ending.callback(limit.cancel)
        server.start()
        engine = connect(url, limits=Limits(TRANSACTION_SECONDS, LOCK_SECONDS), pool_size=len(CONNECTIONS) + 1)
        ending.callback(engine.dispose)
        sessions = sessions_on(engine)
        vendors = connections(server)
        with sessions.begin() as session:
            account_id = direct.shorten_overlaps(session, OVERLAP_SECONDS)
        scene = Scene(plan, folder, server, sessions, account_id, stop, [])
        scene.pollers = [_poller(scene, vendor, ending) for vendor in vendors]
        yield scene, url


def _poller(scene: Scene, vendor: dict[str, Any], ending: ExitStack) -> Poller:
    name = vendor["name"]
    http = ending.enter_context(httpx.Client(timeout=CLIENT, trust_env=False))
    return Poller(
        name=name,
        vendor_id=UUID(vendor["id"]),
        client=StoreClient(vendor["url"], vendor["username"], vendor["password"], http=http),
        tz=zone(CONNECTIONS[name]),
        imports=Imports(scene.folder / "stand-in" / f"{name}.json"),
        due=_due(scene, UUID(vendor["id"])),
        dice=scene.plan.dice(name),
        stop=scene.stop,
        until=datetime.now(UTC).replace(second=0, microsecond=0),
    )


def _due(scene: Scene, vendor_id: UUID) -> Due:
    def due(start: datetime, end: datetime) -> set[str] | None:
        try:
            with scene.sessions.begin() as session:
                return truth.due(session, scene.account_id, vendor_id, start, end)
        except SQLAlchemyError:
            return None

    return due


def _api_key(server: Server) -> list[str]:
    key = server.facts()["api_key"]
    return [key["id"], key["secret"]]


def _traffic(scene: Scene, chaos: Chaos, merchant: Merchant, until: float) -> dict[str, Any]:
    """For the time asked for, and until every blow has been dealt; answers what the merchant did."""
    began, halt = time.monotonic(), threading.Event()
    with ThreadPoolExecutor() as pool:
        try:
            blows = pool.submit(chaos.run, halt)
            polls = [pool.submit(poller.run) for poller in scene.pollers]
            while time.monotonic() < min(until, began + scene.plan.seconds) or (
                not blows.done() and time.monotonic() < until
            ):
                if _failed(blows) or merchant.process.poll() is not None:
                    break
                time.sleep(0.1)
            halt.set()
            blows.result()
            told = merchant.end()
        finally:
            halt.set()
            for poller in scene.pollers:
                poller.give_up = time.monotonic() + FINISH_SECONDS
            scene.stop.set()
        for poll in polls:
            poll.result()
    return told


def _failed(run: Future[None]) -> bool:
    return run.done() and run.exception() is not None


def _count(report: Report, scene: Scene, chaos: Chaos, told: dict[str, Any]) -> None:
    seen = sum((poller.seen.counts for poller in scene.pollers), Counter[str]())
    left = [id_ for poller in scene.pollers for id_ in poller.seen.left_out]
    report.numbers |= {name: seen[name] for name in ("polls", "pages", "checked", "notices", "repeated")}
    report.numbers |= {name: seen[name] for name in ("failures", "duplicates")}
    report.numbers |= {"kills": chaos.dealt[Blow.KILL], "restarts": chaos.dealt[Blow.RESTART]}
    report.numbers |= {"late": told["done"].get("late", 0), "writes_retried": told["done"].get("retried", 0)}
    report.numbers |= {"left_out": len(left), "problems": 0}
    report.details += [f"left out of a window: {id_}" for id_ in left[:MOST_DETAILS]]
    problems = [f"{poller.name}: {problem}" for poller in scene.pollers for problem in poller.seen.problems]
    for problem in [*told["problems"], *problems]:
        _problem(report, problem)


def _problem(report: Report, sentence: str) -> None:
    report.numbers["problems"] += 1
    if report.numbers["problems"] <= MOST_DETAILS:
        report.details.append(sentence)


def _compare(report: Report, scene: Scene) -> None:
    accepted = {number: count for poller in scene.pollers for number, count in poller.seen.accepted.items()}
    unanswered = [number for poller in scene.pollers for number in poller.seen.unanswered]
    with scene.sessions.begin() as session:
        report.numbers |= truth.counts(session, scene.account_id)
        report.numbers |= asdict(units(accepted, truth.recorded_units(session, scene.account_id), unanswered))
        known = connections_of(session, scene.account_id)
        report.numbers |= {"missed": 0, "stale": 0}
        for poller in scene.pollers:
            imported = {id_: kept.order for id_, kept in poller.imports.orders.items()}
            _tell(report, poller.name, differences(truth.true_orders(session, known[poller.vendor_id]), imported))


def _tell(report: Report, name: str, found: Differences) -> None:
    report.numbers["missed"] += len(found.missed)
    report.numbers["stale"] += len(found.stale)
    report.details += [f"{name}: {id_} never arrived" for id_ in found.missed[:MOST_DETAILS]]
    report.details += [f"{name}: {id_} is stale in {', '.join(why)}" for id_, why in list(found.stale.items())[:10]]
    for id_ in found.unknown:
        _problem(report, f"{name}: {id_} was imported and is none of its orders")
