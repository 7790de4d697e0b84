"""uvicorn's HTTP/1.1 with bounds that it leaves to a proxy: on the size of a request's head, on the time that it takes,
on what stands around a body (chunk sizes, trailers), and on how long an answer is left unread. Bodies have their own
bounds, in `deps`, and calls in `bounds`."""

import asyncio

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

HEAD_BYTES = 64 * 1024
AROUND_BYTES = 1024 * 1024  # of a request, without its body
HEAD_SECONDS = 20.0
REST_SECONDS = 60.0  # for the rest of a body, when the answer did not wait for it
UNREAD_SECONDS = 60.0  # for an answer that waits to be read


class BoundedProtocol(HttpToolsProtocol):
    """One connection."""

    in_head = True
    around = 0
    deadline: asyncio.TimerHandle | None = None
    unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._end_in(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_in(None)
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self.around += len(data)
        super().data_received(data)
        if self.around > (HEAD_BYTES if self.in_head else AROUND_BYTES) and not self.transport.is_closing():
            self._refuse()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.in_head, self.around = True, 0
        self._end_in(HEAD_SECONDS)

    def on_headers_complete(self) -> None:
        self.in_head = False
        self._end_in(None)
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > HEAD_BYTES:
            raise ValueError("a head over its bound")  # which uvicorn answers with 400
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self.around -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._end_in(None)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.cycle.response_complete:  # and not one that came right behind it
            self._end_in(REST_SECONDS if self.cycle.more_body else HEAD_SECONDS)

    def pause_writing(self) -> None:
        super().pause_writing()
        self.unread = self.loop.call_later(UNREAD_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        self._stop_waiting()
        super().resume_writing()

    def _stop_waiting(self) -> None:
        if self.unread is not None:
            self.unread.cancel()

    def _end_in(self, seconds: float | None) -> None:
        """Close the connection then, unless this is called again before. None = not at all."""
        if self.deadline is not None:
            self.deadline.cancel()
        self.deadline = self.loop.call_later(seconds, self.transport.close) if seconds else None

    def _refuse(self) -> None:
        self.transport.write(STATUS_LINE[431] + b"connection: close\r\ncontent-length: 0\r\n\r\n")
        self.transport.close()
