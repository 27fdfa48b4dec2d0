"""The merge log: every decision that made several spellings, readings or names one entity, with the place behind it."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.lexicon import Lexicon
from kg.link.names import name_key, person_key, venue_key
from kg.link.uses import Node, Tally, Use, use_of
from kg.model import Entity, Merge, Resolution, Span
from kg.text import has_cjk, key, letters, simplify

__all__ = ["Decision", "Standing", "merge_log", "reading_decisions", "spelling_decisions", "standing"]


@dataclass(frozen=True, slots=True)
class Decision:
    """Two things were taken for one."""

    kept: Use | None
    """What was kept; None where that is an entry of the lexicon."""
    joined: tuple[Use, ...]
    """What was joined to it, in order; never empty."""
    reason: str
    score: float
    """0-1."""
    place: tuple[str, Span] | None = None
    """Note and range that speak for it; None where that is the mention which the row is named after."""


Standing = Mapping[Use, Sequence[Resolution]]
"""For each use the first mention linked to each thing: one thing unless the user's corrections part them."""


_SCORES = {
    "spelling": 0.95,
    "traditional/simplified": 0.95,
    "venue year": 0.95,
    "person name order": 0.9,
    "person title": 0.85,
}
_CORRECTED = ("merged by ", "alias by ")
"""Beginnings of the reasons that a user's corrections leave in resolutions."""


def spelling_decisions(uses: Mapping[Use, Tally], nodes: Mapping[Use, Node], lexicon: Lexicon) -> Iterator[Decision]:
    """Surfaces of each node that are not its name: the label of its lexicon entry, else the most used surface."""
    surfaces: dict[str, dict[str, list[Use]]] = defaultdict(lambda: defaultdict(list))
    for use, named in nodes.items():
        surfaces[named.id][use.name].append(use)
    for node, found in surfaces.items():
        entry = lexicon.by_key.get(node)
        if entry is None and len(found) == 1:
            continue
        counts = {surface: sum(uses[use].count for use in same) for surface, same in found.items()}
        name = (
            entry.label if entry else min(found, key=lambda surface: (-counts[surface], uses[found[surface][0]].first))
        )
        type_ = node.split(":", 1)[1].split("/", 1)[0]
        for surface, same in found.items():
            if surface != name:
                confidence = max(uses[use].best for use in same)
                typo = all(use.typo for use in same)
                reason = "typo" if typo else _reason(surface, entry.names if entry else (name,), type_, bool(entry))
                kept = None if entry else found[name][0]
                yield Decision(kept, tuple(same), reason, _SCORES.get(reason, confidence))


def reading_decisions(
    uses: Mapping[Use, Tally], nodes: Mapping[Use, Node], votes: Mapping[str, Mapping[str, int]]
) -> Iterator[Decision]:
    """One name that was read as several types; the score is the share of the type that won."""
    first: dict[tuple[str, str], Use] = {}
    others: dict[tuple[str, str], list[Use]] = defaultdict(list)
    for use in uses:
        node, type_, _ = nodes[use]
        if use.type == type_:
            first.setdefault((node, type_), use)
        else:
            others[node, use.type].append(use)
    for (node, read_as), same in others.items():
        type_ = nodes[same[0]].type
        count = votes.get(name_key(same[0].surface, read_as), {})
        total = sum(count.values())
        share = count.get(type_, 0) / total if total else 0.0
        yield Decision(first.get((node, type_)), tuple(same), f"also read as {read_as}", share)


def standing(resolutions: Iterable[Resolution]) -> Standing:
    """What a merge log needs of resolutions that are in order of note and position."""
    found: dict[Use, list[Resolution]] = {}
    for item in resolutions:
        known = found.setdefault(use_of(item.mention), [])
        if all(other.entity_id != item.entity_id for other in known):
            known.append(item)
    return found


def merge_log(decisions: Iterable[Decision], entities: Iterable[Entity], stands: Standing) -> tuple[Merge, ...]:
    """The decisions that still stand in the entities as they are now, after the user's corrections, in order of id and name."""
    labels = {entity.id: entity.label for entity in entities}
    found: dict[tuple[str, str, str], Merge] = {}
    for decision in decisions:
        merge = _standing(decision, labels, stands)
        if merge is not None:
            before = found.get((merge.entity_id, merge.name, merge.reason))
            if before is None or _rank(merge) < _rank(before):
                found[merge.entity_id, merge.name, merge.reason] = merge
    for use, items in stands.items():
        for item in items:
            for reason in item.reasons:
                if item.entity_id is not None and reason.startswith(_CORRECTED) and use.name != labels[item.entity_id]:
                    row = Merge(item.entity_id, use.name, reason, 1.0)
                    found.setdefault((item.entity_id, use.name, reason), row)
    return tuple(found[place] for place in sorted(found))


def _rank(merge: Merge) -> tuple[float, str, int]:
    """Of several rows of one name the surest, then the first in the notes: they may be found in any order."""
    return -merge.score, merge.document_id, merge.span.start if merge.span else 0


def _standing(decision: Decision, labels: Mapping[str, str], stands: Standing) -> Merge | None:
    """The row of a decision, named after the side that is not the label."""
    kept = None if decision.kept is None else stands[decision.kept][0]
    for item in (item for use in decision.joined for item in stands[use]):
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
    return letters(unicodedata.normalize("NFKC", name).casefold())
