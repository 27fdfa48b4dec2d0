"""What a build is worth: counts, coverage, orphans, conflicts, doubtful claims and merges, read from its tables."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

from kg.errors import GraphError
from kg.explore.graph import MERGES, TABLES, Graph, Node, ReadClaim, read_graph, read_rows, to_whole
from kg.model import ENTITY_TYPES
from kg.ontology import Ontology, read_ontology
from pipelines.show import counted

__all__ = [
    "Cycle",
    "Doubt",
    "Languages",
    "LoggedMerge",
    "NoteCoverage",
    "Report",
    "SharedName",
    "make_report",
]

_DOUBTS = 20
"""Claims to review."""
_LOGGED = 50
"""Merges that are listed."""
_HIERARCHIES = ("broader", "variantOf")
"""Predicates that lead upwards, so that a circle of them cannot be right."""


@dataclass(frozen=True, slots=True)
class Languages:
    """Entities of one type by the languages that they have labels in."""

    type: str
    zh_only: int
    en_only: int
    both: int

    @property
    def total(self) -> int:
        """All entities of the type."""
        return self.zh_only + self.en_only + self.both


@dataclass(frozen=True, slots=True)
class NoteCoverage:
    """How much was read in one note."""

    document_id: str
    size: int
    """Bytes."""
    mentions: int
    claims: int
    """Stated claims with a piece of evidence in the note."""

    @property
    def mention_rate(self) -> float:
        """Mentions per 1000 bytes."""
        return _rate(self.mentions, self.size)

    @property
    def claim_rate(self) -> float:
        """Stated claims per 1000 bytes."""
        return _rate(self.claims, self.size)


@dataclass(frozen=True, slots=True)
class SharedName:
    """One name, folded, under several types."""

    name: str
    """One of its spellings."""
    entity_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cycle:
    """Claims of one asymmetric predicate that lead from an entity back to itself."""

    predicate: str
    claims: tuple[ReadClaim, ...]
    """In order; the object of each is the subject of the next."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A stated claim with its best sentence."""

    subject: str
    predicate: str
    object: str
    confidence: float
    document_id: str
    line: int
    quote: str


@dataclass(frozen=True, slots=True)
class LoggedMerge:
    """One row of merges.csv."""

    entity_id: str
    name: str
    reason: str
    score: float
    document_id: str
    line: int
    """0 where the row has none."""


@dataclass(frozen=True, slots=True)
class Report:
    """All of it; entities are given by id."""

    notes: int
    entities: int
    mentions: int
    stated: int
    """Claims that a sentence, a list or a heading makes."""
    cooccurrences: int
    links: int
    languages: tuple[Languages, ...]
    predicates: tuple[tuple[str, int], ...]
    """Claims by predicate, most first."""
    finders: tuple[tuple[str, int], ...]
    """Mentions by finder, most first."""
    coverage: tuple[NoteCoverage, ...]
    """Thinnest first."""
    orphans: tuple[str, ...]
    """Entities with no stated claim, those named most first."""
    shared_names: tuple[SharedName, ...]
    both_ways: tuple[Cycle, ...]
    """Asymmetric claims that are made in both directions."""
    cycles: tuple[Cycle, ...]
    """One circle of three or more for each knot in a hierarchy, the shortest through its first entity."""
    doubts: tuple[Doubt, ...]
    """The least sure stated claims."""
    merge_reasons: tuple[tuple[str, int], ...]
    """Merges by reason, most first."""
    merges: tuple[LoggedMerge, ...]
    """The least sure merges."""
    graph: Graph
    """What was read, for labels."""

    def to_json(self) -> dict[str, Any]:
        """JSON values; rates are per 1000 bytes."""
        values: dict[str, Any] = {
            field.name: _plain(getattr(self, field.name)) for field in fields(self) if field.name != "graph"
        }
        values["languages"] = [{**asdict(row), "total": row.total} for row in self.languages]
        for name in ("predicates", "finders", "merge_reasons"):
            values[name] = dict(getattr(self, name))
        values["coverage"] = [
            {**asdict(row), "mention_rate": row.mention_rate, "claim_rate": row.claim_rate} for row in self.coverage
        ]
        return values


def make_report(folder: Path) -> Report:
    """Read the tables in an output folder; raises GraphError where one is missing or of an older version."""
    graph = read_graph(folder)
    ontology = read_ontology()
    sizes = {
        row[0]: to_whole(where, row[4]) for where, row in read_rows(folder, "documents.csv", TABLES["documents.csv"])
    }
    merges = [
        LoggedMerge(row[0], row[1], row[2], _share(where, row[3]), row[4], to_whole(where, row[5] or "0"))
        for where, row in read_rows(folder, "merges.csv", MERGES)
    ]
    stated = [claim for claim in graph.claims if claim.stated]
    tied = {end for claim in stated for end in (claim.subject, claim.object)}
    orphans = [node for node in graph.entities.values() if node.id not in tied]
    return Report(
        notes=len(graph.documents),
        entities=len(graph.entities),
        mentions=len(graph.mentions),
        stated=len(stated),
        cooccurrences=len(graph.claims) - len(stated),
        links=len(graph.links),
        languages=_languages(graph.entities.values()),
        predicates=counted(claim.predicate for claim in graph.claims),
        finders=counted(mention.found_by for mention in graph.mentions),
        coverage=_coverage(graph, stated, sizes),
        orphans=tuple(node.id for node in sorted(orphans, key=lambda node: (-node.mention_count, node.id))),
        shared_names=_shared_names(graph),
        both_ways=_both_ways(stated, ontology),
        cycles=tuple(cycle for name in _HIERARCHIES for cycle in _cycles(stated, name)),
        doubts=_doubts(stated),
        merge_reasons=counted(merge.reason for merge in merges),
        # The sort is stable: equal scores stay in the order of the table.
        merges=tuple(sorted(merges, key=lambda merge: merge.score)[:_LOGGED]),
        graph=graph,
    )


def _rate(count: int, size: int) -> float:
    return round(1000 * count / size, 2) if size else 0.0


def _plain(value: Any) -> Any:
    if not isinstance(value, tuple):
        return value
    return [asdict(item) if is_dataclass(item) and not isinstance(item, type) else item for item in value]


def _languages(nodes: Iterable[Node]) -> tuple[Languages, ...]:
    counts: Counter[tuple[str, bool, bool]] = Counter()
    for node in nodes:
        # A label in a third script counts as English: it is none of Chinese.
        counts[node.type, bool(node.label_zh), bool(node.label_en) or not node.label_zh] += 1
    return tuple(
        Languages(type_, counts[type_, True, False], counts[type_, False, True], counts[type_, True, True])
        for type_ in ENTITY_TYPES
    )


def _coverage(graph: Graph, stated: Iterable[ReadClaim], sizes: Mapping[str, int]) -> tuple[NoteCoverage, ...]:
    mentions = Counter(mention.document_id for mention in graph.mentions)
    claims: Counter[str] = Counter()
    for claim in stated:
        claims.update({quote.document_id: 1 for quote in claim.quotes})
    rows = [NoteCoverage(name, sizes[name], mentions[name], claims[name]) for name in graph.documents]
    return tuple(sorted(rows, key=lambda row: (row.mention_rate, row.claim_rate, row.document_id)))


def _shared_names(graph: Graph) -> tuple[SharedName, ...]:
    found = []
    for bearers in graph.names.values():
        ids = tuple(sorted(dict.fromkeys(identifier for identifier, _ in bearers)))
        if len({graph.entities[identifier].type for identifier in ids}) > 1:
            found.append(SharedName(min(name for _, name in bearers), ids))
    return tuple(found)


def _both_ways(stated: Iterable[ReadClaim], ontology: Ontology) -> tuple[Cycle, ...]:
    asymmetric = {name for name, predicate in ontology.predicates.items() if not predicate.symmetric}
    claims = {
        (claim.subject, claim.predicate, claim.object): claim for claim in stated if claim.predicate in asymmetric
    }
    found = []
    for (subject, predicate, object_), claim in claims.items():
        other = claims.get((object_, predicate, subject))
        if other is not None and subject < object_:
            found.append(Cycle(predicate, (claim, other)))
    return tuple(sorted(found, key=lambda cycle: (cycle.predicate, cycle.claims[0].subject, cycle.claims[0].object)))


def _cycles(stated: Iterable[ReadClaim], predicate: str) -> Iterable[Cycle]:
    """Circles of three or more claims; those of two are told as made both ways."""
    import networkx

    claims = {(claim.subject, claim.object): claim for claim in stated if claim.predicate == predicate}
    knots = [sorted(knot) for knot in networkx.strongly_connected_components(networkx.DiGraph(list(claims)))]
    for knot in sorted(knot for knot in knots if len(knot) > 2):
        circle = _circle(knot, claims)
        if circle:
            yield Cycle(predicate, tuple(claims[ends] for ends in zip(circle, (*circle[1:], circle[0]), strict=True)))


def _circle(knot: Sequence[str], ties: Mapping[tuple[str, str], object]) -> list[str]:
    """The shortest circle of three or more through the first member that is on one."""
    following: dict[str, list[str]] = defaultdict(list)
    for start, end in sorted(ties):
        if start in knot and end in knot:
            following[start].append(end)
    for first in knot:
        for second in following[first]:
            before = {second: ""}
            waiting = deque([second])
            while waiting:
                at = waiting.popleft()
                if first in following[at] and at != second:
                    way = [at]
                    while before[way[-1]]:
                        way.append(before[way[-1]])
                    return [first, *reversed(way)]
                for end in following[at]:
                    if end not in before and end != first:
                        before[end] = at
                        waiting.append(end)
    return []


def _doubts(stated: Iterable[ReadClaim]) -> tuple[Doubt, ...]:
    ordered = sorted(stated, key=lambda claim: (claim.confidence, claim.subject, claim.predicate, claim.object))
    return tuple(
        Doubt(
            claim.subject, claim.predicate, claim.object, claim.confidence,
            claim.quotes[0].document_id, claim.quotes[0].line, claim.quotes[0].text,
        )
        for claim in ordered[:_DOUBTS]
    )  # fmt: skip


def _share(where: str, cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        raise GraphError(f"{where}: {cell!r} is not a score", "Build again: kg build NOTES") from None
