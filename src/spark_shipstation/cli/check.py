"""`check URL`: does this connection work, seen from outside? Exit code 0 all well, 1 something failed, 2 no address."""

import json
import secrets
import ssl
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Any, Literal

import httpx
import pytz
import typer
from rich.console import Console
from rich.text import Text

from ..customstore.client import Poll, StoreClient
from ..customstore.client.answers import is_xml
from ..customstore.client.calls import TIMEOUTS
from ..customstore.window import MINUTE, read_wire_time, zone
from ..errors import Refused, SparkError, Unavailable
from ..rules.explaining.words import counted
from ..rules.zones import apart, mismatch_sentence
from .opening import plain_errors
from .shipstation import AsJson, Password, TimeZone, Url, Username
from .showing import shown

FEW_DAYS, LONG_ANSWER, CLOCKS_APART = 21, 10.0, 120  # days of a certificate; seconds
OVERLAP = timedelta(minutes=6)  # of windows, by default, and the rest of a minute
NOT_A_POLL = {"X-Spark-Check": "1"}
STYLES = {"ok": "green", "warning": "yellow", "failed": "red"}

Result = Literal["ok", "warning", "failed"]


@dataclass(frozen=True, slots=True)
class Finding:
    check: str
    result: Result
    sentence: str


@dataclass
class Wire:
    """What came back, beside the pages: the newest answer's headers, when it came, and the certificate."""

    answers: list[httpx.Response] = field(default_factory=list)
    came_at: list[datetime] = field(default_factory=list)
    certificate: dict[str, Any] = field(default_factory=dict)

    def client(self) -> httpx.Client:
        return httpx.Client(timeout=TIMEOUTS, headers=NOT_A_POLL, event_hooks={"response": [self._note]})

    def _note(self, answer: httpx.Response) -> None:
        self.answers.append(answer)
        self.came_at.append(datetime.now(UTC))
        encryption = answer.extensions["network_stream"].get_extra_info("ssl_object")
        self.certificate = encryption.getpeercert() if encryption else {}

    def header(self, name: str) -> str:
        return str(self.answers[-1].headers.get(name, ""))


def check(
    url: Url, username: Username, password: Password, time_zone: TimeZone = "UTC", as_json: AsJson = False
) -> None:
    """Look at a connection from outside: reachable, encrypted, password, a valid page, clock and time zone."""
    wire, found = Wire(), []
    with plain_errors(), wire.client() as http:
        for finding in findings(url, username, password, zone(time_zone), wire, http):
            found.append(finding)
            if not as_json:
                _print(finding)
    if as_json:
        typer.echo(json.dumps({"url": url, "checks": [asdict(one) for one in found]}, ensure_ascii=False, indent=2))
    if any(finding.result == "failed" for finding in found):
        raise typer.Exit(1)


def _print(finding: Finding) -> None:
    word = Text(f"{finding.result:8}", style=STYLES[finding.result])
    Console().print(word, shown(f"{finding.check}: {finding.sentence}"), soft_wrap=True)


def findings(
    url: str, username: str, password: str, tz: pytz.BaseTzInfo, wire: Wire, http: httpx.Client
) -> Iterator[Finding]:
    """One by one. Where nothing answers, or not to the right password, there is no more to look at."""
    now = datetime.now(UTC)
    hour = (now - timedelta(hours=1), now, tz)
    wrong = StoreClient(url, username, secrets.token_urlsafe(), http=http)
    try:
        refused: SparkError | None = None
        wrong.poll(*hour)
    except Unavailable as error:
        yield _unreachable(error)
        return
    except Refused as error:
        refused = error
    yield Finding("reachable", "ok", "It answers.")
    yield encryption(wire)
    yield _wrong_password(wire, refused)
    began = time.perf_counter()
    try:
        poll = StoreClient(url, username, password, http=http).poll(*hour)
    except (Refused, Unavailable) as error:
        yield _password_refused(error)
        return
    yield Finding("password", "ok", "The username and the password arrive and are right.")
    yield _page(poll)
    yield _content_type(wire)
    yield _answer_time((time.perf_counter() - began) / poll.requests)
    yield _clock(wire)
    yield _time_zone(wire, poll, str(tz))
    yield from _store_zone(wire, str(tz), now)
    yield from _wrong_calls(wire)


def _unreachable(error: Unavailable) -> Finding:
    if "CERTIFICATE_VERIFY_FAILED" in error.sentence:
        advice = "Get a certificate for this host name from a public authority; a proxy such as Caddy does it itself."
        return Finding("encryption", "failed", f"{error.sentence} {advice}")
    advice = "Check the address, the name server, the firewall, and whether Spark and the proxy before it run."
    return Finding("reachable", "failed", f"{error.sentence} {advice}")


def encryption(wire: Wire) -> Finding:
    url = wire.answers[-1].request.url
    if url.scheme != "https":
        if _is_this_machine(url.host):
            return Finding("encryption", "ok", "None is needed on this machine. ShipStation needs an https address.")
        advice = "Anyone on the way can read the password. Put a proxy with a certificate before Spark and use https."
        return Finding("encryption", "warning", advice)
    expires = ssl.cert_time_to_seconds(str(wire.certificate.get("notAfter", "")))
    days = int((expires - time.time()) // 86400)
    sentence = f"The certificate is valid for {days} more days."
    if days < FEW_DAYS:
        return Finding("encryption", "warning", f"{sentence} Renew it, and see to it that it renews itself.")
    return Finding("encryption", "ok", sentence)


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _wrong_password(wire: Wire, refused: SparkError | None) -> Finding:
    if refused is None:
        return Finding(
            "wrong password", "failed", "It is let in: anyone can read the orders. Take the URL off the net."
        )
    status = wire.answers[-1].status_code
    if status != httpx.codes.UNAUTHORIZED:
        return Finding("wrong password", "failed", f"{refused.sentence} It should have answered 401.")
    if not wire.header("www-authenticate").lower().startswith("basic"):
        advice = "The proxy before Spark must pass the header WWW-Authenticate on."
        return Finding("wrong password", "failed", f"It is refused without a challenge. {advice}")
    return Finding("wrong password", "ok", "It is refused with 401 and a challenge.")


def _password_refused(error: Refused | Unavailable) -> Finding:
    advice = ""
    if isinstance(error, Refused) and error.status == httpx.codes.UNAUTHORIZED:
        advice = (
            " If both are right, a proxy drops the header Authorization: let it pass on. Otherwise make a new password "
            "with `spark-shipstation vendor rotate`."
        )
    return Finding("password", "failed", error.sentence + advice)


def _page(poll: Poll) -> Finding:
    told = (
        f"{counted(len(poll.orders), 'order')} on {counted(poll.pages, 'page')}, {poll.start_date} to {poll.end_date}"
    )
    if not poll.problems:
        return Finding("page", "ok", f"The last hour is valid: {told}.")
    more = f" And {len(poll.problems) - 1} more." if len(poll.problems) > 1 else ""
    advice = "`spark-shipstation shipstation poll` lists everything."
    return Finding("page", "failed", f"The last hour ({told}) breaks the protocol: {poll.problems[0]}.{more} {advice}")


def _content_type(wire: Wire) -> Finding:
    told = f"It is {wire.header('content-type')[:60] or 'missing'}."
    if is_xml(wire.answers[-1]):
        return Finding("content type", "ok", told)
    return Finding("content type", "failed", f"{told} It must be application/xml or text/xml: does a proxy change it?")


def _answer_time(seconds: float) -> Finding:
    told = f"A page takes {seconds:.2f} seconds."
    if seconds < LONG_ANSWER:
        return Finding("answer time", "ok", told)
    return Finding("answer time", "warning", f"{told} ShipStation gives up on slow stores: make the pages smaller.")


def _clock(wire: Wire) -> Finding:
    try:
        served = parsedate_to_datetime(wire.header("date"))
    except ValueError:
        return Finding("clock", "warning", "The answer has no date to compare with this machine's clock.")
    seconds = round((served - wire.came_at[-1]).total_seconds())
    told = f"It is {abs(seconds)} seconds {'behind' if seconds < 0 else 'ahead of'} this machine's."
    if abs(seconds) <= CLOCKS_APART:
        return Finding("clock", "ok", told)
    return Finding("clock", "warning", f"{told} Let a time server set both.")


def _time_zone(wire: Wire, poll: Poll, name: str) -> Finding:
    """Spark says how far off it read the end of this window; of another store, the orders' dates tell."""
    offset = wire.header("x-spark-window-offset")
    if offset.lstrip("-").isdigit() and int(offset):
        advice = f"Set the connection's time zone to {name}, or check with --time-zone and the zone that it has."
        return Finding("time zone", "failed", f"{name} is {apart(int(offset))} the connection's time zone. {advice}")
    if offset == "unclear":
        return Finding("time zone", "warning", "A window that ends now does not end now for Spark. Compare the clocks.")
    start, end = read_wire_time(poll.start_date) - OVERLAP, read_wire_time(poll.end_date) + 2 * MINUTE
    beside = [order for order in poll.orders if not start <= order.last_modified <= end]
    if beside and not offset:
        told = (
            f"Order {beside[0].number} was last modified {beside[0].last_modified:%m/%d/%Y %H:%M}, beside the window."
        )
        return Finding("time zone", "failed", f"{told} Set the store to {name}, or check with its own --time-zone.")
    return Finding("time zone", "ok", f"A window that ends now in {name} is understood.")


def _wrong_calls(wire: Wire) -> Iterator[Finding]:
    """What Spark has counted of others, ShipStation among them."""
    count, _, without = wire.header("x-spark-wrong-credentials").partition(" ")
    if not count.isdigit() or not int(count):
        return
    none = f", {without} of them without any: perhaps a proxy drops the header Authorization" if without != "0" else ""
    calls = f"{count} call{'' if count == '1' else 's'}"
    sentence = f"{calls} in the last 24 hours came with a wrong username or password{none}."
    yield Finding("wrong calls", "warning", f"{sentence} If it was ShipStation, paste both there again.")


def _store_zone(wire: Wire, name: str, now: datetime) -> Iterator[Finding]:
    """What Spark has noticed of ShipStation's own polls."""
    mismatch, own = wire.header("x-spark-zone-mismatch"), wire.header("x-spark-window-offset")
    if not mismatch.lstrip("-").isdigit():
        return
    sentence = f"ShipStation's dates are {apart(int(mismatch))} the connection's time zone."
    if own == "0":
        sentence = mismatch_sentence(int(mismatch), name, now)
    yield Finding("ShipStation's time zone", "failed", f"{sentence} Until then windows are served widened.")
