"""The embedded SPARQL store: graph.nq in RocksDB, behind Oxigraph."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from mmap import mmap
from pathlib import Path
from typing import TYPE_CHECKING

from kg.graph.quads import mapped

if TYPE_CHECKING:
    import pyoxigraph as ox

__all__ = ["build_store", "update_store"]

_PIECE = 1 << 25
"""Bytes that are loaded at a time: less memory, more threads and less to put in order at the end than for all at once."""


def build_store(source: Path, merged: Callable[[], Path], folder: Path, threads: int = 1) -> None:
    """Load graph.nq into a new Oxigraph store on disk, and graph.ttl, every triple once, into its default graph.

    `merged` gives graph.ttl; with several threads it may write it while graph.nq is loaded. A union of the named graphs
    at query time would count a triple once for each note that supports it.
    """
    import pyoxigraph as ox

    store = ox.Store(str(folder))
    if threads == 1:
        merged()
    with mapped(source) as text, ThreadPoolExecutor(threads) as pool:
        loads = [pool.submit(_load, store, text, lines) for lines in _pieces(text)]
        # Terms were checked when they were written; `lenient` spares checking them twice more.
        loads.append(pool.submit(store.bulk_load, path=str(merged()), format=ox.RdfFormat.TURTLE, lenient=True))
        for done in loads:
            done.result()
    store.flush()
    # Joins take twice as long in a store that was not optimised.
    store.optimize()
    del store


def _load(store: ox.Store, text: mmap, lines: slice) -> None:
    """No blank node is named in two places, so that some lines may be read by themselves."""
    import pyoxigraph as ox

    store.bulk_load(input=text[lines], format=ox.RdfFormat.N_QUADS, lenient=True)


def _pieces(text: mmap) -> Iterator[slice]:
    """Whole lines of a file, some at a time."""
    start = 0
    while start < len(text):
        end = text.find(b"\n", start + _PIECE) + 1 or len(text)
        yield slice(start, end)
        start = end


def update_store(old: Path, gone: Sequence[bytes], come: Sequence[bytes], folder: Path) -> bool:
    """Make a store of an older one and of the lines that went from its graph.nq and came to it; False where that one is broken.

    The old store stays as it is: its tables, which the engine never changes, are shared by links, and all else is copied.
    """
    try:
        if _share(old, folder):
            _change(folder, _quads(gone), _quads(come))
            return True
    except (OSError, RuntimeError, ValueError):
        # Tables are looked at only where something is looked up in them.
        pass
    shutil.rmtree(folder, ignore_errors=True)
    return False


def _change(folder: Path, removed: Sequence[ox.Quad], added: Sequence[ox.Quad]) -> None:
    import pyoxigraph as ox

    store = ox.Store(str(folder))
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


def _quads(lines: Sequence[bytes]) -> list[ox.Quad]:
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
