"""The child process that runs SPARQL queries: requests as JSON lines on stdin, answers with a JSON head on stdout."""

from __future__ import annotations

import io
import json
import math
import signal
import sys
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["main"]

MAX_ANSWER = 64 * 1024 * 1024
"""Bytes."""
MAX_MEMORY = 4 * 1024 * 1024 * 1024
"""Bytes of address space, where the system can limit it."""


class _TooLargeError(Exception):
    pass


class _Buffer(io.BytesIO):
    """A file to write to that refuses to grow beyond MAX_ANSWER."""

    def write(self, data: Buffer) -> int:
        if self.tell() + memoryview(data).nbytes > MAX_ANSWER:
            raise _TooLargeError
        return super().write(data)


def main() -> None:
    """Open the store named on the command line and answer until stdin ends."""
    import pyoxigraph

    # Ctrl-C is for the parent, which ends this process by closing its input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory()
    replies = sys.stdout.buffer
    try:
        store = pyoxigraph.Store.read_only(sys.argv[1])
    except OSError as error:
        for _ in sys.stdin.buffer:
            _send(replies, _refusal("store", str(error), "Build the graph again: kg build NOTES"))
        return
    for line in sys.stdin.buffer:
        request = json.loads(line)
        # The parent kills a late child; should the parent be gone, the child must still end.
        if hasattr(signal, "alarm"):
            signal.alarm(math.ceil(request["timeout"]) + 2)
        head, body = _answer(store, request)
        _send(replies, head, body)
        if hasattr(signal, "alarm"):
            signal.alarm(0)


def _send(replies: IO[bytes], head: dict[str, Any], body: bytes = b"") -> None:
    replies.write(json.dumps(head).encode() + b"\n" + body)
    replies.flush()


def _refusal(error: str, message: str, hint: str) -> dict[str, Any]:
    return {"error": error, "message": message, "hint": hint}


def _answer(store: Any, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    import pyoxigraph as ox

    solutions = {
        "json": ox.QueryResultsFormat.JSON,
        "xml": ox.QueryResultsFormat.XML,
        "csv": ox.QueryResultsFormat.CSV,
        "tsv": ox.QueryResultsFormat.TSV,
    }
    triples = {"turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES}
    buffer = _Buffer()
    try:
        for name in (*request["from"], *request["default_graphs"], *request["named_graphs"]):
            if not store.contains_named_graph(ox.NamedNode(name)):
                return _refusal(
                    "query", f"no graph <{name}> here, and none is fetched", "name the graph of a note"
                ), b""
        default = [ox.NamedNode(name) for name in request["default_graphs"]]
        named = [ox.NamedNode(name) for name in request["named_graphs"]]
        result = store.query(
            request["query"],
            prefixes=request["prefixes"],
            default_graph=default or None,
            named_graphs=named or None,
        )
        kind, known, wanted = (
            ("triples", triples, request["triples"])
            if isinstance(result, ox.QueryTriples)
            else ("boolean", solutions, request["solutions"])
            if isinstance(result, ox.QueryBoolean)
            else ("solutions", solutions, request["solutions"])
        )
        if wanted not in known:
            hint = f"use one of {', '.join(known)}"
            return _refusal("query", f"the answer to this query cannot be given as {wanted}", hint), b""
        if kind == "triples":
            ox.serialize(result, buffer, triples[wanted], prefixes=request["prefixes"])
        else:
            result.serialize(buffer, solutions[wanted])
    except SyntaxError as error:
        return _refusal("query", f"malformed query: {error}", "see https://www.w3.org/TR/sparql11-query/"), b""
    except _TooLargeError:
        return _refusal("query", f"the answer is larger than {MAX_ANSWER // 2**20} MiB", "add LIMIT"), b""
    except Exception as error:
        # Whatever the engine raises is about this query; the next one is answered all the same.
        return _refusal("query", f"the query failed: {error or type(error).__name__}", "check the query"), b""
    body = buffer.getvalue()
    return {"kind": kind, "format": wanted, "length": len(body)}, body


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = MAX_MEMORY if hard == resource.RLIM_INFINITY else min(hard, MAX_MEMORY)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


if __name__ == "__main__":
    main()
