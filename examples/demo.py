"""`make demo`: forty orders through a real server, from the shop to ShipStation and back, told step by step.

Everything is new and thrown away at the end: the server, its PostgreSQL, the vendors. Only 127.0.0.1 is talked to.
What deviates from what must be is printed; the exit code is then 1.
"""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from spark_shipstation.customstore.client import Imports, Poll, StoreClient, notice_for
from spark_shipstation.customstore.messages import ItemMessage, NoticeMessage, OrderMessage
from spark_shipstation.customstore.window import zone
from spark_shipstation.errors import SparkError

Plain = dict[str, Any]
EXAMPLES = Path(__file__).resolve().parent
COMMAND = str(Path(sysconfig.get_path("scripts")) / "spark-shipstation")
START_SECONDS, STOP_SECONDS, COMMAND_SECONDS = 60, 15, 60
PAGE_SIZE = 10  # small, so that forty orders take several pages
LONGEST_NOTE = 1000

console = Console(width=None if sys.stdout.isatty() else 100, highlight=False)
deviations: list[str] = []


class Stopped(Exception):
    """The story cannot go on."""


# The terminal.


def chapter(title: str, sentence: str) -> None:
    console.print(f"\n[bold cyan]{title}[/]\n{sentence}\n")


def table(*headings: str, right: tuple[str, ...] = (), wrap: tuple[str, ...] = ()) -> Table:
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for heading in headings:
        made.add_column(heading, justify="right" if heading in right else "left", no_wrap=heading not in wrap)
    return made


def row(to: Table, *cells: object, style: str = "") -> None:
    """Words of shops and buyers are shown as they are: no markup, no control characters, no changed direction."""
    to.add_row(*(Text("".join(s if s.isprintable() else " " for s in str(cell))) for cell in cells), style=style)


def check(holds: bool, sentence: str) -> None:
    if not holds:
        deviations.append(sentence)


def money(amount: Decimal | str, currency: str) -> str:
    value = Decimal(amount)
    return f"{value:,.0f} {currency}" if currency == "JPY" else f"{value:,.2f} {currency}"


# The server: a process of its own, ended by its id whatever happens here.


@dataclass
class Server:
    url: str
    folder: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes]

    @property
    def said(self) -> str:
        return (self.folder / "server.log").read_text(errors="replace")


@contextmanager
def running_server(folder: Path) -> Iterator[Server]:
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SPARK_")}
    environment |= {"SPARK_DATA_DIR": str(folder / "data"), "SPARK_LOG_LEVEL": "WARNING", "COLUMNS": "100"}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - the project's own command
            [COMMAND, "serve", "--first-run", "--port", str(port)],
            cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            server = Server(f"http://127.0.0.1:{port}", folder, environment, process)
            wait_until_ready(server)
            yield server
        finally:
            stop(process)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_until_ready(server: Server) -> None:
    give_up = time.monotonic() + START_SECONDS
    with httpx.Client(trust_env=False, timeout=5) as http:
        while time.monotonic() < give_up:
            if server.process.poll() is not None:
                raise Stopped(f"The server ended with code {server.process.returncode}:\n{server.said[-2000:]}")
            try:
                if http.get(f"{server.url}/readyz").status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
    raise Stopped(f"The server was not ready after {START_SECONDS} seconds:\n{server.said[-2000:]}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ctrl-C first, so that it stops its PostgreSQL, too."""
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            process.send_signal(sign)
        try:
            process.wait(STOP_SECONDS)
            return
        except subprocess.TimeoutExpired:
            deviations.append(f"the server did not stop {STOP_SECONDS} seconds after {sign.name}")


def run(server: Server, *words: str) -> str:
    done = subprocess.run(  # noqa: S603 - the project's own command
        [COMMAND, *words], cwd=server.folder, env=server.environment, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, encoding="utf-8", timeout=COMMAND_SECONDS, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Stopped(f"{words[0]} {words[1]} ended with code {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout.strip()


@dataclass
class Api:
    http: httpx.Client

    def __call__(self, method: str, path: str, document: Any = None, **query: Any) -> Any:
        answer = self.http.request(method, f"/api/v1{path}", json=document, params=query)
        if not answer.is_success:
            raise Stopped(f"{method} {path} answered {answer.status_code}: {answer.text[:500]}")
        return answer.json()

    def orders(self) -> list[Plain]:
        """All of them, read page by page, in the order of their numbers."""
        found: list[Plain] = []
        cursor: dict[str, str] = {}
        for _ in range(100):
            page = self("GET", "/orders", limit=15, **cursor)
            found += page["orders"]
            if page["next_cursor"] is None:
                return sorted(found, key=lambda order: (order["number"], order["store"]))
            cursor = {"cursor": page["next_cursor"]}
        raise Stopped("The list of orders does not end.")


# ShipStation, played by the stand-in.


@dataclass
class Account:
    """One ShipStation account: a vendor here, and what it imported."""

    vendor: Plain
    client: StoreClient
    imports: Imports
    polls: list[Poll] = field(default_factory=list)

    def poll(self) -> Poll:
        now = datetime.now(UTC)
        poll = self.client.poll(now - timedelta(hours=1), now, zone(self.vendor["time_zone"]))
        self.polls.append(poll)
        deviations.extend(f"{self.vendor['name']}: {problem}" for problem in poll.problems)
        return poll

    def order(self, orders: list[Plain], key: str) -> OrderMessage:
        """What it imported of the order with that external id."""
        order = next(order for order in orders if order["external_id"] == key)
        part = next(part for part in order["vendor_orders"] if part["vendor"] == self.vendor["name"])
        return self.imports.find(part["id"]).order


@dataclass(frozen=True)
class Parcel:
    """`items` are SKUs as the vendor knows them; None is all that is open."""

    order: str
    vendor: str
    carrier: str
    service: str
    items: dict[str, int] | None = None


PARCELS = (
    Parcel("web-1001", "ShipStation", "UPS", "Ground"),
    Parcel("web-1002", "ShipStation", "CanadaPost", "Expedited"),
    Parcel("web-1003", "West Coast", "USPS", "Priority Mail"),
    Parcel("web-1004", "ShipStation", "FedEx", "Home Delivery"),
    Parcel("web-1004", "West Coast", "OnTrac", "Ground"),
    Parcel("web-1005", "ShipStation", "UPS", "Ground", {"MUG-11": 2}),
    Parcel("web-1012", "ShipStation", "UPS", "Freight", {"STICKER-1": 1000}),
    Parcel("web-1017", "West Coast", "DHL", "Express", {"WC-0001": 5}),
    Parcel("web-1017", "West Coast", "DHL", "Express"),
    Parcel("eu-2005", "ShipStation", "RoyalMail", "Tracked 48"),
    Parcel("tokyo-7001", "ShipStation", "Yamato", "TA-Q-BIN"),
)


# The steps.


def set_up(api: Api, first: Plain, folder: Path) -> list[Account]:
    api("PATCH", "/vendors/ShipStation", {"page_size": PAGE_SIZE})
    coast = {"name": "West Coast", "time_zone": "America/Los_Angeles", "page_size": PAGE_SIZE}
    accounts = [first["shipstation"], api("POST", "/vendors", coast)]
    api("POST", "/vendors", {"name": "Print Studio", "kind": "manual"})
    products: list[Plain] = json.loads((EXAMPLES / "products.json").read_bytes())
    for product in products:
        api("PUT", f"/products/{product.pop('sku')}", product)
    shown = table("Vendor", "Time zone", "URL to paste into ShipStation")
    vendors: list[Plain] = api("GET", "/vendors")["vendors"]
    for vendor in vendors:
        row(shown, vendor["name"], vendor["time_zone"] or "", vendor["url"] or "(ships by hand)")
    console.print(shown)
    default = next(vendor["name"] for vendor in vendors if vendor["default"])
    console.print(f"\n{len(products)} products now say who ships them. What no product decides goes to {default}.")
    return [
        Account(
            vendor,
            StoreClient(vendor["url"], vendor["username"], vendor["password"], http=httpx.Client(trust_env=False)),
            Imports(folder / f"{vendor['id']}.json"),
        )
        for vendor in accounts
    ]


def import_orders(server: Server) -> None:
    words = ("orders", "import", str(EXAMPLES / "orders.json"))
    said = run(server, *words, "--rejects", str(server.folder / "rejects.ndjson"))
    console.print(f"$ spark-shipstation orders import examples/orders.json\n{said}\n")


def show_routing(orders: list[Plain]) -> None:
    names = ["ShipStation", "West Coast", "Print Studio"]
    split = [order for order in orders if len(order["vendor_orders"]) > 1 or "unrouted" in order["flags"]]
    shown = table("Order", "Total", *names, "Without vendor", right=("Total", *names, "Without vendor"))
    for order in split:
        parts = {part["vendor"]: Decimal(part["total"]) for part in order["vendor_orders"]}
        rest = Decimal(order["total"]) - sum(parts.values())
        cells = [money(parts[name], order["currency"]) if name in parts else "" for name in names]
        row(shown, label(order), money(order["total"], order["currency"]), *cells,
            money(rest, order["currency"]) if rest else "")  # fmt: skip
    console.print(shown)
    console.print(f"\nThese {len(split)} are split; the other {len(orders) - len(split)} have one vendor. And why:\n")
    show_reasons(orders)


def show_reasons(orders: list[Plain]) -> None:
    reasons: dict[tuple[str, str], list[str]] = {}
    for order in orders:
        for line in order["lines"]:
            numbers = reasons.setdefault((line["vendor"] or "", line["reason"]), [])
            if order["number"] not in numbers:
                numbers.append(order["number"])
    shown = table("A line's reason", "Orders", wrap=("Orders",))
    for (vendor, reason), numbers in sorted(reasons.items()):
        row(shown, reason, " ".join(numbers), style="" if vendor else "yellow")
    console.print(shown)


def poll_all(accounts: list[Account]) -> None:
    counts = ("Pages", "Orders", "Units", "Problems")
    shown = table("Account", *counts, "Window, in its zone", "Order numbers", right=counts,
                  wrap=("Window, in its zone", "Order numbers"))  # fmt: skip
    for account in accounts:
        poll = account.poll()
        taken = account.imports.take(poll.orders, datetime.now(UTC))
        check(taken.new == len(poll.orders), f"{account.vendor['name']}: an order came twice")
        units = sum(item.quantity for order in poll.orders for item in articles(order))
        window = f"{poll.start_date} – {poll.end_date} {account.vendor['time_zone']}"
        numbers = " ".join(order.number for order in poll.orders)
        row(
            shown,
            account.vendor["name"],
            poll.pages,
            len(poll.orders),
            f"{units:,}",
            len(poll.problems),
            window,
            numbers,
        )
    console.print(shown)


def articles(order: OrderMessage) -> list[ItemMessage]:
    return [item for item in order.items if not item.adjustment]


def check_pages(orders: list[Plain], accounts: list[Account]) -> None:
    """Each account has exactly its own parts, the lines are its own, and the amounts add up."""
    for account in accounts:
        name = account.vendor["name"]
        parts = [part for order in orders for part in order["vendor_orders"] if part["vendor"] == name]
        due = {part["id"] for part in parts if not held_back(part)}
        check(set(account.imports.orders) == due, f"{name}: what it imported is not what was meant for it")
        for part in parts:
            if part["id"] in account.imports.orders:
                check_part(f"{name}, order {part['number']}", part, account.imports.orders[part["id"]].order)


def check_part(where: str, part: Plain, imported: OrderMessage) -> None:
    ours, theirs = ({line["sku"] for line in part["lines"]}, {item.sku for item in articles(imported)})
    check(theirs <= ours, f"{where}: SKUs of another vendor: {', '.join(sorted(theirs - ours))}")
    check(theirs >= ours, f"{where}: SKUs are missing: {', '.join(sorted(ours - theirs))}")
    check(imported.total == Decimal(part["total"]), f"{where}: the total is {imported.total}, not {part['total']}")
    worth = sum(item.unit_price * item.quantity for item in imported.items)
    added = worth + (imported.tax_amount or 0) + imported.shipping_amount
    check(added == imported.total, f"{where}: the amounts add up to {added}, the total is {imported.total}")
    check(imported.status == part["told"], f"{where}: told {imported.status}, not {part['told']}")


def held_back(part: Plain) -> bool:
    return any(flag.startswith("needs_") for flag in part["flags"])


def check_sums(orders: list[Plain], sent: dict[str, Plain]) -> None:
    """The parts of an order add up to it; where a line has no vendor, its share is what is missing."""
    check({order["external_id"] for order in orders} == set(sent), "the orders read back are not those of the file")
    for order in orders:
        total = Decimal(sent[order["external_id"]]["total"])
        parts = sum(Decimal(part["total"]) for part in order["vendor_orders"])
        right = parts < total if "unrouted" in order["flags"] else parts == total
        check(right, f"{label(order)}: the parts add up to {parts}, the order to {total}")


def show_closer(orders: list[Plain], sent: dict[str, Plain], accounts: list[Account]) -> None:
    """What the shop wrote beside what ShipStation read."""
    shown = table("The shop sent", "ShipStation read", wrap=("The shop sent", "ShipStation read"))
    for cells in closer(orders, sent, *accounts):
        row(shown, *cells)
    console.print(shown)


def closer(orders: list[Plain], sent: dict[str, Plain], main: Account, coast: Account) -> Iterator[tuple[str, str]]:
    towel = coast.order(orders, "eu-1003")
    yield "number 1003, which the web shop has, too", f"number {towel.number}"
    yield sent["eu-1003"]["lines"][0]["sku"], f"{towel.items[0].sku}, on the shelf {towel.items[0].location}"
    check(towel.number == "1003.B", f"the second 1003 of West Coast is shown as {towel.number}")

    book, before = main.order(orders, "web-1021"), sent["web-1021"]
    weight = before["lines"][0]["weight"]
    yield (f"country {before['ship_to']['country']}, {weight['value']} {weight['unit']} a book",
           f"country {book.customer.ship_to.country}, {book.items[0].weight} {book.items[0].weight_units}")  # fmt: skip

    yield "no name, a company", f"name {main.order(orders, 'web-1012').customer.ship_to.name}"

    long, note = sent["web-1013"]["customer_notes"], main.order(orders, "web-1013").customer_notes or ""
    yield f"{len(long):,} characters: “{long[:64]}…”", f"{len(note):,} characters: “{note[:60]}…”"
    check(len(note) <= LONGEST_NOTE, f"a note of {len(note)} characters went out")

    yen, whole = coast.order(orders, "tokyo-7002"), sent["tokyo-7002"]
    off = next(item for item in yen.items if item.adjustment)
    given = money(whole["discounts"][0]["amount"], "JPY")
    yield (f"{off.name}: {given} off an order of {money(whole['total'], 'JPY')}",
           f"{off.name}: {money(off.unit_price, 'JPY')} on a part of {money(yen.total, 'JPY')}")  # fmt: skip

    unpaid = main.order(orders, "web-1010")
    yield (f"{sent['web-1010']['lines'][0]['options'][1]['value']}, not paid yet",
           f"{unpaid.items[0].options[1].value}, status {unpaid.status}")  # fmt: skip


def ship_all(orders: list[Plain], accounts: list[Account]) -> list[tuple[Parcel, NoticeMessage]]:
    """Answers the notices that must count. One is sent twice, one is about an order that nobody knows."""
    shown = table("Order", "Account", "Carrier", "Tracking", "HTTP", "Spark's answer", wrap=("Spark's answer",))
    posted = []
    for number, parcel in enumerate(PARCELS, start=1):
        account = next(account for account in accounts if account.vendor["name"] == parcel.vendor)
        notice = packed(parcel, account, account.order(orders, parcel.order).order_id, number)
        post(shown, account, notice, httpx.codes.OK)
        account.imports.ship(notice)
        posted.append((parcel, notice))
    again = posted[0][1]
    post(shown, accounts[0], again, httpx.codes.OK)
    strange = replace(again, order_id="strange", order_number="9999", tracking_number="1ZDEMO9999")
    post(shown, accounts[0], strange, httpx.codes.NOT_FOUND)
    console.print(shown)
    return posted


def packed(parcel: Parcel, account: Account, order_id: str, number: int) -> NoticeMessage:
    imported = account.imports.orders[order_id]
    return notice_for(
        imported.order,
        now=datetime.now(UTC),
        tracking_number=f"1ZDEMO{number:04d}",
        shipped=imported.shipped,
        items=parcel.items,
        carrier=parcel.carrier,
        service=parcel.service,
        cost=Decimal("7.85"),
        notes_to_customer="On its way 📦",
        tz=zone(account.vendor["time_zone"]),
    )


def post(shown: Table, account: Account, notice: NoticeMessage, due: int) -> None:
    answer = account.client.ship(notice)
    said = answer.sentence.removeprefix(f"Order {notice.order_number}: ")
    row(shown, notice.order_number, account.vendor["name"], notice.carrier, notice.tracking_number, answer.status, said,
        style="" if answer.accepted else "yellow")  # fmt: skip
    check(answer.status == due, f"order {notice.order_number}: the notice was answered {answer.status}, not {due}")


def show_shipped(orders: list[Plain]) -> None:
    shown = table(
        "Order", "Status", "Units", "Tracking", "Link for the buyer", right=("Units",), wrap=("Link for the buyer",)
    )
    for order in (order for order in orders if order["shipments"]):
        gone = sum(line["shipped"] for line in order["lines"])
        units = f"{gone:,} of {sum(line['quantity'] for line in order['lines']):,}"
        first = (label(order), order["status"], units)
        for shipment in order["shipments"]:
            link = shipment["tracking_url"] or f"(none known for {shipment['carrier']})"
            row(shown, *first, shipment["tracking_number"], link.removeprefix("https://"))
            first = ("", "", "")
    console.print(shown)


def check_shipped(orders: list[Plain], sent: dict[str, Plain], posted: list[tuple[Parcel, NoticeMessage]]) -> None:
    """Statuses and packages against what was sent out, counted here."""
    gone: Counter[str] = Counter()
    for parcel, notice in posted:
        gone[parcel.order] += sum(item.quantity or 0 for item in notice.items)
    for order in orders:
        key = order["external_id"]
        units = sum(line["quantity"] for line in sent[key]["lines"])
        open_status = "unpaid" if sent[key]["payment_status"] == "unpaid" else "awaiting_shipment"
        due = {0: open_status, units: "shipped"}.get(gone[key], "partially_shipped")
        check(order["status"] == due, f"{label(order)} is {order['status']}, not {due}")
    tracked = sorted(shipment["tracking_number"] for order in orders for shipment in order["shipments"])
    due_tracked = sorted(notice.tracking_number for _, notice in posted)
    check(tracked == due_tracked, f"the packages read back are {', '.join(tracked)}")


def poll_again(accounts: list[Account]) -> None:
    for account in accounts:
        poll = account.poll()
        taken = account.imports.take(poll.orders, datetime.now(UTC))
        told = Counter(order.status for order in poll.orders)
        console.print(f"{account.vendor['name']}: {taken.new} new, {taken.changed} changed, {taken.unchanged} the "
                      f"same; told {', '.join(f'{count} {name}' for name, count in told.most_common())}.")  # fmt: skip
        check(taken.new == 0, f"{account.vendor['name']}: {taken.new} orders are new to a second poll")


def show_waiting(orders: list[Plain]) -> None:
    shown = table("Order", "Flag", "What is wrong", wrap=("What is wrong",))
    for order in orders:
        for line in (line for line in order["lines"] if line["vendor"] is None):
            row(shown, label(order), "unrouted", f"{line['sku']}: {line['reason']}")
        for part in (part for part in order["vendor_orders"] if held_back(part)):
            to = order["ship_to"]
            missing = [name for name in ("address1", "city") if not to[name]]
            wrong = f"kept from {part['vendor']}: the address has no {' and no '.join(missing)}"
            row(shown, label(order), ", ".join(part["flags"]), wrong)
        for part in (part for part in order["vendor_orders"] if "missing_weight" in part["flags"]):
            row(shown, label(order), "missing_weight", f"goes to {part['vendor']} with an item that nobody weighed")
    console.print(shown)
    flags = {order["external_id"]: order["flags"] for order in orders if order["flags"]}
    unweighed = {key: ["missing_weight"] for key in ("web-1018", "web-1021", "eu-2002")}
    check(flags == {"web-1008": ["unrouted"], "web-1009": ["needs_address"]} | unweighed, f"the flags are {flags}")


def label(order: Plain) -> str:
    return f"{order['store']} {order['number']}"


def tell(folder: Path) -> str:
    """The whole story; answers its summary."""
    sent = {order["external_id"]: order for order in json.loads((EXAMPLES / "orders.json").read_bytes())["orders"]}
    chapter(
        "1. A server, from nothing", "One command makes a PostgreSQL, its tables, an account, an API key, a vendor."
    )
    began = time.monotonic()
    with running_server(folder) as server:
        console.print(f"$ spark-shipstation serve --first-run\nReady after {time.monotonic() - began:.1f} seconds.")
        first = json.loads((folder / "data" / "first-run.json").read_bytes())
        key = (first["api_key"]["id"], first["api_key"]["secret"])
        with httpx.Client(base_url=server.url, auth=key, trust_env=False, timeout=30) as http:
            summary = tell_with(server, Api(http), first, sent)
    check(server.process.returncode == 0, f"the server ended with code {server.process.returncode}")
    return summary


def tell_with(server: Server, api: Api, first: Plain, sent: dict[str, Plain]) -> str:
    chapter("2. Who ships what", "A second ShipStation account and a print shop join the first vendor.")
    accounts = set_up(api, first, server.folder)
    chapter("3. Orders come in", "Each line finds its vendor; each vendor's part gets its share of tax and coupons.")
    import_orders(server)
    orders = api.orders()
    show_routing(orders)
    check_sums(orders, sent)
    chapter(
        "4. ShipStation polls", "Both accounts fetch their parts page by page. Nobody sees another's lines or money."
    )
    poll_all(accounts)
    check_pages(orders, accounts)
    console.print("\nWhat shops write is made fit for ShipStation:\n")
    show_closer(orders, sent, accounts)
    chapter("5. Parcels leave", "A notice for each label; then one of them again, and one for an order nobody knows.")
    posted = ship_all(orders, accounts)
    chapter("6. What the shop sees", "A part ships a part, and two packages never overwrite each other.")
    orders = api.orders()
    show_shipped(orders)
    check_shipped(orders, sent, posted)
    check_sums(orders, sent)
    console.print("\nPolled again, orders are updated where they are, and nothing is imported twice:\n")
    poll_again(accounts)
    check_pages(orders, accounts)
    chapter("7. What waits for a person", "A bad order spoils no page and is not lost: it stands here with its reason.")
    show_waiting(orders)
    return summary_of(orders, accounts)


def summary_of(orders: list[Plain], accounts: list[Account]) -> str:
    parts = sum(len(order["vendor_orders"]) for order in orders)
    shipments = sum(len(order["shipments"]) for order in orders)
    polls = [poll for account in accounts for poll in account.polls]
    return (
        f"{len(orders)} orders, {parts} parts, {sum(poll.pages for poll in polls)} pages, {shipments} shipments, "
        f"problems {sum(len(poll.problems) for poll in polls)}"
    )


def main() -> int:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    for sign in (signal.SIGTERM, signal.SIGHUP):  # so that the server is stopped, too
        signal.signal(sign, lambda *_: sys.exit(1))
    began = time.monotonic()
    summary = "The story broke off"
    with tempfile.TemporaryDirectory(prefix="spark-demo-", ignore_cleanup_errors=True) as folder:
        try:
            summary = tell(Path(folder))
        except (Stopped, SparkError, httpx.HTTPError, subprocess.TimeoutExpired) as error:
            deviations.append(str(error))
        except KeyboardInterrupt:
            deviations.append("stopped by Ctrl-C")
    for deviation in deviations:
        console.print(Text(f"Deviation: {deviation}", style="red"), soft_wrap=True)
    style = "red" if deviations else "green"
    console.print(
        f"\n[bold {style}]{summary}, deviations {len(deviations)}, {time.monotonic() - began:.1f} seconds.[/]"
    )
    return 1 if deviations else 0


if __name__ == "__main__":
    sys.exit(main())
