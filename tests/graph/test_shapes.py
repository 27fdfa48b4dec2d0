"""ontologies/shapes.ttl: what a build writes conforms, what is broken is reported, and the signatures are those of kg.ttl."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pyshacl
import pytest
import rdflib
from rdflib.collection import Collection

from kg.graph import to_quads, validate
from kg.identity import entity_iri, term_iri
from kg.model import ENTITY_TYPES
from kg.ontology import ontologies_dir, read_ontology
from tests.graph.builds import small

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated.*:DeprecationWarning:rdflib")

SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
SHAPES = rdflib.Graph().parse(ontologies_dir() / "shapes.ttl", format="turtle")


def check(text: str, tmp_path: Path) -> tuple[bool, str]:
    source = tmp_path / "graph.nq"
    source.write_text(text, encoding="utf-8", newline="\n")
    return validate(source)


def quads() -> str:
    return "".join(line + "\n" for line in to_quads(small()))


def test_outputs_conform(outputs: Path) -> None:
    start = time.perf_counter()
    conforms, report = validate(outputs / "graph.nq")
    assert conforms, report
    assert time.perf_counter() - start < 60


def test_small_build_conforms(tmp_path: Path) -> None:
    conforms, report = check(quads(), tmp_path)
    assert conforms, report


def test_shapes_are_well_formed() -> None:
    """Otherwise pySHACL passes over a misspelt constraint in silence."""
    conforms, _, report = pyshacl.validate(rdflib.Graph(), shacl_graph=SHAPES, meta_shacl=True)
    assert conforms, report
    assert {str(term).removeprefix(SH) for term in SHAPES.predicates() if str(term).startswith(SH)} == {
        "path", "inversePath", "property", "message", "nodeKind", "pattern", "in", "targetClass", "targetSubjectsOf",
        "targetObjectsOf", "minCount", "maxCount", "minLength", "datatype", "minInclusive", "maxInclusive", "languageIn",
        "uniqueLang", "disjoint",
    }  # fmt: skip


ALEXNET = re.escape(entity_iri("model:alexnet"))
BROKEN = {
    "claim without evidence": (r"<\S+/claim/\S+> <\S+#evidence> .*\n", "", "at least one piece of evidence"),
    "claim without subject": (r"<\S+/claim/\S+> <\S+#subject> .*\n", "", "one subject"),
    "claim without predicate": (r"<\S+/claim/\S+> <\S+#predicate> .*\n", "", "one predicate"),
    "claim with two objects": (
        r"(<\S+/claim/\S+> <\S+#object>) <\S+> (<.*\n)",
        r"\g<0>\1 <https://w3id.org/zhitu/id/topic/other> \2",
        "one object",
    ),
    "claim with a predicate of its own": (r"(#predicate> <\S+#)uses>", r"\1likes>", "one predicate"),
    "claim on one entity": (r"(/claim/\S+ <\S+#object>) <\S+>", rf"\1 <{entity_iri('model:alexnet')}>", "two entities"),
    "claim on nothing described": (r"(/claim/\S+ <\S+#object>) <\S+>", r"\1 <https://a.example/x>", "is an entity"),
    "confidence above 1": (r'"0\.83"', '"1.5"', "between 0 and 1"),
    "confidence below 0": (r'"0\.83"', '"-0.1"', "between 0 and 1"),
    "confidence that is no number": (r'"0\.83"\^\^<\S+>', '"high"', "between 0 and 1"),
    "evidence without note": (r".*#wasDerivedFrom> .*\n", "", "names one note"),
    "evidence from nowhere": (r"(#wasDerivedFrom>) <\S+>", r"\1 <https://a.example/x>", "comes from a note"),
    "evidence on line 0": (r'(#line>) "1"', r'\1 "0"', "counted from 1"),
    "evidence without line": (r".*#line> .*\n", "", "counted from 1"),
    "evidence without sentence": (r'(#quote>) "[^"]*"', r'\1 "  "', "quotes a sentence"),
    "evidence of unknown rule": (r".*#foundBy> .*\n", "", "names the rule"),
    "entity without name": (rf"<{ALEXNET}> <\S+prefLabel> .*\n", "", "has a name"),
    "entity with two names in one language": (
        rf'(<{ALEXNET}> <\S+prefLabel>) "AlexNet"@en (<.*\n)',
        r'\g<0>\1 "Alex Net"@en \2',
        "one in each language",
    ),
    "entity with a name of no language": (rf'(<{ALEXNET}> <\S+prefLabel> "AlexNet")@en', r"\1", "has a name"),
    "entity of two types": (
        rf"(<{ALEXNET}> <\S+type>) <\S+> (<.*\n)",
        rf"\g<0>\1 <{term_iri('Topic')}> \2",
        "one of the eight types",
    ),
    "entity of the wrong path": (r"/id/model/alexnet>", "/id/tool/alexnet>", "PatternConstraintComponent"),
    "note without title": (r"<\S+/note/\S+> <\S+/title> .*\n", "", "one title"),
    "note without path": (r"<\S+/note/\S+> <\S+/identifier> .*\n", "", "one path"),
    "note of unknown language": (r'(/language>) "zh-Hans"', r'\1 "xx"', "one language"),
    "note of no day": (r'"2019-03-02"', '"2019-13-02"', "one date"),
    "note without hash": (r".*#hash> .*\n", "", "one SHA-256"),
    "article that nobody links to": (r".*#linksTo> .*\n", "", "links to an article"),
    "article with an empty title": (r'(a\.example/alexnet> <\S+/title>) "AlexNet"', r'\1 ""', "PatternConstraint"),
    "article that is no web page": (r"https://a\.example/alexnet", "file:///etc", "PatternConstraintComponent"),
    "relation that its signature forbids": (r"<(\S+)#evaluatedOn>", r"<\1#authorOf>", "InConstraintComponent"),
    "mention of nothing described": (r"(#mentions>) <\S+>", r"\1 <https://a.example/x>", "one of the eight types"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_reported(name: str, tmp_path: Path) -> None:
    pattern, replacement, message = BROKEN[name]
    text, count = re.subn(pattern, replacement, quads())
    assert count
    conforms, report = check(text, tmp_path)
    assert not conforms
    assert message in report


def types_allowed(shape: rdflib.term.Node) -> set[str]:
    (constraint,) = SHAPES.objects(shape, SH.property)
    (members,) = SHAPES.objects(constraint, SH["in"])
    return {str(item).removeprefix(term_iri("")) for item in Collection(SHAPES, members)}


def test_signatures_are_those_of_the_ontology() -> None:
    for predicate in read_ontology().predicates.values():
        for side, types in (("targetSubjectsOf", predicate.domain), ("targetObjectsOf", predicate.range)):
            (shape,) = SHAPES.subjects(SH[side], rdflib.URIRef(term_iri(predicate.name)))
            assert types_allowed(shape) == types, (predicate.name, side)


def test_every_class_and_predicate_has_its_shape() -> None:
    targets = {str(item) for item in SHAPES.objects(None, SH.targetClass)}
    classes = {item.removeprefix(term_iri("")) for item in targets if item.startswith(term_iri(""))}
    assert classes == {*ENTITY_TYPES, "Claim", "Evidence", "Note", "Section", "Article"}
    claim = rdflib.URIRef("https://w3id.org/zhitu/shapes#Claim")
    (members,) = [
        members
        for constraint in SHAPES.objects(claim, SH.property)
        if (constraint, SH.path, rdflib.RDF.predicate) in SHAPES
        for members in SHAPES.objects(constraint, SH["in"])
    ]
    assert [str(item) for item in Collection(SHAPES, members)] == [
        term_iri(name) for name in read_ontology().predicates
    ]
