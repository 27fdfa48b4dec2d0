"""Which format a client gets (RFC 9110, 12.5.1)."""

from __future__ import annotations

import pytest

from pipelines.sparql.formats import GRAPHS, SOLUTIONS, format_named, liked


@pytest.mark.parametrize(
    ("accept", "solutions", "graphs"),
    [
        ("*/*", "json", "turtle"),
        ("text/*", "csv", "turtle"),
        ("application/*", "json", "ntriples"),
        ("application/json", "json", "jsonld"),
        ("application/xml", "xml", "rdfxml"),
        ("application/sparql-results+json;q=0, */*", "xml", "turtle"),
        ("text/turtle;q=0.1, application/rdf+xml;q=0.2, */*;q=0", None, "rdfxml"),
        ("text/csv;q=0.5, text/tab-separated-values;q=0.5", "csv", None),
        ("TEXT/CSV; Q=1", "csv", None),
        ("text/csv;q=zebra", None, None),
        ("image/png", None, None),
        ("", None, None),
    ],
)
def test_the_best_format_is_found(accept: str, solutions: str | None, graphs: str | None) -> None:
    assert liked(accept, SOLUTIONS) == solutions
    assert liked(accept, GRAPHS) == graphs


def test_formats_have_many_names() -> None:
    assert format_named("CSV", SOLUTIONS) == "csv"
    assert format_named("ttl", GRAPHS) == format_named("text/turtle", GRAPHS) == "turtle"
    assert format_named("xml", SOLUTIONS) == "xml"
    assert format_named("word", GRAPHS) is None
