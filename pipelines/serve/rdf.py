"""Triples that the server itself states, written in any format of `GRAPHS`."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.sparql.formats import GRAPHS
from pipelines.sparql.pool import prefixes_of

__all__ = ["serialise"]


def serialise(rows: Iterable[tuple[str, str, str]], form: str, base: str) -> bytes:
    """Triples, whose terms are written as in N-Triples, in a format of GRAPHS."""
    import pyoxigraph as ox

    text = "".join(f"{subject} {predicate} {thing} .\n" for subject, predicate, thing in rows)
    triples = (quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES))
    written = ox.serialize(triples, format=getattr(ox.RdfFormat, GRAPHS[form].engine), prefixes=prefixes_of(base))
    assert written is not None
    return written
