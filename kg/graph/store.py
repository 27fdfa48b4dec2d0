"""The embedded SPARQL store: graph.nq in RocksDB, behind Oxigraph."""

from __future__ import annotations

from pathlib import Path

__all__ = ["build_store"]


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
