"""Every file of the contract, written from one `Build`, in several processes where there is much to write."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from kg.model import Build
from pipelines.incremental import Progress

__all__ = ["FORKS", "REUSED", "Earlier", "write_outputs"]

FORKS = sys.platform == "linux"
"""Whether processes may be forked: then they have what this one has read, and nothing need be copied into them."""
REUSED = ("graph.nq", "graph.ttl", "graph.jsonld")
"""Files of earlier outputs that are used again where little has changed, beside the store."""
_WORTH_PROCESSES = 2000
"""Claims below which one process is as fast."""
_MOST = 0.2
"""Share of graph.nq, by bytes, up to which changing what was made of it is cheaper than making it anew."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier build by the same code wrote, as far as it can be used again."""

    folder: Path | None = None
    """Its outputs; None where there are none, or others wrote there."""
    marks: Mapping[str, str] = field(default_factory=dict)
    """What `note_marks` gave for them."""


def write_outputs(
    build: Build,
    folder: Path,
    progress: Progress = lambda *_: None,
    *,
    note_url: str = "",
    jobs: int = 1,
    earlier: Earlier | None = None,
) -> dict[str, str]:
    """Write every file of the contract into a folder, with `jobs` processes where there is much to write.

    With `earlier`, what is still right in those outputs is used again, and the marks of the notes are given back.
    """
    writing = _Writing(build, folder, note_url, jobs, earlier or Earlier())
    rdf = _RDF_AGAIN if writing.earlier.folder else _RDF_MARKED if earlier else _RDF
    tasks = (*rdf, *_SHOWN)
    several = jobs > 1 and len(build.claims) >= _WORTH_PROCESSES and FORKS and not _opened
    marks: dict[str, str] = {}
    progress("Writing outputs", 0, len(tasks))
    for number, found in enumerate(_forked(tasks, writing, jobs) if several else _in_turn(rdf, writing), 1):
        marks |= found or {}
        progress("Writing outputs", number, len(tasks))
    return marks


@dataclass(slots=True)
class _Writing:
    """What there is to write, and where."""

    build: Build
    folder: Path
    note_url: str
    jobs: int
    earlier: Earlier
    network: Any = None
    """The graph of NetworkX that tables and pictures are made from."""


class _Task(NamedTuple):
    """Something that can be written by itself."""

    name: str
    write: Callable[[_Writing], dict[str, str] | None]


def _write_nquads(writing: _Writing) -> None:
    from kg.graph import write_nquads

    write_nquads(writing.build, writing.folder / "graph.nq")


def _write_turtle(writing: _Writing) -> None:
    from kg.graph import write_turtle

    write_turtle(writing.build, writing.folder / "graph.ttl")


def _write_jsonld(writing: _Writing) -> None:
    from kg.graph import write_jsonld

    write_jsonld(writing.build, writing.folder / "graph.jsonld")


def _write_store(writing: _Writing) -> None:
    """The store takes longest, so graph.ttl is written, where it is not there yet, while graph.nq is loaded."""
    from kg.graph import build_store

    folder = writing.folder

    def merged() -> Path:
        if not (folder / "graph.ttl").exists():
            _write_turtle(writing)
        return folder / "graph.ttl"

    build_store(folder / "graph.nq", merged, folder / "store", writing.jobs)


def _write_graph(writing: _Writing) -> None:
    _write_nquads(writing)
    _write_store(writing)


def _mark(writing: _Writing) -> dict[str, str]:
    from kg.graph import note_marks

    return note_marks(writing.build)


def _write_rdf_again(writing: _Writing) -> dict[str, str]:
    """Graphs of notes that say what they said are copied; of the difference follow all other files."""
    from kg.graph import difference, said_of, update_merged, update_nquads, update_store

    build, folder, before = writing.build, writing.folder, writing.earlier.folder
    assert before is not None
    marks, known = _mark(writing), writing.earlier.marks
    same = {note for note, mark in marks.items() if known.get(note) == mark}
    if not update_nquads(build, before / "graph.nq", same, folder / "graph.nq"):
        _write_nquads(writing)
    found = difference(before / "graph.nq", folder / "graph.nq", _MOST)
    if found is None:
        _write_store(writing)
        _write_jsonld(writing)
        return marks
    gone, come = found
    said: dict[str, list[str]] = {line[: line.index(b" ")].decode(): [] for line in (*gone, *come)}
    if not update_merged(before, said | said_of(said, folder / "graph.nq"), folder, build.base):
        _write_turtle(writing)
        _write_jsonld(writing)
    if not update_store(before / "store", gone, come, folder / "store"):
        _write_store(writing)
    return marks


def _write_tables(writing: _Writing) -> None:
    from kg.export import write_tables

    write_tables(writing.build, writing.network, writing.folder)


def _write_index(writing: _Writing) -> None:
    from kg.export import write_index

    write_index(writing.build, writing.network, writing.folder)


def _write_explorer(writing: _Writing) -> None:
    from kg.export import write_explorer

    write_explorer(writing.build, writing.network, writing.folder / "index.html", note_url=writing.note_url)


def _write_networks(writing: _Writing) -> None:
    from kg.export import write_gexf, write_graphml

    write_gexf(writing.network, writing.folder / "graph.gexf")
    write_graphml(writing.network, writing.folder / "graph.graphml")


# In an order that keeps processes busy.
_RDF = (_Task("graph.nq, graph.ttl and store", _write_graph), _Task("graph.jsonld", _write_jsonld))
_RDF_MARKED = (*_RDF, _Task("marks", _mark))
_RDF_AGAIN = (_Task("RDF", _write_rdf_again),)
_SHOWN = (
    _Task("index.db", _write_index),
    _Task("index.html", _write_explorer),
    _Task("tables", _write_tables),
    _Task("graph.gexf", _write_networks),
)


def _make_network(writing: _Writing) -> None:
    from kg.graph import to_network

    writing.network = to_network(writing.build)


_opened = False
"""Whether this process has opened a store: none that it forks could open another, for the threads of RocksDB are not in it."""


def _in_turn(rdf: Sequence[_Task], writing: _Writing) -> Iterator[dict[str, str] | None]:
    global _opened
    _opened = True
    for task in rdf:
        yield task.write(writing)
    # Not before: the store needs the room.
    _make_network(writing)
    for task in _SHOWN:
        yield task.write(writing)


class _Sharing:
    """Tasks that several processes take in turn. It is kept until they are done: memory of its counter that is let go is used anew."""

    def __init__(self, tasks: Sequence[_Task], writing: _Writing) -> None:
        self._tasks, self._writing = tasks, writing
        self._taken = get_context("fork").Value("i", 0)

    def work(self) -> Iterator[dict[str, str] | None]:
        """Take tasks and carry them out until there are no more, or one of them fails anywhere."""
        try:
            while (task := self._take()) is not None:
                yield task.write(self._writing)
        except BaseException:
            self._taken.value = len(self._tasks)
            raise

    def _take(self) -> _Task | None:
        with self._taken.get_lock():
            number = self._taken.value
            self._taken.value += 1
        return self._tasks[number] if number < len(self._tasks) else None


_forked_work: Callable[[], list[dict[str, str] | None]] | None = None


def _forked(tasks: Sequence[_Task], writing: _Writing, jobs: int) -> Iterator[dict[str, str] | None]:
    """The same in `jobs` processes, of which this is one.

    The others are forked, so that the build need not be copied into them. But a process that looks at a value makes a
    copy of the page it lies in, so there are as few as can be, and each takes one task after the other.
    """
    first, *rest = tasks
    sharing = _Sharing(rest, writing)
    with ExitStack() as pools:

        def fork(work: Callable[[], list[dict[str, str] | None]]) -> Future[list[dict[str, str] | None]]:
            global _forked_work
            _forked_work = work
            try:
                return pools.enter_context(ProcessPoolExecutor(1, get_context("fork"))).submit(_work_forked)
            finally:
                _forked_work = None

        # The store takes longest, so it comes first; changing it takes no longer than the rest.
        running = [fork(lambda: [first.write(writing)])]
        _make_network(writing)
        helpers = jobs - (1 if writing.earlier.folder else 2)
        running += [fork(lambda: list(sharing.work())) for _ in range(helpers)]
        yield from sharing.work()
        for future in running:
            yield from future.result()


def _work_forked() -> list[dict[str, str] | None]:
    assert _forked_work is not None
    return _forked_work()
