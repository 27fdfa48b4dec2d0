"""A thing of the graph as a page to read: its names, what is said of it with the sentences, what names it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from kg.identity import term_iri
from kg.ontology import read_ontology
from kg.text import strip_markup
from pipelines.sparql.pool import QueryPool, prefixes_of
from pipelines.sparql.remote import RemoteStore

__all__ = ["card_page", "ontology_page"]

_MOST = 200
"""Rows of a section."""
_BATCH = 50_000
"""Characters of IRIs whose labels are asked for at once."""
_LABELS = "skos:prefLabel|dcterms:title|rdfs:label"
_STATEMENTS = f"SELECT ?p ?o {{ <IRI> ?p ?o }} ORDER BY ?p ?o LIMIT {5 * _MOST}"
_CLAIMS = f"""SELECT ?claim ?s ?p ?o ?confidence ?quote ?line ?note {{
  {{ SELECT ?claim ?s ?p ?o ?confidence {{
    {{ ?claim rdf:subject <IRI> }} UNION {{ ?claim rdf:object <IRI> }} UNION {{ VALUES ?claim {{ <IRI> }} }}
    ?claim rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; kg:confidence ?confidence
  }} ORDER BY DESC(?confidence) ?p ?s ?o LIMIT {_MOST} }}
  ?claim kg:evidence ?e . ?e kg:quote ?quote ; kg:line ?line ; prov:wasDerivedFrom ?note
}} ORDER BY DESC(?confidence) ?p ?s ?o ?note ?line LIMIT {5 * _MOST}"""
_NAMED_BY = f"""SELECT ?p ?s {{ VALUES ?p {{ kg:mentions kg:about kg:linksTo kg:evidence skos:broader }} ?s ?p <IRI> }}
ORDER BY ?p ?s LIMIT {_MOST}"""
_SHOWN_AS_NAMES = frozenset({"prefLabel", "altLabel", "title", "label", "type"})

Binding = Mapping[str, Mapping[str, str]]


class _Names:
    """Labels of IRIs, and links to where they are described here."""

    def __init__(self, base: str, labels: Mapping[str, str]) -> None:
        self.base = base
        self.labels = labels
        self.prefixes = prefixes_of(base)
        ontology = read_ontology()
        self.terms = {term_iri(name): (item.label_en, item.label_zh) for name, item in ontology.predicates.items()}
        self.terms.update({term_iri(name): label for name, label in ontology.type_labels.items()})

    def label(self, iri: str) -> str:
        """The best name of an IRI, not escaped."""
        if iri in self.terms:
            return " ".join(dict.fromkeys(self.terms[iri]))
        if iri in self.labels:
            return self.labels[iri]
        short = next((f"{name}:{iri[len(n) :]}" for name, n in self.prefixes.items() if iri.startswith(n)), iri)
        return short if len(short) < 100 else short[:99] + "…"

    def link(self, iri: str, text: str = "") -> str:
        """An element that leads to the description of an IRI; only web addresses and our own are ever followed."""
        shown = escape(text or self.label(iri))
        if iri.startswith(term_iri("")):
            return f'<a href="/ontology#{escape(iri[len(term_iri("")) :])}">{shown}</a>'
        if iri.startswith(self.base):
            return f'<a href="/page/{escape(iri[len(self.base) :])}">{shown}</a>'
        if iri.startswith(("http://", "https://")):
            return f'<a href="{escape(iri)}" rel="noopener noreferrer nofollow">{shown}</a>'
        return shown

    def value(self, term: Mapping[str, str]) -> str:
        """A term of a solution."""
        if term["type"] == "uri":
            return self.link(term["value"])
        language = term.get("xml:lang", "")
        mark = f' lang="{escape(language)}"' if language else ""
        return f"<span{mark}>{escape(term['value'])}</span>"


async def card_page(store: QueryPool | RemoteStore, iri: str, path: str) -> str:
    """The page of a thing that the graph knows; `path` is its IRI without the base. Raises what queries raise."""
    said, claims, named_by = await asyncio.gather(
        *(store.select(query.replace("IRI", iri)) for query in (_STATEMENTS, _CLAIMS, _NAMED_BY))
    )
    labels = await _labels(store, iri, (*said, *claims, *named_by))
    names = _Names(store.base, labels)
    types = [row["o"]["value"] for row in said if row["p"]["value"].endswith("#type")]
    title = labels.get(iri) or names.label(iri)
    if claims and term_iri("Claim") in types:
        first = claims[0]
        title = f"{names.label(first['s']['value'])} → {names.label(first['p']['value'])} → {names.label(first['o']['value'])}"
    kinds = ", ".join(names.link(kind) for kind in types)
    explore = ""
    if path.startswith("id/"):
        identifier = quote("/".join(path.split("/")[1:]).replace("/", ":", 1), safe=":%")
        explore = f' · <a href="/#/topic/{escape(identifier)}">explorer 图谱</a>'
    query = quote(f"SELECT ?p ?o {{ <{iri}> ?p ?o }}", safe="")
    formats = " ".join(
        f'<a href="/data/{escape(path)}?format={name}">{shown}</a>'
        for name, shown in (
            ("turtle", "Turtle"),
            ("jsonld", "JSON-LD"),
            ("ntriples", "N-Triples"),
            ("rdfxml", "RDF/XML"),
        )
    )
    return _page(
        title,
        f'<p>{kinds} · <code>{escape(iri)}</code>{explore} · <a href="/sparql?query={query}">SPARQL</a> · {formats}</p>'
        + _table("Names 名称", [row for row in said if _is_name(row)], names)
        + _said(claims, names, iri)
        + _table("Facts 事实", [row for row in said if not _is_name(row) and not _is_claimed(row)], names)
        + _table("Named by 见于", [{"p": row["p"], "o": row["s"]} for row in named_by], names),
        f'<link rel="alternate" type="text/turtle" href="/data/{escape(path)}?format=turtle">',
    )


def ontology_page(source: str) -> str:
    """The terms of an ontology in Turtle, each under its name as an anchor."""
    import pyoxigraph as ox

    store = ox.Store()
    store.load(source.encode(), format=ox.RdfFormat.TURTLE)
    namespace = term_iri("")
    parts = []
    for term in sorted({q.subject.value for q in store if isinstance(q.subject, ox.NamedNode)}):
        if not term.startswith(namespace):
            continue
        name = term[len(namespace) :]
        rows = []
        for quad in sorted(store.quads_for_pattern(ox.NamedNode(term), None, None), key=str):
            thing = quad.object
            if isinstance(thing, ox.NamedNode):
                target = thing.value
                shown = (
                    f'<a href="#{escape(target[len(namespace) :])}">{escape(target)}</a>'
                    if target.startswith(namespace)
                    else escape(target)
                )
            elif isinstance(thing, ox.Literal):
                shown = f'<span lang="{escape(thing.language or "")}">{escape(thing.value)}</span>'
            else:
                shown = " | ".join(escape(item.removeprefix(namespace)) for item in _members(store, thing))
            rows.append(f"<tr><th>{escape(_local(quad.predicate.value))}</th><td>{shown}</td></tr>")
        parts.append(f'<h2 id="{escape(name)}">kg:{escape(name)}</h2><table>{"".join(rows)}</table>')
    return _page("kg: ontology 本体", f"<p><code>{escape(namespace)}</code></p>" + "".join(parts), "")


def _members(store: Any, node: Any) -> list[str]:
    """Classes of a union, in any order."""
    found: list[str] = []
    waiting = [node]
    while waiting:
        for quad in store.quads_for_pattern(waiting.pop(), None, None):
            name = quad.predicate.value.rpartition("#")[2]
            if name == "first":
                found.append(quad.object.value)
            elif name in ("unionOf", "rest") and not quad.object.value.endswith("#nil"):
                waiting.append(quad.object)
    return found


def _local(iri: str) -> str:
    """What stands after the last / or # of an IRI."""
    return iri.replace("/", "#").rpartition("#")[2]


def _is_name(row: Binding) -> bool:
    return _local(row["p"]["value"]) in _SHOWN_AS_NAMES and row["o"]["type"] == "literal"


def _is_claimed(row: Binding) -> bool:
    """Whether the claims say it too, with their sentences."""
    name = row["p"]["value"].removeprefix(term_iri(""))
    return row["p"]["value"].endswith("#type") or (name in read_ontology().predicates and name != "coOccursWith")


def _said(claims: Sequence[Binding], names: _Names, iri: str) -> str:
    if not claims:
        return ""
    parts, last = [], ""
    for row in claims:
        if row["claim"]["value"] != last:
            last = row["claim"]["value"]
            ends = (
                names.link(row[end]["value"]) if row[end]["value"] != iri else escape(names.label(iri))
                for end in ("s", "o")
            )
            subject, target = ends
            confidence = escape(f"{float(row['confidence']['value']):.2f}")
            parts.append(
                f"<h3>{subject} {names.link(row['p']['value'])} {target} <small>{names.link(last, confidence)}</small></h3>"
            )
        note = row["note"]["value"]
        parts.append(
            f"<blockquote>{escape(strip_markup(row['quote']['value']))}<br><small>{names.link(note)} : {escape(row['line']['value'])}</small></blockquote>"
        )
    return f"<h2>Statements 断言</h2>{''.join(parts)}"


def _table(title: str, rows: Sequence[Binding], names: _Names) -> str:
    grouped: dict[str, list[str]] = {}
    for row in rows:
        grouped.setdefault(row["p"]["value"], []).append(names.value(row["o"]))
    lines = (
        f"<tr><th>{names.link(predicate)}</th><td>{', '.join(values[:_MOST])}{f' … ({len(values)})' if len(values) > _MOST else ''}</td></tr>"
        for predicate, values in grouped.items()
    )
    return f"<h2>{title}</h2><table>{''.join(lines)}</table>" if grouped else ""


async def _labels(store: QueryPool | RemoteStore, iri: str, rows: Iterable[Binding]) -> dict[str, str]:
    """Names of all IRIs that will be shown; the Chinese one beside the English."""
    wanted = {iri: None}
    wanted.update((term["value"], None) for row in rows for term in row.values() if term["type"] == "uri")
    batches: list[list[str]] = [[]]
    size = 0
    for name in wanted:
        size += len(name) + 3
        if size > _BATCH:
            batches.append([])
            size = 0
        batches[-1].append(f"<{name}>")
    labels: dict[str, list[str]] = {}
    for batch in batches:
        query = f"SELECT ?x ?l {{ VALUES ?x {{ {' '.join(batch)} }} ?x {_LABELS} ?l }} ORDER BY ?x ?l"
        for row in await store.select(query):
            labels.setdefault(row["x"]["value"], []).append(row["l"]["value"])
    return {name: " ".join(dict.fromkeys(each[:2])) for name, each in labels.items()}


def _page(title: str, body: str, head: str) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><link rel="stylesheet" href="/static/card.css">'
        f'{head}<nav><a href="/">知图 Zhitu</a> <a href="/sparql">SPARQL</a> <a href="/ontology">ontology 本体</a></nav>'
        f"<main><h1>{escape(title)}</h1>{body}</main></html>\n"
    )
