"""Which of very many names can stand in some notes at all, told by how they begin: the others need not be compiled for them.

A name is under the beginnings of all its spellings, without blanks and hyphens; a text has the beginnings of all that
starts where a name may. Some that cannot stand there pass, none that can is lost.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate

from kg.extract.gazetteer import spellings
from kg.extract.page import read_page
from kg.lexicon import Entry
from kg.model import Document
from kg.text import HAN, is_cjk, is_word

__all__ = ["Sieve", "beginnings_of"]

_LATIN, _CHINESE = range(4, 13), range(2, 4)
"""Characters by which a beginning is looked up first: as many of these as it has."""
_LONG = 64
"""Characters of a Latin beginning: that long words are many names' does not let them all pass."""
_ANYWHERE = ""
"""The beginning of names that are too short to be told apart."""
_APART = re.compile(r"[ -]+")
_LATIN_WORD = re.compile(rf"[^\W_{HAN}]+")
_CHINESE_START = re.compile(rf"(?=([{HAN}].{{1,{_CHINESE[-1] - 1}}}))", re.S)


def beginnings_of(entries: Sequence[Entry]) -> list[set[str]]:
    """For each entry the beginnings under which it is looked for."""
    forms = spellings(dict.fromkeys(name for entry in entries for name in entry.names))
    return [{_beginning(form) for name in entry.names for form in forms[name]} for entry in entries]


def _beginning(spelling: str) -> str:
    bare = _APART.sub("", spelling)
    if not bare:
        return _ANYWHERE
    if is_cjk(bare[0]):
        return bare[: _CHINESE[-1]] if len(bare) >= _CHINESE[0] else _ANYWHERE
    return bare[:_LONG] if is_word(bare[0]) and len(bare) >= _LATIN[0] else _ANYWHERE


class Sieve:
    """What some notes let pass."""

    def __init__(self, documents: Iterable[Document]) -> None:
        latin, chinese = set[str](), set[str]()
        for document in documents:
            for passage in read_page(document).passages:
                pieces = _APART.split(passage.folded)
                bare = "".join(pieces)
                starts = [0, *accumulate(map(len, pieces)), *(match.start() for match in _LATIN_WORD.finditer(bare))]
                latin.update([bare[start : start + _LONG] for start in starts])
                chinese.update(_CHINESE_START.findall(bare))
        self._latin = sorted(latin)
        self._near = {_ANYWHERE, *chinese}
        for beginnings, lengths in (({text[: _LATIN[-1]] for text in latin}, _LATIN), (chinese, _CHINESE[:-1])):
            for length in lengths:
                self._near.update([beginning[:length] for beginning in beginnings if len(beginning) >= length])

    def passing(self, beginnings: Iterable[str]) -> list[str]:
        """Those beginnings under which a name can be that stands in the notes."""
        near, most = self._near, _LATIN[-1]
        return [text for text in beginnings if text[:most] in near and (len(text) <= most or self._has(text))]

    def _has(self, beginning: str) -> bool:
        place = bisect_left(self._latin, beginning)
        return place < len(self._latin) and self._latin[place].startswith(beginning)
