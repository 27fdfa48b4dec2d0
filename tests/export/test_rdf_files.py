"""graph.nq, graph.ttl and graph.jsonld say the same to rdflib and to Oxigraph."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib

from kg.export import to_frames
from kg.graph.serialise import to_jsonld, to_turtle
from kg.graph.terms import RDF, literal, read_quads
from kg.identity import document_iri, entity_iri, term_iri

# rdflib warns of what its own parsers call.
pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated.*:DeprecationWarning:rdflib")

MERGED = {"graph.ttl": ox.RdfFormat.TURTLE, "graph.jsonld": ox.RdfFormat.JSON_LD}


def oxigraph(path: Path, form: ox.RdfFormat) -> set[tuple[Any, ...]]:
    """The triples of a file, whatever graph they stand in."""
    return {
        (quad.subject, quad.predicate, quad.object) for quad in ox.parse(path=str(path), format=form, lenient=False)
    }


def by_rdflib(path: Path) -> set[tuple[Any, ...]]:
    """The triples of a file, whatever graph they stand in."""
    form = {".nq": "nquads", ".ttl": "turtle", ".jsonld": "json-ld"}[path.suffix]
    dataset = rdflib.Dataset()
    dataset.parse(path, format=form)
    return {(s, p, o) for s, p, o, _ in dataset.quads()}


def test_oxigraph_reads_three_times_the_same(outputs: Path) -> None:
    quads = oxigraph(outputs / "graph.nq", ox.RdfFormat.N_QUADS)
    assert quads
    assert not any(isinstance(term, ox.BlankNode) for triple in quads for term in triple)
    for name, form in MERGED.items():
        assert oxigraph(outputs / name, form) == quads, name


def test_rdflib_reads_three_times_the_same(outputs: Path) -> None:
    quads = by_rdflib(outputs / "graph.nq")
    assert quads
    assert not any(isinstance(term, rdflib.BNode) for triple in quads for term in triple)
    for name in MERGED:
        assert by_rdflib(outputs / name) == quads, name


def test_both_libraries_count_the_same(outputs: Path) -> None:
    triples = oxigraph(outputs / "graph.nq", ox.RdfFormat.N_QUADS)
    assert len(triples) == len(by_rdflib(outputs / "graph.nq"))
    with (outputs / "graph.nq").open(encoding="utf-8", newline="\n") as handle:
        assert len(triples) == len({quad[:3] for quad in read_quads(handle)})


def test_one_graph_for_each_note(outputs: Path) -> None:
    tables = to_frames(outputs)
    quads = list(ox.parse(path=str(outputs / "graph.nq"), format=ox.RdfFormat.N_QUADS))
    graphs = {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode)}
    assert graphs == {document_iri(doc) for doc in tables["documents"]["doc"]}


def test_rdf_says_what_the_tables_say(outputs: Path) -> None:
    tables = to_frames(outputs)
    triples = oxigraph(outputs / "graph.nq", ox.RdfFormat.N_QUADS)
    types = {s.value: o.value for s, p, o in triples if p.value == RDF + "type" and "/id/" in s.value}
    entities = tables["entities"]
    named = (
        set(tables["mentions"]["entity_id"]) | set(tables["relations"]["subject"]) | set(tables["relations"]["object"])
    )
    assert types == {row.iri: term_iri(row.type) for row in entities.itertuples() if row.id in named}
    relations = tables["relations"]
    for s, p, o in set(zip(relations["subject"], relations["predicate"], relations["object"], strict=True)):
        terms = (entity_iri(s), term_iri(p), entity_iri(o))
        assert tuple(map(ox.NamedNode, terms)) in triples
    evidence = [s for s, p, o in triples if p.value == RDF + "type" and o.value == term_iri("Evidence")]
    # That two things stand in one sentence is a bare triple; the tables alone keep the sentence.
    assert len(evidence) == (relations["predicate"] != "coOccursWith").sum() > 0


HOSTILE = "\"quoted\" 'single' back\\slash \\u0041\n\r\t\x00\x01\x0b\x7f\x85\u2028\ud800\ufffe </script><b>& @en ^^<x> . 名字🙂"


def test_hostile_literals_survive_every_form(tmp_path: Path) -> None:
    ends = [literal(HOSTILE), literal(HOSTILE, "zh-Hant"), literal("ends in \\"), literal('"'), literal("")]
    lines = [
        f"<https://a.example/s> <https://a.example/p{n}> {end} <https://a.example/g> .\n" for n, end in enumerate(ends)
    ]
    source = tmp_path / "graph.nq"
    source.write_text("".join(lines), encoding="utf-8", newline="\n")
    texts = [f"<https://a.example/p{n}> {end}" for n, end in enumerate(ends)]
    for name, write in (("graph.ttl", to_turtle), ("graph.jsonld", to_jsonld)):
        pieces = write(iter([("<https://a.example/s>", texts)]))
        (tmp_path / name).write_text("".join(pieces), encoding="utf-8", newline="\n")
    kept = HOSTILE
    for char in "\x00\ud800\ufffe":
        kept = kept.replace(char, "\ufffd")
    for name, form in {"graph.nq": ox.RdfFormat.N_QUADS, **MERGED}.items():
        read = {p.value[-1]: o for _, p, o in oxigraph(tmp_path / name, form)}
        assert [read[str(n)].value for n in range(5)] == [kept, kept, "ends in \\", '"', ""], name
        assert read["1"].language.lower() == "zh-hant"
        again = {str(p)[-1]: str(o) for _, p, o in by_rdflib(tmp_path / name)}
        assert [again[str(n)] for n in range(5)] == [kept, kept, "ends in \\", '"', ""], name
    json.loads((tmp_path / "graph.jsonld").read_text(encoding="utf-8"))
