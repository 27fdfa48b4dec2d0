"""What all notes say together, as one merged graph: readable Turtle, and JSON-LD; the triples are those of graph.nq."""

from __future__ import annotations

import json
import mmap
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.graph.quads import mapped
from kg.graph.rdf import Said, statements
from kg.graph.terms import RDF, read_literal
from kg.identity import BASE_IRI, term_iri
from kg.model import Build
from kg.ontology import ontologies_dir

__all__ = ["to_jsonld", "to_turtle", "update_merged", "write_jsonld", "write_turtle"]

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

    def term(self, short: str) -> str:
        """What is shown as `prefix:local`, or as an IRI without brackets, in brackets."""
        prefix, _, local = short.partition(":")
        return f"<{self.context[prefix]}{local}>" if prefix in self.context else f"<{short}>"


class _Shown(dict[str, tuple[str, str]]):
    """Texts `predicate object` in terms of N-Triples as pairs in another syntax: most are said of many subjects."""

    def __init__(self, show: Callable[[str, str], tuple[str, str]]) -> None:
        super().__init__()
        self._show = show

    def __missing__(self, text: str) -> tuple[str, str]:
        predicate, _, thing = text.partition(" ")
        self[text] = pair = self._show(predicate, thing)
        return pair


@dataclass(frozen=True)
class _Syntax:
    """How the merged graph is written: a head, the blocks of its subjects in order with a text `between` them, a tail."""

    prefixes: _Prefixes
    shown: _Shown
    begin: Callable[[str], str]
    """The beginning of a subject's block."""
    subject: re.Pattern[bytes]
    """The same with a group for the subject as it is shown, bare."""
    marks: tuple[str, str, str, str]
    """What stands before the first predicate, before another, between it and its objects, and at the end."""
    head: str
    between: str
    tail: str

    def block(self, subject: str, texts: Sequence[str]) -> str:
        """What is said of one subject."""
        first, other, between, end = self.marks
        parts, last = [self.begin(subject)], ""
        for text in texts:
            verb, thing = self.shown[text]
            if verb == last:
                parts.append(f", {thing}")
            else:
                parts.append(f"{other if last else first}{verb}{between}{thing}")
                last = verb
        parts.append(end)
        return "".join(parts)

    def whole(self, said: Said) -> Iterator[str]:
        """Everything, in pieces."""
        blocks = {subject: self.block(subject, texts) for subject, texts in said}
        mark = self.head
        for subject in sorted(blocks):
            yield mark + blocks[subject]
            mark = self.between
        yield self.tail if blocks else self.head + self.tail

    def spliced(self, old: mmap.mmap, blocks: Mapping[str, str]) -> Iterator[bytes]:
        """Everything once more, in pieces, with other blocks for some subjects, empty ones for what is gone.

        Raises ValueError where `old` was not written so.
        """
        head, mark, tail = self.head.encode(), self.between.encode(), self.tail.encode()
        stop = len(old) - len(tail)
        if old[: len(head)] != head or old[stop:] != tail or stop <= len(head):
            raise ValueError("not a file that Zhitu wrote")
        # As if every block, the last one too, were followed by a mark.
        at, end, before = len(head), stop + len(mark), head
        for subject in sorted(blocks):
            place = self._place(old, subject, at, end)
            if place > at:
                yield before + old[at : place - len(mark)]
                before = mark
            if blocks[subject]:
                yield before + blocks[subject].encode()
                before = mark
            at = place
            if place < end and self._subject_at(old, place) == subject:
                at = self._after(old, place, end)
        if at < end:
            yield before + old[at:]
        else:
            yield tail if before is mark else head + tail

    def _place(self, old: mmap.mmap, subject: str, low: int, high: int) -> int:
        """Where the first block begins that is of this subject or a later one, or `high`."""
        mark = self.between.encode()
        while low < high:
            middle = (low + high) // 2
            found = old.rfind(mark, low, middle)
            start = low if found < 0 else found + len(mark)
            if self._subject_at(old, start) < subject:
                low = self._after(old, start, high)
            else:
                high = start
        return low

    def _after(self, old: mmap.mmap, place: int, end: int) -> int:
        found = old.find(self.between.encode(), place, end)
        return end if found < 0 else found + len(self.between.encode())

    def _subject_at(self, old: mmap.mmap, place: int) -> str:
        match = self.subject.match(old, place)
        if match is None:
            raise ValueError("not a block that Zhitu wrote")
        return self.prefixes.term(match[1].decode())


def _turtle(base: str) -> _Syntax:
    prefixes = _Prefixes(base)

    def show(predicate: str, thing: str) -> tuple[str, str]:
        verb = "a" if predicate == _TYPE else prefixes[predicate]
        if thing.startswith("<"):
            return verb, prefixes[thing]
        head, mark, datatype = thing.rpartition('"^^')
        return verb, f"{head}{mark}{prefixes[datatype]}" if mark and datatype.startswith("<") else thing

    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in sorted(prefixes.context.items()))
    return _Syntax(
        prefixes,
        _Shown(show),
        begin=lambda subject: f"{prefixes[subject]} ",
        subject=re.compile(rb"<?([^ >]*)"),
        marks=("", " ;\n    ", " ", " ."),
        head=f"{head}\n",
        between="\n\n",
        tail="\n",
    )


def _jsonld(base: str) -> _Syntax:
    """The context, then one node object a line."""
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

    return _Syntax(
        prefixes,
        _Shown(show),
        begin=lambda subject: f'{{"@id": {name(subject)}',
        subject=re.compile(rb'\{"@id": "([^"]*)"'),
        marks=(", ", "], ", ": [", "]}"),
        head='{"@context": ' + json.dumps(prefixes.context, sort_keys=True) + ',\n"@graph": [\n',
        between=",\n",
        tail="\n]}\n",
    )


def to_turtle(said: Said, base: str = BASE_IRI) -> Iterator[str]:
    """Sorted Turtle, in pieces."""
    return _turtle(base).whole(said)


def to_jsonld(said: Said, base: str = BASE_IRI) -> Iterator[str]:
    """Sorted JSON-LD, in pieces."""
    return _jsonld(base).whole(said)


def write_turtle(build: Build, path: Path) -> None:
    """Write graph.ttl, sorted."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(to_turtle(statements(build), build.base))


def write_jsonld(build: Build, path: Path) -> None:
    """Write graph.jsonld, sorted."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(to_jsonld(statements(build), build.base))


def update_merged(before: Path, said: Mapping[str, Sequence[str]], folder: Path, base: str) -> bool:
    """Write graph.ttl and graph.jsonld as they stand in another folder, but for some subjects, of which other things are said.

    False, with nothing written, where the old ones cannot be used.
    """
    try:
        for name, syntax in (("graph.ttl", _turtle(base)), ("graph.jsonld", _jsonld(base))):
            blocks = {subject: syntax.block(subject, texts) if texts else "" for subject, texts in said.items()}
            with mapped(before / name) as old, (folder / name).open("wb") as out:
                out.writelines(syntax.spliced(old, blocks))
    except (OSError, ValueError):
        for name in ("graph.ttl", "graph.jsonld"):
            (folder / name).unlink(missing_ok=True)
        return False
    return True
