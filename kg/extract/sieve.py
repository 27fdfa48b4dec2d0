"""Which of very many names can stand in some notes at all, told by how they begin: the others need not be compiled for them.

A name is under the beginnings of all its spellings, without blanks and hyphens; a text has the beginnings of all that
starts where a name may. Some that cannot stand there pass, none that can is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate

from kg.extract.gazetteer import spellings
from kg.extract.page import read_page
from kg.lexicon import Entry
from kg.model import Document
from kg.text import HAN, is_cjk, is_word

__all__ = ["beginnings_in", "beginnings_of"]

_LATIN, _CHINESE = range(4, 13), range(2, 4)
"""Characters of a beginning: as many of these as the name has."""
_ANYWHERE = ""
"""The beginning of names that are too short to be told apart."""
_APART = re.compile(r"[ -]+")
_LATIN_START = re.compile(rf"(?<![^\W_{HAN}])[^\W_{HAN}]")
_CHINESE_START = re.compile(rf"(?=([{HAN}].{{1,{_CHINESE[-1] - 1}}}))", re.S)


def beginnings_of(entries: Sequence[Entry]) -> list[set[str]]:
    """For each entry the beginnings under which it is looked for."""
    forms = spellings(dict.fromkeys(name for entry in entries for name in entry.names))
    return [{_beginning(form) for name in entry.names for form in forms[name]} for entry in entries]


def _beginning(spelling: str) -> str:
    bare = _APART.sub("", spelling)
    lengths = range(0) if not bare else _CHINESE if is_cjk(bare[0]) else _LATIN if is_word(bare[0]) else range(0)
    return next((bare[:length] for length in reversed(lengths) if len(bare) >= length), _ANYWHERE)


def beginnings_in(documents: Iterable[Document]) -> set[str]:
    """Every beginning under which a name can be that stands in some notes."""
    latin, chinese = set[str](), set[str]()
    for document in documents:
        for passage in read_page(document).passages:
            pieces = _APART.split(passage.folded)
            bare = "".join(pieces)
            starts = [0, *accumulate(map(len, pieces)), *(match.start() for match in _LATIN_START.finditer(bare))]
            latin.update([bare[start : start + _LATIN[-1]] for start in starts])
            chinese.update(_CHINESE_START.findall(bare))
    found = {_ANYWHERE}
    for beginnings, lengths in ((latin, _LATIN), (chinese, _CHINESE)):
        for length in lengths:
            found.update([beginning[:length] for beginning in beginnings if len(beginning) >= length])
    return found
