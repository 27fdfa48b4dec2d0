"""graph.nq, the source of truth, written again as one merged graph: readable Turtle, and JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from kg.graph.terms import RDF, read_literal, read_triples
from kg.identity import BASE_IRI, term_iri
from kg.ontology import ontologies_dir

__all__ = ["build_store", "write_jsonld", "write_turtle"]

_PIECE = 100_000
"""Lines loaded into the store at a time."""
_LOCAL = re.compile(r"^[A-Za-z_][A-Za-z0-9_-]*$")


def _context(base: str) -> dict[str, str]:
    """The prefixes of context.jsonld, those of things under the base of this graph."""
    known = json.loads((ontologies_dir() / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    return {name: iri if iri == term_iri("") else iri.replace(BASE_IRI, base) for name, iri in known.items()}


class _Prefixes:
    """IRIs shortened by the prefixes of context.jsonld, remembering what was asked before."""

    def __init__(self, base: str) -> None:
        self.context = _context(base)
        self.names = sorted(self.context.items(), key=lambda item: -len(item[1]))
        self._seen: dict[str, str] = {}

    def short(self, iri: str) -> str:
        """`prefix:local` where the local part is simple, else the IRI itself."""
        if iri not in self._seen:
            self._seen[iri] = next(
                (f"{p}:{iri[len(n) :]}" for p, n in self.names if iri.startswith(n) and _LOCAL.match(iri[len(n) :])),
                iri,
            )
        return self._seen[iri]

    def turtle(self, term: str) -> str:
        """A term of N-Triples as Turtle."""
        if term.startswith("<"):
            short = self.short(term[1:-1])
            return term if short == term[1:-1] else short
        head, mark, datatype = term.rpartition("^^")
        return f"{head}^^{self.turtle(datatype)}" if mark and datatype.startswith("<") and head.endswith('"') else term


def write_turtle(source: Path, target: Path, base: str = BASE_IRI) -> None:
    """Write graph.nq as Turtle, grouped by subject, sorted."""
    prefixes = _Prefixes(base)
    with (
        source.open(encoding="utf-8", newline="\n") as lines,
        target.open("w", encoding="utf-8", newline="\n") as out,
    ):
        triples = read_triples(lines)
        out.writelines(f"@prefix {name}: <{iri}> .\n" for name, iri in sorted(prefixes.names))
        for subject, of_subject in groupby(triples, key=lambda triple: triple[0]):
            parts = []
            for predicate, of_predicate in groupby(of_subject, key=lambda triple: triple[1]):
                verb = "a" if predicate == f"<{RDF}type>" else prefixes.turtle(predicate)
                parts.append(f"{verb} " + ", ".join(prefixes.turtle(triple[2]) for triple in of_predicate))
            out.write(f"\n{prefixes.turtle(subject)} " + " ;\n    ".join(parts) + " .\n")


def write_jsonld(source: Path, target: Path, base: str = BASE_IRI) -> None:
    """Write graph.nq as JSON-LD: the context, then one node object a line, sorted."""
    prefixes = _Prefixes(base)
    with (
        source.open(encoding="utf-8", newline="\n") as lines,
        target.open("w", encoding="utf-8", newline="\n") as out,
    ):
        triples = read_triples(lines)
        out.write('{"@context": ' + json.dumps(prefixes.context, sort_keys=True) + ',\n"@graph": [')
        separator = "\n"
        for subject, of_subject in groupby(triples, key=lambda triple: triple[0]):
            node: dict[str, Any] = {"@id": prefixes.short(subject[1:-1])}
            for predicate, of_predicate in groupby(of_subject, key=lambda triple: triple[1]):
                objects = [triple[2] for triple in of_predicate]
                if predicate == f"<{RDF}type>":
                    node["@type"] = [prefixes.short(item[1:-1]) for item in objects]
                else:
                    node[prefixes.short(predicate[1:-1])] = [_value(item, prefixes) for item in objects]
            out.write(separator + json.dumps(node, ensure_ascii=False))
            separator = ",\n"
        out.write("\n]}\n")


def _value(term: str, prefixes: _Prefixes) -> dict[str, str]:
    if term.startswith("<"):
        return {"@id": prefixes.short(term[1:-1])}
    text, language, datatype = read_literal(term)
    value = {"@value": text}
    if language:
        value["@language"] = language
    if datatype:
        value["@type"] = prefixes.short(datatype)
    return value


def build_store(source: Path, folder: Path) -> None:
    """Load graph.nq into a new Oxigraph store on disk, and every triple once more into its default graph.

    A union of the named graphs at query time would count a triple once for each note that supports it.
    """
    import pyoxigraph as ox

    store = ox.Store(str(folder))
    # Terms were checked when they were written; `lenient` spares checking them twice more.
    with source.open(encoding="utf-8", newline="\n") as lines:
        for piece in _pieces(lines):
            store.bulk_load(piece, format=ox.RdfFormat.N_QUADS, lenient=True)
    with source.open(encoding="utf-8", newline="\n") as lines:
        for piece in _pieces(f"{' '.join(triple)} .\n" for triple in read_triples(lines)):
            store.bulk_load(piece, format=ox.RdfFormat.N_TRIPLES, lenient=True)
    store.flush()
    store.optimize()
    del store


def _pieces(lines: Iterable[str]) -> Iterator[str]:
    """Lines joined to texts of some megabytes: the engine keeps all of what it loads at once in memory."""
    numbered = iter(lines)
    while piece := "".join(islice(numbered, _PIECE)):
        yield piece
