"""From overlapping candidates to one reading of a passage."""

from __future__ import annotations

from collections.abc import Iterable

from kg.extract.concepts import CONCEPT
from kg.extract.page import Candidate, Page
from kg.extract.spacy_names import SPACY
from kg.extract.words import is_generic

__all__ = ["choose"]

_RANK = {
    "reference": 6,
    "paper link": 6,
    "repository link": 6,
    "field": 6,
    "book title": 5,
    "unmarked title": 5,
    "lexicon": 3,
    "typo": 3,
    "known again": 3,
    "correction": 3,
    "lexicon context": 2,
}
_NESTED = frozenset({"paper title"})
"""Finders whose candidates may stand inside a longer mention: the model before the colon of a paper's title."""


_LEAST = {CONCEPT: 0.0}
"""Finders that judge for themselves what is worth keeping."""


def choose(page: Page, candidates: Iterable[Candidate]) -> list[Candidate]:
    """Keep the best candidates of every passage so that none overlap; ties go to the longer, then to ours, then to the surer."""
    by_passage: dict[int, list[Candidate]] = {}
    for candidate in candidates:
        by_passage.setdefault(candidate.passage, []).append(candidate)
    kept: list[Candidate] = []
    for index in sorted(by_passage):
        kept += _choose_in_passage(page, by_passage[index])
    return kept


def _choose_in_passage(page: Page, candidates: list[Candidate]) -> list[Candidate]:
    taken: list[Candidate] = []
    nested: list[Candidate] = []
    for candidate in sorted(set(candidates), key=_order) if len(candidates) > 1 else candidates:
        if candidate.confidence < _LEAST.get(candidate.found_by, 0.5) or (
            is_generic(page.surface(candidate)) and not candidate.key
        ):
            continue
        if candidate.found_by in _NESTED:
            if all(candidate.start != other.start or candidate.end != other.end for other in nested):
                nested.append(candidate)
            continue
        if all(candidate.end <= other.start or other.end <= candidate.start for other in taken):
            taken.append(candidate)
    taken += [c for c in nested if all((c.start, c.end) != (t.start, t.end) for t in taken)]
    return sorted(taken, key=lambda c: (c.start, -c.end))


def _order(candidate: Candidate) -> tuple[float, ...] | tuple[object, ...]:
    rank = _RANK.get(candidate.found_by, 2 if candidate.found_by == "person name" else 1)
    length = candidate.end - candidate.start
    strong = rank >= 5
    return (
        -rank if strong else 0,
        -(length + (1 if rank == 3 else 0)),
        candidate.found_by == SPACY,
        -candidate.confidence,
        candidate.start,
        candidate.type,
        candidate.found_by,
        candidate.key,
    )
