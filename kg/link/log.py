"""The merge log: every decision that made several spellings, readings or names one entity, with the place behind it."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.lexicon import Lexicon
from kg.link.names import name_key, person_key, venue_key
from kg.model import Entity, Mention, Merge, Resolution, Span
from kg.text import has_cjk, key, simplify

__all__ = ["Decision", "merge_log", "reading_decisions", "spelling_decisions"]


@dataclass(frozen=True, slots=True)
class Decision:
    """Two things were taken for one; mentions are given by their index."""

    kept: int | None
    """A mention of what was kept; None where that is an entry of the lexicon."""
    joined: tuple[int, ...]
    """Mentions of what was joined to it, in order; never empty."""
    reason: str
    score: float
    """0-1."""
    place: tuple[str, Span] | None = None
    """Note and range that speak for it; None where that is the mention which the row is named after."""


_SCORES = {
    "spelling": 0.95,
    "traditional/simplified": 0.95,
    "venue year": 0.95,
    "person name order": 0.9,
    "person title": 0.85,
}
_CORRECTED = ("merged by ", "alias by ")
"""Beginnings of the reasons that a user's corrections leave in resolutions."""


def spelling_decisions(
    mentions: Sequence[Mention], nodes: Sequence[tuple[str, str, str]], lexicon: Lexicon
) -> Iterator[Decision]:
    """Surfaces of each node that are not its name: the label of its lexicon entry, else the most used surface."""
    surfaces: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for index, (mention, (node, _, _)) in enumerate(zip(mentions, nodes, strict=True)):
        surfaces[node][" ".join(mention.surface.split())].append(index)
    for node, found in surfaces.items():
        entry = lexicon.by_key.get(node)
        name = entry.label if entry else min(found, key=lambda surface: (-len(found[surface]), found[surface][0]))
        type_ = node.split(":", 1)[1].split("/", 1)[0]
        for surface, indices in found.items():
            if surface != name:
                confidence = max(mentions[index].confidence for index in indices)
                typo = all(mentions[index].found_by == "typo" for index in indices)
                reason = "typo" if typo else _reason(surface, entry.names if entry else (name,), type_, bool(entry))
                kept = None if entry else found[name][0]
                yield Decision(kept, tuple(indices), reason, _SCORES.get(reason, confidence))


def reading_decisions(
    mentions: Sequence[Mention], nodes: Sequence[tuple[str, str, str]], votes: Mapping[str, Mapping[str, float]]
) -> Iterator[Decision]:
    """One name that was read as several types; the score is the share of the type that won."""
    first: dict[tuple[str, str], int] = {}
    others: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, (mention, (node, type_, _)) in enumerate(zip(mentions, nodes, strict=True)):
        if mention.type == type_:
            first.setdefault((node, type_), index)
        else:
            others[node, mention.type].append(index)
    for (node, read_as), indices in others.items():
        type_ = nodes[indices[0]][1]
        mention = mentions[indices[0]]
        count = votes.get(name_key(mention.surface, mention.type), {})
        total = sum(count.values())
        share = count.get(type_, 0.0) / total if total else 0.0
        yield Decision(first.get((node, type_)), tuple(indices), f"also read as {read_as}", share)


def merge_log(
    decisions: Iterable[Decision], entities: Iterable[Entity], resolutions: Sequence[Resolution]
) -> tuple[Merge, ...]:
    """The decisions that still stand in the entities as they are now, after the user's corrections, in order of id and name."""
    labels = {entity.id: entity.label for entity in entities}
    found: dict[tuple[str, str, str], Merge] = {}
    for decision in decisions:
        merge = _standing(decision, labels, resolutions)
        if merge is not None:
            before = found.get((merge.entity_id, merge.name, merge.reason))
            if before is None or before.score < merge.score:
                found[merge.entity_id, merge.name, merge.reason] = merge
    for item in resolutions:
        for reason in item.reasons:
            name = " ".join(item.mention.surface.split())
            if item.entity_id is not None and reason.startswith(_CORRECTED) and name != labels[item.entity_id]:
                found.setdefault((item.entity_id, name, reason), Merge(item.entity_id, name, reason, 1.0))
    return tuple(found[place] for place in sorted(found))


def _standing(decision: Decision, labels: Mapping[str, str], resolutions: Sequence[Resolution]) -> Merge | None:
    """The row of a decision, named after the side that is not the label."""
    kept = None if decision.kept is None else resolutions[decision.kept]
    for index in decision.joined:
        item = resolutions[index]
        if item.entity_id is None or (kept is not None and kept.entity_id != item.entity_id):
            continue
        label = labels[item.entity_id]
        sides = [side.mention for side in (item, kept) if side is not None]
        side = next((side for side in sides if " ".join(side.surface.split()) != label), None)
        if side is None and kept is None:
            continue
        side = side or item.mention
        place = decision.place or (side.document_id, side.span)
        return Merge(item.entity_id, " ".join(side.surface.split()), decision.reason, decision.score, *place)
    return None


def _reason(surface: str, names: Sequence[str], type_: str, grounded: bool) -> str:
    """How a surface differs from the names it was joined to, of which the first is the label."""
    same = [name for name in names if key(name) == key(surface)]
    if same and all(_bare(name) != _bare(surface) for name in same):
        return "traditional/simplified"
    if same:
        return "lexicon" if grounded and same[0] != names[0] else "spelling"
    if type_ == "Person" and any(person_key(name) == person_key(surface) for name in names):
        return "person title" if has_cjk(surface) else "person name order"
    if type_ == "Venue" and any(venue_key(name) == venue_key(surface) for name in names):
        return "venue year"
    if grounded:
        # Taiwan has other words for some things: 影像分類 is 图像分类.
        return "traditional/simplified" if simplify(surface) != surface else "lexicon"
    return "spelling"


def _bare(name: str) -> str:
    """A name for comparison in its own script, else as `kg.text.key`."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in text if char.isalnum() or char in "+#")
