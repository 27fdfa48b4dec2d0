"""Names that a note itself declares to be one thing: `循环神经网络（Recurrent Neural Network，RNN）`, `X，又称Y`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.extract.compounds import noun_chunk_start
from kg.extract.page import Candidate, Page, Passage
from kg.extract.words import is_generic
from kg.text import has_cjk, key

__all__ = ["AliasPair", "find_aliases"]

_PAREN = re.compile(r"\s?[（(](?P<inner>[^（）()\n]{2,90})[)）]")
_ALSO = re.compile(
    r"\s*[，,（(]?\s*(?:又称为?|也称为?|亦称|又叫做?|也叫做?|又名|简称为?|缩写为?|英文名?为?|全称为?|a\.?k\.?a\.?|also known as|abbreviated as|or simply)\s*[：:]?\s*[“\"「]?"
)
_PIECE = re.compile(r"[^,，;；、/|]+")
_LABEL = re.compile(r"^\s*(?:简称|缩写|英文|英文名|全称|又称|也称|即|亦即|记为|记作|i\.e\.,?|aka)\s*[：:为]?\s*")
_PLAIN_NAME = re.compile(r"^[A-Za-zÀ-ɏ0-9²³][A-Za-zÀ-ɏ0-9²³ .&'’+/-]{1,70}$")
_NOT_ALIAS = re.compile(
    r"^(?:\d|.*\d{4}$|see\b|e\.g|i\.e|such as|如|例如|比如|包括|参见|见|图|表|下|上|左|右|注|以下|论文|代码|来自|最|共|约)",
    re.I,
)
_LONG_ENOUGH = 4
"""Characters from which a Chinese word that no lexicon has may have another name in parentheses."""
_SEVERAL = re.compile(r"[+&]|\bvs\b|(?:和|与|或|被|的|是|为了|通过|进行)")
"""Two names, or a remark: no other name of what stands before."""


@dataclass(frozen=True, slots=True)
class AliasPair:
    """Two names of one thing in one passage, and mentions that only this pair reveals."""

    passage: int
    start: int
    end: int
    left: str
    right: str
    reason: str
    score: float
    found: tuple[Candidate, ...]


def find_aliases(page: Page, chosen: Sequence[Candidate]) -> Iterator[AliasPair]:
    """Pairs of a name and what stands in parentheses after it, or after 又称 and the like."""
    by_passage: dict[int, list[Candidate]] = {}
    for candidate in chosen:
        by_passage.setdefault(candidate.passage, []).append(candidate)
    for passage in page.passages:
        if not ("（" in passage.text or "(" in passage.text or "称" in passage.text or "叫" in passage.text):
            continue
        yield from _in_passage(passage, by_passage.get(passage.index, []))


def _in_passage(passage: Passage, mentions: list[Candidate]) -> Iterator[AliasPair]:
    text = passage.text
    ends = {mention.end: mention for mention in mentions}
    spans = {(mention.start, mention.end): mention for mention in mentions}
    for match in _PAREN.finditer(text):
        close = match.start()
        while close > 0 and text[close - 1] in '》”"’ 」':
            close -= 1
        left = ends.get(close)
        if left is not None and left.type == "Paper":
            yield from _translated_title(passage, left, match, spans)
            continue
        for piece in _PIECE.finditer(match["inner"]):
            raw = piece[0]
            label = _LABEL.match(raw)
            low = match.start("inner") + piece.start() + (label.end() if label else 0)
            high = match.start("inner") + piece.end()
            while low < high and text[low] in " “\"'":
                low += 1
            while high > low and text[high - 1] in " ”\"'.":
                high -= 1
            pair = _pair(passage, left, close, low, high, spans)
            if pair:
                yield pair
                left = left or next(iter(found for found in pair.found if found.end == close), None)
    for match in _ALSO.finditer(text):
        left = ends.get(match.start())
        right = next((mention for mention in mentions if mention.start == match.end()), None)
        if left and right and left.type == right.type:
            yield AliasPair(
                passage.index,
                left.start,
                right.end,
                text[left.start : left.end],
                text[right.start : right.end],
                "also called",
                0.9,
                (),
            )


def _translated_title(
    passage: Passage, left: Candidate, match: re.Match[str], spans: dict[tuple[int, int], Candidate]
) -> Iterator[AliasPair]:
    """A title in one language followed by the same title in the other."""
    text = passage.text
    low, high = match.span("inner")
    surface, name = text[left.start : left.end], match["inner"]
    words = len(re.findall(r"[A-Za-z]{2,}", name))
    if has_cjk(surface) and not has_cjk(name) and words >= 3:
        known = spans.get((low, high))
        found = () if known else (Candidate(passage.index, low, high, "Paper", "alias", 0.85),)
        yield AliasPair(passage.index, left.start, high, surface, name, "translated title", 0.9, found)


def _pair(
    passage: Passage, left: Candidate | None, close: int, low: int, high: int, spans: dict[tuple[int, int], Candidate]
) -> AliasPair | None:
    text = passage.text
    name = text[low:high]
    if len(name) < 2 or _NOT_ALIAS.match(name) or _SEVERAL.search(name) or is_generic(name):
        return None
    right = spans.get((low, high)) or next(
        (m for (s, e), m in spans.items() if s == low and e >= high - 1 and e <= high + 1), None
    )
    found: list[Candidate] = []
    if left is None:
        if right is None or right.type not in ("Model", "Topic", "Dataset", "Venue") or has_cjk(name):
            return None
        start = _chunk_before(passage, close)
        if start is None:
            return None
        left = Candidate(passage.index, start, close, right.type, "alias", 0.7)
        found.append(left)
    surface = text[left.start : left.end]
    if key(surface) == key(name):
        return None
    initials = _initials_match(surface, name) or _initials_match(name, surface)
    translation = has_cjk(surface) != has_cjk(name)
    if left.key and right is not None and right.key and left.key != right.key:
        return None
    if any(item and _everyday(text[item.start : item.end], item) for item in (left, right)):
        return None
    if right is None:
        if (
            not (_PLAIN_NAME.match(name) and (initials or translation))
            or left.type in ("Person", "Tool")
            or len(name.split()) > 8
        ):
            return None
        if (
            translation
            and not initials
            and left.type != "Paper"
            and not (name[0].isupper() or left.type in ("Topic", "Model"))
        ):
            return None
        right = Candidate(passage.index, low, high, left.type, "alias", 0.75)
        found.append(right)
    elif (right.type != left.type and {right.type, left.type} != {"Model", "Topic"}) or not (initials or translation):
        return None
    score = 0.95 if initials else 0.85
    reason = "abbreviation" if initials else "parenthesis"
    return AliasPair(passage.index, left.start, high, surface, name, reason, score, tuple(found))


def _everyday(surface: str, found: Candidate) -> bool:
    """Whether a name is a short Chinese word of no lexicon: what stands in parentheses after it is an example, 线程（PoolWorker）."""
    known = found.key and found.found_by.startswith("lexicon")
    return has_cjk(surface) and len(surface) < _LONG_ENOUGH and not known and found.type in ("Topic", "Model")


def _chunk_before(passage: Passage, end: int) -> int | None:
    index = next((i for i, word in enumerate(passage.words) if word.end == end), None)
    if index is None or not passage.text[end - 1].isalnum():
        return None
    first = noun_chunk_start(passage, index, 3)
    start = passage.words[first].start
    return start if 3 <= end - start <= 12 else None


def _initials_match(long: str, short: str) -> bool:
    """Whether `short` is made of the initials of `long`'s words in order (`Recurrent Neural Network`, `RNN`)."""
    letters = [char.lower() for char in short.rstrip("s") if char.isalnum()]
    words = [word for word in re.split(r"[\s-]+", long) if word]
    if len(words) < 2 or not 2 <= len(letters) <= 8 or " " in short.strip():
        return False
    initials = [word[0].lower() for word in words]
    at = 0
    for letter in letters:
        while at < len(initials) and initials[at] != letter:
            at += 1
        if at == len(initials):
            return False
        at += 1
    return initials[0] == letters[0] and len(letters) >= len([w for w in words if w[0].isupper()]) - 1
