"""Literals and IRIs: whatever a note holds comes back from foreign parsers as it was, and never ends a literal early."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from kg.graph.terms import XSD, iri, literal, read_quads, unescape

START = "<https://a.example/s> <https://a.example/p> "
ANY_CHARACTER = st.characters(codec=None, exclude_categories=())
HARD_CHARACTER = st.sampled_from('"\\\n\r\t\x00\x01\x7f\x85\u2028\ud800\udfff\ufffe\uffff@^<>.u')
# A text strategy would unite both alphabets, and the hard characters would hardly ever be drawn.
ANY_TEXT = st.lists(st.one_of(HARD_CHARACTER, ANY_CHARACTER), max_size=40).map("".join)


def writable(text: str) -> str:
    """What RDF can carry of a text."""
    return "".join(
        "\ufffd" if char == "\0" or "\ud800" <= char <= "\udfff" or char in "\ufffe\uffff" else char for char in text
    )


def by_oxigraph(term: str) -> str:
    (triple,) = ox.parse(f"{START}{term} .\n".encode(), ox.RdfFormat.N_TRIPLES)
    assert isinstance(triple.object, ox.Literal)
    return triple.object.value


def by_rdflib(term: str) -> str:
    (triple,) = rdflib.Graph().parse(data=f"{START}{term} .\n".encode(), format="nt")
    return str(triple[2])


@pytest.mark.parametrize(
    "text",
    [
        "",
        'say "so"',
        "it's",
        "back\\slash",
        "ends in \\",
        '\\"',
        "\\u0041 \\n",
        "two\nlines\r\nand a\ttab",
        "".join(map(chr, range(1, 0x20))) + "\x7f",
        "\x85\u2028\u2029\ufeff",
        "</script><script>alert(1)</script>",
        "<![CDATA[ ]]> --> &amp;",
        '" . <https://a.example/evil> <https://a.example/p> "x',
        '"@en',
        '"^^<https://a.example/t>',
        "名字 🙂 𠀀",
    ],
)
def test_text_comes_back(text: str) -> None:
    for term in (literal(text), literal(text, "zh-Hans"), literal(text, datatype=XSD + "string")):
        assert by_oxigraph(term) == by_rdflib(term) == text
        assert "\n" not in term
        assert "\r" not in term


def test_what_rdf_cannot_carry_is_marked() -> None:
    for char in "\x00\ud800\udbff\udc00\udfff\ufffe\uffff":
        assert by_oxigraph(literal(f"a{char}b")) == by_rdflib(literal(f"a{char}b")) == "a\ufffdb"


@given(ANY_TEXT)
def test_any_text_is_one_literal(text: str) -> None:
    term = literal(text, "en")
    assert by_oxigraph(term) == writable(text)
    assert unescape(term[1:].removesuffix('"@en')) == writable(text)
    assert list(read_quads([f"{START}{term} <https://a.example/g> .\n", f"{START}{term} .\n"])) == [
        ("<https://a.example/s>", "<https://a.example/p>", term, "<https://a.example/g>"),
        ("<https://a.example/s>", "<https://a.example/p>", term, ""),
    ]


def test_language_and_datatype() -> None:
    assert literal("x", "zh-Hant") == '"x"@zh-Hant'
    assert literal("1", datatype=XSD + "integer") == f'"1"^^<{XSD}integer>'
    assert iri("https://a.example/") == "<https://a.example/>"


@given(st.lists(ANY_TEXT, max_size=6), st.lists(st.sampled_from(["", "en", "zh-Hans"]), min_size=6, max_size=6))
def test_lines_and_their_triples_sort_alike(texts: list[str], languages: list[str]) -> None:
    """What graph.nq, sorted in each graph, rests on, whatever stands in the literals."""
    terms = {literal(text, language) for text, language in zip(texts, languages, strict=False)}
    lines = sorted(f"{START}{term} <https://a.example/g> .\n" for term in terms)
    assert [quad[2] for quad in read_quads(lines)] == sorted(terms)


@pytest.mark.parametrize("line", ["", "\n", "# comment\n", f"{START}_:b .\n", f'{START}"open .\n', f"{START}12 .\n"])
def test_what_zhitu_did_not_write_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="not a line that Zhitu wrote"):
        list(read_quads([line]))
