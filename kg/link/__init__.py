"""From mentions to entities: one entity per thing across notes and languages, every decision with its reasons and rivals.

Linking looks at how names are used, not at every mention: `names_of` counts the names of a note, `link` decides on
the united counts, `resolve` tells each mention what was decided.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kg.identity import entity_id
from kg.lexicon import Lexicon
from kg.link.corrections import Corrected, correct
from kg.link.families import alias_touches, touches
from kg.link.groups import Groups
from kg.link.labels import choose_labels
from kg.link.log import Decision, Standing, merge_log, reading_decisions, spelling_decisions, standing
from kg.link.merges import merge_aliases, merge_papers, merge_pinyin, merge_plurals
from kg.link.names import name_key
from kg.link.rejections import reject_claims
from kg.link.uses import Names, Node, Tally, Use, names_of, united_names, use_of
from kg.model import Entity, Mention, Resolution

__all__ = [
    "Corrected",
    "Decision",
    "Draft",
    "Linked",
    "Names",
    "Standing",
    "Tally",
    "Use",
    "alias_touches",
    "correct",
    "draft",
    "id_stem",
    "link",
    "merge_log",
    "names_of",
    "numbered",
    "reject_claims",
    "resolve",
    "settle",
    "standing",
    "touches",
    "united_names",
]

_NUMBERS = re.compile(r"(?:-\d+)+$")

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


def link(names: Names, lexicon: Lexicon) -> tuple[tuple[Entity, ...], dict[Use, Linked], tuple[Decision, ...]]:
    """Entities in order of id, what each use is linked to, and the decisions behind that."""
    drafted = draft(names, lexicon)
    return *settle(drafted, numbered((group, entity.id) for group, entity in drafted.things)), drafted.decisions


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


def numbered(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Other ids for those groups whose id another group has; the groups are given with their ids, in any order.

    Only ids with one `id_stem` can meet.
    """
    taken: set[str] = set()
    found = {}
    for group, base in sorted(named):
        identifier, number = base, 2
        while identifier in taken:
            identifier = f"{base}-{number}"
            number += 1
        taken.add(identifier)
        if identifier != base:
            found[group] = identifier
    return found


def id_stem(identifier: str) -> str:
    """An id without the numbers at its end."""
    return _NUMBERS.sub("", identifier)


def settle(drafted: Draft, renamed: Mapping[str, str]) -> tuple[tuple[Entity, ...], dict[Use, Linked]]:
    """Entities in order of id, and what each use is linked to, with the ids that some groups got from `numbered`."""
    entities = {
        group: replace(entity, id=renamed[group]) if group in renamed else entity for group, entity in drafted.things
    }
    linked = {use: (entities[group].id, reasons, rivals) for use, (group, reasons, rivals) in drafted.uses.items()}
    return tuple(sorted(entities.values(), key=lambda entity: entity.id)), linked


def resolve(mentions: Iterable[Mention], linked: Mapping[Use, Linked]) -> list[Resolution]:
    """One resolution per mention, in the order given."""
    found = []
    for mention in mentions:
        entity, reasons, rivals = linked[use_of(mention)]
        found.append(Resolution(mention, entity, mention.confidence, reasons, rivals))
    return found


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
