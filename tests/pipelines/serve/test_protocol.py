"""The SPARQL 1.1 Protocol, Service Description and Graph Store Protocol (read side), case by case from the texts of W3C."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urlencode

import httpx
import pyoxigraph as ox
import pytest

from tests.pipelines.serve.server import running, store_of

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
GRAPHS = [f"http://data.example/data{number}.rdf" for number in range(4)]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over four named graphs that each type one thing, and two triples in the default graph."""
    quads = [
        f"<http://data.example/thing{n}> <{RDF}type> <http://data.example/Type{n}> <{graph}> ."
        for n, graph in enumerate(GRAPHS)
    ]
    quads += [
        '<http://data.example/a> <http://data.example/p> "x"@en .',
        "<http://data.example/b> <http://data.example/p> 'y' .",
    ]
    quads = [line.replace("'y'", '"y"') for line in quads]
    folder = store_of(tmp_path_factory.mktemp("protocol"), quads)
    with running(folder, "--timeout", "3", "--cors", "https://app.example") as address:
        yield f"{address}/sparql"


def in_graph(*names: str) -> str:
    """Asks whether all of some things are typed in the default graph."""
    return "ASK { " + " ".join(f"<http://data.example/{name}> a ?type{at} ." for at, name in enumerate(names)) + " }"


def boolean(answer: httpx.Response) -> bool:
    assert answer.status_code == 200, answer.text
    return bool(answer.json()["boolean"])


# ---- query operations ----


def test_query_via_get(endpoint: str) -> None:
    assert boolean(httpx.get(endpoint, params={"query": "ASK {}"}))


def test_query_via_posted_form(endpoint: str) -> None:
    assert boolean(httpx.post(endpoint, content=urlencode({"query": "ASK {}"}), headers=FORM))
    assert boolean(
        httpx.post(
            endpoint, content="query=ASK%20%7B%7D", headers={"Content-Type": FORM["Content-Type"] + "; charset=utf-8"}
        )
    )


def test_query_via_direct_post(endpoint: str) -> None:
    assert boolean(httpx.post(endpoint, content="ASK {}", headers=DIRECT))
    assert boolean(httpx.post(f"{endpoint}/", content="ASK {}", headers=DIRECT))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_default_graphs_of_the_protocol(endpoint: str, method: str) -> None:
    asked = [
        ("query", in_graph("thing1", "thing2")),
        ("default-graph-uri", GRAPHS[1]),
        ("default-graph-uri", GRAPHS[2]),
    ]
    if method == "GET":
        assert boolean(httpx.get(endpoint, params=asked))
    else:
        assert boolean(httpx.post(f"{endpoint}?{urlencode(asked[1:])}", content=asked[0][1], headers=DIRECT))
        assert boolean(httpx.post(endpoint, content=urlencode(asked), headers=FORM))
    assert not boolean(httpx.get(endpoint, params=asked[:2]))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_named_graphs_of_the_protocol(endpoint: str, method: str) -> None:
    query = f"ASK {{ GRAPH ?g {{ <http://data.example/thing1> a ?x }} GRAPH ?h {{ <http://data.example/thing2> a ?y }} FILTER(?g = <{GRAPHS[1]}>) }}"
    asked = [("query", query), ("named-graph-uri", GRAPHS[1]), ("named-graph-uri", GRAPHS[2])]
    if method == "GET":
        assert boolean(httpx.get(endpoint, params=asked))
    else:
        assert boolean(httpx.post(f"{endpoint}?{urlencode(asked[1:])}", content=query, headers=DIRECT))
    assert not boolean(httpx.get(endpoint, params=asked[:2]))
    # With named graphs only, the default graph is empty.
    assert not boolean(httpx.get(endpoint, params=[("query", "ASK { ?s ?p ?o }"), *asked[1:]]))


def test_full_dataset_of_the_protocol(endpoint: str) -> None:
    query = "ASK { <http://data.example/thing3> a ?x . GRAPH ?g { <http://data.example/thing1> a ?y } GRAPH ?h { <http://data.example/thing2> a ?z } }"
    asked = [
        ("query", query),
        ("default-graph-uri", GRAPHS[3]),
        ("named-graph-uri", GRAPHS[1]),
        ("named-graph-uri", GRAPHS[2]),
    ]
    assert boolean(httpx.get(endpoint, params=asked))
    assert boolean(httpx.post(endpoint, content=urlencode(asked), headers=FORM))


def test_the_dataset_of_the_protocol_wins_over_that_of_the_query(endpoint: str) -> None:
    query = f"ASK FROM <{GRAPHS[2]}> FROM NAMED <{GRAPHS[3]}> {{ <http://data.example/thing1> a ?x . FILTER NOT EXISTS {{ <http://data.example/thing2> a ?y }} FILTER NOT EXISTS {{ GRAPH ?g {{ ?s ?p ?o }} }} }}"
    assert boolean(httpx.get(endpoint, params={"query": query, "default-graph-uri": GRAPHS[1]}))
    assert boolean(
        httpx.post(f"{endpoint}?{urlencode({'default-graph-uri': GRAPHS[1]})}", content=query, headers=DIRECT)
    )


def test_the_dataset_of_the_query_counts_where_the_protocol_names_none(endpoint: str) -> None:
    query = f"ASK FROM <{GRAPHS[2]}> FROM NAMED <{GRAPHS[3]}> {{ <http://data.example/thing2> a ?x . GRAPH <{GRAPHS[3]}> {{ ?s ?p ?o }} FILTER NOT EXISTS {{ <http://data.example/a> ?p2 ?o2 }} }}"
    assert boolean(httpx.get(endpoint, params={"query": query}))


@pytest.mark.parametrize(
    ("query", "accept", "given"),
    [
        ("SELECT (1 AS ?v) {}", "application/sparql-results+xml", "application/sparql-results+xml"),
        ("SELECT (1 AS ?v) {}", "application/sparql-results+json", "application/sparql-results+json"),
        ("SELECT (1 AS ?v) {}", "text/tab-separated-values, text/csv;q=0.9", "text/tab-separated-values; charset=utf-8"),
        ("SELECT (1 AS ?v) {}", "text/csv;q=0.3, application/json;q=0.2, image/png", "text/csv; charset=utf-8"),
        ("SELECT (1 AS ?v) {}", "*/*;q=0.1, application/xml", "application/sparql-results+xml"),
        ("ASK {}", "application/sparql-results+xml", "application/sparql-results+xml"),
        ("ASK {}", "application/sparql-results+json", "application/sparql-results+json"),
        ("DESCRIBE <http://data.example/a>", "application/rdf+xml", "application/rdf+xml"),
        ("DESCRIBE <http://data.example/a>", "text/turtle", "text/turtle; charset=utf-8"),
        ("CONSTRUCT { <s> <p> 1 } WHERE {}", "application/n-triples", "application/n-triples"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "application/n-quads", "application/n-quads"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "application/ld+json", "application/ld+json"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "application/trig, text/turtle;q=0.9", "application/trig"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "text/html;q=0.1, */*;q=0.2", "text/turtle; charset=utf-8"),
    ],
)  # fmt: skip
def test_content_type_of_answers(endpoint: str, query: str, accept: str, given: str) -> None:
    query = query.replace("<s> <p>", "<http://s> <http://p>")
    answer = httpx.get(endpoint, params={"query": query}, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, given)
    assert "Accept" in answer.headers["vary"]
    if given.startswith(("text/turtle", "application/n-", "application/rdf", "application/ld", "application/trig")):
        form = ox.RdfFormat.from_media_type(given.partition(";")[0])
        assert list(ox.parse(answer.content, format=form))


def test_406_where_no_format_fits(endpoint: str) -> None:
    for query, accept in (
        ("ASK {}", "image/png"),
        ("ASK {}", "text/turtle"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "text/csv"),
    ):
        answer = httpx.get(endpoint, params={"query": query}, headers={"Accept": accept})
        assert answer.status_code == 406, (query, accept)
        assert answer.json()["hint"]


@pytest.mark.parametrize(
    ("method", "parameters", "headers", "body"),
    [
        ("PUT", "query=ASK%20%7B%7D", {}, None),
        ("DELETE", "query=ASK%20%7B%7D", {}, None),
        ("GET", "query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D", {}, None),
        ("POST", "", {"Content-Type": "text/plain"}, b"query=ASK%20%7B%7D"),
        ("POST", "", {}, b"query=ASK%20%7B%7D"),
        ("POST", "", {}, b"ASK {}"),
        ("POST", "", {"Content-Type": "application/sparql-query; charset=UTF-16"}, "ASK {}".encode("utf-16")),
        ("POST", "", DIRECT, "ASK {}".encode("utf-16")),
        ("GET", "query=ASK%20%7B", {}, None),
        ("POST", "", FORM, b""),
        ("GET", "query=%FF%FE", {}, None),
        ("GET", "queri=ASK%20%7B%7D", {}, None),
        ("GET", "query=ASK%7B%7D&format=word", {}, None),
        ("GET", "query=ASK%7B%7D&default-graph-uri=http%3A%2F%2Fdata.example%2Fnone", {}, None),
        ("GET", "query=ASK%7B%7D&named-graph-uri=not%20an%20iri", {}, None),
    ],
)  # fmt: skip
def test_bad_requests_are_refused_in_words(
    endpoint: str, method: str, parameters: str, headers: dict[str, str], body: bytes | None
) -> None:
    answer = httpx.request(method, f"{endpoint}?{parameters}", headers=headers, content=body)
    assert 400 <= answer.status_code < 500
    if answer.status_code != 405:
        assert answer.json()["error"]


UPDATES = [
    "INSERT DATA { <http://s> <http://p> 1 }",
    "DELETE DATA { <http://s> <http://p> 1 }",
    "DELETE WHERE { ?s ?p ?o }",
    "CLEAR ALL",
    "DROP GRAPH <http://g>",
    "CREATE GRAPH <http://g>",
    "LOAD <http://127.0.0.1:9/x>",
    "COPY <http://g> TO <http://h>",
    "MOVE <http://g> TO <http://h>",
    "ADD <http://g> TO <http://h>",
    "WITH <http://g> DELETE { ?s ?p 1 } INSERT { ?s ?p 2 } WHERE { ?s ?p 1 }",
    "PREFIX ex: <http://ex/> INSERT { ?s ex:p 1 } USING <http://g> WHERE { ?s ?p ?o }",
    "INSERT DATA { GRAPH <http://g> { <http://s> <http://p> 1 } } ; CLEAR DEFAULT",
    "#SELECT * {}\nCLEAR NAMED",
]


@pytest.mark.parametrize("update", UPDATES)
def test_updates_are_refused_however_they_come(endpoint: str, update: str) -> None:
    before = httpx.get(endpoint, params={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}).json()
    for answer in (
        httpx.post(endpoint, content=update, headers={"Content-Type": "application/sparql-update"}),
        httpx.post(endpoint, content=urlencode({"update": update}), headers=FORM),
        httpx.post(f"{endpoint}?{urlencode({'update': update})}", headers=FORM),
        httpx.post(endpoint, content=urlencode({"update": update, "query": "ASK {}"}), headers=FORM),
        httpx.post(endpoint, content=update, headers=DIRECT),
        httpx.get(endpoint, params={"query": update}),
        httpx.get(endpoint, params={"update": update}),
    ):
        assert 400 <= answer.status_code < 500
        assert answer.json()["error"]
    assert httpx.get(endpoint, params={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}).json() == before


def test_head_and_options(endpoint: str) -> None:
    whole = httpx.get(endpoint, params={"query": "ASK {}"})
    head = httpx.head(endpoint, params={"query": "ASK {}"})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(whole.content))
    options = httpx.options(endpoint)
    assert options.status_code == 204
    assert {"GET", "HEAD", "POST"} <= set(options.headers["allow"].replace(" ", "").split(","))


def test_only_named_origins_may_read_answers(endpoint: str) -> None:
    friend = httpx.get(endpoint, params={"query": "ASK {}"}, headers={"Origin": "https://app.example"})
    assert friend.headers["access-control-allow-origin"] == "https://app.example"
    stranger = httpx.get(endpoint, params={"query": "ASK {}"}, headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in stranger.headers
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    assert httpx.options(endpoint, headers=asked).status_code == 200


# ---- service description and VoID ----

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"


def described(url: str, accept: str = "text/turtle") -> ox.Store:
    answer = httpx.get(url, headers={"Accept": accept})
    assert answer.status_code == 200
    form = ox.RdfFormat.from_media_type(answer.headers["content-type"].partition(";")[0])
    store = ox.Store()
    store.load(answer.content, format=form)
    return store


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples", "*/*"]
)
def test_the_endpoint_describes_itself(endpoint: str, accept: str) -> None:
    found = described(endpoint, accept)
    service = ox.NamedNode(endpoint)
    assert ox.Quad(service, ox.NamedNode(RDF + "type"), ox.NamedNode(SD + "Service")) in found
    assert ox.Quad(service, ox.NamedNode(SD + "endpoint"), service) in found
    assert ox.Quad(service, ox.NamedNode(SD + "supportedLanguage"), ox.NamedNode(SD + "SPARQL11Query")) in found
    assert len(list(found.quads_for_pattern(service, ox.NamedNode(SD + "resultFormat"), None))) == 10
    assert list(found.quads_for_pattern(service, ox.NamedNode(SD + "defaultDataset"), None))


def test_void_counts_are_the_real_ones(endpoint: str) -> None:
    """Each count again, by a query of its own."""
    found = described(endpoint.replace("/sparql", "/.well-known/void"))

    def stated(name: str) -> int:
        (quad,) = found.quads_for_pattern(None, ox.NamedNode(VOID + name), None)
        return int(quad.object.value)

    def counted(query: str) -> int:
        return int(httpx.get(endpoint, params={"query": query}).json()["results"]["bindings"][0]["n"]["value"])

    assert stated("distinctSubjects") == counted("SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }") == 2
    assert stated("distinctObjects") == counted("SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }") == 2
    assert stated("properties") == counted("SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }") == 1
    parts = list(found.quads_for_pattern(None, ox.NamedNode(VOID + "propertyPartition"), None))
    assert len(parts) == 1


# ---- graph store protocol ----


def test_graphs_can_be_read_whole(endpoint: str) -> None:
    graphs = endpoint.replace("/sparql", "/graphs")
    one = httpx.get(graphs, params={"graph": GRAPHS[1]}, headers={"Accept": "application/n-triples"})
    assert one.text == f"<http://data.example/thing1> <{RDF}type> <http://data.example/Type1> .\n"
    default = httpx.get(f"{graphs}?default", headers={"Accept": "text/turtle"})
    assert default.text.count("<http://data.example/p>") == 2
    head = httpx.head(f"{graphs}?default", headers={"Accept": "text/turtle"})
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(default.content)))
    for bad, status in (
        ("", 400),
        ("?default&graph=http://x", 400),
        ("?graph=http://data.example/none", 404),
        ("?graph=a%20b", 400),
    ):
        assert httpx.get(graphs + bad).status_code == status, bad
    assert httpx.get(f"{graphs}?default", headers={"Accept": "image/png"}).status_code == 406
    for method in ("PUT", "POST", "DELETE", "PATCH"):
        assert httpx.request(method, f"{graphs}?default").status_code == 405


def test_errors_are_json_with_the_next_move(endpoint: str) -> None:
    answer = httpx.get(endpoint, params={"query": "SELECT ?x WHERE { ?x ?y }"})
    assert answer.headers["content-type"] == "application/json"
    assert {"error", "hint"} == set(json.loads(answer.text))
