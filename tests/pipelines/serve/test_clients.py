"""Clients that people use: SPARQLWrapper, rdflib's SPARQLStore, pandas, curl, sparqljs and Comunica's own."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pandas
import pytest
import rdflib
import SPARQLWrapper
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from kg.identity import BASE_IRI, term_iri
from pipelines.serve.query_page import examples
from pipelines.sparql.pool import prefixes_of
from tests.node import installed
from tests.pipelines.serve.server import running

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated.*:DeprecationWarning")

QUERY = f"SELECT ?s ?o WHERE {{ ?s <{term_iri('variantOf')}> ?o }} ORDER BY ?s ?o"


@pytest.fixture(scope="module")
def endpoint(sample: Path) -> Iterator[str]:
    with running(sample) as address:
        yield f"{address}/sparql"


@pytest.fixture(scope="module")
def expected(sample: Path) -> set[tuple[str, str]]:
    """The same from the tables."""
    relations = pandas.read_csv(sample / "relations.csv")
    iris = pandas.read_csv(sample / "entities.csv").set_index("id")["iri"]
    variants = relations[relations["predicate"] == "variantOf"]
    return {(iris[row.subject], iris[row.object]) for row in variants.itertuples()}


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper(endpoint: str, expected: set[tuple[str, str]], form: str, method: str) -> None:
    client = SPARQLWrapper.SPARQLWrapper(endpoint)
    client.setMethod(method)
    client.setQuery(QUERY)
    client.setReturnFormat(form)
    found = client.query().convert()
    if form == "json":
        assert {(row["s"]["value"], row["o"]["value"]) for row in found["results"]["bindings"]} == expected
    elif form == "xml":
        assert len(found.getElementsByTagName("result")) == len(expected)
    else:
        assert len(found.decode().splitlines()) == len(expected) + 1


def test_sparqlwrapper_constructs(endpoint: str, expected: set[tuple[str, str]]) -> None:
    client = SPARQLWrapper.SPARQLWrapper(endpoint)
    client.setQuery(f"CONSTRUCT WHERE {{ ?s <{term_iri('variantOf')}> ?o }}")
    for form in (SPARQLWrapper.TURTLE, SPARQLWrapper.RDFXML, SPARQLWrapper.JSONLD):
        client.setReturnFormat(form)
        found = client.query().convert()
        graph = found if isinstance(found, rdflib.Graph) else rdflib.Graph().parse(data=found, format="turtle")
        assert len(graph) == len(expected)


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_sparqlstore(endpoint: str, expected: set[tuple[str, str]], method: str) -> None:
    graph = rdflib.Graph(SPARQLStore(endpoint, method=method))
    assert {(str(row.s), str(row.o)) for row in graph.query(QUERY)} == expected
    resnet = rdflib.URIRef(f"{BASE_IRI}id/model/resnet")
    assert rdflib.URIRef(term_iri("Model")) in set(graph.objects(resnet, rdflib.RDF.type))
    assert graph.query(f"ASK {{ <{resnet}> ?p ?o }}").askAnswer


def test_pandas(endpoint: str, expected: set[tuple[str, str]]) -> None:
    answer = httpx.get(endpoint, params={"query": QUERY, "format": "csv"})
    frame = pandas.read_csv(io.StringIO(answer.text))
    assert set(zip(frame["s"], frame["o"], strict=True)) == expected
    with_server = pandas.read_csv(f"{endpoint}?{urlencode({'query': QUERY, 'format': 'csv'})}")
    assert with_server.equals(frame)


def test_curl(endpoint: str, expected: set[tuple[str, str]]) -> None:
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    for options in (
        ["-G", "--data-urlencode", f"query={QUERY}"],
        ["--data-urlencode", f"query={QUERY}"],
        ["-H", "Content-Type: application/sparql-query", "--data-binary", QUERY],
    ):
        done = subprocess.run(
            ["curl", "-sf", "-H", "Accept: text/csv", *options, endpoint],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        assert len(done.stdout.splitlines()) == len(expected) + 1


def test_comunica_and_sparqljs(endpoint: str) -> None:
    """Every example, parsed and written by sparqljs, and its answer streamed by the client of Comunica."""
    here = Path(__file__).parent / "comunica"
    heads = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes_of(BASE_IRI).items())
    # sparqljs writes lists as blank nodes, so of searches it only knows those that need none.
    asked = [item for item in examples() if ") kg:" not in item.query]
    queries = [heads + item.query for item in asked]
    command = ["node", str(here / "ask.mjs"), str(installed(here)), endpoint]
    done = subprocess.run(
        command, input=json.dumps(queries), capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)
    assert len(counts) == len(queries) >= 12
    for item, query, count in zip(asked, queries, counts, strict=True):
        answer = httpx.post(endpoint, data={"query": query}, timeout=30)
        own = len(set(answer.text.splitlines())) if "CONSTRUCT" in query else len(answer.json()["results"]["bindings"])
        assert count == own or ("CONSTRUCT" in query and count > 0), item.name
        assert count > 0


def test_another_sparql_server_behind_the_pages(
    sample: Path, endpoint: str, expected: set[tuple[str, str]], tmp_path: Path
) -> None:
    """`--sparql-endpoint`: queries, cards and descriptions come from a server that is asked over HTTP."""
    for name in ("index.html", "index.db"):
        shutil.copy(sample / name, tmp_path / name)
    with running(tmp_path, "--sparql-endpoint", endpoint) as address:
        found = httpx.get(f"{address}/sparql", params={"query": QUERY}).json()["results"]["bindings"]
        assert {(row["s"]["value"], row["o"]["value"]) for row in found} == expected
        for form in ("xml", "csv", "tsv"):
            assert httpx.get(f"{address}/sparql", params={"query": QUERY, "format": form}).status_code == 200
        searched = 'SELECT ?x { ?x kg:nameMatches "残差网络" . ?x a kg:Model }'
        assert httpx.get(f"{address}/sparql", params={"query": searched}).json()["results"]["bindings"]
        assert "残差" in httpx.get(f"{address}/page/id/model/resnet").text
        assert (
            "ResNet"
            in httpx.get(f"{address}/id/model/resnet", headers={"Accept": "text/turtle"}, follow_redirects=True).text
        )
        note = httpx.get(f"{address}/sparql", params={"query": "SELECT ?x { ?x a kg:Note } LIMIT 1"}).json()["results"][
            "bindings"
        ][0]["x"]["value"]
        graph = httpx.get(f"{address}/graphs", params={"graph": note}, headers={"Accept": "text/turtle"})
        assert rdflib.URIRef(note) in set(rdflib.Graph().parse(data=graph.text, format="turtle").subjects())
        assert httpx.get(f"{address}/graphs", params={"graph": "http://none.example/"}).status_code == 404
        assert "void:triples" in httpx.get(f"{address}/.well-known/void", headers={"Accept": "text/turtle"}).text
        for bad in ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SELECT {", "CLEAR ALL"):
            assert httpx.get(f"{address}/sparql", params={"query": bad}).status_code == 400
    with running(tmp_path, "--sparql-endpoint", "http://127.0.0.1:9/none") as address:
        answer = httpx.get(f"{address}/sparql", params={"query": QUERY})
        assert answer.status_code == 503
        assert "does not answer" in answer.json()["error"]
