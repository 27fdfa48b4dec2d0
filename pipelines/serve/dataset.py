"""What the endpoint and the dataset say of themselves: SPARQL 1.1 Service Description and VoID, with true counts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from kg.graph.terms import DCTERMS, RDF, VOID, XSD, iri, literal
from kg.identity import term_iri
from pipelines.serve.rdf import serialise
from pipelines.sparql.formats import GRAPHS, SOLUTIONS
from pipelines.sparql.magic import MAGIC
from pipelines.sparql.pool import QueryPool
from pipelines.sparql.remote import RemoteStore

__all__ = ["Dataset"]

_SD, _FORMATS = "http://www.w3.org/ns/sparql-service-description#", "http://www.w3.org/ns/formats/"
_FORMAT_IRIS = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "nquads": "N-Quads",
    "trig": "TriG",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF_XML",
}
"""https://www.w3.org/ns/formats/"""
_PATIENCE = 120.0
"""Seconds for counting; it happens once for each build, and every now and then where another server has the graph."""
_KEPT = 600.0
"""Seconds."""

Row = tuple[str, str, str]


class Dataset:
    """Descriptions of a store, counted anew after each build."""

    def __init__(self, store: QueryPool | RemoteStore) -> None:
        self._store = store
        self._counting: asyncio.Task[list[Row]] | None = None
        self._counted = (0, 0.0)

    async def service(self, endpoint: str, form: str) -> bytes:
        """The service description, written in a format of GRAPHS; `endpoint` is the address of the service."""
        rows = [*self._service(endpoint), *await self._void(endpoint)]
        return serialise(rows, form, self._store.base)

    async def void(self, endpoint: str, form: str) -> bytes:
        """The description of the dataset alone."""
        return serialise(await self._void(endpoint), form, self._store.base)

    def _service(self, endpoint: str) -> Iterator[Row]:
        service, default = iri(endpoint), "_:default"
        yield service, iri(RDF + "type"), iri(_SD + "Service")
        yield service, iri(_SD + "endpoint"), iri(endpoint)
        yield service, iri(_SD + "supportedLanguage"), iri(_SD + "SPARQL11Query")
        for name in (*SOLUTIONS, *GRAPHS):
            yield service, iri(_SD + "resultFormat"), iri(_FORMATS + _FORMAT_IRIS[name])
        for name, finds in MAGIC.items():
            yield service, iri(_SD + "propertyFeature"), iri(term_iri(name))
            yield (
                iri(term_iri(name)),
                iri("http://www.w3.org/2000/01/rdf-schema#comment"),
                literal(f"Searches {finds}.", "en"),
            )
        yield service, iri(_SD + "defaultDataset"), iri(f"{self._store.base}graph")
        yield iri(f"{self._store.base}graph"), iri(RDF + "type"), iri(_SD + "Dataset")
        yield iri(f"{self._store.base}graph"), iri(_SD + "defaultGraph"), default
        yield default, iri(RDF + "type"), iri(_SD + "Graph")

    async def _void(self, endpoint: str) -> list[Row]:
        dataset = iri(f"{self._store.base}graph")
        generation, now = self._store.generation, asyncio.get_running_loop().time()
        failed = self._counting and self._counting.done() and (self._counting.cancelled() or self._counting.exception())
        if not self._counting or failed or generation != self._counted[0] or now - self._counted[1] > _KEPT:
            self._counting, self._counted = asyncio.create_task(self._count(dataset)), (generation, now)
        # Who asks first may go away; the count goes on for the others.
        counts = await asyncio.shield(self._counting)
        return [
            (dataset, iri(RDF + "type"), iri(VOID + "Dataset")),
            (dataset, iri(DCTERMS + "title"), literal("Zhitu graph of notes", "en")),
            (dataset, iri(DCTERMS + "title"), literal("知图笔记图谱", "zh-Hans")),
            (dataset, iri(VOID + "sparqlEndpoint"), iri(endpoint)),
            (dataset, iri(VOID + "uriSpace"), literal(self._store.base)),
            (dataset, iri(VOID + "vocabulary"), iri(term_iri(""))),
            *counts,
        ]

    async def _count(self, dataset: str) -> list[Row]:
        """Counts of the graph that queries see without naming one (https://www.w3.org/TR/void/#statistics)."""

        async def number(query: str) -> int:
            found = await self._store.select(query, _PATIENCE)
            return int(found[0]["n"]["value"]) if found else 0

        triples = await number("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        subjects = await number("SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }")
        objects = await number("SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }")
        notes = await number("SELECT (COUNT(*) AS ?n) { ?s a kg:Note }")
        classes = await self._store.select("SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c ORDER BY ?c", _PATIENCE)
        predicates = await self._store.select(
            "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY ?p", _PATIENCE
        )
        rows = [
            *_stated(dataset, "triples", triples),
            *_stated(dataset, "distinctSubjects", subjects),
            *_stated(dataset, "distinctObjects", objects),
            *_stated(dataset, "documents", notes),
            *_stated(dataset, "classes", len(classes)),
            *_stated(dataset, "properties", len(predicates)),
        ]
        for at, row in enumerate(classes):
            rows += [
                (dataset, iri(VOID + "classPartition"), f"_:class{at}"),
                (f"_:class{at}", iri(VOID + "class"), iri(row["c"]["value"])),
                *_stated(f"_:class{at}", "entities", int(row["n"]["value"])),
            ]
        for at, row in enumerate(predicates):
            rows += [
                (dataset, iri(VOID + "propertyPartition"), f"_:property{at}"),
                (f"_:property{at}", iri(VOID + "property"), iri(row["p"]["value"])),
                *_stated(f"_:property{at}", "triples", int(row["n"]["value"])),
            ]
        return rows


def _stated(subject: str, name: str, number: int) -> list[Row]:
    return [(subject, iri(VOID + name), literal(str(number), datatype=XSD + "integer"))]
