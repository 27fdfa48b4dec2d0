"""No query that changes, loads or fetches gets past the guard; every honest query does."""

from __future__ import annotations

import pytest

from kg.errors import QueryError
from pipelines.sparql.guard import MAX_DEPTH, MAX_QUERY, check_query, from_graphs

HONEST = [
    "SELECT * { ?s ?p ?o } LIMIT 1",
    "PREFIX ex: <http://example.org/> ASK { ?s ex:p 'x' }",
    "BASE <http://example.org/> DESCRIBE <a>",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(?o < 3 && ?o > 1) }",
    "SELECT * { ?s rdfs:label 'SERVICE <http://example.org/> {'@en }",
    'SELECT * { ?s rdfs:label """a \'quote\' SERVICE <http://x/> { } """ }',
    "# SERVICE <http://example.org/> { }\nSELECT * { ?s ?p ?o }",
    "SELECT ?service { ?service ?insert ?load }",
    "SELECT * { ?s <http://example.org/service> ?o }",
    "SELECT * { ?s ?p 'INSERT DATA' }",
    "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s (kg:uses|kg:variantOf)+ ?o } } GROUP BY ?g HAVING (?n > 2)",
]
CALLS = [
    "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }",
    "SELECT * { service silent ?where { ?s ?p ?o } }",
    "SELECT * { SERVICE\n# comment {\n<http://example.org/> { ?s ?p ?o } }",
    "PREFIX e: <http://example.org/> SELECT * { SERVICE e:x { ?s ?p ?o } }",
    "SELECT * { ?a ?b ?c FILTER(?a<'>') SERVICE <http://example.org/> { ?s ?p ?o } } # '",
    "SELECT * { ?s ?p 1SERVICE <http://example.org/> { ?s ?p ?o } }",
    "SELECT * { { SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } } } }",
    "SELECT * { FILTER EXISTS { SERVICE <http://example.org/> { ?s ?p ?o } } }",
    "SELECT * { S\\u0045RVICE <http://example.org/> { ?s ?p ?o } }",
    "SELECT * { \\U00000053ERVICE <http://example.org/> { ?s ?p ?o } }",
]
CHANGES = [
    "INSERT DATA { <a:a> <a:b> <a:c> }",
    "insert { ?s ?p 1 } WHERE { ?s ?p ?o }",
    "PREFIX ex: <http://example.org/> DELETE WHERE { ?s ex:p ?o }",
    "LOAD <http://example.org/>",
    "CLEAR ALL",
    "DROP GRAPH <http://example.org/>",
    "# a comment\nWITH <http://example.org/> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
]


@pytest.mark.parametrize("query", HONEST)
def test_honest_queries_pass(query: str) -> None:
    check_query(query)


@pytest.mark.parametrize("query", CALLS)
def test_calls_to_the_network_do_not(query: str) -> None:
    with pytest.raises(QueryError, match="SERVICE"):
        check_query(query)


@pytest.mark.parametrize("query", CHANGES)
def test_changes_do_not(query: str) -> None:
    with pytest.raises(QueryError, match="read-only"):
        check_query(query)


def test_size_and_depth_are_bounded() -> None:
    with pytest.raises(QueryError, match="characters"):
        check_query("SELECT * { ?s ?p '" + "x" * MAX_QUERY + "' }")
    with pytest.raises(QueryError, match="nested deeper"):
        check_query("SELECT * " + "{" * (MAX_DEPTH + 1) + "}" * (MAX_DEPTH + 1))
    check_query("SELECT * " + "{" * (MAX_DEPTH - 1) + "}" * (MAX_DEPTH - 1))


def test_graphs_of_from_are_found_in_full() -> None:
    known = {"note": "http://n.example/note/"}
    for query, found in {
        "SELECT * FROM <a:b> FROM NAMED <a:c> { ?s ?p 'FROM <a:d>' }": ("a:b", "a:c"),
        "SELECT * FROM <x> FROM NAMED </y> { ?s ?p ?o }": ("http://n.example/x", "http://n.example/y"),
        "BASE <http://b.example/> SELECT * FROM <x> { ?s ?p ?o }": ("http://b.example/x",),
        "SELECT * FROM note:x.md { ?s ?p ?o }": ("http://n.example/note/x.md",),
        "PREFIX : <http://p.example/> SELECT * FROM :x FROM named :y { ?s ?p ?o }": (
            "http://p.example/x",
            "http://p.example/y",
        ),
        "SELECT ?from { ?from <http://FROM> ?o } # FROM <x>": (),
    }.items():
        assert from_graphs(query, known, "http://n.example/") == found, query
    for query in (
        "SELECT * FROM other:x { ?s ?p ?o }",
        "SELECT * FROM ?x { ?s ?p ?o }",
        "SELECT * FROM 'x' { ?s ?p ?o }",
    ):
        with pytest.raises(QueryError, match="no IRI"):
            from_graphs(query, known, "http://n.example/")
