"""The second pass: a name found surely in one note is known in all others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from kg.extract.gazetteer import Gazetteer, find_known_names
from kg.extract.page import Candidate, Page
from kg.lexicon import Entry, Lexicon
from kg.text import has_cjk, key

__all__ = [
    "KNOWN_AGAIN",
    "NameCount",
    "Votes",
    "count_names",
    "find_again",
    "known_names",
    "name_votes",
    "united_votes",
]

NameCount = tuple[str, str, float]
"""Surface, type, confidence of one sure find."""

KNOWN_AGAIN = "known again"
"""The finder of names that only other notes made known."""
_FROM_LEXICON = ("lexicon", "lexicon context")
_LEAST = {"Topic": 0.6, "Person": 0.75, "Paper": 0.85, "Model": 0.7}


def count_names(page: Page, chosen: Iterable[Candidate]) -> list[NameCount]:
    """The finds of one note that are sure enough to be looked for in other notes."""
    return [
        (page.surface(candidate), candidate.type, candidate.confidence)
        for candidate in chosen
        if candidate.found_by not in _FROM_LEXICON
        and candidate.confidence >= _LEAST.get(candidate.type, 0.7)
        and _distinctive(page.surface(candidate), candidate.type, candidate.found_by)
    ]


def _distinctive(surface: str, type_: str, found_by: str) -> bool:
    if has_cjk(surface):
        if type_ == "Topic":
            return 4 <= len(surface) <= 8 and not any(char in surface for char in "的和与")
        # A Chinese word beside a name in parentheses may be any word.
        return len(surface) >= (5 if found_by == "alias" else 3)
    if type_ == "Paper":
        return len(surface.split()) >= 3
    if type_ in ("Topic", "Person"):
        return " " in surface
    return (
        len(surface) >= 4
        and not surface.islower()
        and not (surface.istitle() and surface.isalpha() and (len(surface) < 6 or type_ != "Institution"))
    )


Votes = dict[str, tuple[dict[str, int], frozenset[str]]]
"""Folded name -> how much speaks for each type, in millionths, and the name's spellings with single blanks."""


def name_votes(counts: Iterable[NameCount], lexicon: Lexicon) -> Votes:
    """What some notes say of names that the lexicon has not."""
    votes: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    surfaces: dict[str, set[str]] = defaultdict(set)
    for surface, type_, confidence in counts:
        if not lexicon.find(surface):
            # Whole numbers add up alike in any order.
            votes[key(surface)][type_] += round(confidence * 1e6)
            surfaces[key(surface)].add(" ".join(surface.split()))
    return {name: (dict(types), frozenset(surfaces[name])) for name, types in votes.items()}


def united_votes(parts: Iterable[Votes]) -> Votes:
    """What all notes say."""
    found: Votes = {}
    for part in parts:
        for name, (types, surfaces) in part.items():
            before, spelt = found.get(name, ({}, frozenset()))
            both = {type_: before.get(type_, 0) + types.get(type_, 0) for type_ in {**before, **types}}
            found[name] = both, spelt | surfaces
    return found


def known_names(votes: Votes) -> Lexicon:
    """The names found in the corpus, each under the type that most of its finds speak for."""
    entries = []
    for name in sorted(votes):
        types, surfaces = votes[name]
        best = max(sorted(types), key=lambda type_: types[type_])
        if types[best] >= 0.6 * sum(types.values()):
            first, *others = sorted(surfaces)
            entries.append(Entry(best, first, "", tuple(others), frozenset(), ""))
    return Lexicon(entries)


def find_again(page: Page, names: Gazetteer) -> Iterator[Candidate]:
    """Occurrences of names that other notes made known."""
    for candidate in find_known_names(page, names):
        surface = page.surface(candidate)
        if surface.isalpha() and surface.islower() and surface.isascii():
            continue
        yield Candidate(candidate.passage, candidate.start, candidate.end, candidate.type, KNOWN_AGAIN, 0.75)
