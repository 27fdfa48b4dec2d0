"""From mentions to entities: one entity per thing across notes and languages, every decision with its reasons and rivals."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from kg.identity import entity_id
from kg.lexicon import Lexicon
from kg.link.corrections import Corrected, correct
from kg.link.groups import Groups
from kg.link.labels import choose_labels
from kg.link.log import Decision, merge_log, reading_decisions, spelling_decisions
from kg.link.merges import merge_aliases, merge_papers, merge_pinyin, merge_plurals
from kg.link.names import name_key
from kg.link.rejections import reject_claims
from kg.model import Alias, Citation, Entity, Mention, Resolution

__all__ = ["Corrected", "Decision", "correct", "link", "merge_log", "reject_claims"]


def link(
    mentions: Sequence[Mention], aliases: Iterable[Alias], citations: Iterable[Citation], lexicon: Lexicon
) -> tuple[tuple[Entity, ...], tuple[Resolution, ...], tuple[Decision, ...]]:
    """Entities in order of type and id, one resolution per mention in the order given, and the decisions behind them."""
    groups = Groups()
    votes = _type_votes(mentions)
    settled = {name: max(sorted(count), key=lambda type_: count[type_]) for name, count in votes.items()}
    nodes = [_node(mention, lexicon, settled) for mention in mentions]
    for mention, (node, type_, reason) in zip(mentions, nodes, strict=True):
        groups.add(node, type_, mention, reason)
    merge_plurals(groups)
    merge_papers(groups, mentions, nodes)
    merge_aliases(groups, aliases, lexicon)
    merge_pinyin(groups, lexicon)
    entities, names = _to_entities(groups, lexicon, citations)
    reasons: dict[tuple[str, str], tuple[str, ...]] = {}
    rivals: dict[tuple[str, str], tuple[tuple[str, float], ...]] = {}
    resolutions = []
    for mention, (node, _, reason) in zip(mentions, nodes, strict=True):
        root = groups.root(node)
        why, named = (node, reason), (root, mention.surface)
        if why not in reasons:
            reasons[why] = (reason, *groups.reasons(node))
        if named not in rivals:
            rivals[named] = _rivals(groups, lexicon, *named)
        resolutions.append(Resolution(mention, names[root], mention.confidence, reasons[why], rivals[named]))
    decisions = (
        *spelling_decisions(mentions, nodes, lexicon),
        *reading_decisions(mentions, nodes, votes),
        *groups.decisions,
    )
    return entities, tuple(resolutions), decisions


def _rivals(groups: Groups, lexicon: Lexicon, root: str, surface: str) -> tuple[tuple[str, float], ...]:
    """Entries of the lexicon that have the name of a group's mention, but are not in the group."""
    return tuple(
        (entity_id(entry.type, entry.label), 0.3)
        for entry in lexicon.find(surface)
        if entry.key != root and groups.root(entry.key) != root
    )


def _node(mention: Mention, lexicon: Lexicon, settled: dict[str, str]) -> tuple[str, str, str]:
    """What a mention stands for before names are merged: a node, its type, and the reason."""
    if mention.key.startswith("lexicon:"):
        reason = f"typo of {mention.key.split('/', 1)[1]}" if mention.found_by == "typo" else "name in the lexicon"
        return mention.key, mention.key[8:].split("/", 1)[0], reason
    name = name_key(mention.surface, mention.type)
    type_ = settled.get(name, mention.type)
    known = [
        entry for entry in lexicon.find(mention.surface) if entry.type == type_ and mention.surface not in entry.weak
    ]
    if len(known) == 1:
        return known[0].key, type_, "name in the lexicon"
    if mention.type == "Venue":
        venues = [entry for entry in lexicon.find(name) if entry.type == "Venue"]
        if len(venues) == 1:
            return venues[0].key, "Venue", "name in the lexicon, without the year"
    return f"name:{type_}/{name}", type_, "same name"


def _type_votes(mentions: Iterable[Mention]) -> dict[str, Counter[str]]:
    """For names outside the lexicon that were read as several types, how much of the evidence speaks for each."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for mention in mentions:
        if not mention.key.startswith("lexicon:"):
            votes[name_key(mention.surface, mention.type)][mention.type] += mention.confidence  # type: ignore[assignment]
    return {name: count for name, count in votes.items() if len(count) > 1}


def _to_entities(
    groups: Groups, lexicon: Lexicon, citations: Iterable[Citation]
) -> tuple[tuple[Entity, ...], dict[str, str]]:
    attributes = _attributes(groups, citations)
    taken: dict[str, str] = {}
    entities, names = [], {}
    for root in sorted(groups.roots()):
        type_ = groups.type(root)
        entry = next((lexicon.by_key[node] for node in groups.members(root) if node in lexicon.by_key), None)
        labels = choose_labels(groups.surfaces(root), entry)
        identifier = base = entity_id(type_, labels.label)
        number = 2
        while identifier in taken:
            identifier = f"{base}-{number}"
            number += 1
        taken[identifier] = root
        names[root] = identifier
        entities.append(
            Entity(
                identifier,
                type_,
                labels.label,
                labels.label_zh,
                labels.label_en,
                labels.aliases,
                attributes.get(root, ()),
            )
        )
    return tuple(sorted(entities, key=lambda entity: (entity.type, entity.id))), names


def _attributes(groups: Groups, citations: Iterable[Citation]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Identifiers and years that mentions and references carry, per group."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for root in groups.roots():
        for identifier in groups.identifiers(root):
            found[root].add(tuple(identifier.split(":", 1)))  # type: ignore[arg-type]
    for citation in citations:
        if citation.title is not None and citation.year:
            found[groups.root_of(citation.title)].add(("year", citation.year))
    return {root: tuple(sorted(pairs)) for root, pairs in found.items()}
