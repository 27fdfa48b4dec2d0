"""Every file of the contract, written from one `Build`, in several processes where there is much to write."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
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
    several = jobs > 1 and len(build.claims) >= _WORTH_PROCESSES and FORKS
    marks: dict[str, str] = {}
    progress("Writing outputs", 0, len(tasks))
    for number, found in enumerate(_forked(tasks, writing, jobs) if several else _in_turn(tasks, writing), 1):
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
    """Something that can be written by itself, once some others are done; `network` is the graph of NetworkX."""

    name: str
    write: Callable[[_Writing], dict[str, str] | None]
    after: tuple[str, ...] = ()


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
_RDF = (
    _Task("graph.nq", _write_nquads),
    _Task("graph.ttl and store", _write_store, ("graph.nq",)),
    _Task("graph.jsonld", _write_jsonld),
)
_RDF_MARKED = (*_RDF, _Task("marks", _mark))
_RDF_AGAIN = (_Task("RDF", _write_rdf_again),)
_SHOWN = (
    _Task("index.db", _write_index, ("network",)),
    _Task("index.html", _write_explorer, ("network",)),
    _Task("tables", _write_tables, ("network",)),
    _Task("graph.gexf", _write_networks, ("network",)),
)


def _make_network(writing: _Writing) -> None:
    from kg.graph import to_network

    writing.network = to_network(writing.build)


def _in_turn(tasks: Sequence[_Task], writing: _Writing) -> Iterator[dict[str, str] | None]:
    for task in tasks:
        if "network" in task.after and writing.network is None:
            _make_network(writing)
        yield task.write(writing)


_forked_writing: _Writing | None = None
_forked_task: _Task | None = None


def _forked(tasks: Sequence[_Task], writing: _Writing, jobs: int) -> Iterator[dict[str, str] | None]:
    """The same, each task in a process that is forked when it begins, so that the build need not be copied into it."""
    waiting, done = list(tasks), set[str]()
    running: dict[Future[dict[str, str] | None], _Task] = {}
    with ExitStack() as pools:

        def start(most: int) -> None:
            global _forked_writing, _forked_task
            for task in [task for task in waiting if done.issuperset(task.after)][: max(0, most - len(running))]:
                waiting.remove(task)
                _forked_writing, _forked_task = writing, task
                try:
                    pool = pools.enter_context(ProcessPoolExecutor(1, get_context("fork")))
                    running[pool.submit(_carry_out_forked)] = task
                finally:
                    _forked_writing = _forked_task = None

        # The store takes longest, so what it is made from comes first.
        start(jobs - 1)
        # Made here, where all find it that show it.
        _make_network(writing)
        done.add("network")
        while waiting or running:
            start(jobs)
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                done.add(running.pop(future).name)
                yield future.result()


def _carry_out_forked() -> dict[str, str] | None:
    assert _forked_task is not None
    assert _forked_writing is not None
    return _forked_task.write(_forked_writing)
