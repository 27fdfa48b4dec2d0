"""Queries that a stranger might send to bring a server down: too long, too large, too deep."""

from __future__ import annotations

__all__ = ["ENDLESS", "nested"]

_STAR = " ".join(f"?s ?p{number} ?o{number} ." for number in range(400))
_DOUBLING = " ".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(40))

ENDLESS = {
    "cartesian product, ordered": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i ?f ?c",
    "cartesian product, counted": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "cartesian product, all of it": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "cartesian product, distinct": "SELECT DISTINCT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "cartesian product, constructed": "CONSTRUCT { ?a ?e ?i } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "text doubled again and again": f'SELECT (STRLEN(?v40) AS ?n) {{ BIND("图谱" AS ?v0) {_DOUBLING} }}',
    "text doubled for every row": f"SELECT ?v40 {{ ?s ?p ?o BIND(STR(?o) AS ?v0) {_DOUBLING} }}",
    "all pairs of paths": "SELECT (COUNT(*) AS ?n) { ?a (!<a:b>)* ?b . ?c (!<a:c>|^!<a:d>)* ?d }",
    "paths there and back": "SELECT ?a ?b { ?a (kg:mentions/^kg:mentions/kg:mentions/^kg:mentions)* ?b . ?b (kg:coOccursWith|^kg:coOccursWith)* ?c } ORDER BY ?b",
    "star of 400 patterns": f"SELECT (COUNT(*) AS ?n) {{ {_STAR} }}",
    "joins without an end": "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?p ?d . ?e ?p ?f . ?a ?q ?g . ?c ?q ?h . ?e ?q ?i }",
    "regular expressions over pairs": 'SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(CONCAT(STR(?c), STR(?f)), "(x+x+)+y$")) }',
    "grouped products": "SELECT ?a (GROUP_CONCAT(?f) AS ?all) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } GROUP BY ?a",
    "not exists over products": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER NOT EXISTS { ?a ?x ?d . ?c ?y ?f . ?g ?z ?a } }",
}
"""By what they do; none can be answered in some seconds over a graph of any size."""

_SHAPES = {
    "groups": ("SELECT * ", "{", "", "}", ""),
    "optional groups": ("SELECT * {", "OPTIONAL {", "", "}", "}"),
    "unions": ("SELECT * {", "{ {} UNION ", "{}", "}", "}"),
    "subqueries": ("", "SELECT * {{", "", "}}", ""),
    "parentheses": ("SELECT * { FILTER", "(", "1", ")", "}"),
    "functions": ("SELECT * { BIND(", "STR(", "1", ")", " AS ?x) }"),
    "conditions": ("SELECT * { BIND(", "IF(true,", "1", ",2)", " AS ?x) }"),
    "signs": ("SELECT * { FILTER(", "!", "true", "", ") }"),
    "minuses": ("SELECT * { BIND(", "- ", "1", "", " AS ?x) }"),
    "blank nodes": ("SELECT * { ?s ?p ", "[ ?q ", "1", " ]", " }"),
    "lists": ("SELECT * { ?s ?p ", "( ", "1", " )", " }"),
    "paths": ("SELECT * { ?s ", "(", "<a:b>", ")*", " ?o }"),
    "inverse paths": ("SELECT * { ?s ", "^", "<a:b>", "", " ?o }"),
    "filters that exist": ("SELECT * {", "FILTER EXISTS { ?s ?p ?o ", "", "}", "}"),
    "graphs": ("SELECT * {", "GRAPH ?g {", "", "}", "}"),
    "minus groups": ("SELECT * {", "?s ?p ?o MINUS {", "", "}", "}"),
}


def nested(depth: int) -> dict[str, str]:
    """A query of each shape that goes so deep."""
    return {
        shape: start + opening * depth + middle + closing * depth + end
        for shape, (start, opening, middle, closing, end) in _SHAPES.items()
    }
