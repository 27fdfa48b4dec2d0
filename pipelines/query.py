"""Answers to SPARQL queries over the store of a build, within a time limit.

The engine cannot be stopped from within and a hostile query can crash it, so queries run in child processes
(`pipelines.query_worker`) that are killed at the deadline.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, LifoQueue
from types import TracebackType
from typing import Any, Self

from kg.errors import GraphError, KgError, QueryError
from kg.identity import BASE_IRI, term_iri
from pipelines.query_guard import check_query, from_graphs

__all__ = ["PREFIXES", "Answer", "QueryBusyError", "QueryPool", "QueryTimeoutError"]

PREFIXES = {
    "kg": term_iri(""),
    "id": f"{BASE_IRI}id/",
    "note": f"{BASE_IRI}note/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "prov": "http://www.w3.org/ns/prov#",
    "dcterms": "http://purl.org/dc/terms/",
}
"""Prefixes that a query may use without declaring them; its own declarations win."""


class QueryTimeoutError(KgError):
    """A query that took longer than it may."""


class QueryBusyError(KgError):
    """Too many queries at once."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A serialised result."""

    kind: str
    """`solutions`, `boolean` or `triples`."""
    format: str
    """json, xml, csv or tsv; turtle or ntriples for triples."""
    body: bytes


class QueryPool:
    """Child processes that answer queries over one store; safe to use from several threads, closed by `with`."""

    def __init__(self, folder: Path, *, timeout: float = 10.0, size: int = 1) -> None:
        """`folder` is an output folder with `store/`; raises GraphError where there is none."""
        self.store = folder / "store"
        if not self.store.is_dir():
            raise GraphError(f"{folder}: no store", f"Build it first: kg build NOTES --out {folder}")
        self.timeout = timeout
        self._idle: LifoQueue[_Worker | None] = LifoQueue()
        for _ in range(size):
            self._idle.put(None)
        self._size = size

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the idle children; those at work end at their deadline at the latest."""
        for _ in range(self._size):
            try:
                worker = self._idle.get_nowait()
            except Empty:
                return
            if worker:
                worker.end()

    def run(
        self,
        query: str,
        *,
        solutions: str = "json",
        triples: str = "turtle",
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> Answer:
        """Answer a query in the format for its kind; without graphs given it sees those of all notes as one.

        Raises QueryError (not allowed, malformed, unknown graph, answer too large), QueryTimeoutError, QueryBusyError
        where no child gets free in time, and GraphError where the store cannot be opened.
        """
        check_query(query)
        request = {
            "query": query,
            "solutions": solutions,
            "triples": triples,
            "prefixes": PREFIXES,
            "from": from_graphs(query),
            "default_graphs": list(default_graphs),
            "named_graphs": list(named_graphs),
            "timeout": self.timeout,
        }
        try:
            worker = self._idle.get(timeout=self.timeout)
        except Empty:
            raise QueryBusyError("too many queries are running", "try again in a moment") from None
        try:
            if worker is None or not worker.serves(self.store):
                if worker:
                    worker.end()
                worker = None
                worker = _Worker(self.store)
            reply = worker.ask(request, self.timeout)
        finally:
            if worker and not worker.alive:
                worker.end()
                worker = None
            self._idle.put(worker)
        return reply


class _Worker:
    """One child process, asked one query at a time."""

    def __init__(self, store: Path) -> None:
        self._inode = store.stat().st_ino
        # -P keeps the current folder, which may hold anything, off the child's module path.
        command = [sys.executable, "-P", "-m", "pipelines.query_worker", str(store)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def serves(self, store: Path) -> bool:
        """Whether the child lives and its store was not replaced by a newer build."""
        return self.alive and store.is_dir() and store.stat().st_ino == self._inode

    def ask(self, request: dict[str, object], timeout: float) -> Answer:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        late = threading.Event()

        def end_late() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(timeout, end_late)
        timer.start()
        try:
            stdin.write(json.dumps(request).encode() + b"\n")
            stdin.flush()
            head = stdout.readline()
            reply: dict[str, Any] = json.loads(head) if head.endswith(b"\n") else {"error": "crash"}
            body = stdout.read(reply["length"]) if "length" in reply else b""
        except BrokenPipeError:
            reply, body = {"error": "crash"}, b""
        except BaseException:
            # An answer that nobody read must not become the answer to the next query.
            self._process.kill()
            raise
        finally:
            timer.cancel()
        if len(body) < reply.get("length", 0) or reply.get("error") == "crash":
            self._process.kill()
            self._process.wait()
            if late.is_set():
                raise QueryTimeoutError(f"the query took longer than {timeout:g} seconds", "add LIMIT or ask for less")
            raise QueryError("the query made the engine fail", "write it shorter and flatter")
        if "error" in reply:
            kind = GraphError if reply["error"] == "store" else QueryError
            raise kind(reply["message"], reply["hint"])
        return Answer(reply["kind"], reply["format"], body)

    def end(self) -> None:
        """Close the pipes and wait: a child without input ends by itself."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
        try:
            self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
