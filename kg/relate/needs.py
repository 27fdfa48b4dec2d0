"""What a sentence must hold for a pattern to match at all: mentions of some types in some order, and one of some words.

Asking that first is much cheaper than trying the pattern, and never changes what it finds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

# The parser of `re` itself: nothing else reads a pattern exactly as it is matched.
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

__all__ = ["Needs", "needs_of"]

_MOST_WORDS = 200
_LARGEST_CLASS = 12
"""Characters of a class that are tried one by one as part of a word."""


@dataclass(frozen=True, slots=True)
class Needs:
    """A condition that holds wherever a pattern matches."""

    slots: tuple[tuple[tuple[int, int], ...], ...]
    """Classes of private-use characters, as ranges of code points, from each of which one must stand there, in this order."""
    words: tuple[str, ...]
    """Of which at least one must stand there; empty where nothing is known."""

    def has_slots(self, placeholders: Iterable[int]) -> bool:
        """Whether the code points of a text's placeholders, in order, fill the slots."""
        following = iter(placeholders)
        return all(any(low <= code <= high for code in following for low, high in slot) for slot in self.slots)

    def word_in(self) -> Callable[[str], object] | None:
        """Searches a text for one of the words; None where none is needed."""
        return re.compile("|".join(map(re.escape, self.words))).search if self.words else None


def needs_of(pattern: re.Pattern[str]) -> Needs:
    """Read from the pattern what every match of it holds."""
    if pattern.flags & re.IGNORECASE:
        return Needs((), ())
    slots: list[tuple[tuple[int, int], ...]] = []
    options: list[frozenset[str]] = []
    _walk(parser.parse(pattern.pattern), slots, options)
    best = max(options, key=lambda words: (min(map(len, words)), -len(words)), default=frozenset())
    return Needs(tuple(slots), tuple(sorted(best)))


def _walk(nodes: Iterable[Any], slots: list[tuple[tuple[int, int], ...]], options: list[frozenset[str]]) -> None:
    """Gather the slots of a sequence and the sets of words of which it needs one each."""
    run = frozenset(("",))
    for code, value in nodes:
        language = _language(code, value)
        if language is not None and len(run) * len(language) <= _MOST_WORDS:
            run = frozenset(first + second for first in run for second in language)
            continue
        _keep(run, options)
        run = frozenset(("",)) if language is None else language
        if code is op.IN and _is_slot(value):
            slots.append(tuple(low_high for _, low_high in value))
        elif code is op.SUBPATTERN and not value[1] & re.IGNORECASE:
            _walk(value[3], slots, options)
        elif code in (op.MAX_REPEAT, op.MIN_REPEAT) and value[0] >= 1:
            _walk(value[2], slots, options)
        elif code is op.BRANCH:
            _keep(_of_any(value[1]), options)
    _keep(run, options)


def _keep(words: frozenset[str], options: list[frozenset[str]]) -> None:
    if words and "" not in words:
        options.append(frozenset(word for word in words if not any(other in word for other in words if other != word)))


def _of_any(branches: Sequence[Any]) -> frozenset[str]:
    """Words of which every branch needs one; empty where a branch needs none."""
    found: set[str] = set()
    for branch in branches:
        options: list[frozenset[str]] = []
        _walk(branch, [], options)
        if not options:
            return frozenset()
        found |= max(options, key=lambda words: min(map(len, words)))
    return frozenset(found) if len(found) <= _MOST_WORDS else frozenset()


def _language(code: Any, value: Any) -> frozenset[str] | None:
    """All texts that a node matches, if they are few; None if not."""
    if code is op.LITERAL:
        return frozenset((chr(value),))
    if code is op.IN and all(kind is op.LITERAL for kind, _ in value) and len(value) <= _LARGEST_CLASS:
        return frozenset(chr(char) for _, char in value)
    if code is op.SUBPATTERN:
        return None if value[1] & re.IGNORECASE else _language_of_all(value[3])
    if code is op.BRANCH:
        found = [_language_of_all(branch) for branch in value[1]]
        return None if None in found else frozenset().union(*(words for words in found if words is not None))
    if code is op.MAX_REPEAT and value[1] == 1:
        inside = _language_of_all(value[2])
        return None if inside is None else inside | {""} if value[0] == 0 else inside
    return None


def _language_of_all(nodes: Iterable[Any]) -> frozenset[str] | None:
    found = frozenset(("",))
    for code, value in nodes:
        language = _language(code, value)
        if language is None or len(found) * len(language) > _MOST_WORDS:
            return None
        found = frozenset(first + second for first in found for second in language)
    return found


def _is_slot(value: Sequence[Any]) -> bool:
    return all(kind is op.RANGE and low_high[0] >= 0xE000 and low_high[1] <= 0xF8FF for kind, low_high in value)
