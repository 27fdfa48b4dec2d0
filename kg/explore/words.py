"""The words of a question: Latin ones as they stand, Chinese ones as jieba would cut them.

jieba's dictionary takes most of a second to load, a question some milliseconds: only the words that stand in it are looked up.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable, Mapping
from math import log
from pathlib import Path

from ahocorasick_rs import BytesAhoCorasick

__all__ = ["words_of"]

_RUN = re.compile(r"(?P<han>[\u4e00-\u9fff]+)|[^\W_\u4e00-\u9fff]+(?:[-+#.'’][^\W_\u4e00-\u9fff]+)*[+#]*")
_LONGEST = 16
"""Characters of a word of the dictionary at most."""
_TOTAL = 60_101_967
"""The frequencies of all words of the dictionary, added up."""
_RAREST = -log(_TOTAL)


def words_of(text: str, names: Iterable[str]) -> list[tuple[int, int]]:
    """Half-open ranges of the words of a folded text; `names` are Chinese words beside those of the dictionary."""
    runs = [(match.start(), match["han"] or "", match.span()) for match in _RUN.finditer(text)]
    weights = _weights([run for _, run, _ in runs])
    # As jieba's suggest_freq: a name weighs as much as it needs to be kept whole.
    for name in names:
        if _RUN.fullmatch(name):
            parts = _cut(name, weights)
            split = sum(weights.get(name[start:end], _RAREST) for start, end in parts)
            weights[name] = max(weights.get(name, _RAREST), _RAREST, split + 1e-9)
    longest = max((len(word) for word in weights), default=1)
    words = []
    for start, run, span in runs:
        words += [(start + at, start + end) for at, end in _cut(run, weights, longest)] if run else [span]
    return words


def _weights(runs: Iterable[str]) -> dict[str, float]:
    """The words of jieba's dictionary that stand in some texts, with the logarithms of their probabilities."""
    pieces = {
        run[start:end]
        for run in runs
        for start in range(len(run))
        for end in range(start + 1, min(len(run), start + _LONGEST) + 1)
    }
    ordered = sorted(pieces)
    if not ordered:
        return {}
    dictionary = _dictionary()
    finder = BytesAhoCorasick([f"\n{piece} ".encode() for piece in ordered])
    weights = {}
    for number, _, end in finder.find_matches_as_indexes(dictionary):
        frequency = int(dictionary[end : dictionary.index(b" ", end)])
        weights[ordered[number]] = log(frequency or 1) + _RAREST
    return weights


def _dictionary() -> bytes:
    """Lines `word frequency part-of-speech`. The package itself is not imported: that alone takes 0.2 s."""
    found = importlib.util.find_spec("jieba")
    assert found is not None
    assert found.origin is not None
    return b"\n" + (Path(found.origin).parent / "dict.txt").read_bytes()


def _cut(run: str, weights: Mapping[str, float], longest: int = _LONGEST) -> list[tuple[int, int]]:
    """The likeliest words, one after the other; of equally likely ones the longer first (jieba's `calc`)."""
    best: list[tuple[float, int]] = [(0.0, 0)] * (len(run) + 1)
    for start in range(len(run) - 1, -1, -1):
        best[start] = max(
            (weights.get(run[start:end], _RAREST) + best[end][0], end)
            for end in range(start + 1, min(len(run), start + longest) + 1)
            if end == start + 1 or run[start:end] in weights
        )
    words, at = [], 0
    while at < len(run):
        words.append((at, best[at][1]))
        at = best[at][1]
    return words
