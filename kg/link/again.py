"""Linking once more after a change: of names that were linked before, those alone that a change may have reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

from kg.lexicon import Lexicon
from kg.link.drafts import Draft, draft
from kg.link.families import alias_touches, touches
from kg.link.uses import Names, Use

__all__ = ["Linking"]

T = TypeVar("T")


class Linking:
    """Remembers how names were linked, and in which families: a family in which nothing has changed is not linked again."""

    def __init__(self) -> None:
        self._forget(None)

    def _forget(self, lexicon: Lexicon | None) -> None:
        self._lexicon = lexicon
        self._names = Names({}, (), ())
        self._drafted = Draft((), {}, ())
        self._touch: dict[Use, str] = {}
        """One of the touches of each use."""
        self._above: dict[str, str] = {}
        """Touches of one family, as a forest. Families are joined and never parted, so they may be larger than they need be."""

    def draft(self, names: Names, lexicon: Lexicon) -> Draft:
        """What `draft` gives, in another order."""
        if lexicon is not self._lexicon:
            self._forget(lexicon)
        before, drafted = self._names, self._drafted
        known = before.uses
        changed = [use for use, tally in names.uses.items() if known.get(use) != tally]
        changed += [use for use in known if use not in names.uses]
        reached = {self._seen(use, lexicon) for use in changed}
        reached |= {self._seen(use, lexicon) for use, _ in _either(before.years, names.years)}
        reached |= {self._joined(*alias_touches(alias)) for alias in _either(before.aliases, names.aliases)}
        families = {self._root(touch) for touch in reached}
        here = {use for use, touch in self._touch.items() if self._root(touch) in families}
        fresh = draft(
            Names(
                {use: tally for use, tally in names.uses.items() if use in here},
                tuple(alias for alias in names.aliases if self._root(alias_touches(alias)[0]) in families),
                tuple((use, year) for use, year in names.years if use in here),
            ),
            lexicon,
        )
        gone = {group for use, (group, _, _) in drafted.uses.items() if use in here}
        self._drafted = Draft(
            (*(thing for thing in drafted.things if thing[0] not in gone), *fresh.things),
            {**{use: linked for use, linked in drafted.uses.items() if use not in here}, **fresh.uses},
            (*(decision for decision in drafted.decisions if decision.joined[0] not in here), *fresh.decisions),
        )
        self._names = names
        return self._drafted

    def _seen(self, use: Use, lexicon: Lexicon) -> str:
        """A touch of a use; all its touches are of one family."""
        if use not in self._touch:
            self._touch[use] = self._joined(*touches(use, lexicon))
        return self._touch[use]

    def _joined(self, first: str, *others: str) -> str:
        root = self._root(first)
        for other in others:
            self._above[self._root(other)] = root
        return first

    def _root(self, touch: str) -> str:
        above = self._above
        while (parent := above.setdefault(touch, touch)) != touch:
            above[touch] = above[parent]
            touch = parent
        return touch


def _either(before: Iterable[T], now: Iterable[T]) -> list[T]:
    """What stands more often in one of two than in the other."""
    old, new = Counter(before), Counter(now)
    return [*(old - new), *(new - old)]
