"""A ShipStation account: polls its connection window after window, keeps what it imports, and posts what it ships."""

import random
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytz

from ...customstore.client import Imports, StoreClient, made_up_tracking_number, notice_for
from ...customstore.messages import NoticeMessage, OrderMessage
from ...errors import Refused, Unavailable
from .comparison import duplicates, left_out

MINUTE = timedelta(minutes=1)
AWAITING = "awaiting_shipment"
Window = tuple[datetime, datetime]
# What a window must serve, asked before it is; None where the database cannot say (it is being restarted).
Due = Callable[[datetime, datetime], set[str] | None]


@dataclass
class Seen:
    """What this account did and met. `accepted` are shipped units by tracking number, of notices with a 2xx."""

    counts: Counter[str] = field(default_factory=Counter)
    left_out: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    accepted: dict[str, int] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)


@dataclass
class Poller:
    name: str
    vendor_id: UUID
    client: StoreClient
    tz: pytz.BaseTzInfo
    imports: Imports
    due: Due
    dice: random.Random
    stop: threading.Event
    until: datetime
    give_up: float = float("inf")  # on the monotonic clock: the end of every retry
    seen: Seen = field(default_factory=Seen)
    posted: deque[NoticeMessage] = field(default_factory=lambda: deque(maxlen=50))

    def run(self) -> None:
        while not self.stop.is_set():
            self.poll(self._end())
            for _ in range(self.dice.randint(0, 3)):
                self._ship_something()
            self.stop.wait(self.dice.uniform(0.1, 0.4))

    def last_poll(self) -> bool:
        return self.poll(_minute(datetime.now(UTC)) + MINUTE)

    def poll(self, end: datetime) -> bool:
        """The next window. One that fails is asked for again, whole. False where it never succeeded."""
        while not self._polled(self.until, end):
            if time.monotonic() > self.give_up:
                return False
            time.sleep(0.2)
        self.until = end
        return True

    def _end(self) -> datetime:
        """Now; sometimes the minute before, so that windows that have ended are read, too."""
        now = _minute(datetime.now(UTC))
        return max(self.until, now - MINUTE if self.dice.random() < 0.5 else now)

    def _polled(self, start: datetime, end: datetime) -> bool:
        due = self.due(start, end + MINUTE)
        try:
            served = self.client.poll(start, end, self.tz)
        except (Refused, Unavailable) as error:
            self._failed(error)
            return False
        ids = [order.order_id for order in served.orders]
        self.seen.counts.update(polls=1, pages=served.requests, duplicates=duplicates(ids), checked=due is not None)
        self.seen.left_out += left_out(due or set(), ids)
        self.seen.problems += [str(problem) for problem in served.problems if "more than once" not in str(problem)]
        self.imports.take(served.orders, datetime.now(UTC))
        return True

    def _failed(self, error: Refused | Unavailable) -> None:
        self.seen.counts["failures"] += 1
        if isinstance(error, Refused) and error.status not in {500, 503}:
            self.seen.problems.append(error.sentence)

    def _ship_something(self) -> None:
        again = self.posted and self.dice.random() < 0.15
        notice = self.dice.choice(self.posted) if again else self._packed()
        if notice is None or not self._post(notice):
            return
        self.seen.counts["repeated" if again else "notices"] += 1
        if again:
            return
        self.imports.ship(notice)
        self.posted.append(notice)
        self.seen.accepted[notice.tracking_number] = sum(item.quantity or 0 for item in notice.items)
        if self.dice.random() < 0.15 and self._post(notice):
            self.seen.counts["repeated"] += 1

    def _packed(self) -> NoticeMessage | None:
        """Some of what is open of a random order."""
        waiting = [known.order for known in self.imports.orders.values() if known.order.status == AWAITING]
        for order in self.dice.sample(waiting, min(len(waiting), 5)):
            if self.imports.open_items(order):
                return self._notice(order)
        return None

    def _notice(self, order: OrderMessage) -> NoticeMessage:
        left = {item.line_item_id: item.quantity for item in self.imports.open_items(order)}
        chosen = self.dice.sample(sorted(left), self.dice.randint(1, len(left)))
        return notice_for(
            order,
            now=datetime.now(UTC),
            tracking_number=made_up_tracking_number(),
            shipped=self.imports.orders[order.order_id].shipped,
            items={id_: self.dice.randint(1, left[id_]) for id_ in chosen},
            tz=self.tz,
        )

    def _post(self, notice: NoticeMessage) -> bool:
        """Until it is answered: 2xx is a yes, 5xx and silence are tried again."""
        while time.monotonic() < self.give_up:
            try:
                answer = self.client.ship(notice)
            except Unavailable:
                self.seen.counts["failures"] += 1
                time.sleep(0.2)
                continue
            if answer.accepted:
                return True
            self.seen.counts["failures"] += 1
            if answer.status < 500:
                self.seen.problems.append(f"notice {notice.tracking_number}: {answer.status} {answer.sentence}")
                return False
            time.sleep(0.2)
        self.seen.unanswered.append(notice.tracking_number)
        return False


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
