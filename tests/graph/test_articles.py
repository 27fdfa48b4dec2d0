"""Addresses of web pages as IRIs that every RDF parser takes."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.graph.rdf import article_iri


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("https://example.org/[x]", "https://example.org/%5Bx%5D"),
        ("https://example.org/笔记", "https://example.org/%E7%AC%94%E8%AE%B0"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://example.org/a#b#c", "https://example.org/a#b%23c"),
        ("https://user@example.org:port/", "https://user%40example.org%3Aport/"),
    ],
)
def test_what_an_iri_does_not_allow_is_encoded(url: str, expected: str) -> None:
    assert article_iri(url) == expected


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
def test_every_address_makes_an_iri(rest: str) -> None:
    line = f"<{article_iri('https://' + rest)}> <https://example.org/p> <https://example.org/o> .\n"
    (triple,) = ox.parse(line.encode(), ox.RdfFormat.N_TRIPLES)
    assert triple.subject.value.startswith("https://")
