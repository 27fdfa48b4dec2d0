"""The embedded SPARQL store: graph.nq in RocksDB, behind Oxigraph."""

from __future__ import annotations

import mmap
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kg.graph.terms import read_quads

if TYPE_CHECKING:
    import pyoxigraph as ox

__all__ = ["build_store", "update_store"]

_MOST = 0.2
"""Share of graph.nq, by bytes, up to which changing a store is cheaper than building it anew."""


def build_store(source: Path, merged: Path, folder: Path) -> None:
    """Load graph.nq into a new Oxigraph store on disk, and graph.ttl, every triple once, into its default graph.

    A union of the named graphs at query time would count a triple once for each note that supports it.
    """
    import pyoxigraph as ox

    store = ox.Store(str(folder))
    # Terms were checked when they were written; `lenient` spares checking them twice more.
    store.bulk_load(path=str(source), format=ox.RdfFormat.N_QUADS, lenient=True)
    store.bulk_load(path=str(merged), format=ox.RdfFormat.TURTLE, lenient=True)
    store.flush()
    # Joins take twice as long in a store that was not optimised.
    store.optimize()
    del store


def update_store(old: Path, before: Path, after: Path, folder: Path) -> bool:
    """Make a store of what the graph.nq `after` says from the one of what `before` said; False where that is not worth it.

    The old store stays as it is: its tables, which the engine never changes, are shared by links, and all else is copied.
    """
    import pyoxigraph as ox

    gone, come = _difference(before, after)
    try:
        store = ox.Store(str(folder)) if gone is not None and _share(old, folder) else None
    except (OSError, RuntimeError, ValueError):
        # It was broken before.
        store = None
    if store is None or gone is None:
        shutil.rmtree(folder, ignore_errors=True)
        return False
    removed, added = _quads(gone), _quads(come)
    for quad in removed:
        store.remove(quad)
    store.extend(added)
    for graph in {quad.graph_name for quad in removed}:
        if not isinstance(graph, ox.DefaultGraph) and not any(store.quads_for_pattern(None, None, None, graph)):
            store.remove_graph(graph)
    said = {quad.triple for quad in added if isinstance(quad.graph_name, ox.DefaultGraph)}
    for triple in dict.fromkeys(quad.triple for quad in (*removed, *added)):
        everywhere = ox.Quad(triple.subject, triple.predicate, triple.object)
        found = store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
        if triple in said or any(not isinstance(quad.graph_name, ox.DefaultGraph) for quad in found):
            store.add(everywhere)
        else:
            store.remove(everywhere)
    store.flush()
    del store
    return True


def _quads(lines: list[bytes]) -> list[ox.Quad]:
    import pyoxigraph as ox

    return list(ox.parse(b"\n".join(lines), format=ox.RdfFormat.N_QUADS, lenient=True))


def _share(old: Path, folder: Path) -> bool:
    """Copy a store, by links where its files never change."""
    try:
        folder.mkdir()
        for file in old.iterdir():
            if file.suffix == ".sst":
                try:
                    os.link(file, folder / file.name)
                    continue
                except OSError:
                    # Another file system, or one without links.
                    pass
            shutil.copyfile(file, folder / file.name)
    except OSError:
        return False
    return (folder / "CURRENT").is_file()


def _difference(before: Path, after: Path) -> tuple[list[bytes] | None, list[bytes]]:
    """Lines that went, and lines that came; None where too much has changed."""
    gone: set[bytes] = set()
    come: set[bytes] = set()
    try:
        with _mapped(before) as old, _mapped(after) as new:
            was, now = dict(_graphs(old)), dict(_graphs(new))
            size = 0
            for graph in {**was, **now}:
                left, right = old[slice(*was.get(graph, (0, 0)))], new[slice(*now.get(graph, (0, 0)))]
                if left != right:
                    size += len(right) or len(left)
                    known, lines = set(left.split(b"\n")), set(right.split(b"\n"))
                    gone |= known - lines
                    come |= lines - known
                if size > _MOST * len(new):
                    return None, []
    except (OSError, ValueError):
        return None, []
    return sorted(gone - {b""}), sorted(come - {b""})


@contextmanager
def _mapped(path: Path) -> Iterator[mmap.mmap]:
    with path.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as found:
        yield found


def _graphs(text: mmap.mmap) -> Iterator[tuple[str, tuple[int, int]]]:
    """Graph names, empty for the default graph, and where the lines of each stand: one graph's lines stand together."""
    start = 0
    while start < len(text):
        name = _graph_at(text, start)
        # Probe ever further until another graph is met, then halve the range.
        low, step = start, 1 << 12
        while low + step < len(text) and _graph_at(text, _line_after(text, low + step)) == name:
            low = _line_after(text, low + step)
            step *= 2
        high = min(len(text), low + step)
        while high - low > 1:
            middle = (low + high) // 2
            at = _line_after(text, middle)
            if at < len(text) and _graph_at(text, at) == name:
                low = at
            else:
                high = middle
        end = _line_after(text, low)
        while end < len(text) and _graph_at(text, end) == name:
            end = _line_after(text, end)
        yield name, (start, end)
        start = end


def _line_after(text: mmap.mmap, place: int) -> int:
    """Where the next line begins."""
    found = text.find(b"\n", place)
    return len(text) if found < 0 else found + 1


def _graph_at(text: mmap.mmap, start: int) -> str:
    """The graph of the line that begins at an offset."""
    return next(iter(read_quads([text[start : _line_after(text, start)].decode()])))[3]
