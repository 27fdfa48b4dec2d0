"""Answers to SPARQL queries over the store of a build, within a time limit.

The engine cannot be stopped from within and a hostile query can crash it, so queries run in child processes
(`pipelines.sparql.worker`), one at a time in each, that are killed at the deadline, when the answer grows too large and
when nobody waits for it any more.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from asyncio.subprocess import Process
from collections import deque
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kg.errors import GraphError, KgError, QueryError, build_hint
from kg.identity import BASE_IRI, term_iri
from pipelines.sparql.worker import FRAME

__all__ = [
    "MAX_BYTES",
    "Answer",
    "FormatError",
    "MissingGraphError",
    "QueryBusyError",
    "QueryPool",
    "QueryTimeoutError",
    "ask_once",
    "prefixes_of",
]

MAX_BYTES = 64 * 1024 * 1024
"""Of an answer."""
_START = 30.0
"""Seconds that a child process may take to open the store."""
_SLOW = 0.25
"""Seconds after which a query gives way to others on the processor."""


class QueryTimeoutError(KgError):
    """A query that took longer than it may."""


class QueryBusyError(KgError):
    """Too many queries at once."""


class FormatError(QueryError):
    """An answer of this kind is not to be had in the formats that were asked for."""


class MissingGraphError(QueryError):
    """A graph that the store does not have."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A serialised result."""

    kind: str
    """`solutions`, `boolean` or `triples`; empty for what is no result of a query."""
    format: str
    """A key of `SOLUTIONS`, for triples of `GRAPHS`."""
    body: bytes


def prefixes_of(base: str) -> dict[str, str]:
    """Prefixes that a query may use without declaring them; its own declarations win."""
    return {
        "kg": term_iri(""),
        "id": f"{base}id/",
        "note": f"{base}note/",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "prov": "http://www.w3.org/ns/prov#",
        "dcterms": "http://purl.org/dc/terms/",
        "void": "http://rdfs.org/ns/void#",
        "dcat": "http://www.w3.org/ns/dcat#",
    }


class QueryPool:
    """Child processes that answer queries over one store; lives in one event loop, opened and closed by `async with`."""

    def __init__(
        self,
        folder: Path,
        *,
        timeout: float = 5.0,
        size: int = 1,
        max_bytes: int = MAX_BYTES,
        waiting: int = 64,
        with_store: bool = True,
    ) -> None:
        """`folder` is an output folder; `timeout` in seconds; `waiting` callers may stand in line.

        Raises GraphError where there is no store in it; without one, only what needs none can be asked.
        """
        self.store = folder / "store"
        self._with_store = with_store
        if with_store and not self.store.is_dir():
            parts = f"These are parts alone: load {folder}/parts/graph/*.nq into a server, then kg serve --sparql-endpoint URL"
            raise GraphError(f"{folder}: no store", parts if (folder / "parts").is_dir() else build_hint(folder))
        self.timeout = timeout
        self.max_bytes = max_bytes
        self.base = BASE_IRI
        """Before the paths of entities and notes; known for sure once a child has started."""
        self.isolation = ""
        """What keeps the children off the network, as `pipelines.sparql.isolation.confine` has it."""
        self._size = size
        self._workers: set[_Worker] = set()
        self._idle: deque[_Worker] = deque()
        self._alive = self._starting = 0
        self._line: deque[asyncio.Future[None]] = deque()
        self._longest_line = waiting
        self._chores: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._starting += self._size
        try:
            for worker in await asyncio.gather(*(self._start() for _ in range(self._size))):
                self._idle.append(worker)
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End the children."""
        for chore in tuple(self._chores):
            chore.cancel()
        await asyncio.gather(*self._chores, return_exceptions=True)
        await asyncio.gather(*(worker.end() for worker in tuple(self._workers)))

    @property
    def generation(self) -> int:
        """Another number after each build; systems give the number of a deleted folder to a new one, so its time counts."""
        try:
            state = self.store.stat()
        except OSError:
            return 0
        return hash((state.st_ino, state.st_mtime_ns))

    async def query(
        self,
        query: str,
        *,
        solutions: str | None = "json",
        triples: str | None = "turtle",
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        timeout: float | None = None,
    ) -> Answer:
        """Answer a query in the format for its kind; without graphs given it sees those of all notes as one.

        Raises FormatError for a kind whose format is None, QueryError (not allowed, malformed, unknown graph, answer too
        large), QueryTimeoutError, QueryBusyError where no child gets free in time, and GraphError where the store cannot
        be opened.
        """
        return await self.ask(
            {
                "action": "query",
                "query": query,
                "solutions": solutions,
                "triples": triples,
                "default_graphs": list(default_graphs),
                "named_graphs": list(named_graphs),
            },
            timeout,
        )

    async def graph(self, name: str | None, triples: str) -> Answer:
        """All triples of one graph, of the default graph for None; raises MissingGraphError and what `query` raises."""
        return await self.ask({"action": "graph", "graph": name, "triples": triples})

    async def select(self, query: str, timeout: float | None = None) -> list[dict[str, Any]]:
        """The solutions of a SELECT as the bindings of SPARQL's JSON format."""
        answer = await self.query(query, timeout=timeout)
        found: list[dict[str, Any]] = json.loads(answer.body)["results"]["bindings"]
        return found

    async def ask(self, request: Mapping[str, Any], timeout: float | None = None) -> Answer:
        """Have a request carried out by a child; `timeout` in seconds takes in the wait for one."""
        limit = timeout or self.timeout
        deadline = asyncio.get_running_loop().time() + limit
        full = {**request, "base": self.base, "prefixes": prefixes_of(self.base), "timeout": limit}
        full["max_bytes"] = self.max_bytes
        try:
            head, body = await self._asked(full, deadline)
        except (asyncio.IncompleteReadError, ConnectionError):
            # The child may have died before it was asked.
            try:
                head, body = await self._asked(full, deadline)
            except (asyncio.IncompleteReadError, ConnectionError):
                raise QueryError("the query made the engine fail", "write it shorter and flatter") from None
        if "error" in head:
            kinds = {"store": GraphError, "format": FormatError, "missing": MissingGraphError}
            raise kinds.get(head["error"], QueryError)(head["message"], head["hint"])
        return Answer(head.get("kind", ""), head.get("format", ""), body)

    async def _asked(self, request: Mapping[str, Any], deadline: float) -> tuple[dict[str, Any], bytes]:
        """Head and body as a child gives them; it is killed when it is late, fails or is not needed any more."""
        worker = await self._take(deadline)
        yielding = asyncio.get_running_loop().call_later(_SLOW, worker.give_way)
        try:
            async with asyncio.timeout_at(deadline):
                return await worker.ask(request)
        except TimeoutError:
            worker.kill()
            message = f"the query took longer than {request['timeout']:g} seconds"
            raise QueryTimeoutError(message, "add LIMIT or ask for less") from None
        except BaseException:
            # An answer that nobody read must not become the answer to the next query.
            worker.kill()
            raise
        finally:
            yielding.cancel()
            self._give_back(worker)

    async def _take(self, deadline: float) -> _Worker:
        """A child of this generation that is free; those in line are served in turn."""
        while True:
            generation = self.generation
            while self._idle:
                worker = self._idle.pop()
                if worker.fresh and worker.generation == generation:
                    return worker
                self._replace(worker)
            if self._alive == self._starting == 0:
                self._starting += 1
                try:
                    return await self._start()
                except BaseException:
                    self._call_next()
                    raise
            self._fill()
            if len(self._line) >= self._longest_line:
                raise QueryBusyError("too many queries are running", "try again in a moment")
            turn = asyncio.get_running_loop().create_future()
            self._line.append(turn)
            try:
                async with asyncio.timeout_at(deadline):
                    await turn
            except BaseException as error:
                if turn.done() and not turn.cancelled():
                    # Whoever called this one meant that somebody should go on.
                    self._call_next()
                if isinstance(error, TimeoutError):
                    raise QueryBusyError("too many queries are running", "try again in a moment") from None
                raise
            finally:
                with contextlib.suppress(ValueError):
                    self._line.remove(turn)

    def _give_back(self, worker: _Worker) -> None:
        if worker.fresh:
            self._idle.append(worker)
            self._call_next()
        else:
            self._replace(worker)

    def _call_next(self) -> None:
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(None)
                return

    def _replace(self, worker: _Worker) -> None:
        """End a child that is of no use and start another, without keeping anyone waiting."""
        self._alive -= 1
        self._do(worker.end())
        self._fill()

    def _fill(self) -> None:
        """Start as many children as there are too few."""
        for _ in range(self._size - self._alive - self._starting):
            self._starting += 1
            self._do(self._add())

    async def _add(self) -> None:
        try:
            worker = await self._start()
        except GraphError:
            # Who stands in line tries by himself and is told.
            worker = None
        if worker:
            self._idle.append(worker)
        self._call_next()

    def _do(self, chore: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something beside everything else; `close` ends it."""
        task = asyncio.get_running_loop().create_task(chore)
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)
        return task

    async def _watch(self, worker: _Worker) -> None:
        """Replace a child that dies while it has nothing to do; one at work is missed by who asked it."""
        await worker.gone()
        self._workers.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
            self._replace(worker)

    async def _start(self) -> _Worker:
        """Another child; who calls this has counted it in `_starting`. Raises GraphError."""
        try:
            if self._with_store and not self.store.is_dir():
                raise GraphError(f"{self.store.parent}: no store", build_hint(self.store.parent))
            worker, hello = await _Worker.start(self.store.parent, self.generation, self._with_store)
        finally:
            self._starting -= 1
        self._alive += 1
        self._workers.add(worker)
        self._do(self._watch(worker))
        self.base = hello["base"] or BASE_IRI
        self.isolation = hello["isolation"]
        return worker


class _Worker:
    """One child process, asked one thing at a time."""

    def __init__(self, process: Process, generation: int) -> None:
        self.generation = generation
        self._process = process
        self._polite = False
        self._killed = False

    @classmethod
    async def start(cls, folder: Path, generation: int, with_store: bool) -> tuple[_Worker, dict[str, Any]]:
        """A child with the store of a folder open, and what it says of it; raises GraphError."""
        # -P keeps the current folder, which may hold anything, off the child's module path.
        command = (sys.executable, "-P", "-m", "pipelines.sparql.worker", str(folder), "store" if with_store else "")
        pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
        try:
            process = await asyncio.create_subprocess_exec(
                *command, stdin=pipe, stdout=pipe, stderr=nothing, limit=1 << 20
            )
        except OSError as error:
            raise GraphError(f"no process can be started: {error.strerror}", "try again in a moment") from error
        worker = cls(process, generation)
        try:
            async with asyncio.timeout(_START):
                hello, _ = await worker._read()
        except (asyncio.IncompleteReadError, TimeoutError):
            hello = {"error": "store", "message": f"{folder / 'store'} cannot be opened", "hint": "build it again"}
        except BaseException:
            await worker.end()
            raise
        if "error" in hello:
            await worker.end()
            raise GraphError(hello["message"], hello["hint"])
        return worker, hello

    @property
    def fresh(self) -> bool:
        """Whether the child lives and never had to give way; a process may not take its priority back."""
        return self._process.returncode is None and not self._killed and not self._polite

    def give_way(self) -> None:
        """Run after everything else on this machine from now on."""
        self._polite = True
        with contextlib.suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, self._process.pid, 10)

    async def ask(self, request: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        stdin = self._process.stdin
        assert stdin is not None
        text = json.dumps(request).encode()
        stdin.write(FRAME.pack(len(text), 0) + text)
        if len(text) > 60_000:
            await stdin.drain()
        return await self._read()

    async def _read(self) -> tuple[dict[str, Any], bytes]:
        stdout = self._process.stdout
        assert stdout is not None
        head, body = FRAME.unpack(await stdout.readexactly(FRAME.size))
        return json.loads(await stdout.readexactly(head)), await stdout.readexactly(body)

    async def gone(self) -> None:
        """Wait until the child has ended."""
        await self._process.wait()

    def kill(self) -> None:
        self._killed = True
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def end(self) -> None:
        """Kill the child and wait: it holds nothing that it would have to save."""
        self.kill()
        if self._process.stdin:
            self._process.stdin.close()
        await self._process.wait()


def ask_once(folder: Path, query: str, *, timeout: float, form: str | None = None) -> tuple[Answer, dict[str, str]]:
    """Answer one query and let everything go again; also the prefixes that were known to it.

    `form` is a key of SOLUTIONS or GRAPHS, None for the usual one. Raises as `QueryPool.query`.
    """

    async def run() -> tuple[Answer, dict[str, str]]:
        async with QueryPool(folder, timeout=timeout) as pool:
            answer = await pool.query(query, solutions=form or "json", triples=form or "turtle")
            return answer, prefixes_of(pool.base)

    return asyncio.run(run())
