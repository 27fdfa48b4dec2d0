"""What all notes say together, as one merged graph: readable Turtle, and JSON-LD; the triples are those of graph.nq."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from kg.graph.rdf import Said, statements
from kg.graph.terms import RDF, read_literal
from kg.identity import BASE_IRI, term_iri
from kg.model import Build
from kg.ontology import ontologies_dir

__all__ = ["to_jsonld", "to_turtle", "write_jsonld", "write_turtle"]

_SPLIT = re.compile(r"<(.*[/#])([A-Za-z_][A-Za-z0-9_-]*)>$", re.S)
_TYPE = f"<{RDF}type>"
_json = json.JSONEncoder(ensure_ascii=False).encode


def _context(base: str) -> dict[str, str]:
    """The prefixes of context.jsonld, those of things under the base of this graph."""
    known = json.loads((ontologies_dir() / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    return {name: iri if iri == term_iri("") else iri.replace(BASE_IRI, base) for name, iri in known.items()}


class _Prefixes(dict[str, str]):
    """IRIs in brackets as `prefix:local` where the local part is simple, else as they are."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.context = _context(base)
        self._names = {iri: name for name, iri in self.context.items()}

    def __missing__(self, term: str) -> str:
        # All namespaces end in / or #, which no local part has: there is one place to part the two.
        match = _SPLIT.match(term)
        prefix = match and self._names.get(match[1])
        self[term] = short = f"{prefix}:{match[2]}" if match and prefix else term
        return short


class _Shown(dict[str, tuple[str, str]]):
    """Texts `predicate object` in terms of N-Triples as pairs in another syntax: most are said of many subjects."""

    def __init__(self, show: Callable[[str, str], tuple[str, str]]) -> None:
        super().__init__()
        self._show = show

    def __missing__(self, text: str) -> tuple[str, str]:
        predicate, _, thing = text.partition(" ")
        self[text] = pair = self._show(predicate, thing)
        return pair


class _Syntax(NamedTuple):
    """What stands before the first predicate of a subject, before another, between it and its objects, and at the end."""

    first: str
    other: str
    between: str
    end: str


_TURTLE = _Syntax("", " ;\n    ", " ", " .\n")
_JSONLD = _Syntax(", ", "], ", ": [", "]}")


def _blocks(said: Said, shown: _Shown, begin: Callable[[str], str], syntax: _Syntax) -> Iterator[str]:
    """What is said of each subject, the subjects sorted."""
    blocks = {}
    for subject, texts in said:
        parts, last = [begin(subject)], ""
        for text in texts:
            verb, thing = shown[text]
            if verb == last:
                parts.append(f", {thing}")
            else:
                parts.append(f"{syntax.other if last else syntax.first}{verb}{syntax.between}{thing}")
                last = verb
        parts.append(syntax.end)
        blocks[subject] = "".join(parts)
    return (blocks[subject] for subject in sorted(blocks))


def to_turtle(said: Said, base: str = BASE_IRI) -> Iterator[str]:
    """Sorted Turtle, in pieces."""
    prefixes = _Prefixes(base)

    def show(predicate: str, thing: str) -> tuple[str, str]:
        verb = "a" if predicate == _TYPE else prefixes[predicate]
        if thing.startswith("<"):
            return verb, prefixes[thing]
        head, mark, datatype = thing.rpartition('"^^')
        return verb, f"{head}{mark}{prefixes[datatype]}" if mark and datatype.startswith("<") else thing

    yield from (f"@prefix {name}: <{iri}> .\n" for name, iri in sorted(prefixes.context.items()))
    yield from _blocks(said, _Shown(show), lambda subject: f"\n{prefixes[subject]} ", _TURTLE)


def to_jsonld(said: Said, base: str = BASE_IRI) -> Iterator[str]:
    """Sorted JSON-LD, in pieces: the context, then one node object a line."""
    prefixes = _Prefixes(base)

    def name(term: str) -> str:
        return _json(prefixes[term].strip("<>"))

    def show(predicate: str, thing: str) -> tuple[str, str]:
        if predicate == _TYPE:
            return '"@type"', name(thing)
        if thing.startswith("<"):
            return name(predicate), f'{{"@id": {name(thing)}}}'
        text, language, datatype = read_literal(thing)
        more = f', "@language": {_json(language)}' if language else ""
        more += f', "@type": {name(f"<{datatype}>")}' if datatype else ""
        return name(predicate), f'{{"@value": {_json(text)}{more}}}'

    yield '{"@context": ' + json.dumps(prefixes.context, sort_keys=True) + ',\n"@graph": ['
    separator = "\n"
    for block in _blocks(said, _Shown(show), lambda subject: f'{{"@id": {name(subject)}', _JSONLD):
        yield separator + block
        separator = ",\n"
    yield "\n]}\n"


def write_turtle(build: Build, path: Path) -> None:
    """Write graph.ttl, sorted."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(to_turtle(statements(build), build.base))


def write_jsonld(build: Build, path: Path) -> None:
    """Write graph.jsonld, sorted."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(to_jsonld(statements(build), build.base))
