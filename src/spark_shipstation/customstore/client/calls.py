"""The two calls that ShipStation makes, over real HTTP. Nothing is kept here, and the password is never told."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self
from urllib.parse import quote

import httpx
import pytz

from ...errors import BadRequest, Unavailable, Unreadable
from ..kinds import is_absolute_url
from ..messages import NoticeMessage, OrderMessage
from ..reader import OrdersPage, read_orders
from ..window import format_wire_time, to_wire
from ..writer import write_notice
from .answers import is_xml, refusal, retry_after, sentence_of

TIMEOUTS = httpx.Timeout(60, connect=10)
USER_AGENT = "spark-shipstation stand-in"


@dataclass(frozen=True, slots=True)
class PageProblem:
    """What is wrong with a page; `path` is the place in its document, or "" for the answer as a whole."""

    page: int
    path: str
    sentence: str

    def __str__(self) -> str:
        return f"page {self.page}: {self.path} {self.sentence}" if self.path else f"page {self.page}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Poll:
    """A window as it was served: every readable order in the order of the feed. `pages` is what page 1 said."""

    start_date: str
    end_date: str
    orders: tuple[OrderMessage, ...]
    pages: int
    problems: tuple[PageProblem, ...]
    requests: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What the store said to a notice. Any 2xx is a yes."""

    status: int
    sentence: str
    retry_after: int | None = None

    @property
    def accepted(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class _Page:
    number: int
    content: OrdersPage
    problems: tuple[PageProblem, ...]


class StoreClient:
    """One Custom Store connection. Redirects are not followed; a client that was handed in is not closed."""

    def __init__(self, url: str, username: str, password: str, *, http: httpx.Client | None = None) -> None:
        self._url = _address(url)
        self._auth = httpx.BasicAuth(username, password)
        self._secrets = {secret for secret in (password, quote(password, safe="")) if secret}
        self._owned = http is None
        self._http = httpx.Client(timeout=TIMEOUTS) if http is None else http

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._owned:
            self._http.close()

    def poll(self, start: datetime, end: datetime, tz: pytz.BaseTzInfo) -> Poll:
        """Every page of the window, one by one, as ShipStation asks for them: the dates are wall-clock times of the
        store's zone, cut to the minute. What breaks the protocol is listed in `problems`.

        Raises Refused for an answer other than 200 and Unavailable where there was none.
        """
        began = time.perf_counter()
        dates = format_wire_time(to_wire(start, tz)), format_wire_time(to_wire(end, tz))
        pages = list(self._pages(*dates))
        return Poll(
            start_date=dates[0],
            end_date=dates[1],
            orders=tuple(order for page in pages for order in page.content.orders),
            pages=pages[0].content.pages,
            problems=(*(problem for page in pages for problem in page.problems), *_repeats(pages)),
            requests=len(pages),
            seconds=time.perf_counter() - began,
        )

    def ship(self, notice: NoticeMessage, *, send_query: bool = True) -> Answer:
        """Posts one notification. Without `send_query` the body speaks alone.

        A refusal is an answer too; raises Unavailable where there was none, Unwritable for a notice that is no XML.
        """
        told = {
            "order_number": notice.order_number,
            "carrier": notice.carrier,
            "service": notice.service,
            "tracking_number": notice.tracking_number,
        }
        query = {"action": "shipnotify", **(told if send_query else {})}
        response = self._call("POST", query, write_notice(notice))
        return Answer(response.status_code, self._masked(sentence_of(response)), retry_after(response))

    def _pages(self, start_date: str, end_date: str) -> Iterator[_Page]:
        first = self._page(start_date, end_date, 1)
        yield first
        for number in range(2, first.content.pages + 1):
            yield self._page(start_date, end_date, number)

    def _page(self, start_date: str, end_date: str, number: int) -> _Page:
        query = {"action": "export", "start_date": start_date, "end_date": end_date, "page": str(number)}
        response = self._call("GET", query)
        if response.status_code != httpx.codes.OK:
            raise refusal(response, self._masked(sentence_of(response)))
        complaints = [] if is_xml(response) else [PageProblem(number, "", _not_xml(response))]
        try:
            content = read_orders(response.content)
        except Unreadable as error:
            content = OrdersPage(0, (), ())
            complaints.append(PageProblem(number, "", error.sentence))
        found = [PageProblem(number, problem.path, problem.sentence) for problem in content.problems]
        return _Page(number, content, (*complaints, *found))

    def _call(self, method: str, query: dict[str, str], body: bytes | None = None) -> httpx.Response:
        headers = {"User-Agent": USER_AGENT} | ({"Content-Type": "text/xml"} if body is not None else {})
        url = _with_query(self._url, query)
        try:
            return self._http.request(
                method, url, content=body, headers=headers, auth=self._auth, follow_redirects=False
            )
        except httpx.TimeoutException:
            raise Unavailable(f"{self._url.host} did not answer in time.") from None
        except httpx.HTTPError as error:
            why = self._masked(str(error)) or type(error).__name__
            raise Unavailable(f"{self._url.host} cannot be reached: {why}") from None

    def _masked(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "•••")
        return text


def _address(url: str) -> httpx.URL:
    """The store's address. Raises BadRequest, in words that do not repeat what may hold a password."""
    try:
        address = httpx.URL(url) if is_absolute_url(url) else None
    except httpx.InvalidURL:
        address = None
    if address is None or not address.host:
        raise BadRequest("The store's address must be a whole one, such as https://orders.example/customstore/abc.")
    if address.userinfo:
        raise BadRequest("Leave the username and the password out of the address and give them separately.")
    return address.copy_with(fragment=None)


def _with_query(url: httpx.URL, query: dict[str, str]) -> httpx.URL:
    """The address with ShipStation's parameters after its own, everything but letters and digits escaped."""
    told = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
    return url.copy_with(query=b"&".join(part for part in (url.query, told.encode()) if part))


def _not_xml(response: httpx.Response) -> str:
    return f"the content type is “{response.headers.get('content-type', '')[:60]}”, not text/xml or application/xml"


def _repeats(pages: list[_Page]) -> Iterator[PageProblem]:
    """A window holds each order once."""
    seen: set[str] = set()
    for page in pages:
        for order in page.content.orders:
            if order.order_id in seen:
                yield PageProblem(page.number, "OrderID", f"{order.order_id} stands in this window more than once")
            seen.add(order.order_id)
