"""A listening socket and the server on it."""

from __future__ import annotations

import asyncio
import socket

from starlette.applications import Starlette

from kg.errors import SettingsError

__all__ = ["bind", "run_server"]

_LARGEST_HEAD = 512 * 1024
"""Bytes of a request's first line and headers: a long query may stand in the address."""
_CONNECTIONS = 512
"""Open at once; more are told 503."""
_SLOWEST = 30.0
"""Seconds after which a connection that is asking nothing is closed."""


def bind(host: str, port: int) -> socket.socket:
    """A listening socket (port 0 takes a free one); raises SettingsError where the address cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, OverflowError, UnicodeError) as error:
        raise SettingsError(f"cannot listen on {host}: {error}", "use --host 127.0.0.1") from error
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = "is in use" if getattr(error, "errno", 0) in (48, 98, 10048) else f"cannot be had: {error}"
        raise SettingsError(
            f"port {port} on {host} {reason}", "choose another, e.g. --port 8001, or --port 0"
        ) from error
    return listener


def run_server(app: Starlette, listener: socket.socket, *, grace: float = 10.0) -> None:
    """Serve an application on a listening socket until Ctrl-C or SIGTERM; requests at work get `grace` seconds."""
    import uvicorn

    config = uvicorn.Config(
        app,
        http=_protocol(),
        h11_max_incomplete_event_size=_LARGEST_HEAD,
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=20,
        log_level="warning",
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=int(grace) + 1,
    )
    with listener:
        uvicorn.Server(config).run(sockets=[listener])


def _protocol() -> type[asyncio.Protocol]:
    """HTTP by h11, which bounds the head of a request, and with a bound on the time that a head may take to arrive."""
    from uvicorn.protocols.http.h11_impl import H11Protocol

    class Bounded(H11Protocol):
        """Closes connections that have asked nothing for a while."""

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self.last = self.loop.time()
            self.look = self.loop.call_later(_SLOWEST, self.close_silent)

        def connection_lost(self, exc: Exception | None) -> None:
            self.look.cancel()
            super().connection_lost(exc)

        def on_response_complete(self) -> None:
            self.last = self.loop.time()
            super().on_response_complete()

        def close_silent(self) -> None:
            """Close the connection if nothing has been answered on it for a while, nor is being."""
            answering = self.cycle is not None and not self.cycle.response_complete
            if not answering and self.loop.time() - self.last >= _SLOWEST:
                self.transport.close()
            else:
                self.look = self.loop.call_later(_SLOWEST, self.close_silent)

    return Bounded
