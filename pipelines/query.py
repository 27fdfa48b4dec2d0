"""SPARQL over the store of a build: what is allowed, and answers within a time limit.

The engine cannot be stopped from within and a hostile query can crash it, so queries run in child processes
(`pipelines.query_worker`) that are killed at the deadline. Two things are kept out before a child sees a query: updates,
with a message that says so, and SERVICE, through which the engine would reach the network.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, LifoQueue
from types import TracebackType
from typing import Self

from kg.errors import GraphError, KgError, QueryError
from kg.identity import BASE_IRI, term_iri

__all__ = ["PREFIXES", "Answer", "QueryBusy", "QueryPool", "QueryTimeout", "check_query", "from_graphs"]

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

MAX_QUERY = 200_000
"""Characters."""
MAX_DEPTH = 100
"""Nested braces, brackets and parentheses; the engine's parser overflows its stack beyond some 1,600."""


class QueryTimeout(KgError):
    """A query that took longer than it may."""


class QueryBusy(KgError):
    """Too many queries at once."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A serialised result."""

    kind: str
    """`solutions`, `boolean` or `triples`."""
    format: str
    """json, xml, csv or tsv; turtle or ntriples for triples."""
    body: bytes


# --- what is allowed ------------------------------------------------------------------------------------------------

_NAME = r"""[^\s<>"'{}()\[\]|^`\\?$\#,;/=!&*+@~]"""
"""A character that may stand in a name, prefixed name or number."""
_TOKEN = re.compile(
    rf"""
    (?P<blank>\s+|\#[^\n\r]*)
  | (?P<string>'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''|\"\"\"(?:(?:"|"")?(?:[^"\\]|\\.))*\"\"\"
             |'(?:[^'\\\n\r]|\\.)*'|"(?:[^"\\\n\r]|\\.)*")
  | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\[uU][0-9A-Fa-f]{{4}})*>)
  | (?P<variable>[?$]\w+)
  | (?P<name>(?:{_NAME}|\\.)+)
  | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_GAP = r"(?:\s|\#[^\n\r]*(?:[\n\r]|$))*"
_CALL = re.compile(
    rf"service{_GAP}(?:silent{_GAP})?(?:<[^>]*>|[?$]{_NAME}+|(?:{_NAME})*:(?:{_NAME}|\\.)*){_GAP}\{{", re.IGNORECASE
)
_LONGEST_NAME = 1000
"""Characters of a name with `service` in it; longer ones would make the search for calls slow."""
_UPDATES = frozenset("INSERT DELETE LOAD CLEAR CREATE DROP COPY MOVE ADD WITH".split())  # noqa: SIM905
_OPEN, _CLOSE = "{[(", "}])"


def check_query(query: str) -> None:
    """Raise QueryError for updates, SERVICE calls, queries over MAX_QUERY or nested deeper than MAX_DEPTH."""
    if len(query) > MAX_QUERY:
        raise QueryError(f"the query has {len(query)} characters, {MAX_QUERY} are allowed", "ask for less at once")
    depth = 0
    verb = ""
    for kind, text in _tokens(query):
        if kind == "mark":
            depth += 1 if text in _OPEN else -1 if text in _CLOSE else 0
            if depth > MAX_DEPTH:
                raise QueryError(f"the query is nested deeper than {MAX_DEPTH} levels", "write it flatter")
        elif kind == "name" and not verb and ":" not in text and text.upper() not in ("PREFIX", "BASE", "VERSION"):
            verb = text.upper()
    if verb in _UPDATES:
        raise QueryError(f"{verb} would change the graph, which is read-only", "change the notes and run kg build")
    if _calls_service(query):
        raise QueryError("SERVICE would fetch from the network, which is not allowed", "query this graph only")


def from_graphs(query: str) -> tuple[str, ...]:
    """IRIs that a query's FROM and FROM NAMED clauses give; raises QueryError for one that is not written in full."""
    found: list[str] = []
    expects = False
    for kind, text in _tokens(query):
        if kind == "blank" or (expects and text.upper() == "NAMED"):
            continue
        if expects:
            if kind != "iri":
                raise QueryError(f"FROM {text} is not an IRI in full", "write FROM <...>, the IRI of a note's graph")
            found.append(text[1:-1])
        expects = kind == "name" and text.upper() == "FROM"
    return tuple(dict.fromkeys(found))


def _tokens(query: str) -> Iterator[tuple[str, str]]:
    for token in _TOKEN.finditer(query):
        yield token.lastgroup or "", token.group()


def _calls_service(query: str) -> bool:
    """Whether any reading of the text has a SERVICE call outside strings and comments.

    `<` opens an IRI or means "less than", and only the grammar can tell: `FILTER(?a<'>') SERVICE ...` is a call although
    `<'>` looks like an IRI and what follows like a string. So both readings are followed from every `<`.
    """
    if "service" not in query.lower():
        return False
    closers = [closer.end() for closer in re.finditer(">", query)]
    seen: set[int] = set()
    waiting = [0]
    while waiting:
        at = waiting.pop()
        while at < len(query) and at not in seen:
            seen.add(at)
            token = _TOKEN.match(query, at)
            if token is None:
                break
            if query[at] == "<":
                waiting += [at + 1, *closers[bisect_right(closers, at) :][:1]]
            elif token.lastgroup == "name" and _has_call(query, at, token.group()):
                return True
            at = token.end()
    return False


def _has_call(query: str, at: int, name: str) -> bool:
    """Whether a call starts in a name, or inside it: the engine takes `1SERVICE` and `SERVICEex:y` apart."""
    starts = [found.start() for found in re.finditer("service", name, re.IGNORECASE)]
    if starts and len(name) > _LONGEST_NAME:
        raise QueryError(f"a name in the query has {len(name)} characters", "write it shorter")
    return any(_CALL.match(query, at + start) for start in starts)


# --- child processes ------------------------------------------------------------------------------------------------


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

        Raises QueryError (not allowed, malformed, unknown graph, answer too large), QueryTimeout, QueryBusy where no
        child gets free in time, and GraphError where the store cannot be opened.
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
            raise QueryBusy("too many queries are running", "try again in a moment") from None
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
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def serves(self, store: Path) -> bool:
        """Whether the child lives and its store was not replaced by a newer build."""
        return self.alive and store.is_dir() and store.stat().st_ino == self._inode

    def ask(self, request: dict[str, object], timeout: float) -> Answer:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
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
            reply = json.loads(head) if head.endswith(b"\n") else {"error": "crash"}
            body = stdout.read(reply["length"]) if "length" in reply else b""
        except BrokenPipeError:
            reply, body = {"error": "crash"}, b""
        finally:
            timer.cancel()
        if len(body) < reply.get("length", 0) or reply.get("error") == "crash":
            self._process.kill()
            self._process.wait()
            if late.is_set():
                raise QueryTimeout(f"the query took longer than {timeout:g} seconds", "add LIMIT or ask for less")
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
