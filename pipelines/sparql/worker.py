"""The child process that runs SPARQL queries: framed requests on stdin, framed answers on stdout.

A frame is a head in JSON and a body, after the lengths of both in bytes (`!IQ`). The first frame says hello.
"""

from __future__ import annotations

import io
import json
import math
import signal
import struct
import sys
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from kg.errors import QueryError
from pipelines.sparql.formats import GRAPHS, SOLUTIONS
from pipelines.sparql.guard import check_query, from_graphs
from pipelines.sparql.isolation import confine
from pipelines.sparql.magic import rewrite

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from kg.text_index import TextIndex

__all__ = ["FRAME", "main"]

FRAME = struct.Struct("!IQ")
"""Bytes of the head and of the body that follow."""


class _TooLargeError(Exception):
    pass


class _Buffer(io.BytesIO):
    """A file to write to that refuses to grow beyond a size in bytes."""

    def __init__(self, largest: int) -> None:
        super().__init__()
        self.largest = largest

    def write(self, data: Buffer) -> int:
        if self.tell() + memoryview(data).nbytes > self.largest:
            raise _TooLargeError
        return super().write(data)


def main() -> None:
    """Open the output folder named on the command line, with its store if `store` follows; answer until stdin ends."""
    # Ctrl-C is for the parent, which ends this process by closing its input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    isolation = confine()
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    try:
        folder = _Folder(Path(sys.argv[1]), with_store=sys.argv[2] == "store")
    except OSError as error:
        _send(replies, _refusal("store", str(error), "Build the graph again: kg build NOTES"))
        return
    _send(replies, {"base": folder.base, "isolation": isolation})
    while len(lengths := requests.read(FRAME.size)) == FRAME.size:
        head, body = FRAME.unpack(lengths)
        request = json.loads(requests.read(head + body))
        # The parent kills a late child; should the parent be gone, the child must still end.
        if hasattr(signal, "alarm"):
            signal.alarm(math.ceil(request["timeout"]) + 2)
        _send(replies, *folder.answer(request))
        if hasattr(signal, "alarm"):
            signal.alarm(0)


def _send(replies: IO[bytes], head: Mapping[str, Any], body: bytes = b"") -> None:
    text = json.dumps(head).encode()
    replies.write(FRAME.pack(len(text), len(body)) + text + body)
    replies.flush()


def _refusal(error: str, message: str, hint: str) -> dict[str, Any]:
    return {"error": error, "message": message, "hint": hint}


class _Folder:
    """The store and the text index of a build, opened for reading."""

    def __init__(self, folder: Path, *, with_store: bool) -> None:
        import pyoxigraph as ox

        self.folder = folder
        self.store = ox.Store.read_only(str(folder / "store")) if with_store else ox.Store()
        space = ox.NamedNode("http://rdfs.org/ns/void#uriSpace")
        found = next(self.store.quads_for_pattern(None, space, None, ox.DefaultGraph()), None)
        self.base = found.object.value if found and isinstance(found.object, ox.Literal) else ""
        if not with_store and self.index:
            self.base = self.index.base

    @cached_property
    def index(self) -> TextIndex | None:
        """The text index, opened when it is first needed: most queries do without."""
        from kg.text_index import open_text_index

        return open_text_index(self.folder)

    def answer(self, request: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        """The head and the body of the answer to a request."""
        actions: dict[str, Callable[[Mapping[str, Any]], tuple[dict[str, Any], bytes]]] = {
            "query": self._query,
            "rewrite": lambda asked: ({}, self._rewritten(asked).encode()),
            "graph": self._graph,
            "search": self._search,
        }
        try:
            return actions[request["action"]](request)
        except QueryError as error:
            return _refusal("query", error.message, error.hint), b""
        except SyntaxError as error:
            return _refusal("query", f"malformed query: {error}", "see https://www.w3.org/TR/sparql11-query/"), b""
        except _TooLargeError:
            size = f"{request['max_bytes'] / 2**20:.3g} MiB"
            return _refusal("query", f"the answer is larger than {size}", "add LIMIT or ask for less"), b""
        except Exception as error:
            # Whatever the engine raises is about this query; the next one is answered all the same.
            return _refusal("query", f"the query failed: {error or type(error).__name__}", "check the query"), b""

    def _rewritten(self, request: Mapping[str, Any]) -> str:
        """The query with its text searches carried out, checked before and after."""
        query = request["query"]
        check_query(query)
        changed = rewrite(query, request["prefixes"], lambda: self.index)
        if changed is not query:
            check_query(changed, largest=len(changed))
        return changed

    def _query(self, request: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        import pyoxigraph as ox

        query = self._rewritten(request)
        default = [ox.NamedNode(name) for name in request["default_graphs"]]
        named = [ox.NamedNode(name) for name in request["named_graphs"]]
        for graph in (*default, *named) or map(ox.NamedNode, from_graphs(query, request["prefixes"], request["base"])):
            if not self.store.contains_named_graph(graph):
                raise QueryError(f"no graph {graph} here, and none is fetched", "name the graph of a note")
        dataset: dict[str, Any] = {"default_graph": default, "named_graphs": named} if default or named else {}
        result = self.store.query(query, base_iri=request["base"], prefixes=request["prefixes"], **dataset)
        kind, known, wanted = (
            ("triples", GRAPHS, request["triples"])
            if isinstance(result, ox.QueryTriples)
            else ("boolean" if isinstance(result, ox.QueryBoolean) else "solutions", SOLUTIONS, request["solutions"])
        )
        if wanted not in known:
            message = f"the answer to this query cannot be given as {wanted or 'asked'}"
            return _refusal("format", message, f"use one of {', '.join(known)}"), b""
        buffer = _Buffer(request["max_bytes"])
        if isinstance(result, ox.QueryTriples):
            form = getattr(ox.RdfFormat, GRAPHS[wanted].engine)
            ox.serialize(result, buffer, form, prefixes=request["prefixes"])
        else:
            result.serialize(buffer, getattr(ox.QueryResultsFormat, SOLUTIONS[wanted].engine))
        return {"kind": kind, "format": wanted}, buffer.getvalue()

    def _graph(self, request: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        """All of one graph, the default one where none is named."""
        import pyoxigraph as ox

        graph = ox.DefaultGraph() if request["graph"] is None else ox.NamedNode(request["graph"])
        if request["graph"] is not None and not self.store.contains_named_graph(graph):
            return _refusal("missing", f"no graph <{request['graph']}>", "name the graph of a note"), b""
        buffer = _Buffer(request["max_bytes"])
        form = getattr(ox.RdfFormat, GRAPHS[request["triples"]].engine)
        self.store.dump(buffer, form, from_graph=graph, prefixes=request["prefixes"])
        return {"kind": "triples", "format": request["triples"]}, buffer.getvalue()

    def _search(self, request: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        if self.index is None:
            return _refusal("store", "the outputs have no search index", "build again: kg build NOTES"), b""
        found = self.index.find(request["text"], request["limit"])
        return {}, json.dumps(found, ensure_ascii=False).encode()


if __name__ == "__main__":
    main()
