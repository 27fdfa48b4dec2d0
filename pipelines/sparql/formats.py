"""Formats of answers: their names here, media types, and names in the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

__all__ = ["GRAPHS", "SOLUTIONS", "Format", "format_named", "liked", "quality"]


class Format(NamedTuple):
    """One way to write an answer."""

    engine: str
    """Name of the constant in pyoxigraph."""
    aliases: tuple[str, ...]
    """Suffixes of files, and what clients call it."""
    media_types: tuple[str, ...]
    """The first is the one that answers carry."""

    @property
    def content_type(self) -> str:
        """Value of the header Content-Type."""
        return self.media_types[0] + ("; charset=utf-8" if self.media_types[0].startswith("text/") else "")


SOLUTIONS: Mapping[str, Format] = {
    "json": Format("JSON", ("srj",), ("application/sparql-results+json", "application/json")),
    "xml": Format("XML", ("srx",), ("application/sparql-results+xml", "application/xml", "text/xml")),
    "csv": Format("CSV", (), ("text/csv",)),
    "tsv": Format("TSV", (), ("text/tab-separated-values",)),
}
"""For SELECT and ASK, in our order where a client likes several equally."""

GRAPHS: Mapping[str, Format] = {
    "turtle": Format("TURTLE", ("ttl", "n3", "text"), ("text/turtle", "application/x-turtle", "application/turtle")),
    "ntriples": Format("N_TRIPLES", ("nt", "n-triples"), ("application/n-triples", "text/plain")),
    "nquads": Format("N_QUADS", ("nq", "n-quads"), ("application/n-quads",)),
    "trig": Format("TRIG", (), ("application/trig",)),
    "jsonld": Format("JSON_LD", ("json-ld", "json"), ("application/ld+json", "application/json")),
    "rdfxml": Format("RDF_XML", ("rdf", "rdf+xml", "xml"), ("application/rdf+xml", "application/xml", "text/xml")),
}
"""For CONSTRUCT, DESCRIBE and whole graphs, in our order."""


def format_named(name: str, formats: Mapping[str, Format]) -> str | None:
    """Our name of a format that is given by our name, another name or a media type."""
    wanted = name.lower()
    if wanted in formats:
        return wanted
    return next((ours for ours, form in formats.items() if wanted in (*form.media_types, *form.aliases)), None)


def liked(accept: str, formats: Mapping[str, Format]) -> str | None:
    """The format with the highest quality in an Accept header, the first of ours among equals; None if it takes none."""
    best = max(formats, key=lambda name: quality(accept, formats[name].media_types))
    return best if quality(accept, formats[best].media_types) > 0 else None


def quality(accept: str, kinds: Sequence[str]) -> float:
    """Quality, 0-1, that an Accept header gives the first of some media types (RFC 9110, 12.5.1).

    The others are names for the same: they count where the header has them literally.
    """
    ranges = _ranges(accept)
    group = kinds[0].partition("/")[0] + "/*"
    first = next((ranges[name] for name in (kinds[0], group, "*/*") if name in ranges), 0.0)
    return max(first, *(ranges.get(name, 0.0) for name in kinds[1:]), 0.0)


def _ranges(accept: str) -> Mapping[str, float]:
    """Media ranges of an Accept header with their qualities."""
    found: dict[str, float] = {}
    for item in accept.split(","):
        name, *options = (part.strip().lower() for part in item.split(";"))
        value = 1.0
        for option in options:
            if option.startswith("q="):
                try:
                    value = min(1.0, max(0.0, float(option[2:])))
                except ValueError:
                    value = 0.0
        found[name] = max(value, found.get(name, 0.0))
    return found
