"""Known names: the bilingual lexicon of ontologies/lexicon/ and the user's own (CSV, SKOS in Turtle), as frozen entries."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import LexiconError
from kg.identity import term_iri
from kg.model import ENTITY_TYPES, Value
from kg.text import has_cjk, key, simplify

if TYPE_CHECKING:
    from rdflib import Graph, Literal
    from rdflib.term import Node

__all__ = ["COLUMNS", "Entry", "Lexicon", "lexicon_dir", "read_lexicon"]

COLUMNS = ("type", "label", "label_zh", "aliases", "weak", "broader")


@dataclass(frozen=True, slots=True)
class Entry(Value):
    """One known thing."""

    type: str
    label: str
    label_zh: str
    aliases: tuple[str, ...]
    """Every sure name but the two labels."""
    weak: frozenset[str]
    """Names that count only where the context supports the type."""
    broader: str
    """Label of the topic or institution above it, or empty."""

    @property
    def key(self) -> str:
        """`lexicon:<type>/<label>`, the grounding key of mentions found by this entry."""
        return f"lexicon:{self.type}/{self.label}"

    @property
    def names(self) -> tuple[str, ...]:
        """All names, labels first, each once."""
        return tuple(dict.fromkeys(n for n in (self.label, self.label_zh, *self.aliases, *sorted(self.weak)) if n))


class Lexicon:
    """Entries with an index from folded name to the entries that bear it."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        self.by_key = {entry.key: entry for entry in reversed(self.entries)}
        """Grounding key -> entry, the first of that key."""
        self._by_name: dict[str, list[Entry]] = {}
        for entry in self.entries:
            for name in {key(name): None for name in entry.names}:
                self._by_name.setdefault(name, []).append(entry)

    def find(self, name: str) -> tuple[Entry, ...]:
        """Entries with this name in any case, width, script, spacing or hyphenation; in file order."""
        return tuple(self._by_name.get(key(name), ()))

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)


def lexicon_dir() -> Path:
    """The lexicon shipped with Zhitu: inside the wheel, or beside the sources."""
    inside = Path(__file__).parent / "ontologies" / "lexicon"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "ontologies" / "lexicon"


def read_lexicon(*paths: Path) -> Lexicon:
    """Read lexicon files (`.ttl` is SKOS, others CSV) or folders of them, the shipped one when none is given.

    What an earlier path says of a name wins over later ones. Raises LexiconError with file and line.
    """
    entries: list[Entry] = []
    for path in paths or (lexicon_dir(),):
        if path.is_dir():
            files = sorted(file for file in path.iterdir() if file.suffix.lower() in (".csv", ".ttl"))
        elif path.is_file():
            files = [path]
        else:
            raise LexiconError(
                f"{path}: no such lexicon",
                "Give a CSV file with the columns " + ", ".join(COLUMNS) + ", or SKOS in a .ttl file",
            )
        found = [entry for file in files for entry in _read_file(file)]
        entries = _over(entries, found) if entries else found
    return Lexicon(entries)


def _over(first: Sequence[Entry], second: Iterable[Entry]) -> list[Entry]:
    """Both lists, where the first has the last word on labels and types, and on the names that it is sure of."""
    claimed = {key(name) for entry in first for name in entry.names if name not in entry.weak}
    places = {(entry.type, key(entry.label)): place for place, entry in reversed(list(enumerate(first)))}
    joined, rest = list(first), []
    for entry in second:
        sure = dict.fromkeys(key(name) for name in entry.names if name not in entry.weak)
        place = next((places[entry.type, name] for name in sure if (entry.type, name) in places), None)
        lost = {name for name in entry.names if key(name) in claimed}
        if place is None:
            # Where both could be meant, a sure name outweighs a weak one.
            weak = entry.weak | lost
            rest.append(replace(entry, aliases=tuple(name for name in entry.aliases if name not in weak), weak=weak))
            continue
        ours = joined[place]
        named = {key(name) for name in ours.names}
        label_zh = ours.label_zh or entry.label_zh
        theirs = dict.fromkeys((entry.label, entry.label_zh, *entry.aliases))
        more = (name for name in theirs if name and name not in entry.weak | lost | {label_zh})
        joined[place] = replace(
            ours,
            label_zh=label_zh,
            aliases=(*ours.aliases, *(name for name in more if key(name) not in named)),
            weak=ours.weak | {name for name in entry.weak | (lost & {label_zh}) if key(name) not in named},
            broader=ours.broader or entry.broader,
        )
    return [*joined, *rest]


def _read_file(path: Path) -> Iterator[Entry]:
    return _read_skos(path) if path.suffix.lower() == ".ttl" else _read_csv(path)


def _read_csv(path: Path) -> Iterator[Entry]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.DictReader(handle, strict=True)
        missing = set(COLUMNS[:2]) - set(reader.fieldnames or ())
        if missing:
            raise LexiconError(f"{path}:1: no column {', '.join(sorted(missing))}", "Columns: " + ", ".join(COLUMNS))
        try:
            for row in reader:
                yield _to_entry(row, f"{path}:{reader.line_num}")
        except (csv.Error, UnicodeDecodeError) as error:
            raise LexiconError(
                f"{path}:{reader.reader.line_num}: {error}", "Quote fields that hold commas or quotes"
            ) from error


def _to_entry(row: dict[str, str | None], where: str) -> Entry:
    values = {column: (row.get(column) or "").strip() for column in COLUMNS}
    if None in row:
        raise LexiconError(f"{where}: more fields than columns", "Quote fields that hold commas")
    if values["type"] not in ENTITY_TYPES:
        raise LexiconError(f"{where}: unknown type {values['type']!r}", "Use one of " + ", ".join(ENTITY_TYPES))
    if not values["label"]:
        raise LexiconError(f"{where}: the label is empty", "Give the usual English name")
    weak = frozenset(_split(values["weak"]))
    aliases = tuple(name for name in _split(values["aliases"]) if name not in weak)
    _check_length(where, (*aliases, *sorted(weak)))
    return Entry(values["type"], values["label"], values["label_zh"], aliases, weak, values["broader"])


def _split(cell: str) -> list[str]:
    return [name for name in (part.strip() for part in cell.split("|")) if name]


def _check_length(where: str, names: Iterable[str]) -> None:
    for name in names:
        if len(name) < 2:
            raise LexiconError(f"{where}: alias {name!r} has one character", "Give a longer name")


_SKOS = "http://www.w3.org/2004/02/skos/core#"
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_TITLES = (
    f"{_SKOS}prefLabel",
    f"{_SKOS}notation",
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://purl.org/dc/terms/title",
)
_TYPE_NAMES = {type_.casefold(): type_ for type_ in ENTITY_TYPES}


def _read_skos(path: Path) -> Iterator[Entry]:
    """The concepts of a SKOS vocabulary, by type and label; only the file itself is read, no address in it."""
    from rdflib import URIRef

    text, graph = _parse_turtle(path)
    classes = (f"{_SKOS}Concept", *(term_iri(type_) for type_ in ENTITY_TYPES))
    concepts = dict.fromkeys(node for name in classes for node in graph.subjects(URIRef(_RDF_TYPE), URIRef(name)))
    entries = []
    for concept in concepts:
        labels = _literals(graph, concept, "prefLabel")
        if labels:
            where = f"{path}:{_line(text, labels)}"
            entries.append(_concept_entry(graph, concept, labels, where))
    if not entries:
        raise LexiconError(f"{path}:1: no skos:Concept with a skos:prefLabel", "See ontologies/lexicon/README.md")
    # Blank nodes have another name in every process, so the order is that of what they say.
    return iter(sorted(entries, key=lambda entry: (entry.type, entry.label, entry.names, entry.broader)))


def _parse_turtle(path: Path) -> tuple[str, Graph]:
    import logging

    from rdflib import Graph
    from rdflib.plugins.parsers.notation3 import BadSyntax

    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise LexiconError(f"{path}:{line}: not UTF-8", "Save the file as UTF-8") from error
    # What is no address needs no warning: none is ever followed.
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)
    graph = Graph()
    try:
        graph.parse(data=text, format="turtle", publicID=term_iri(""))
    except BadSyntax as error:
        raise LexiconError(
            f"{path}:{error.lines + 1}: bad Turtle: {error._why}", "Mend the line or the one above"
        ) from error
    except Exception as error:
        # rdflib's parser also fails with assertions and index errors, which name no line.
        why = " ".join(str(error).split())[:120] or type(error).__name__
        raise LexiconError(f"{path}: bad Turtle: {why}", "Check the file with a Turtle validator") from error
    return text, graph


def _concept_entry(graph: Graph, concept: Node, labels: list[Literal], where: str) -> Entry:
    label, label_zh = _main_label(labels), _chinese_label(labels)
    weak = frozenset(map(_plain, _literals(graph, concept, "hiddenLabel")))
    others = map(_plain, (*labels, *_literals(graph, concept, "altLabel")))
    aliases = tuple(name for name in dict.fromkeys(others) if name not in weak | {label, label_zh})
    for name in (label, label_zh, *aliases, *sorted(weak)):
        if any("\ud800" <= char <= "\udfff" for char in name):
            raise LexiconError(f"{where}: label {name!r} is no text", "Write the character itself, or one \\U escape")
    _check_length(where, (*aliases, *sorted(weak)))
    type_ = _concept_type(graph, concept, where)
    return Entry(type_, label, label_zh, aliases, weak, _broader_label(graph, concept))


def _concept_type(graph: Graph, concept: Node, where: str) -> str:
    """From a class of ontologies/kg.ttl, else from a scheme or notation that is called like a type; else Topic."""
    from rdflib import URIRef

    base = term_iri("")
    iris = map(str, graph.objects(concept, URIRef(_RDF_TYPE)))
    classes = {iri.removeprefix(base) for iri in iris if iri.startswith(base)}
    unknown = sorted(classes - {*ENTITY_TYPES, "Entity"})
    if unknown:
        raise LexiconError(f"{where}: unknown type kg:{unknown[0]}", "Use one of " + ", ".join(ENTITY_TYPES))
    schemes = [
        *graph.objects(concept, URIRef(f"{_SKOS}inScheme")),
        *graph.objects(concept, URIRef(f"{_SKOS}topConceptOf")),
    ]
    names = [re.split(r"[/#:]", str(scheme).rstrip("/#"))[-1] for scheme in schemes]
    names += [str(name) for scheme in schemes for title in _TITLES for name in graph.objects(scheme, URIRef(title))]
    notations = map(str, graph.objects(concept, URIRef(f"{_SKOS}notation")))
    for said in (classes, names, notations):
        types = sorted({_TYPE_NAMES[name.casefold()] for name in said if name.casefold() in _TYPE_NAMES})
        if len(types) > 1:
            raise LexiconError(f"{where}: of several types: {', '.join(types)}", "Give the concept one of them")
        if types:
            return types[0]
    return "Topic"


def _broader_label(graph: Graph, concept: Node) -> str:
    from rdflib import URIRef

    above = [*graph.objects(concept, URIRef(f"{_SKOS}broader")), *graph.subjects(URIRef(f"{_SKOS}narrower"), concept)]
    labels = (_literals(graph, node, "prefLabel") for node in above)
    return min((_main_label(names) for names in labels if names), default="")


def _literals(graph: Graph, node: Node, name: str) -> list[Literal]:
    """Labels of one kind, blank ones left out, by language and text."""
    from rdflib import Literal, URIRef

    found = [item for item in graph.objects(node, URIRef(_SKOS + name)) if isinstance(item, Literal) and _plain(item)]
    return sorted(found, key=lambda item: (_language(item), str(item)))


def _plain(literal: Literal) -> str:
    return " ".join(str(literal).split())


def _language(literal: Literal) -> str:
    """Language tag in lower case; a label without one is Chinese or English by its script."""
    return (literal.language or ("zh" if has_cjk(str(literal)) else "en")).lower()


def _main_label(labels: Iterable[Literal]) -> str:
    """The English label, else that of another language, Chinese last."""
    return _plain(min(labels, key=lambda item: {"en": 0, "zh": 2}.get(_language(item)[:2], 1)))


def _chinese_label(labels: Iterable[Literal]) -> str:
    """The Chinese label in simplified script, from one in that script if there is any; empty if there is none."""
    chinese = [item for item in labels if _language(item).startswith("zh") and has_cjk(str(item))]
    return simplify(_plain(min(chinese, key=_traditional))) if chinese else ""


def _traditional(literal: Literal) -> bool:
    return bool(re.search(r"-(?:hant|tw|hk|mo)\b", _language(literal)))


def _line(text: str, labels: Iterable[Literal]) -> int:
    """The line on which the first of some labels stands, as far as it is written there without escapes; else 1."""
    places = (text.find(f"{quote}{label}{quote}") for label in labels for quote in "\"'")
    return text.count("\n", 0, max(0, min((place for place in places if place >= 0), default=0))) + 1
