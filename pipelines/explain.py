"""Why an entity exists: how notes spell it, who found it where, what was merged into it, and what it may be mistaken for."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from kg.explore.graph import MERGES, Graph, MentionRow, Node, read_rows
from kg.explore.search import Match, search
from kg.text import plain
from pipelines.show import counted

__all__ = ["Explanation", "MergeRow", "explain_entity", "explanation_json", "show_explanation"]

_MENTIONS = 20
"""Mentions that are given; the counts are of all."""
_ROWS = 12
"""Rows shown of each other list."""


@dataclass(frozen=True, slots=True)
class MergeRow:
    """A merge of two names into one entity, one row of merges.csv; every cell as it stands there."""

    a: str
    b: str
    reason: str
    score: str
    doc: str
    line: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What speaks for one entity."""

    node: Node
    surfaces: tuple[tuple[str, int], ...]
    """Spellings with the number of mentions, most used first."""
    finders: tuple[tuple[str, int], ...]
    """Finders with the number of mentions, the busiest first."""
    mentions: tuple[MentionRow, ...]
    """The first 20, in order of note and line."""
    merges: tuple[MergeRow, ...]
    """What was merged into it, where the build tells."""
    rivals: tuple[Match, ...]
    """Entities with an equal or nearly equal name."""
    claims: tuple[tuple[str, int, int], ...]
    """Predicate, claims with the entity as subject, claims with it as object."""


def explain_entity(graph: Graph, identifier: str, folder: Path) -> Explanation:
    """Gather what the outputs in a folder say of an entity; raises GraphError where merges.csv cannot be read."""
    node = graph.entities[identifier]
    mentions = graph.mentions_of.get(identifier, ())
    subjects: Counter[str] = Counter()
    objects: Counter[str] = Counter()
    for claim in graph.claims_of.get(identifier, ()):
        subjects[claim.predicate] += claim.subject == identifier
        objects[claim.predicate] += claim.object == identifier
    return Explanation(
        node,
        counted(" ".join(mention.surface.split()) for mention in mentions),
        counted(mention.found_by for mention in mentions),
        mentions[:_MENTIONS],
        _merges(node, folder),
        _rivals(graph, node),
        tuple((predicate, subjects[predicate], objects[predicate]) for predicate in sorted({*subjects, *objects})),
    )


def _rivals(graph: Graph, node: Node) -> tuple[Match, ...]:
    """Other entities whose names, folded, are those of this one or a slip apart; the nearest first."""
    found: dict[str, Match] = {}
    for name in node.names:
        for match in search(graph, name, len(graph.entities)):
            if match.entity_id == node.id or not match.reason.startswith(("exact", "similar")):
                continue
            if match.entity_id not in found or match.score > found[match.entity_id].score:
                found[match.entity_id] = match
    return tuple(sorted(found.values(), key=lambda match: (-match.score, match.entity_id)))


def _merges(node: Node, folder: Path) -> tuple[MergeRow, ...]:
    if not (folder / "merges.csv").is_file():
        return ()
    return tuple(MergeRow(*row) for _, row in read_rows(folder, "merges.csv", MERGES) if row[0] == node.id)


def explanation_json(graph: Graph, explained: Explanation) -> dict[str, Any]:
    """An explanation as JSON values."""
    node = explained.node
    return {
        "id": node.id,
        "type": node.type,
        "label": node.label,
        "label_zh": node.label_zh,
        "label_en": node.label_en,
        "aliases": list(node.aliases),
        "mention_count": node.mention_count,
        "note_count": node.note_count,
        "surfaces": [{"surface": surface, "count": count} for surface, count in explained.surfaces],
        "finders": [{"found_by": finder, "count": count} for finder, count in explained.finders],
        "mentions": [
            {name: value for name, value in asdict(mention).items() if name != "entity_id"}
            for mention in explained.mentions
        ],
        "merges": [asdict(row) for row in explained.merges],
        "rivals": [
            {**asdict(match), "type": graph.entities[match.entity_id].type, "label": graph.label(match.entity_id)}
            for match in explained.rivals
        ],
        "claims": {
            predicate: {"count": subject + object_, "as_subject": subject, "as_object": object_}
            for predicate, subject, object_ in explained.claims
        },
    }


def show_explanation(graph: Graph, explained: Explanation) -> RenderableType:
    """An explanation for the terminal; long lists are cut and say so."""
    node = explained.node
    labels = " / ".join(dict.fromkeys(name for name in (node.label, node.label_zh, node.label_en) if name))
    lines = [Text(plain(labels), style="bold cyan").append(plain(f"  {node.type}  {node.id}"), style="not bold")]
    lines.append(Text(f"{_number(node.mention_count, 'mention')} in {_number(node.note_count, 'note')}"))
    if node.aliases:
        lines += _section("aliases", [", ".join(node.aliases)])
    lines += _section("surfaces", [f"{count:>4}  {surface}" for surface, count in explained.surfaces])
    lines += _section("found by", [f"{count:>4}  {finder}" for finder, count in explained.finders])
    places = [
        f"{mention.document_id}:{mention.line}  {' '.join(mention.surface.split())}"
        f"  [{mention.found_by} {mention.confidence:.2f}]"
        for mention in explained.mentions
    ]
    lines += _section("mentions", places, node.mention_count, _MENTIONS)
    merged = [
        f"{row.b}  {row.reason}"
        + (f" {row.score}" if row.score else "")
        + (f"  {row.doc}:{row.line}" if row.doc else "")
        for row in explained.merges
    ]
    lines += _section("merged into it", merged)
    rivals = [
        f"{graph.label(match.entity_id)}  {match.entity_id}  {match.reason}: {match.matched_name}"
        for match in explained.rivals
    ]
    lines += _section("rivals", rivals)
    claims = [
        f"{subject + object_:>4}  {predicate} ({subject} as subject, {object_} as object)"
        for predicate, subject, object_ in explained.claims
    ]
    lines += _section("claims", claims, most=len(claims))
    return Group(*lines)


def _number(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _section(title: str, rows: list[str], total: int | None = None, most: int = _ROWS) -> list[Text]:
    if not rows:
        return []
    lines = [Text(), Text(title, style="bold"), *(Text(plain(f"  {row}")) for row in rows[:most])]
    hidden = (len(rows) if total is None else total) - min(len(rows), most)
    return [*lines, Text(f"  ... and {hidden} more", style="dim")] if hidden > 0 else lines
