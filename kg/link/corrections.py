"""The user's corrections of entities, applied after linking and before relations are read.

A name means the entities whose label is that name, else those that have it as their Chinese or English label, else as
an alias; an id means that entity, also an id that an earlier correction changed.
"""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.corrections import AddNames, Correction, Merge, Place, RejectClaim, RejectEntity, Rename, Retype, Split
from kg.identity import entity_id
from kg.link.labels import choose_labels
from kg.link.names import name_key
from kg.model import Entity, Problem, Resolution
from kg.text import has_cjk, key

__all__ = ["Corrected", "best_named", "correct", "entity_names"]

_NEAR = 3
"""Names that a hint offers."""
_SEARCHES = 20
"""Corrections that get such a hint; comparing a name with all others takes its time."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """Entities and resolutions after the corrections."""

    entities: tuple[Entity, ...]
    """In order of type and id."""
    resolutions: tuple[Resolution, ...]
    """In the order given; those of rejected entities have none."""
    former: Mapping[str, str]
    """Id that an entity had before -> its id now."""
    problems: tuple[Problem, ...]


class _UnmatchedError(Exception):
    """A correction, or a part of it, that fits nothing."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


def correct(
    entities: Sequence[Entity],
    resolutions: Sequence[Resolution],
    corrections: Iterable[Correction],
    documents: Iterable[str] = (),
) -> Corrected:
    """Apply corrections one after the other, each to what the ones before it left; `documents` are the notes' ids."""
    wanted = [item for item in corrections if not isinstance(item, RejectClaim)]
    if not wanted:
        return Corrected(tuple(sorted(entities, key=_place)), tuple(resolutions), {}, ())
    desk = _Desk(entities, resolutions, tuple(documents))
    for item in wanted:
        try:
            match item:
                case Merge():
                    desk.merge(item)
                case Split():
                    desk.split(item)
                case Retype():
                    desk.retype(item)
                case Rename():
                    desk.rename(item)
                case AddNames():
                    desk.add_names(item)
                case RejectEntity():
                    desk.reject(item)
        except _UnmatchedError as unmatched:
            desk.complain(item.place, unmatched)
    return desk.result()


def _place(entity: Entity) -> tuple[str, str]:
    return entity.type, entity.id


class _Desk:
    """Entities being corrected: each has a number that outlives its id, its labels and its type."""

    def __init__(self, entities: Sequence[Entity], resolutions: Sequence[Resolution], documents: Sequence[str]) -> None:
        self._entities: dict[int, Entity] = dict(enumerate(entities))
        self._number = {entity.id: number for number, entity in self._entities.items()}
        self._former: dict[str, int] = {}
        self._joined: dict[int, int] = {}
        self._next = len(self._entities)
        self._resolutions = resolutions
        self._documents = documents
        self._owner: list[int | None] = []
        self._members: dict[int, dict[int, None]] = {number: {} for number in self._entities}
        self._by_surface: dict[str, list[int]] = defaultdict(list)
        for index, item in enumerate(resolutions):
            owner = None if item.entity_id is None else self._number[item.entity_id]
            self._owner.append(owner)
            if owner is not None:
                self._members[owner][index] = None
                for name in _surface_keys(item):
                    self._by_surface[name].append(index)
        self._reasons: dict[int, list[str]] = defaultdict(list)
        self._problems: list[Problem] = []
        self._searches = 0
        self._bearers: dict[str, dict[int, None]] = defaultdict(dict)
        for number in self._entities:
            self._index(number)

    def result(self) -> Corrected:
        """What the corrections made."""
        ordered = tuple(sorted(self._entities.values(), key=_place))
        former = {}
        for identifier, number in self._former.items():
            last = self._last(number)
            if identifier not in self._number and last in self._entities:
                former[identifier] = self._entities[last].id
        resolutions = []
        for index, item in enumerate(self._resolutions):
            owner = self._owner[index]
            now = None if owner is None else self._entities[owner].id
            rivals = tuple((former.get(rival, rival), score) for rival, score in item.rivals)
            if now != item.entity_id or self._reasons[index] or rivals != item.rivals:
                rivals = tuple(rival for rival in rivals if rival[0] != now)
                reasons = (*item.reasons, *self._reasons[index])
                item = replace(item, entity_id=now, reasons=reasons, rivals=rivals)
            resolutions.append(item)
        return Corrected(ordered, tuple(resolutions), former, tuple(self._problems))

    def complain(self, place: Place, unmatched: _UnmatchedError) -> None:
        """Note a correction that fits nothing."""
        self._problems.append(Problem("warning", place.path, place.line, unmatched.message, unmatched.hint))

    def merge(self, item: Merge) -> None:
        """The first of the names that is there takes the mentions of the others."""
        numbers: dict[int, None] = {}
        for name in item.names:
            try:
                numbers[self._find(name)] = None
            except _UnmatchedError as unmatched:
                self.complain(item.place, _UnmatchedError(f"merge: {unmatched.message}", unmatched.hint))
        kept, *others = numbers or [-1]
        for other in others:
            self._join(kept, other, f"merged by {item.place}")

    def split(self, item: Split) -> None:
        """Mentions with the surface leave the entity and make one of the same type."""
        source = self._find(item.entity, "split: ")
        note = self._note(item.note)
        wanted = key(item.surface)
        moved = [
            index
            for index in self._by_surface.get(wanted, ())
            if self._owner[index] == source and note in ("", self._resolutions[index].mention.document_id)
        ]
        label = self._entities[source].label
        where = f" in {note}" if note else ""
        if not moved:
            surfaces = dict.fromkeys(self._surface(index) for index in self._members[source])
            hint = "Its surfaces: " + ", ".join(list(surfaces)[:8])
            raise _UnmatchedError(f"split: {label} has no mention {item.surface!r}{where}", hint)
        if len(moved) == len(self._members[source]):
            message = f"split: all mentions of {label} have the surface {item.surface!r}{where}"
            raise _UnmatchedError(message, "Nothing is left to part it from; use rename or retype")
        labels = choose_labels(Counter(map(self._surface, moved)), None)
        type_ = self._entities[source].type
        number = self._next
        self._next += 1
        self._members[number] = {}
        self._move(moved, number, f"split by {item.place}")
        own, left = self._identifiers(number), self._identifiers(source)
        entity = self._entities[source]
        stay = tuple(pair for pair in entity.attributes if pair not in own or pair in left)
        self._entities[source] = replace(entity, attributes=stay)
        self._forget_names(source, {wanted})
        identifier = self._free(type_, labels.label)
        self._entities[number] = Entity(
            identifier, type_, labels.label, labels.label_zh, labels.label_en, labels.aliases, tuple(sorted(own))
        )
        self._number[identifier] = number
        self._index(number)

    def retype(self, item: Retype) -> None:
        """The entity gets the type, and the id that goes with it."""
        number = self._find(item.entity, "retype: ")
        self._become(number, replace(self._entities[number], type=item.type), f"retyped by {item.place}")

    def rename(self, item: Rename) -> None:
        """The entity gets the labels; the old ones become aliases."""
        number = self._find(item.entity, "rename: ")
        entity = self._entities[number]
        label = item.label or entity.label
        zh = item.zh or (item.label if has_cjk(item.label) else entity.label_zh)
        en = entity.label_en if has_cjk(label) else label
        if item.label and entity.label_zh == entity.label and not item.zh and not has_cjk(label):
            zh = entity.label
        renamed = _with_names(replace(entity, label=label, label_zh=zh, label_en=en), entity_names(entity))
        self._become(number, renamed, f"renamed by {item.place}")

    def add_names(self, item: AddNames) -> None:
        """Mentions with these names become mentions of the entity."""
        number = self._find(item.entity, "alias: ")
        found = dict.fromkeys(index for name in item.names for index in self._by_surface.get(key(name), ()))
        there = [index for index in found if self._owner[index] is not None]
        losers: dict[int, None] = {}
        for index in there:
            owner = self._owner[index]
            if owner is not None and owner != number:
                losers[owner] = None
        reason = f"alias by {item.place}"
        for index in there:
            if self._owner[index] == number and self._resolutions[index].mention.found_by == "correction":
                self._reasons[index].append(reason)
        self._move([index for index in there if self._owner[index] != number], number, reason)
        surfaces = (self._surface(index) for index in there)
        self._entities[number] = _with_names(self._entities[number], (*item.names, *surfaces))
        self._index(number)
        for loser in losers:
            if self._members[loser]:
                self._forget_names(loser, {key(name) for name in item.names})
            else:
                self._drop(loser, number)
        if not there:
            names = ", ".join(map(repr, item.names))
            raise _UnmatchedError(f"alias: no note has the name {names}", "Check the spelling, or take the line away")

    def reject(self, item: RejectEntity) -> None:
        """The entity goes; its mentions are let go."""
        number = self._find(item.entity, "reject: ")
        for index in self._members[number]:
            self._owner[index] = None
            self._reasons[index].append(f"rejected by {item.place}")
        self._members[number] = {}
        self._drop(number, number)

    def _find(self, name: str, verb: str = "") -> int:
        """The one entity that an id or a name means."""
        number = self._number.get(name, self._former.get(name))
        if number is not None and self._last(number) in self._entities:
            return self._last(number)
        found = best_named(self._named(name), name)
        if len(found) == 1:
            return self._number[found[0].id]
        if found:
            ids = ", ".join(sorted(entity.id for entity in found))
            raise _UnmatchedError(f"{verb}{name!r} names {len(found)} entities", f"Give the id of one: {ids}")
        raise _UnmatchedError(f"{verb}no entity is named {name!r}", self._near(name))

    def _named(self, name: str) -> list[Entity]:
        return [self._entities[number] for number in self._bearers.get(key(name), ()) if number in self._entities]

    def _near(self, name: str) -> str:
        self._searches += 1
        close = []
        if self._searches <= _SEARCHES:
            close = difflib.get_close_matches(key(name), list(self._bearers), _NEAR)
        labels = dict.fromkeys(entity.label for near in close for entity in best_named(self._named(near), near))
        if labels:
            return f"Did you mean {', '.join(labels)}? Take the line away if the notes no longer name it"
        return "Look for its name with kg search; take the line away if the notes no longer name it"

    def _note(self, note: str) -> str:
        if not note or note in self._documents:
            return note
        found = [document for document in self._documents if document.endswith("/" + note)]
        if len(found) == 1:
            return found[0]
        if found:
            raise _UnmatchedError(f"split: several notes are named {note!r}", "Give one of " + ", ".join(found[:8]))
        raise _UnmatchedError(
            f"split: no note is named {note!r}", "Give its path in the folder, as `doc` in mentions.csv"
        )

    def _last(self, number: int) -> int:
        while number in self._joined:
            number = self._joined[number]
        return number

    def _surface(self, index: int) -> str:
        return " ".join(self._resolutions[index].mention.surface.split())

    def _identifiers(self, number: int) -> set[tuple[str, str]]:
        """Outer identifiers that the mentions themselves carry."""
        keys = (self._resolutions[index].mention.key for index in self._members[number])
        parts = (key_.split(":", 1) for key_ in keys if ":" in key_ and not key_.startswith("lexicon:"))
        return {(scheme, value) for scheme, value in parts}

    def _index(self, number: int) -> None:
        for name in entity_names(self._entities[number]):
            self._bearers[key(name)][number] = None

    def _free(self, type_: str, label: str) -> str:
        """An id for a type and a label that no entity has, numbered as the linker does."""
        identifier = base = entity_id(type_, label)
        number = 2
        while identifier in self._number:
            identifier = f"{base}-{number}"
            number += 1
        return identifier

    def _move(self, indices: Iterable[int], to: int, reason: str) -> None:
        for index in indices:
            owner = self._owner[index]
            if owner is not None:
                del self._members[owner][index]
            self._members[to][index] = None
            self._owner[index] = to
            self._reasons[index].append(reason)

    def _drop(self, number: int, heir: int) -> None:
        """Take an entity without mentions away; its id leads to its heir, if that is another."""
        identifier = self._entities.pop(number).id
        del self._number[identifier]
        self._former[identifier] = number
        if heir != number:
            self._joined[number] = heir

    def _join(self, kept: int, other: int, reason: str) -> None:
        first, second = self._entities[kept], self._entities[other]
        self._move(list(self._members[other]), kept, reason)
        zh = first.label_zh or second.label_zh
        en = first.label_en or second.label_en
        attributes = tuple(sorted({*first.attributes, *second.attributes}))
        united = replace(first, label_zh=zh, label_en=en, attributes=attributes)
        self._entities[kept] = _with_names(united, entity_names(second))
        self._index(kept)
        self._drop(other, kept)

    def _become(self, number: int, entity: Entity, reason: str) -> None:
        """Give an entity another type or label; one that has both already is the same thing and joins it."""
        before = self._entities[number]
        base = entity_id(entity.type, entity.label)
        if base != entity_id(before.type, before.label):
            twin = self._number.get(base)
            if twin is not None and key(self._entities[twin].label) == key(entity.label):
                self._entities[number] = entity
                self._join(number, twin, reason)
                entity = self._entities[number]
            del self._number[before.id]
            entity = replace(entity, id=self._free(entity.type, entity.label))
            self._number[entity.id] = number
            self._former[before.id] = number
        self._entities[number] = entity
        self._index(number)
        for index in self._members[number]:
            self._reasons[index].append(reason)

    def _forget_names(self, number: int, lost: set[str]) -> None:
        """Take names away that no mention of the entity has any more; a lost label is chosen anew."""
        surfaces = Counter(self._surface(index) for index in self._members[number])
        gone = lost - {key(surface) for surface in surfaces}
        if not gone:
            return
        entity = self._entities[number]
        chosen = choose_labels(surfaces, None)
        zh = chosen.label_zh if key(entity.label_zh) in gone else entity.label_zh
        en = chosen.label_en if key(entity.label_en) in gone else entity.label_en
        label = (en or zh or chosen.label) if key(entity.label) in gone else entity.label
        aliases = tuple(name for name in entity.aliases if key(name) not in gone)
        left = replace(entity, label=label, label_zh=zh, label_en=en, aliases=aliases)
        left = _with_names(left, ())
        if entity_id(left.type, label) != entity_id(entity.type, entity.label):
            del self._number[entity.id]
            left = replace(left, id=self._free(left.type, label))
            self._number[left.id] = number
            self._former[entity.id] = number
        self._entities[number] = left
        for name in sorted(gone):
            self._bearers[name].pop(number, None)
        self._index(number)


def _surface_keys(item: Resolution) -> list[str]:
    """Keys under which a mention's surface is looked up: as it is, and as the linker compares it (a venue's year off)."""
    mention = item.mention
    keys = [key(mention.surface), name_key(mention.surface, mention.type)]
    if mention.found_by == "correction":
        # Found in another script or with Taiwan's words: the name that was looked for counts too.
        keys.append(key(mention.key.split("/", 1)[-1]))
    return list(dict.fromkeys(keys))


def entity_names(entity: Entity) -> tuple[str, ...]:
    return (*(name for name in (entity.label, entity.label_zh, entity.label_en) if name), *entity.aliases)


def _with_names(entity: Entity, more: Iterable[str]) -> Entity:
    labels = {entity.label, entity.label_zh, entity.label_en}
    return replace(entity, aliases=tuple(sorted({*entity.aliases, *more} - labels)))


def best_named(entities: Iterable[Entity], name: str) -> list[Entity]:
    """Of entities, those that bear a name the most plainly: as label, as Chinese or English label, as alias."""
    wanted = key(name)
    ranks: dict[int, list[Entity]] = defaultdict(list)
    for entity in entities:
        for rank, names in enumerate(((entity.label,), (entity.label_zh, entity.label_en), entity.aliases)):
            if any(key(own) == wanted for own in names):
                ranks[rank].append(entity)
                break
    return ranks[min(ranks)] if ranks else []
