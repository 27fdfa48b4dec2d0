"""How much one client may ask at once, and how long it may take to read the answer."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from kg.errors import KgError
from pipelines.serve.protocol import RequestError, failure
from pipelines.sparql.pool import QueryBusyError

__all__ = ["Handler", "Limited", "Limits"]

_WATCH = 0.1
"""Seconds after which a request is watched for a client that went away."""
_PIECE = 256 * 1024
"""Bytes of an answer that are given to the system at once."""
_PATIENCE = 30.0
"""Seconds that a client may take to read a piece."""

T = TypeVar("T")
Handler = Callable[[Request], Awaitable[Response]]


class _GoneError(Exception):
    """The client went away before there was an answer."""


class Limits:
    """Requests that are open for each client, and bytes that wait to be read by all."""

    def __init__(self, per_client: int, most_bytes: int) -> None:
        self.per_client = per_client
        self.most_bytes = most_bytes
        self._open: Counter[str] = Counter()
        self._unread = 0

    @contextmanager
    def counted(self, client: str) -> Iterator[None]:
        """One more request of a client; raises RequestError where it has too many."""
        if self._open[client] >= self.per_client:
            message = f"more than {self.per_client} requests at once"
            raise RequestError(429, message, "wait for answers before asking more")
        self._open[client] += 1
        try:
            yield
        finally:
            self._open[client] -= 1
            if not self._open[client]:
                del self._open[client]

    @contextmanager
    def unread(self, size: int) -> Iterator[None]:
        """An answer that is being sent; raises QueryBusyError where too much waits to be read."""
        if self._unread and self._unread + size > self.most_bytes:
            raise QueryBusyError("too many answers wait to be read", "try again in a moment")
        self._unread += size
        try:
            yield
        finally:
            self._unread -= size


class Limited:
    """An ASGI application around a handler that asks the store: counted from the request to the last byte of the answer."""

    def __init__(self, handler: Handler, limits: Limits) -> None:
        self._handler = handler
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; failures are told in JSON."""
        request = Request(scope, receive)
        client = request.client.host if request.client else ""
        try:
            with self._limits.counted(client):
                response = await _unless_gone(request, self._handler(request))
                if len(response.body) <= _PIECE:
                    await response(scope, receive, send)
                    return
                with self._limits.unread(len(response.body)):
                    await _send_in_pieces(response, scope, send)
        except (RequestError, KgError) as error:
            await failure(error)(scope, receive, send)
        except (_GoneError, ClientDisconnect):
            await Response(status_code=499)(scope, receive, send)


async def _send_in_pieces(response: Response, scope: Scope, send: Send) -> None:
    """A large answer, each piece once the one before has left; raises ConnectionResetError where the client does not read."""
    body = memoryview(response.body if scope["method"] != "HEAD" else b"")
    await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
    try:
        for at in range(0, len(body), _PIECE):
            async with asyncio.timeout(_PATIENCE):
                await send({"type": "http.response.body", "body": bytes(body[at : at + _PIECE]), "more_body": True})
        async with asyncio.timeout(_PATIENCE):
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    except TimeoutError:
        # Nothing can be said any more; the server closes a connection whose answer breaks off.
        raise ConnectionResetError("the client does not read its answer") from None


async def _unless_gone(request: Request, work: Awaitable[T]) -> T:
    """What the work gives; it is cancelled when its client goes away, so that no process toils for nobody."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task}, timeout=_WATCH)
        if not task.done():
            gone = asyncio.ensure_future(_gone(request))
            try:
                await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                gone.cancel()
            if not task.done():
                raise _GoneError
        return task.result()
    finally:
        task.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
