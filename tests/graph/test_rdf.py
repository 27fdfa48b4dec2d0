"""The quads of a build: one graph for each note, each whole without the others, and safe whatever the notes hold."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import Any

import pyoxigraph as ox
import pytest

from kg.graph import to_quads
from kg.graph.rdf import claim_iri, evidence_iri, statements
from kg.graph.terms import DCAT, DCTERMS, PROV, RDF, SKOS, VOID, read_quads
from kg.identity import BASE_IRI, document_iri, entity_iri, term_iri
from kg.model import Build, Claim, Entity, Link, Span
from tests.graph.builds import evidence, mention, note, small

HOSTILE = "\"'\\\n\r\t\x00\x01\x7f\u2028\ud800\ufffe </script><b> @en ^^<x> } 名"
KEPT = HOSTILE.replace("\x00", "\ufffd").replace("\ud800", "\ufffd").replace("\ufffe", "\ufffd")


def parse(build: Build) -> list[Any]:
    text = "".join(line + "\n" for line in to_quads(build))
    return [
        ox.Quad(q.subject, q.predicate, q.object, q.graph_name) for q in ox.parse(text.encode(), ox.RdfFormat.N_QUADS)
    ]


def objects(quads: list[Any], subject: str, predicate: str) -> list[str]:
    """Values of a property over all graphs, each once, sorted; Oxigraph writes language tags in lower case."""
    return sorted(
        {
            f"{q.object.value}@{q.object.language}"
            if isinstance(q.object, ox.Literal) and q.object.language
            else q.object.value
            for q in quads
            if q.subject.value == subject and q.predicate.value == predicate
        }
    )


def test_labels_carry_their_language() -> None:
    quads = parse(small())
    alexnet = entity_iri("model:alexnet")
    assert objects(quads, alexnet, SKOS + "prefLabel") == ["AlexNet@en", "亚历克斯网络@zh-hans"]
    assert objects(quads, alexnet, SKOS + "altLabel") == ["亞歷克斯網絡@zh-hant"]
    assert objects(quads, alexnet, DCTERMS + "date") == ["2012"]
    assert objects(quads, alexnet, RDF + "type") == [term_iri("Model")]


def test_a_claim_is_said_with_its_evidence_from_every_note() -> None:
    build = small()
    quads = parse(build)
    claim = build.claims[1]
    node = claim_iri(claim)
    assert objects(quads, node, RDF + "subject") == [entity_iri(claim.subject)]
    assert objects(quads, node, RDF + "predicate") == [term_iri("evaluatedOn")]
    assert objects(quads, node, RDF + "object") == [entity_iri(claim.object)]
    assert objects(quads, node, term_iri("confidence")) == ["0.83"]
    pieces = objects(quads, node, term_iri("evidence"))
    assert len(pieces) == 2
    sources = {objects(quads, piece, PROV + "wasDerivedFrom")[0] for piece in pieces}
    assert sources == {document_iri("one.md"), document_iri("sub/two.md")}
    assert objects(quads, entity_iri(claim.subject), term_iri("evaluatedOn")) == [entity_iri(claim.object)]


def test_the_graph_of_a_note_stands_alone() -> None:
    """What a note's graph names, it also describes; dropping the other note's graph takes nothing from it."""
    quads = parse(small())
    for name in ("one.md", "sub/two.md"):
        here = [q for q in quads if q.graph_name == ox.NamedNode(document_iri(name))]
        described = {q.subject.value for q in here if q.predicate.value == RDF + "type"}
        named = {
            t.value for q in here for t in (q.subject, q.object) if isinstance(t, ox.NamedNode) and "/id/" in t.value
        }
        assert named
        assert named <= described
        assert {q.subject.value for q in here} <= described
    assert not any("lonely" in str(q) for q in quads)


def test_order_of_notes_and_mentions_changes_nothing() -> None:
    build = small()
    turned = replace(
        build, documents=build.documents[::-1], resolutions=build.resolutions[::-1], claims=build.claims[::-1]
    )
    lines = list(to_quads(build))
    assert list(to_quads(turned)) == lines
    assert len(lines) == len(set(lines))
    graphs = [
        (graph, list(of_graph)) for graph, of_graph in groupby(lines, key=lambda line: next(read_quads([line]))[3])
    ]
    assert [graph for graph, _ in graphs] == ["", *(f"<{document_iri(name)}>" for name in ("one.md", "sub/two.md"))]
    assert all(of_graph == sorted(of_graph) for _, of_graph in graphs)


def test_an_address_that_is_also_a_thing_is_said_once() -> None:
    """A note may link to any address, that of an entity, a claim or the dataset as well."""
    build = small()
    document = build.documents[0]
    addresses = (
        entity_iri("model:alexnet"),
        claim_iri(build.claims[1]),
        evidence_iri(build.claims[1], build.claims[1].evidence[0]),
        document_iri("one.md"),
        document_iri("sub/two.md"),
        BASE_IRI + "graph",
        BASE_IRI + "build",
    )
    links = tuple(Link(url, "x", Span(0, 7), 0) for url in addresses)
    build = replace(build, documents=(replace(document, links=links * 2), *build.documents[1:]))
    lines = list(to_quads(build))
    assert len(lines) == len(set(lines))
    quads = parse(build)
    assert all(term_iri("Article") in objects(quads, address, RDF + "type") for address in addresses)
    merged = [f"{subject} {text}" for subject, texts in sorted(statements(build)) for text in texts]
    assert merged == sorted({" ".join(quad[:3]) for quad in read_quads(line + "\n" for line in lines)})


def test_links_are_articles_about_what_their_title_names() -> None:
    text = "[AlexNet explained](https://a.example/x) [mail](mailto:a@a.example) [[Vault]] [t](javascript:alert(1))"
    title = Span(1, 18)
    links = (
        Link("https://a.example/x", "AlexNet explained", Span(0, 40), 0, "web", title),
        Link("mailto:a@a.example", "mail", Span(41, 66), 0, "web", Span(42, 46)),
        Link("Vault", "", Span(67, 76), 0, "wikilink"),
        Link("javascript:alert(1)", "t", Span(77, len(text)), 0, "web", Span(78, 79)),
    )
    document = note("links.md", text, links=links)
    entity = Entity("model:alexnet", "Model", "AlexNet", "", "AlexNet", ())
    quads = parse(Build((document,), (entity,), (mention(document, "AlexNet", "model:alexnet"),), (), ()))
    assert objects(quads, document_iri("links.md"), term_iri("linksTo")) == ["https://a.example/x"]
    assert objects(quads, "https://a.example/x", DCTERMS + "title") == ["AlexNet explained@en"]
    assert objects(quads, "https://a.example/x", term_iri("about")) == [entity_iri("model:alexnet")]


@pytest.mark.parametrize(
    "name", ["a b.md", "<x>.md", 'q"uote.md', "名字/笔记.md", "100%.md", "a\nb.md", "a\\b.md", "?#.md"]
)
def test_any_file_name_makes_a_graph(name: str) -> None:
    document = note(name)
    quads = parse(Build((document,), (), (), (), ()))
    assert objects(quads, document_iri(name), DCTERMS + "identifier") == [name]
    assert {q.graph_name.value for q in quads if isinstance(q.graph_name, ox.NamedNode)} == {document_iri(name)}


def test_hostile_text_stays_text() -> None:
    hostile = note(
        "n.md", title=HOSTILE, links=(Link("https://a.example/" + '"<>\\^`{|} \n\x01', HOSTILE, Span(0, 5), 0),)
    )
    entities = (
        Entity("model:a", "Model", HOSTILE, HOSTILE, "", (HOSTILE + "2",), (("arxiv", HOSTILE), ("year", HOSTILE))),
        Entity("model:b", "Model", "b", "", "b", ()),
    )
    claim = Claim("model:a", "uses", "model:b", (evidence(hostile, quote=HOSTILE),))
    quads = parse(Build((hostile,), entities, (), (claim,), ()))
    said = {q.object.value for q in quads if isinstance(q.object, ox.Literal)}
    assert {KEPT, KEPT + "2", "arxiv:" + KEPT} <= said
    assert all(q.predicate.value.startswith((RDF, SKOS, DCTERMS, PROV, VOID, DCAT, term_iri(""))) for q in quads)
    assert objects(quads, document_iri("n.md"), term_iri("linksTo")) == [
        "https://a.example/%22%3C%3E%5C%5E%60%7B%7C%7D%20%0A%01"
    ]
