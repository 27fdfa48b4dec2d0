"""Triples that the server itself states, written in any format of `GRAPHS`."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.sparql.formats import GRAPHS
from pipelines.sparql.pool import prefixes_of

__all__ = ["convert", "serialise"]


def serialise(rows: Iterable[tuple[str, str, str]], form: str, base: str) -> bytes:
    """Triples, whose terms are written as in N-Triples, in a format of GRAPHS."""
    return convert("".join(f"{' '.join(row)} .\n" for row in rows), "ntriples", form, base)


def convert(text: str, given: str, form: str, base: str) -> bytes:
    """Triples written in one format of GRAPHS, written in another."""
    import pyoxigraph as ox

    source, target = (getattr(ox.RdfFormat, GRAPHS[name].engine) for name in (given, form))
    triples = (quad.triple for quad in ox.parse(text, format=source))
    written = ox.serialize(triples, format=target, prefixes=prefixes_of(base))
    assert written is not None
    return written
