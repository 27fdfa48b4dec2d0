"""What labelled lines name: `论文标题: ...`, `作者: ...`, `会议: NIPS 2017`, `Dataset: COCO, VOC`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.extract.page import Candidate, Page, Passage
from kg.extract.references import split_authors
from kg.extract.words import SURNAMES, is_generic
from kg.fields import field_at
from kg.text import has_cjk, is_cjk, simplify

__all__ = ["find_fields"]

_PIECE = re.compile(r"[^、，,;；|/]+")
_VENUE = re.compile(
    r"(?:(?:Proc(?:eedings|\.)? (?:of |in )?(?:the )?)?[A-Z][A-Za-z&+-]*(?: (?:[A-Z][A-Za-z&+-]*|on|of|in|for|and|the))*)(?:\s?['’]?(?:(?:19|20)\d\d|\d\d))?(?![A-Za-z0-9])"
)
_CLOSE = re.compile(r"[。;；|\n]|\s[-–—]\s|(?<=[a-z])\.\s|\s*[（(]?\b(?:19|20)\d\d\b")

_AFTER_TITLE = re.compile(r"[》”\"\]】]|\s[-–—|]\s|[（(](?=[^()（）]*$)")


def find_fields(page: Page) -> Iterator[Candidate]:
    """People, papers, venues and other things that a label announces."""
    for passage in page.passages:
        if passage.heading or not (":" in passage.text or "：" in passage.text):
            continue
        text = simplify(passage.text)
        for line in re.finditer(r"[^\n]+", text):
            found = field_at(text, line.start())
            if found and found[1] < line.end():
                yield from _values(passage, *found, line.end())


def _values(passage: Passage, type_: str, start: int, end: int) -> Iterator[Candidate]:
    text = passage.text
    if type_ == "Paper":
        yield from _paper(passage, start, end)
    elif type_ == "Person":
        stop = _CLOSE.search(text, start, end)
        yield from _people(passage, start, stop.start() if stop else end)
    elif type_ == "Venue":
        match = _VENUE.match(text, start, end)
        if match and len(match[0]) >= 3:
            yield Candidate(passage.index, start, match.end(), "Venue", "field", 0.8)
    else:
        for low, high in _pieces(text, start, end):
            piece = text[low:high]
            if len(piece) <= (24 if type_ == "Institution" else 16) + 14 * piece.isascii() and not is_generic(piece):
                named = type_ in ("Institution", "Topic") or any(char.isupper() for char in piece)
                if named and len(piece.split()) <= 5:
                    yield Candidate(passage.index, low, high, type_, "field", 0.7)


def _paper(passage: Passage, start: int, end: int) -> Iterator[Candidate]:
    text = passage.text
    low, high = start, end
    while low < high and text[low] in ' 《“"[【':
        low += 1
    closing = _AFTER_TITLE.search(text, low, high)
    if closing:
        high = closing.start()
    while high > low and text[high - 1] in " .。;；,，*":
        high -= 1
    title = text[low:high]
    words = len(re.findall(r"[A-Za-z]{2,}", title))
    chinese = sum(map(is_cjk, title))
    if (chinese <= 2 and words >= 3 and title[0].isupper()) or (6 <= chinese <= 40 and text[low - 1] in '《“"'):
        yield Candidate(passage.index, low, high, "Paper", "field", 0.9)


def _people(passage: Passage, start: int, end: int) -> Iterator[Candidate]:
    text = passage.text
    if not has_cjk(text[start:end]):
        for author in split_authors(passage, start, end):
            yield Candidate(passage.index, author.start, author.end, "Person", "field", 0.9)
        return
    for low, high in _pieces(text, start, end):
        name = re.sub(r"等人?$", "", text[low:high])
        if 2 <= len(name) <= 4 and all(map(is_cjk, name)) and name[0] in SURNAMES:
            yield Candidate(passage.index, low, low + len(name), "Person", "field", 0.9)
        elif not has_cjk(name) and 2 <= len(name.split()) <= 4 and all(part[0].isupper() for part in name.split()):
            yield Candidate(passage.index, low, low + len(name), "Person", "field", 0.85)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _PIECE.finditer(text, start, end):
        low, high = match.span()
        while low < high and text[low] in ' *《“"（(':
            low += 1
        while high > low and text[high - 1] in ' *。.》”"）)':
            high -= 1
        if high - low >= 2:
            yield low, high
