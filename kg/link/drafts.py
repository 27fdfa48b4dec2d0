"""Names linked into groups, one for each thing, before it is known which other things have ids alike."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.identity import entity_id
from kg.lexicon import Lexicon
from kg.link.groups import Groups
from kg.link.labels import choose_labels
from kg.link.log import Decision, reading_decisions, spelling_decisions
from kg.link.merges import merge_aliases, merge_papers, merge_pinyin, merge_plurals
from kg.link.names import name_key
from kg.link.uses import Names, Node, Tally, Use
from kg.model import Entity

__all__ = ["Draft", "Linked", "draft"]

Linked = tuple[str, tuple[str, ...], tuple[tuple[str, float], ...]]
"""What the mentions of a use were linked to: entity id, reasons, rivals."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Names that were linked, before it is known which other things have ids alike."""

    things: tuple[tuple[str, Entity], ...]
    """Groups of names, each with its entity; its id is the one that its label gives."""
    uses: Mapping[Use, Linked]
    """As they will be linked, with the group instead of the id."""
    decisions: tuple[Decision, ...]


def draft(names: Names, lexicon: Lexicon) -> Draft:
    """Link names. Families of names (`touches`) may be linked apart: together the drafts say the same."""
    uses = dict(sorted(names.uses.items(), key=lambda item: item[1].first))
    groups = Groups()
    votes = _type_votes(uses)
    settled = {name: max(sorted(count), key=lambda type_: count[type_]) for name, count in votes.items()}
    nodes = {use: _node(use, lexicon, settled) for use in uses}
    for use, tally in uses.items():
        groups.add(nodes[use].id, nodes[use].type, use, tally)
    merge_plurals(groups)
    merge_papers(groups, nodes.values())
    merge_aliases(groups, names.aliases, lexicon)
    merge_pinyin(groups, lexicon)
    years = [(nodes[use].id, year) for use, year in names.years]
    rivals: dict[tuple[str, str], tuple[tuple[str, float], ...]] = {}
    linked = {}
    for use, node in nodes.items():
        root = groups.root(node.id)
        named = (root, use.surface)
        if named not in rivals:
            rivals[named] = _rivals(groups, lexicon, *named)
        linked[use] = root, (node.reason, *groups.reasons(node.id)), rivals[named]
    decisions = (
        *spelling_decisions(uses, nodes, lexicon),
        *reading_decisions(uses, nodes, votes),
        *groups.decisions,
    )
    return Draft(_to_entities(groups, lexicon, years), linked, decisions)


def _rivals(groups: Groups, lexicon: Lexicon, root: str, surface: str) -> tuple[tuple[str, float], ...]:
    """Entries of the lexicon that have the name of a group's mention, but are not in the group."""
    return tuple(
        (entity_id(entry.type, entry.label), 0.3)
        for entry in lexicon.find(surface)
        if entry.key != root and groups.root(entry.key) != root
    )


def _node(use: Use, lexicon: Lexicon, settled: dict[str, str]) -> Node:
    if use.key.startswith("lexicon:"):
        reason = f"typo of {use.key.split('/', 1)[1]}" if use.typo else "name in the lexicon"
        return Node(use.key, use.key[8:].split("/", 1)[0], reason)
    name = name_key(use.surface, use.type)
    type_ = settled.get(name, use.type)
    known = [entry for entry in lexicon.find(use.surface) if entry.type == type_ and use.surface not in entry.weak]
    if len(known) == 1:
        return Node(known[0].key, type_, "name in the lexicon")
    if use.type == "Venue":
        venues = [entry for entry in lexicon.find(name) if entry.type == "Venue"]
        if len(venues) == 1:
            return Node(venues[0].key, "Venue", "name in the lexicon, without the year")
    return Node(f"name:{type_}/{name}", type_, "same name")


def _type_votes(uses: Mapping[Use, Tally]) -> dict[str, Counter[str]]:
    """For names outside the lexicon that were read as several types, how much of the evidence speaks for each."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for use, tally in uses.items():
        if not use.key.startswith("lexicon:"):
            votes[name_key(use.surface, use.type)][use.type] += tally.weight
    return {name: count for name, count in votes.items() if len(count) > 1}


def _to_entities(groups: Groups, lexicon: Lexicon, years: Iterable[tuple[str, str]]) -> tuple[tuple[str, Entity], ...]:
    attributes = _attributes(groups, years)
    entities = []
    for root in groups.roots():
        type_ = groups.type(root)
        entry = next((lexicon.by_key[node] for node in groups.members(root) if node in lexicon.by_key), None)
        labels = choose_labels(groups.surfaces(root), entry)
        entity = Entity(
            entity_id(type_, labels.label),
            type_,
            labels.label,
            labels.label_zh,
            labels.label_en,
            labels.aliases,
            attributes.get(root, ()),
        )
        entities.append((root, entity))
    return tuple(entities)


def _attributes(groups: Groups, years: Iterable[tuple[str, str]]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Identifiers and years that mentions and references carry, per group."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for root in groups.roots():
        for identifier in groups.identifiers(root):
            found[root].add(tuple(identifier.split(":", 1)))  # type: ignore[arg-type]
    for node, year in years:
        found[groups.root(node)].add(("year", year))
    return {root: tuple(sorted(pairs)) for root, pairs in found.items()}
