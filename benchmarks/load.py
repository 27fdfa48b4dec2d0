"""Many clients at once over HTTP/1.1 on this computer: requests a second and latencies, as `python -m benchmarks.load`.

The client speaks to sockets itself: a comfortable one would take more of the processor than the server that it measures.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

__all__ = ["Load", "measure"]


@dataclass(frozen=True, slots=True)
class Load:
    """What a run gave."""

    rate: float
    """Requests answered a second."""
    p50: float
    """Milliseconds."""
    p95: float
    failed: int
    """Answers that were not 200."""


class _Client(asyncio.Protocol):
    """One connection that asks, waits for the whole answer, and asks again."""

    def __init__(self, requests: Sequence[bytes], first: int, step: int, until: float, times: list[float]) -> None:
        self.requests, self.at, self.step, self.until, self.times = requests, first, step, until, times
        self.failed = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.ask()

    def ask(self) -> None:
        self.started = time.perf_counter()
        if self.started > self.until:
            self.transport.close()
            return
        self.transport.write(self.requests[self.at % len(self.requests)])
        self.at += self.step

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        if len(body) >= length:
            self.times.append(time.perf_counter() - self.started)
            self.failed += not head.startswith(b"HTTP/1.1 200")
            self.buffer = body[length:]
            self.ask()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


async def _run(url: str, queries: Sequence[str], clients: int, seconds: float) -> Load:
    parts = urlsplit(url)
    requests = [
        f"GET {parts.path}?query={quote(query)} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        "Accept: application/sparql-results+json\r\n\r\n".encode()
        for query in queries
    ]
    times: list[float] = []
    loop = asyncio.get_running_loop()
    start = time.perf_counter()
    made = [
        await loop.create_connection(
            lambda number=number: _Client(requests, number, clients, start + seconds, times),  # type: ignore[misc]
            parts.hostname,
            parts.port,
        )
        for number in range(clients)
    ]
    await asyncio.gather(*(client.done for _, client in made))
    times.sort()
    spent = time.perf_counter() - start
    at = [round(1000 * times[int(len(times) * share)], 1) if times else 0.0 for share in (0.5, 0.95)]
    return Load(len(times) / spent, *at, sum(client.failed for _, client in made))


def measure(url: str, queries: Sequence[str], *, clients: int = 16, seconds: float = 5.0) -> Load:
    """Ask a SPARQL endpoint the queries in turn, from `clients` connections for `seconds`."""
    return asyncio.run(_run(url, queries, clients, seconds))


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    found = measure(asked["url"], asked["queries"], clients=asked["clients"], seconds=asked["seconds"])
    print(json.dumps([found.rate, found.p50, found.p95, found.failed]))
