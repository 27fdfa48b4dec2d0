"""Read the tables of a finished build back into one frozen graph that every question is asked of."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from kg.errors import GraphError, build_hint
from kg.model import ENTITY_TYPES, united
from kg.text import key

if TYPE_CHECKING:
    import networkx

__all__ = [
    "COOCCURRENCE",
    "MERGES",
    "TABLES",
    "DocumentRow",
    "Graph",
    "LinkRow",
    "MentionRow",
    "Node",
    "Quote",
    "ReadClaim",
    "best_first",
    "read_graph",
    "read_rows",
    "to_whole",
]

COOCCURRENCE = "coOccursWith"
"""The one predicate that nobody stated: two names stood near each other."""

TABLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "entities.csv": (
            *("id", "type", "label", "label_zh", "label_en", "aliases"),
            *("mention_count", "note_count", "degree", "community", "iri"),
        ),
        "mentions.csv": ("entity_id", "doc", "line", "column", "surface", "found_by", "confidence"),
        "relations.csv": ("subject", "predicate", "object", "doc", "line", "evidence", "found_by", "confidence"),
        "links.csv": ("url", "title", "doc", "line", "section", "site"),
        "documents.csv": ("doc", "title", "date", "language", "size", "hash"),
    }
)
"""The tables that are read, with the columns relied on; further columns are let be."""
MERGES = ("a", "b", "reason", "score", "doc", "line")
"""Columns of merges.csv, which no graph needs and who explains one reads."""

_ENTITY_PREFIXES = frozenset(type_.lower() for type_ in ENTITY_TYPES)


@dataclass(frozen=True, slots=True)
class Node:
    """An entity with its counts, one row of entities.csv."""

    id: str
    type: str
    label: str
    label_zh: str
    label_en: str
    aliases: tuple[str, ...]
    mention_count: int
    note_count: int
    degree: int
    community: str
    iri: str

    @property
    def names(self) -> tuple[str, ...]:
        """Every name once, labels first."""
        names = (self.label, self.label_zh, self.label_en, *self.aliases)
        return tuple(dict.fromkeys(name for name in names if name))


@dataclass(frozen=True, slots=True)
class Quote:
    """A piece of evidence as the tables keep it: note, line, sentence (no offsets)."""

    document_id: str
    line: int
    """1-based line in the note."""
    text: str
    """The sentence, verbatim."""
    found_by: str
    confidence: float


@dataclass(frozen=True, slots=True)
class ReadClaim:
    """A claim with all the evidence read for it, best first."""

    subject: str
    predicate: str
    object: str
    quotes: tuple[Quote, ...]

    @property
    def confidence(self) -> float:
        """What all quotes say together, as `kg.model.Claim.confidence`."""
        return united(quote.confidence for quote in self.quotes)

    @property
    def stated(self) -> bool:
        """Whether a sentence, a list or a heading says it; False for mere co-occurrence."""
        return self.predicate != COOCCURRENCE


@dataclass(frozen=True, slots=True)
class MentionRow:
    """Where an entity is named."""

    entity_id: str
    document_id: str
    line: int
    surface: str
    confidence: float
    found_by: str
    """Name of the finder."""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link out of a note, with the heading it stands under."""

    url: str
    title: str
    document_id: str
    line: int
    section: str
    site: str


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A note."""

    id: str
    title: str
    date: str
    """ISO 8601, or empty."""
    language: str


@dataclass(frozen=True)
class Graph:
    """Everything the tables of one build say, with the indexes that questions need."""

    entities: Mapping[str, Node]
    claims: tuple[ReadClaim, ...]
    """In order of subject, predicate, object."""
    mentions: tuple[MentionRow, ...]
    links: tuple[LinkRow, ...]
    documents: Mapping[str, DocumentRow]

    @cached_property
    def claims_of(self) -> Mapping[str, tuple[ReadClaim, ...]]:
        """Entity id -> claims with it as subject or object, in table order."""
        found: dict[str, list[ReadClaim]] = {}
        for claim in self.claims:
            for end in dict.fromkeys((claim.subject, claim.object)):
                found.setdefault(end, []).append(claim)
        return MappingProxyType({end: tuple(group) for end, group in found.items()})

    @cached_property
    def mentions_of(self) -> Mapping[str, tuple[MentionRow, ...]]:
        """Entity id -> its mentions, in table order."""
        found: dict[str, list[MentionRow]] = {}
        for mention in self.mentions:
            found.setdefault(mention.entity_id, []).append(mention)
        return MappingProxyType({end: tuple(group) for end, group in found.items()})

    @cached_property
    def names(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """Name folded by `kg.text.key` -> (entity id, name as spelled) of all that bear it, in order of the names."""
        found: dict[str, list[tuple[str, str]]] = {}
        for node in self.entities.values():
            for name in node.names:
                folded = key(name)
                if folded:
                    found.setdefault(folded, []).append((node.id, name))
        return MappingProxyType({folded: tuple(found[folded]) for folded in sorted(found)})

    def bearers(self, folded: str) -> Sequence[tuple[str, str]]:
        """(entity id, name as spelled) of all with a name that `kg.text.key` folds to this."""
        return self.names.get(folded, ())

    def holding(self, wanted: str) -> Iterator[tuple[str, str, str]]:
        """(folded name, entity id, name as spelled) of all whose folded name holds a text, in order of the names."""
        for folded, bearers in self.names.items():
            if wanted in folded:
                for identifier, name in bearers:
                    yield folded, identifier, name

    def folded_names(self, shortest: int, longest: int) -> Sequence[str]:
        """Names of so many characters as `kg.text.key` folds them, by length and in order, each once."""
        return sorted(
            (name for name in self.names if shortest <= len(name) <= longest), key=lambda name: (len(name), name)
        )

    def ties(self, node: str, *, stated: bool = False) -> Sequence[tuple[str, str, str, float]]:
        """(subject, predicate, object, confidence) of the claims that tie an entity to others, all or the stated ones."""
        return [
            (claim.subject, claim.predicate, claim.object, claim.confidence)
            for claim in self.claims_of.get(node, ())
            if claim.subject in self.entities and claim.object in self.entities and (claim.stated or not stated)
        ]

    def busy(self, node: str) -> int:
        """Number of others that a stated claim ties to a node."""
        return self._stated.get(node, 0)

    def distances_to(self, end: str, *, stated: bool) -> Callable[[str], int] | None:
        """What it costs to come from a node to `end`, over all claims or the stated ones; None where that was not prepared."""
        return None

    def claims_between(self, left: str, right: str) -> Sequence[ReadClaim]:
        """The claims that tie two nodes, in order of subject, predicate and object."""
        return [claim for claim in self.claims_of.get(left, ()) if {claim.subject, claim.object} == {left, right}]

    @cached_property
    def _stated(self) -> Mapping[str, int]:
        others: dict[str, set[str]] = {}
        for claim in self.claims:
            if claim.stated and claim.subject != claim.object:
                others.setdefault(claim.subject, set()).add(claim.object)
                others.setdefault(claim.object, set()).add(claim.subject)
        return {node: len(tied) for node, tied in others.items()}

    def label(self, identifier: str) -> str:
        """Label of an entity, title of a note, else the identifier itself."""
        if identifier in self.entities:
            return self.entities[identifier].label
        if identifier in self.documents:
            return self.documents[identifier].title or identifier
        return identifier

    def to_network(self) -> networkx.MultiDiGraph:
        """A networkx graph of the entities: one node per entity, one edge per claim, keyed by its predicate.

        Nodes have type, label, label_zh, label_en, mentions, notes, degree, community, size (pixels) and color;
        edges have predicate, weight (pieces of evidence), confidence, kind (`typed` or `cooccurrence`) and evidence
        (the best sentence with its note and line).
        """
        from math import sqrt

        import networkx

        from kg.graph import TYPE_COLORS

        network = networkx.MultiDiGraph()
        for node in self.entities.values():
            network.add_node(
                node.id,
                type=node.type,
                label=node.label,
                label_zh=node.label_zh,
                label_en=node.label_en,
                mentions=node.mention_count,
                notes=node.note_count,
                degree=node.degree,
                community=node.community,
                size=round(8 + 4 * sqrt(node.mention_count), 2),
                color=TYPE_COLORS.get(node.type, "#7f7f7f"),
            )
        for claim in self.claims:
            if claim.subject not in self.entities or claim.object not in self.entities:
                continue
            best = claim.quotes[0]
            network.add_edge(
                claim.subject,
                claim.object,
                key=claim.predicate,
                predicate=claim.predicate,
                weight=len(claim.quotes),
                confidence=claim.confidence,
                kind="typed" if claim.stated else "cooccurrence",
                evidence=f"{best.document_id}:{best.line}: {best.text}",
            )
        return network


def read_graph(folder: Path) -> Graph:
    """Read the tables in an output folder; raises GraphError where one is missing, cut short or of another build."""
    if not folder.is_dir():
        raise GraphError(f"{folder}: no such folder", build_hint(folder))
    missing = [name for name in TABLES if not (folder / name).is_file()]
    if missing:
        raise GraphError(f"{folder}: no {', '.join(missing)}", build_hint(folder))
    entities = {node.id: node for node in map(_to_node, read_rows(folder, "entities.csv"))}
    documents = {row[0]: DocumentRow(row[0], row[1], row[2], row[3]) for _, row in read_rows(folder, "documents.csv")}
    mentions = tuple(
        MentionRow(row[0], row[1], to_whole(where, row[2]), row[4], _share(where, row[6]), row[5])
        for where, row in read_rows(folder, "mentions.csv")
    )
    for mention in mentions:
        if mention.entity_id not in entities:
            raise GraphError(f"{folder}: mentions.csv has {mention.entity_id}, entities.csv not", build_hint(folder))
    links = tuple(
        LinkRow(row[0], row[1], row[2], to_whole(where, row[3]), row[4], row[5])
        for where, row in read_rows(folder, "links.csv")
    )
    return Graph(
        MappingProxyType(entities), _read_claims(folder, entities), mentions, links, MappingProxyType(documents)
    )


def best_first(quotes: Iterable[Quote]) -> tuple[Quote, ...]:
    """Pieces of evidence, the surest first; ties go by note, line and text."""
    return tuple(sorted(quotes, key=lambda quote: (-quote.confidence, quote.document_id, quote.line, quote.text)))


def _read_claims(folder: Path, entities: Mapping[str, Node]) -> tuple[ReadClaim, ...]:
    grouped: dict[tuple[str, str, str], list[Quote]] = {}
    for where, row in read_rows(folder, "relations.csv"):
        for end in (row[0], row[2]):
            # A note, a section or an article may be an end too; a lost entity means tables of two builds.
            if end not in entities and end.partition(":")[0] in _ENTITY_PREFIXES:
                raise GraphError(f"{folder}: relations.csv has {end}, entities.csv not", build_hint(folder))
        quote = Quote(row[3], to_whole(where, row[4]), row[5], row[6], _share(where, row[7]))
        grouped.setdefault((row[0], row[1], row[2]), []).append(quote)
    return tuple(ReadClaim(*ends, best_first(grouped[ends])) for ends in sorted(grouped))


def read_rows(folder: Path, name: str, columns: Sequence[str] | None = None) -> Iterator[tuple[str, Sequence[str]]]:
    """Rows of a table with where they stand (`path:line`), their cells in the order of `columns`, else of TABLES.

    Raises GraphError where the table is missing, cut short or has no such column.
    """
    columns = columns or TABLES[name]
    path = folder / name
    if not path.is_file():
        raise GraphError(f"{folder}: no {name}", build_hint(folder))
    # A sentence may be longer than the 131,072 characters that csv takes by default.
    csv.field_size_limit(2**31 - 1)
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.reader(handle, strict=True)
        try:
            header = next(reader, [])
            lost = [column for column in columns if column not in header]
            if lost:
                raise GraphError(f"{path}:1: no column {', '.join(lost)}", build_hint(folder))
            places = [header.index(column) for column in columns]
            in_order = places == list(range(len(header)))
            for row in reader:
                if len(row) != len(header):
                    raise GraphError(
                        f"{path}:{reader.line_num}: {len(row)} cells where {len(header)} are due", build_hint(folder)
                    )
                yield f"{path}:{reader.line_num}", row if in_order else [row[place] for place in places]
        except (csv.Error, UnicodeDecodeError) as error:
            raise GraphError(f"{path}:{reader.line_num}: {error}", build_hint(folder)) from error


def _to_node(placed: tuple[str, Sequence[str]]) -> Node:
    where, row = placed
    aliases = tuple(name for name in row[5].split("|") if name)
    counts = (to_whole(where, row[6]), to_whole(where, row[7]), to_whole(where, row[8]))
    return Node(row[0], row[1], row[2], row[3], row[4], aliases, *counts, row[9], row[10])


def to_whole(where: str, cell: str) -> int:
    """A cell as a whole number; raises GraphError that names its row (`path:line`)."""
    try:
        return int(cell)
    except ValueError:
        raise GraphError(f"{where}: {cell!r} is not a whole number", "Build again: kg build NOTES") from None


def _share(where: str, cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = -1.0
    if 0.0 <= value <= 1.0:
        return value
    raise GraphError(f"{where}: {cell!r} is not a confidence between 0 and 1", "Build again: kg build NOTES")
