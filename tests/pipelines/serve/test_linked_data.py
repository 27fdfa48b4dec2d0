"""Every thing has an address that answers, for people and for programs; search speaks Chinese; examples give rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from kg.identity import BASE_IRI, term_iri
from pipelines.serve.query_page import examples
from tests.pipelines.serve.server import running


@pytest.fixture(scope="module")
def server(sample: Path) -> Iterator[str]:
    with running(sample) as address:
        yield address


def select(server: str, query: str) -> list[dict[str, dict[str, str]]]:
    answer = httpx.get(f"{server}/sparql", params={"query": query}, headers={"Accept": "application/json"}, timeout=30)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, dict[str, str]]] = answer.json()["results"]["bindings"]
    return rows


THINGS = {
    "entity": "SELECT ?x { ?x a kg:Model } ORDER BY ?x LIMIT 3",
    "entity with a Chinese address": "SELECT ?x { ?x a kg:Topic FILTER(CONTAINS(STR(?x), '%E')) } ORDER BY ?x LIMIT 3",
    "note": "SELECT ?x { ?x a kg:Note } ORDER BY ?x",
    "claim": "SELECT ?x { ?x a kg:Claim } ORDER BY ?x LIMIT 3",
    "evidence": "SELECT ?x { ?x a kg:Evidence } ORDER BY ?x LIMIT 3",
    "dataset and build": "SELECT ?x { ?x a ?t VALUES ?t { void:Dataset prov:Activity prov:SoftwareAgent } }",
}


@pytest.mark.parametrize("kind", THINGS)
def test_a_thing_has_a_page_and_data(server: str, kind: str) -> None:
    rows = select(server, THINGS[kind])
    assert rows
    for row in rows:
        name = row["x"]["value"]
        address = f"{server}/{name.removeprefix(BASE_IRI)}"
        first = httpx.get(address, headers={"Accept": "text/turtle"})
        assert first.status_code == 303, name
        assert first.headers["vary"] == "Accept"
        data = httpx.get(address, headers={"Accept": "text/turtle"}, follow_redirects=True)
        assert data.headers["content-type"].startswith("text/turtle")
        assert any(t.subject.value == name for t in ox.parse(data.content, format=ox.RdfFormat.TURTLE))
        page = httpx.get(
            address, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}, follow_redirects=True
        )
        assert page.headers["content-type"].startswith("text/html")
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert f"<code>{name}</code>" in page.text
        for form, kind_ in (
            ("jsonld", "application/ld+json"),
            ("rdfxml", "application/rdf+xml"),
            ("nt", "application/n-triples"),
        ):
            again = httpx.get(f"{server}/data/{name.removeprefix(BASE_IRI)}?format={form}")
            assert (again.status_code, again.headers["content-type"]) == (200, kind_)


def test_the_data_of_an_entity_has_its_claims_with_sentences(server: str) -> None:
    answer = httpx.get(f"{server}/id/model/resnet", headers={"Accept": "application/n-triples"}, follow_redirects=True)
    predicates = {quad.predicate.value for quad in ox.parse(answer.content, format=ox.RdfFormat.N_TRIPLES)}
    assert {term_iri("quote"), term_iri("line"), term_iri("confidence"), term_iri("evidence")} <= predicates


def test_the_page_of_an_entity_leads_on(server: str) -> None:
    page = httpx.get(f"{server}/page/id/model/resnet", timeout=30).text
    assert "残差" in page
    assert 'href="/#/topic/model:resnet"' in page
    links = set(re.findall(r'href="(/page/[^"]+)"', page))
    assert len(links) > 10
    for link in sorted(links)[:25]:
        assert httpx.get(server + link, timeout=30).status_code == 200, link


def test_every_term_of_the_ontology_is_described(server: str) -> None:
    data = httpx.get(f"{server}/ontology", headers={"Accept": "text/turtle"})
    terms = {
        q.subject.value
        for q in ox.parse(data.content, format=ox.RdfFormat.TURTLE)
        if isinstance(q.subject, ox.NamedNode)
    }
    page = httpx.get(f"{server}/ontology", headers={"Accept": "text/html"}).text
    for term in terms:
        if term.startswith(term_iri("")):
            assert f'id="{term.removeprefix(term_iri(""))}"' in page
    used = {row["p"]["value"] for row in select(server, "SELECT DISTINCT ?p { ?s ?p ?o }")}
    assert {term for term in used if term.startswith(BASE_IRI)} <= terms


def test_what_is_not_there_is_404_and_says_so(server: str) -> None:
    for path in (
        "/page/id/model/no-such-thing",
        "/data/id/model/no-such-thing",
        "/page/",
        "/static/../app.py",
        "/static/x.js",
    ):
        answer = httpx.get(server + path)
        assert answer.status_code == 404, path
    for path in ("/page/id/%22%3E%3Cscript%3E", "/page/id/a%0Ab", "/data/id/%3E%20%7D%20SELECT"):
        answer = httpx.get(server + path)
        assert answer.status_code == 404, path
        assert "<script>" not in answer.text


# ---- search ----


@pytest.mark.parametrize("text", ["残差网络", "殘差網路", "resnet", "ResN", "残差"])
def test_search_finds_names_in_any_script_and_beginnings(server: str, text: str) -> None:
    found = httpx.get(f"{server}/search", params={"q": text}).json()
    assert f"{BASE_IRI}id/model/resnet" in [name["iri"] for name in found["names"]]
    assert all(0 < name["score"] <= 1 for name in found["names"])


def test_search_finds_sentences_with_their_lines(server: str) -> None:
    found = httpx.get(f"{server}/search", params={"q": "常微分方程 欧拉", "limit": 3}).json()["sentences"]
    assert found
    assert all("欧拉" in item["quote"] and item["line"] > 0 and item["evidence"] for item in found)
    rows = select(server, f"SELECT ?q {{ <{found[0]['evidence'][0]}> kg:quote ?q }}")
    assert rows


@pytest.mark.parametrize(
    "text", ["", " ", '"', "'; DROP TABLE name; --", '" OR 1=1 NEAR(', "*", "a" * 1000, "的" * 500, "\x00", "💥"]
)
def test_search_takes_any_text(server: str, text: str) -> None:
    answer = httpx.get(f"{server}/search", params={"q": text})
    assert answer.status_code == 200
    assert set(answer.json()) == {"names", "sentences"}


def test_search_refuses_what_makes_no_sense(server: str) -> None:
    for parameters in ({"q": "x", "limit": "-1"}, {"q": "x", "limit": "many"}, {"q": "x" * 1001}):
        assert httpx.get(f"{server}/search", params=parameters).status_code == 400


def test_search_inside_sparql(server: str) -> None:
    rows = select(
        server, 'SELECT ?x ?score { (?x ?score) kg:nameMatches ("残差网络" 5) . ?x a kg:Model } ORDER BY DESC(?score)'
    )
    assert rows[0]["x"]["value"] == f"{BASE_IRI}id/model/resnet"
    assert float(rows[0]["score"]["value"]) == 1
    plain = select(server, f'PREFIX z: <{term_iri("")}> SELECT ?q {{ ?e z:textMatches "欧拉" ; z:quote ?q . }}')
    assert plain
    assert all("欧拉" in row["q"]["value"] for row in plain)
    whole = select(server, f'SELECT ?x {{ OPTIONAL {{ ?x <{term_iri("nameMatches")}> """resnet""" }} }}')
    assert len(whole) > 1
    untouched = select(server, 'SELECT ?s { BIND("?x kg:nameMatches 1" AS ?s) } # ?x kg:nameMatches ?y')
    assert untouched[0]["s"]["value"] == "?x kg:nameMatches 1"
    for fine in (
        "BIND(1 AS ?n) ?x kg:named 'ResNet'",
        "?s a kg:Note FILTER(true) ?x kg:named 'ResNet'",
        "?x kg:named 'ResNet' ; ; a kg:Model",
        "?x kg:named 'ResNet' ; FILTER(true)",
        "?x kg:named 'ResNet' ; OPTIONAL { ?x a ?t }",
    ):
        assert f"{BASE_IRI}id/model/resnet" in {row["x"]["value"] for row in select(server, f"SELECT ?x {{ {fine} }}")}
    assert any(
        "ResNet" in row["l"]["value"]
        for row in select(server, "SELECT ?l { ?x kg:nameMatches 'net' ; skos:prefLabel ?l }")
    )
    for bad in (
        "?x kg:named 'ResNet'@en",
        "?x kg:nameMatches ?y",
        "<a:b> kg:nameMatches 'x'",
        "?x a ?t ; kg:nameMatches 'x'",
        "?x kg:nameMatches 'a', 'b'",
        "(?a ?b ?c) kg:textMatches 'x'",
    ):
        answer = httpx.get(f"{server}/sparql", params={"query": f"SELECT * {{ {bad} }}"})
        assert answer.status_code == 400, bad
        assert "kg:nameMatches" in answer.json()["hint"]


# ---- examples ----


def test_there_are_examples_in_two_languages() -> None:
    assert len(examples()) >= 12
    assert all(item.en and item.zh and item.en != item.zh for item in examples())


@pytest.mark.parametrize("name", [item.name for item in examples()])
def test_every_example_gives_rows(server: str, name: str) -> None:
    (query,) = (item.query for item in examples() if item.name == name)
    answer = httpx.post(f"{server}/sparql", data={"query": query}, timeout=30)
    assert answer.status_code == 200, answer.text
    if "CONSTRUCT" in query:
        assert list(ox.parse(answer.content, format=ox.RdfFormat.TURTLE))
    else:
        assert answer.json()["results"]["bindings"]
