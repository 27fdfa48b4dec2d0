"""ontologies/kg.ttl as a reasoner and a careful reader see it."""

from __future__ import annotations

import re
from pathlib import Path

import owlrl
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SKOS

from kg.identity import term_iri
from kg.ontology import ontologies_dir

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated.*:DeprecationWarning")

KG = rdflib.Namespace(term_iri(""))
ONTOLOGY = rdflib.Graph().parse(ontologies_dir() / "kg.ttl", format="turtle")
SHAPES = rdflib.Graph().parse(ontologies_dir() / "shapes.ttl", format="turtle")
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
TERMS = sorted({term for term in ONTOLOGY.subjects() if str(term).startswith(str(KG))})
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)


def contradictions(graph: rdflib.Graph) -> list[str]:
    """What OWL 2 RL finds wrong with a graph and the ontology together."""
    whole = rdflib.Graph()
    for triple in (*ONTOLOGY, *graph):
        whole.add(triple)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(whole)
    found = whole.subject_objects(rdflib.URIRef("http://www.daml.org/2002/03/agents/agent-ont#error"))
    return [str(text) for _, text in found]


def stated(path: Path) -> rdflib.Graph:
    """What a build says without its evidence, whose text no axiom looks at."""
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(path / "graph.nq", format="nquads")
    graph = rdflib.Graph()
    for s, p, o in dataset.triples((None, None, None)):
        if "/evidence/" not in s and (isinstance(o, rdflib.URIRef) or p == SKOS.prefLabel) and p != KG.coOccursWith:
            graph.add((s, p, o))
    return graph


def test_a_reasoner_finds_no_contradiction(sample: Path) -> None:
    graph = stated(sample)
    assert len(graph) > 1000
    assert contradictions(graph) == []


def test_the_reasoner_would_find_one() -> None:
    graph = rdflib.Graph()
    for kind in (KG.Person, KG.Paper):
        graph.add((KG.x, RDF.type, kind))
    assert contradictions(graph)
    wrong = rdflib.Graph()
    wrong.add((KG.x, KG.authorOf, KG.y))
    wrong.add((KG.x, RDF.type, KG.Dataset))
    assert contradictions(wrong)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: str(term).removeprefix(str(KG)))
def test_a_term_is_told_in_full(term: rdflib.URIRef) -> None:
    """One kind, a name and a comment in both languages, a name in the style of its kind, a domain and a range."""
    kinds = [kind for kind in KINDS if (term, RDF.type, kind) in ONTOLOGY]
    assert len(kinds) == 1
    for predicate in (RDFS.label, RDFS.comment):
        languages = [text.language for text in ONTOLOGY.objects(term, predicate)]
        assert sorted(languages, key=str) == ["en", "zh-Hans"], predicate
    name = str(term).removeprefix(str(KG))
    assert re.fullmatch("[A-Z][A-Za-z]+" if kinds == [OWL.Class] else "[a-z][A-Za-z]+", name)
    if kinds == [OWL.ObjectProperty]:
        assert list(ONTOLOGY.objects(term, RDFS.domain))
    if kinds[0] in (OWL.ObjectProperty, OWL.DatatypeProperty):
        assert len(list(ONTOLOGY.objects(term, RDFS.range))) == 1


def test_what_is_referred_to_is_defined() -> None:
    used = {str(term) for triple in (*ONTOLOGY, *SHAPES) for term in triple if str(term).startswith(str(KG))}
    assert used - {str(KG)} <= {str(term) for term in TERMS}


def test_labels_are_no_twins() -> None:
    for language in ("en", "zh-Hans"):
        labels = [
            str(text)
            for term in TERMS
            for text in ONTOLOGY.objects(term, RDFS.label)
            if text.language == language and (term, RDF.type, OWL.ObjectProperty) in ONTOLOGY
        ]
        assert len(labels) == len(set(labels))


def test_classes_have_no_cycle() -> None:
    for term in TERMS:
        above = set(ONTOLOGY.transitive_objects(term, RDFS.subClassOf)) - {term}
        assert all(term not in set(ONTOLOGY.transitive_objects(other, RDFS.subClassOf)) for other in above)


def test_every_class_of_things_and_every_relation_has_a_shape() -> None:
    """kg:Entity and kg:Source have no things of their own, only kinds."""
    targets = set(SHAPES.objects(None, SH.targetClass))
    classes = {term for term in TERMS if (term, RDF.type, OWL.Class) in ONTOLOGY} - {KG.Entity, KG.Source}
    assert classes <= targets
    relations = {term for term in TERMS if (term, RDF.type, OWL.ObjectProperty) in ONTOLOGY} - {KG.evidence}
    assert relations <= set(SHAPES.objects(None, SH.targetSubjectsOf))
    assert relations <= set(SHAPES.objects(None, SH.targetObjectsOf))
    paths = set(SHAPES.objects(None, SH.path))
    assert {KG.evidence, KG.confidence, KG.line, KG.quote, KG.foundBy, KG.hash} <= paths


def test_broader_topics_have_no_cycle(outputs: Path) -> None:
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(outputs / "graph.nq", format="nquads")
    above: dict[rdflib.term.Node, set[rdflib.term.Node]] = {}
    for narrower, wider in dataset.subject_objects(SKOS.broader):
        above.setdefault(narrower, set()).add(wider)
    assert above
    while above:
        # Topics with nothing above them are taken away until none is left: in a cycle there always is.
        ends = {wider for each in above.values() for wider in each} - set(above)
        assert ends
        above = {topic: rest for topic, each in above.items() if (rest := each - ends)}
