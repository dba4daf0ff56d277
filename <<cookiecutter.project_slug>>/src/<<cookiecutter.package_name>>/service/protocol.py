"""HTTP on one connection: a request that does not arrive is given up."""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

REQUEST_SECONDS = 5.0  # from the first byte of a request to its last
MAX_HEADERS = 64 * 2**10  # bytes
# In the words of the protocol: an application may not be there yet.
TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Protocol(HttpToolsProtocol):
    """Requests arrive in time, and their headers within a size: uvicorn alone waits for ever."""

    _begun: float | None = None  # when the request began that has not arrived yet
    _late: asyncio.TimerHandle | None = None
    _headers = 0  # bytes of those that have not ended

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a first request."""
        super().connection_made(transport)
        self._await()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._begun = None
        if self._late:
            self._late.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Close a connection whose headers do not end."""
        super().data_received(data)
        if self._headers >= 0:
            self._headers += len(data)
            if self._headers > MAX_HEADERS:
                self.transport.close()

    def on_message_begin(self) -> None:
        """Wait for a further request."""
        super().on_message_begin()
        self._await()

    def on_headers_complete(self) -> None:
        """Count no more: what follows is the body, which the application measures."""
        self._headers = -1
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Wait no longer: the rest is up to us."""
        self._begun = None
        super().on_message_complete()

    def _await(self) -> None:
        self._headers = 0
        if self._begun is None:
            self._begun = self.loop.time()
        # One that a request left behind does for the next: a new one for each would cost more than all else here.
        if not self._late:
            self._late = self.loop.call_later(REQUEST_SECONDS, self._look)

    def _look(self) -> None:
        """Refuse a request that is late, or look again when it would be."""
        self._late = None
        if self._begun is None:
            return
        left = self._begun + REQUEST_SECONDS - self.loop.time()
        if left > 0:
            self._late = self.loop.call_later(left, self._look)
        else:
            self._refuse()

    def _refuse(self) -> None:
        """Answer a late request, unless its answer has begun, and close; the application learns that nobody is there.

        While the answer to an earlier request is due, which this one would be taken for, it is put off.
        """
        if self.transport.is_closing():
            return
        # The application knows a request whose headers have ended: until then the cycle is that of an earlier one.
        known = self._headers < 0 and not self.pipeline
        if self.cycle is not None and not known and not self.cycle.response_complete:
            self._late = self.loop.call_later(REQUEST_SECONDS, self._look)
            return
        if self.cycle is None or not known or not self.cycle.response_started:
            self.transport.write(TOO_SLOW)
        self.transport.close()
