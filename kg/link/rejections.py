"""Claims that the user rejects, taken out of the statements before these are united."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from kg.corrections import Correction, RejectClaim
from kg.link.corrections import Corrected, best_named, entity_names
from kg.model import Entity, Problem
from kg.ontology import Ontology
from kg.text import key

__all__ = ["reject_claims"]


class _Triple(Protocol):
    @property
    def subject(self) -> str: ...
    @property
    def predicate(self) -> str: ...
    @property
    def object(self) -> str: ...


T = TypeVar("T", bound=_Triple)


def reject_claims(
    statements: Iterable[T], corrections: Iterable[Correction], corrected: Corrected, ontology: Ontology
) -> tuple[list[T], tuple[Problem, ...]]:
    """Statements without those that the user rejects; works on claims too. A name counts for all that bear it alike."""
    rejected: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    items = [item for item in corrections if isinstance(item, RejectClaim)]
    if not items:
        return list(statements), ()
    named: dict[str, list[Entity]] = defaultdict(list)
    for entity in corrected.entities:
        for name in dict.fromkeys(map(key, entity_names(entity))):
            named[name].append(entity)
    ids = {entity.id for entity in corrected.entities}
    unknown: dict[int, str] = {}
    ends: list[tuple[list[str], list[str]]] = []
    for number, item in enumerate(items):
        pair = []
        for name in (item.subject, item.object):
            current = corrected.former.get(name, name)
            found = [current] if current in ids else [entity.id for entity in best_named(named[key(name)], name)]
            if not found:
                unknown.setdefault(number, f"no entity is named {name!r}")
            pair.append(found)
        ends.append((pair[0], pair[1]))
        predicate = ontology.predicates.get(item.predicate)
        if predicate is None:
            unknown.setdefault(number, f"no predicate is named {item.predicate!r}")
        for subject in pair[0]:
            for object_ in pair[1]:
                rejected[subject, item.predicate, object_].append(number)
                if predicate is not None and predicate.symmetric:
                    rejected[object_, item.predicate, subject].append(number)
    kept: list[T] = []
    hit: set[int] = set()
    said: dict[tuple[str, str], set[str]] = defaultdict(set)
    wanted = {pair for subjects, objects in ends for pair in ((s, o) for s in subjects for o in objects)}
    wanted |= {(object_, subject) for subject, object_ in wanted}
    for statement in statements:
        triple = (statement.subject, statement.predicate, statement.object)
        numbers = rejected.get(triple)
        if numbers:
            hit.update(numbers)
            continue
        kept.append(statement)
        if (statement.subject, statement.object) in wanted:
            said[statement.subject, statement.object].add(statement.predicate)
    problems = []
    for number, item in enumerate(items):
        if number in hit:
            continue
        message = unknown.get(number) or f"no note says {item.subject} {item.predicate} {item.object}"
        hint = "Take the line away if the notes no longer say so"
        if number in unknown and item.predicate not in ontology.predicates:
            near = difflib.get_close_matches(item.predicate, sorted(ontology.predicates), 1)
            hint = f"Did you mean {near[0]}?" if near else "Predicates: " + ", ".join(sorted(ontology.predicates))
        elif number not in unknown:
            others = _other_claims(ends[number], said)
            hint = f"What the graph has: {'; '.join(others)}" if others else hint
        problems.append(Problem("warning", item.place.path, item.place.line, f"reject: {message}", hint))
    return kept, tuple(problems)


def _other_claims(ends: tuple[list[str], list[str]], said: Mapping[tuple[str, str], set[str]]) -> list[str]:
    """What is stated of the same two, in either direction."""
    pairs = [(subject, object_) for subject in ends[0] for object_ in ends[1]]
    both = dict.fromkeys([*pairs, *((object_, subject) for subject, object_ in pairs)])
    return [f"{s} {predicate} {o}" for s, o in both for predicate in sorted(said.get((s, o), ()))]
