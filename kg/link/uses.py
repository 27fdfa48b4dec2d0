"""How notes use names, counted: all that linking looks at, so that it need not see every mention."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kg.model import Alias, Citation, Mention, Span, Value

__all__ = ["Names", "Node", "Place", "Tally", "Use", "names_of", "united_names", "use_of"]

Place = tuple[str, int, int, str]
"""Note, start and negated end of a mention, its type: in this order mentions are numbered."""


class Use(NamedTuple):
    """A way in which notes name something; all mentions of one use are linked alike."""

    surface: str
    """Verbatim."""
    type: str
    key: str
    """`Mention.key`."""
    typo: bool

    @property
    def name(self) -> str:
        """The surface with single blanks."""
        return " ".join(self.surface.split())


@dataclass(frozen=True, slots=True)
class Tally(Value):
    """How often a use occurs, and where first."""

    count: int
    weight: int
    """The sum of the confidences, in thousandths: whole numbers add up alike in any order."""
    best: float
    """The highest confidence."""
    first: Place
    documents: frozenset[str]

    @property
    def place(self) -> tuple[str, Span]:
        """Note and range of the first mention."""
        return self.first[0], Span(self.first[1], -self.first[2])


class Node(NamedTuple):
    """What a use stands for before names are merged."""

    id: str
    type: str
    reason: str


@dataclass(frozen=True, slots=True)
class Names:
    """What one or several notes call things."""

    uses: Mapping[Use, Tally]
    aliases: tuple[Alias, ...]
    """In order of note and position."""
    years: tuple[tuple[Use, str], ...]
    """Titles of references with their years."""


def use_of(mention: Mention) -> Use:
    """The use that a mention is one of."""
    return Use(mention.surface, mention.type, mention.key, mention.found_by == "typo")


def names_of(
    document_id: str, mentions: Iterable[Mention], aliases: Iterable[Alias], citations: Iterable[Citation]
) -> Names:
    """What one note calls things; mentions are in order of position."""
    inside = frozenset((document_id,))
    found: dict[Use, tuple[int, int, float, Place]] = {}
    for mention in mentions:
        use = use_of(mention)
        known = found.get(use)
        thousandths, confidence = round(mention.confidence * 1000), mention.confidence
        if known is None:
            found[use] = 1, thousandths, confidence, _place(mention)
        else:
            found[use] = known[0] + 1, known[1] + thousandths, max(known[2], confidence), known[3]
    return Names(
        {use: Tally(*tally, inside) for use, tally in found.items()},
        tuple(aliases),
        tuple((use_of(item.title), item.year) for item in citations if item.title is not None and item.year),
    )


def united_names(parts: Sequence[Names]) -> Names:
    """What several notes call things; parts are in order of their notes."""
    found: dict[Use, list[Tally]] = {}
    for part in parts:
        for use, tally in part.uses.items():
            found.setdefault(use, []).append(tally)
    return Names(
        {use: tallies[0] if len(tallies) == 1 else _united(tallies) for use, tallies in found.items()},
        tuple(alias for part in parts for alias in part.aliases),
        tuple(year for part in parts for year in part.years),
    )


def _united(tallies: Sequence[Tally]) -> Tally:
    return Tally(
        sum(tally.count for tally in tallies),
        sum(tally.weight for tally in tallies),
        max(tally.best for tally in tallies),
        min(tally.first for tally in tallies),
        frozenset().union(*(tally.documents for tally in tallies)),
    )


def _place(mention: Mention) -> Place:
    return mention.document_id, mention.span.start, -mention.span.end, mention.type
