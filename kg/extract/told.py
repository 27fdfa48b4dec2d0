"""Names that the user's corrections give to entities, looked for in all notes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.corrections import AddNames, Correction, Rename
from kg.extract.gazetteer import Gazetteer, find_known_names
from kg.extract.page import Candidate, Page, read_page
from kg.identity import entity_id, type_of_id
from kg.lexicon import Entry, Lexicon
from kg.model import Document
from kg.text import fold, key

__all__ = ["TOLD", "ToldNames", "find_told", "told_names"]

TOLD = "correction"
"""The finder of names that a correction gave."""


@dataclass(frozen=True, slots=True)
class ToldNames:
    """Names by type, and the entries of the lexicon that they are names of."""

    names: Lexicon
    grounded: Mapping[str, str]
    """Key of an entry of `names` -> key of the lexicon's entry."""


def told_names(
    corrections: Iterable[Correction],
    lexicon: Lexicon,
    notes: Iterable[tuple[Document, Iterable[Candidate]]],
) -> ToldNames:
    """The names to look for; what they are names of is known from the lexicon, from an id, or from the first pass."""
    renamed: dict[str, str] = {}
    wanted: list[tuple[str, AddNames]] = []
    for item in corrections:
        if isinstance(item, Rename):
            renamed.update({key(name): item.entity for name in (item.label, item.zh) if name})
        if isinstance(item, AddNames):
            name = item.entity
            for _ in range(len(renamed)):
                name = renamed.get(key(name), name)
            wanted.append((name, item))
    known = {name: _entries(name, lexicon) for name, _ in wanted}
    seen = _types_in(notes, [name for name in known if len(known[name]) != 1 and not type_of_id(name)])
    entries, grounded = [], {}
    for name, item in wanted:
        sure = known[name][0] if len(known[name]) == 1 else None
        type_ = sure.type if sure else type_of_id(name) or seen.get(key(name))
        if not type_:
            continue
        first, *others = item.names
        entry = Entry(type_, first, "", tuple(others), frozenset(), "")
        entries.append(entry)
        if sure:
            grounded[entry.key] = sure.key
    return ToldNames(Lexicon(entries), grounded)


def find_told(page: Page, gazetteer: Gazetteer, told: ToldNames) -> Iterator[Candidate]:
    """Occurrences of the names."""
    for candidate in find_known_names(page, gazetteer):
        yield candidate._replace(found_by=TOLD, key=told.grounded.get(candidate.key, candidate.key))


def _entries(name: str, lexicon: Lexicon) -> list[Entry]:
    type_ = type_of_id(name)
    if not type_:
        return list(lexicon.find(name))
    found = lexicon.find(name.split(":", 1)[1])
    return [entry for entry in found if entity_id(entry.type, entry.label) == name]


def _types_in(notes: Iterable[tuple[Document, Iterable[Candidate]]], names: Sequence[str]) -> dict[str, str]:
    """For each name, folded, the type that most finds of it speak for."""
    if not names:
        return {}
    votes: dict[str, dict[str, float]] = {key(name): defaultdict(float) for name in names}
    folded = [fold(name) for name in names]
    for document, candidates in notes:
        text = fold(document.text)
        if not any(name in text for name in folded):
            continue
        page = read_page(document)
        for candidate in candidates:
            count = votes.get(key(page.surface(candidate)))
            if count is not None:
                count[candidate.type] += candidate.confidence
    return {name: max(sorted(count), key=count.__getitem__) for name, count in votes.items() if count}
