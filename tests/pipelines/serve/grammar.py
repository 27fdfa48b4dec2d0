"""Requests drawn from the grammar of SPARQL 1.1 and from the protocol, whole and then damaged, for Hypothesis."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

__all__ = ["queries", "requests"]

_VARIABLES = st.sampled_from(["?s", "?p", "?o", "?x", "?名", "$y", "?_1"])
_IRIS = st.sampled_from(
    ["<https://w3id.org/zhitu/id/model/resnet>", "<a:b>", "<>", "<http://例え.jp/路径>", "kg:Model", "kg:variantOf", "rdf:type", "skos:prefLabel", "a:b", ":x", "kg:a.b", "note:posts", "<a b>", "<\\u4e00:x>"]
)  # fmt: skip
_LITERALS = st.sampled_from(
    ['"x"', "'残差'", '"x"@en', '"x"@zh-Hans', '"1"^^xsd:integer', "1", "-1.5", "1e400", "true", '"""a "q" b"""', '"\\u0000"', '"\\n"', "99999999999999999999", '"x"^^<a:b>', '"2020-13-45"^^xsd:date', '"'+'é'*50+'"']
)  # fmt: skip
_TERMS = st.one_of(_VARIABLES, _VARIABLES, _IRIS, _LITERALS, st.just("[]"), st.just("_:b"))
_FUNCTIONS = st.sampled_from(
    "STR LANG DATATYPE BOUND IRI BNODE RAND ABS CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE ENCODE_FOR_URI CONTAINS STRSTARTS YEAR MONTH NOW UUID STRUUID MD5 SHA256 COALESCE IF STRLANG STRDT sameTerm isIRI isBlank isLiteral isNumeric REGEX SUBSTR REPLACE LANGMATCHES TZ".split()
)
_OPERATORS = st.sampled_from("= != < > <= >= + - * / && || IN".split())
_MAGIC = st.sampled_from(
    ['?x kg:named "ResNet" .', '?x kg:nameMatches "残差" .', '(?x ?n) kg:nameMatches ("net" 3) .', '?e kg:textMatches "ODE" ;', "?x kg:named ?y .", '"x" kg:named "y" .', '?x kg:nameMatches ("a" "b") .']
)  # fmt: skip


def _join(separator: str, part: st.SearchStrategy[str], most: int = 3) -> st.SearchStrategy[str]:
    return st.lists(part, min_size=1, max_size=most).map(separator.join)


_EXPRESSIONS = st.recursive(
    _TERMS,
    lambda inner: st.one_of(
        st.tuples(inner, _OPERATORS, inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(_FUNCTIONS, st.lists(inner, max_size=3)).map(lambda t: f"{t[0]}({', '.join(t[1])})"),
        inner.map(lambda text: f"!{text}"),
        inner.map(lambda text: f"EXISTS {{ ?s ?p {text} }}"),
    ),
    max_leaves=5,
)
_PATHS = st.recursive(
    _IRIS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("/|"), inner).map(lambda t: f"({t[0]}{t[1]}{t[2]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?"])).map("".join),
        inner.map(lambda text: f"^{text}"),
        inner.map(lambda text: f"!({text}|^{text})"),
    ),
    max_leaves=4,
)
_TRIPLES = st.tuples(_TERMS, st.one_of(_VARIABLES, _PATHS, st.just("a")), _TERMS).map(
    lambda t: f"{t[0]} {t[1]} {t[2]} ."
)
_GROUPS = st.recursive(
    st.one_of(_join(" ", _TRIPLES), _MAGIC),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["", "OPTIONAL ", "MINUS ", "GRAPH ?g ", "GRAPH <a:b> ", "SERVICE <http://127.0.0.1:9/> ", "SERVICE SILENT ?s ", "FILTER NOT EXISTS "]), inner).map(lambda t: f"{t[0]}{{ {t[1]} }}"),
        st.tuples(inner, inner).map(lambda t: f"{{ {t[0]} }} UNION {{ {t[1]} }}"),
        st.tuples(inner, _EXPRESSIONS).map(lambda t: f"{t[0]} FILTER({t[1]})"),
        st.tuples(inner, _EXPRESSIONS, _VARIABLES).map(lambda t: f"{t[0]} BIND({t[1]} AS {t[2]})"),
        st.tuples(_VARIABLES, _TERMS, inner).map(lambda t: f"VALUES {t[0]} {{ {t[1]} UNDEF }} {t[2]}"),
        inner.map(lambda text: f"{{ SELECT * {{ {text} }} LIMIT 3 }}"),
    ),
    max_leaves=4,
)  # fmt: skip
_AGGREGATES = st.tuples(st.sampled_from("COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT".split()), _EXPRESSIONS).map(
    lambda t: f"({t[0]}(DISTINCT {t[1]}) AS ?agg)"
)
_HEADS = st.one_of(
    st.just("SELECT *"), st.just("SELECT DISTINCT ?s"), st.just("SELECT REDUCED ?s ?o"), st.just("ASK"),
    _AGGREGATES.map(lambda text: f"SELECT {text}"), _EXPRESSIONS.map(lambda text: f"SELECT ({text} AS ?e)"),
    _TRIPLES.map(lambda text: f"CONSTRUCT {{ {text} }} WHERE"), _IRIS.map(lambda text: f"DESCRIBE {text} WHERE"),
    st.sampled_from(["INSERT", "DELETE WHERE", "LOAD <a:b>", "CLEAR ALL", "SELECT", "CONSTRUCT WHERE", "DESCRIBE"]),
)  # fmt: skip
_TAILS = st.sampled_from(
    ["", "LIMIT 5", "ORDER BY ?s LIMIT 5", "ORDER BY DESC(?o) OFFSET 2 LIMIT 1", "GROUP BY ?s", "GROUP BY ?s HAVING (COUNT(?o) > 1)", "LIMIT -1", "OFFSET 99999999999999999999", "VALUES ?s { <a:b> }", "; DROP ALL", "# end", "}"]
)  # fmt: skip
_PROLOGUES = st.sampled_from(
    [
        "",
        "PREFIX a: <http://a/> ",
        "BASE <http://b/> ",
        "PREFIX : <x> ",
        "PREFIX kg: <http://other/> ",
        "\ufeff",
        "# comment\n",
    ]
)
_FROM = st.sampled_from(["", "", "", "FROM <a:b> ", "FROM NAMED <file:///etc/passwd> ", "FROM kg:x "])


def _damaged(text: str, cuts: list[tuple[int, str]]) -> str:
    for place, what in cuts:
        at = place % (len(text) + 1)
        text = text[:at] + what + text[at + (place % 3) :]
    return text


_WHOLE = st.tuples(_PROLOGUES, _HEADS, _FROM, _GROUPS, _TAILS).map(lambda t: f"{t[0]}{t[1]} {t[2]}{{ {t[3]} }} {t[4]}")
_CUTS = st.lists(
    st.tuples(
        st.integers(0, 500), st.one_of(st.sampled_from([*"{}()[]<>\"'\\.;,#:?$@^*/|!&=\n\t\x00"]), st.text(max_size=3))
    ),
    max_size=4,
)
queries = st.one_of(_WHOLE, _WHOLE, st.tuples(_WHOLE, _CUTS).map(lambda t: _damaged(*t)), st.text(max_size=60))
"""Queries, a third of them broken, some only text."""

_ACCEPT = st.one_of(
    st.sampled_from(["*/*", "application/sparql-results+json", "text/csv", "text/turtle", "application/rdf+xml;q=0.5, text/html", "image/png", "text/*;q=0.3,*/*;q=zebra", ""]),
    st.text("abc/*;=,q.01 -", max_size=20).map(str.strip),
)  # fmt: skip
_PATH_TEXT = st.one_of(
    st.text(max_size=20), st.sampled_from(["model/resnet", "../../etc/passwd", "%00", "\ufffd", "a b", "<script>"])
)


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    """Arguments of `httpx.Client.request`, with a path in place of a URL."""
    path = draw(st.sampled_from(["/sparql"] * 6 + ["/graphs", "/search", "/.well-known/void", "/id/", "/note/", "/page/id/", "/data/id/", "/ontology", "/explorer/", "/outputs/", "/static/"]))  # fmt: skip
    from urllib.parse import quote

    if path.endswith("/"):
        path += quote(draw(_PATH_TEXT), safe="/")
    headers = {"Accept": draw(_ACCEPT)}
    form = draw(st.sampled_from(["", "", "json", "csv", "turtle", "rdfxml", "word"]))
    fields = {**({"format": form} if form else {})}
    graph = draw(
        st.sampled_from(["", "", "", "a:b", "file:///etc/passwd", "http://127.0.0.1:9/", "not an iri", "\x00"])
    )
    if graph:
        fields[draw(st.sampled_from(["default-graph-uri", "named-graph-uri", "graph"]))] = graph
    if path.startswith("/search"):
        fields |= {"q": draw(st.text(max_size=30)), "limit": draw(st.sampled_from(["1", "10", "-1", "x", "99999"]))}
    if path.startswith("/graphs") and draw(st.booleans()):
        fields["default"] = ""
    query = draw(queries) if path == "/sparql" and draw(st.integers(0, 9)) else None
    method = draw(st.sampled_from(["GET"] * 4 + ["POST"] * 4 + ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"]))
    given: dict[str, Any] = {"method": method, "url": path, "params": fields, "headers": headers}
    if method == "POST":
        kind = draw(st.sampled_from(["application/sparql-query", "application/x-www-form-urlencoded", "application/sparql-update", "text/plain", "application/x-www-form-urlencoded; charset=latin-1"]))  # fmt: skip
        headers["Content-Type"] = kind
        text = (query or "").encode("utf-8", "surrogatepass")
        given["content"] = b"query=" + quote(text).encode() if "form" in kind else text
        if draw(st.integers(0, 9)) == 0:
            given["content"] = draw(st.binary(max_size=40))
    elif query is not None:
        fields["query"] = query
    return given
