"""A listening socket and the server on it."""

from __future__ import annotations

import socket

from starlette.applications import Starlette

from kg.errors import SettingsError

__all__ = ["bind", "run_server"]


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
        app, log_level="warning", server_header=False, lifespan="on", timeout_graceful_shutdown=int(grace) + 1
    )
    with listener:
        uvicorn.Server(config).run(sockets=[listener])
