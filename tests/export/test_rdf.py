"""Every syntax of RDF says the same as graph.nq, term for term: nothing is rewritten on the way out."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib

from kg.export import write_rdf
from kg.graph import to_quads
from kg.graph.terms import read_literal, read_quads
from kg.identity import BASE_IRI, document_iri
from pipelines.build import run_build
from tests.conftest import ROOT
from tests.graph.builds import small
from tests.pipelines.command import kg

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated.*:DeprecationWarning:rdflib")

FORMATS = {
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "trig": ox.RdfFormat.TRIG,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "turtle": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "nquads": ox.RdfFormat.N_QUADS,
}


def quads(data: bytes, form: ox.RdfFormat) -> set[Any]:
    return {(q.subject, q.predicate, q.object, q.graph_name) for q in ox.parse(data, format=form, lenient=False)}


@pytest.mark.parametrize("form", FORMATS)
def test_a_syntax_says_what_graph_nq_says(outputs: Path, tmp_path: Path, form: str) -> None:
    target = tmp_path / "graph"
    assert kg("export", form, "--graph", str(outputs), "--to", str(target)).returncode == 0
    source = quads((outputs / "graph.nq").read_bytes(), ox.RdfFormat.N_QUADS)
    found = quads(target.read_bytes(), FORMATS[form])
    if form in ("trig", "nquads"):
        assert found == source
    else:
        assert {quad[:3] for quad in found} == {quad[:3] for quad in source}


def test_terms_stay_as_they_were_written(outputs: Path, tmp_path: Path) -> None:
    """Engines fold zh-Hans to zh-hans and 0.50 to 0.5; what is given away is never read by one."""
    with (outputs / "graph.nq").open(encoding="utf-8", newline="\n") as lines:
        literals = {o for _, _, o, _ in read_quads(lines) if o.startswith('"')}
    assert any(read_literal(term)[1] == "zh-Hans" for term in literals)
    for form in ("ntriples", "trig"):
        write_rdf(outputs / "graph.nq", tmp_path / form, form)
        text = (tmp_path / form).read_text(encoding="utf-8")
        assert all(f"{term} ." in text for term in literals), form
    write_rdf(outputs / "graph.nq", tmp_path / "rdfxml", "rdfxml")
    graph = rdflib.Graph().parse(tmp_path / "rdfxml", format="xml")
    there = {
        (str(o), o.language or "", str(o.datatype or "")) for o in graph.objects() if isinstance(o, rdflib.Literal)
    }
    folded = {(text, language.lower()) for text, language, _ in there}
    assert {(text, language.lower()) for text, language, _ in map(read_literal, literals)} == folded
    assert 'xml:lang="zh-Hans"' in (tmp_path / "rdfxml").read_text(encoding="utf-8")


def test_the_store_changes_nothing_but_the_case_of_language_tags(outputs: Path) -> None:
    """The graph avoids what the engine rewrites: odd decimals, derived integers."""
    store = ox.Store.read_only(str(outputs / "store"))
    source = quads((outputs / "graph.nq").read_bytes(), ox.RdfFormat.N_QUADS)
    named = {(q.subject, q.predicate, q.object, q.graph_name) for q in store if q.graph_name != ox.DefaultGraph()}
    assert named == {quad for quad in source if quad[3] != ox.DefaultGraph()}


def test_hostile_text_survives_xml(tmp_path: Path) -> None:
    lines = ['<a:s> <a:p/q> "</n1:q>&<![CDATA[\\u0001\\r\\n\\t x]]> \\"\'"@en .']
    source = tmp_path / "graph.nq"
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    write_rdf(source, tmp_path / "x.rdf", "rdfxml")
    (found,) = quads((tmp_path / "x.rdf").read_bytes(), ox.RdfFormat.RDF_XML)
    assert found[2].value == "</n1:q>&<![CDATA[\ufffd\r\n\t x]]> \"'"


def test_gzip_is_the_same_file_packed_and_the_same_bytes_each_time(outputs: Path, tmp_path: Path) -> None:
    plain, one, two = (tmp_path / name for name in ("a.ttl", "a.ttl.gz", "b.ttl.gz"))
    for path in (plain, one, two):
        assert kg("export", "turtle", "--graph", str(outputs), "--to", str(path)).returncode == 0
    assert gzip.decompress(one.read_bytes()) == plain.read_bytes()
    assert one.read_bytes() == two.read_bytes()


def test_another_base_begins_every_address_but_the_ontology(tmp_path: Path) -> None:
    base = "https://notes.example/kg/"
    run_build([ROOT / "notes" / "vault" / "ResNet.md"], tmp_path / "out", jobs=1, base_iri=base)
    with (tmp_path / "out" / "graph.nq").open(encoding="utf-8", newline="\n") as lines:
        terms = {term for quad in read_quads(lines) for term in quad if term.startswith(f"<{BASE_IRI}")}
    assert terms
    assert all(term.startswith(f"<{BASE_IRI}ontology") for term in terms)
    assert f"<{document_iri('ResNet.md', base)}>" in (tmp_path / "out" / "graph.nq").read_text(encoding="utf-8")
    assert f"@prefix id: <{base}id/>" in (tmp_path / "out" / "graph.ttl").read_text(encoding="utf-8")
    assert f",{base}id/model/resnet" in (tmp_path / "out" / "entities.csv").read_text(encoding="utf-8")
    for wrong in ("example.org/", "https://example.org", "https://x y/", "javascript:alert(1)/", "https://a/#"):
        done = kg("build", str(ROOT / "notes"), "--out", str(tmp_path / "x"), "--base-iri", wrong)
        assert done.returncode == 2
        assert "--base-iri" in done.stderr


def test_taxonomy_has_no_cycle() -> None:
    from dataclasses import replace

    from kg.model import Claim, Entity
    from tests.graph.builds import evidence

    build = small()
    topics = tuple(Entity(f"topic:{name}", "Topic", name, "", name, ()) for name in "abc")
    said = tuple(
        Claim(f"topic:{s}", "broader", f"topic:{o}", (replace(evidence(build.documents[0]), confidence=sure),))
        for s, o, sure in (("a", "b", 0.9), ("b", "c", 0.8), ("c", "a", 0.7))
    )
    text = "\n".join(to_quads(replace(build, entities=(*build.entities, *topics), claims=(*build.claims, *said))))
    broader = {
        line.split(" ")[0][-2] + line.split(" ")[2][-2] for line in text.split("\n") if "skos/core#broader>" in line
    }
    assert broader == {"ab", "bc"}
    assert text.count("ontology#broader> <") >= 3
