"""Bibliographic references taken apart: authors, title, venue, year and identifier."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from kg.extract.page import Candidate, Page, Passage
from kg.extract.words import COMMON_ENGLISH
from kg.model import Value
from kg.text import has_cjk

__all__ = ["Reference", "find_references", "split_authors"]

_QUOTED = re.compile(r"[“\"]\s*(?P<title>[A-Z0-9][^“”\"\n]{11,250}?)[.,]?\s*[”\"]")
_AFTER = re.compile(
    r"\s*[.,]?\s*(?:[Ii]n:?\s+)?(?:(?:Proceedings|Proc\.?|Advances)\s+(?:of|in)\s+(?:the\s+)?)?"
    r"(?P<venue>[A-Z][A-Za-z:&\-– ]{2,110}?)\s*,?\s*(?:\d+(?:\.\d+)?(?:\(\d+\))?)?\s*[,:]?\s*[(（]?(?P<year>(?:19|20)\d\d)"
)
_ARXIV = re.compile(
    r"arXiv(?:\s+preprint)?(?:\s+arXiv)?[:\s]\s*(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})", re.I
)
_YEAR = re.compile(r"(?<!\d)(?:19[6-9]\d|20[0-4]\d)(?!\d)")
_PLAIN = re.compile(
    r"^\s*(?:\[\d+\]|\(\d+\)|\d+[.)])?\s*(?P<authors>[A-Z][^\n“”\"《》]{3,400}?)(?:\.\s*\((?P<year1>(?:19|20)\d\d)\w?\)\.?|\s*\((?P<year2>(?:19|20)\d\d)\w?\)[.,:]|\.|:)\s+"
    r"(?P<title>[A-Z][^\n.?!]{15,220}[?!]?)[.,]?\s+(?P<rest>(?:In\b|arXiv|CoRR|Proceedings|Advances|Journal|IEEE|ACM|Nature|Science|[A-Z]{3,}|(?:[A-Z][A-Za-z&]*\.? ?){1,8},? \d).{0,200})$"
)
_BETWEEN_AUTHORS = re.compile(r"[,;，、&\n]|\band\b|\bwith\b")
_NAME = r"(?:[A-Z][\w'’.-]*\s?|(?:van|von|de|der|den|la|le|di|da|el|al|bin)\s)"
_FULL_NAME = re.compile(rf"^(?:{_NAME}){{1,4}}$")
_GIVEN = re.compile(r"^[A-Z][\w'’-]+(?: [A-Z][\w'’.-]*\.?){0,3}$")
_INITIALS = re.compile(r"^(?:[A-Z]\.?[\s-]?){1,4}$")


@dataclass(frozen=True, slots=True)
class Reference(Value):
    """A reference in one passage; ranges are offsets of the passage's text."""

    passage: int
    start: int
    end: int
    authors: tuple[Candidate, ...]
    title: Candidate
    venue: Candidate | None
    year: str
    identifier: str


def find_references(page: Page) -> Iterator[Reference]:
    """References with a quoted title, and numbered or listed ones of the form `Authors. Title. In Venue, year.`"""
    for passage in page.passages:
        if len(passage.latin) < 6:
            continue
        found = False
        for match in _QUOTED.finditer(passage.text):
            reference = _from_quoted(passage, match)
            if reference:
                found = True
                yield reference
        if not found and passage.block.kind != "heading":
            yield from _from_plain(passage)
            yield from _from_bylines(passage)


def _from_quoted(passage: Passage, match: re.Match[str]) -> Reference | None:
    text = passage.text
    start = max(text.rfind(mark, 0, match.start()) + 1 for mark in "\n。；】！？")
    head = text[start : match.start()]
    lead = re.match(r"\s*(?:\[\d+\]|\d+[.)])?\s*", head)
    offset = start + (lead.end() if lead else 0)
    authors = tuple(split_authors(passage, offset, match.start()))
    tail = text[match.end() : match.end() + 220].split("\n", 1)[0]
    arxiv = _ARXIV.search(tail)
    after = _AFTER.match(tail)
    if not authors and not arxiv and not after:
        return None
    if len(match["title"].split()) < 3:
        return None
    return _build(passage, offset, authors, match.start("title"), match.end("title"), tail, match.end())


def _from_plain(passage: Passage) -> Iterator[Reference]:
    for line in re.finditer(r"[^\n]+", passage.text):
        if has_cjk(line[0]):
            continue
        match = _PLAIN.match(line[0])
        if not match:
            continue
        base = line.start()
        authors = tuple(split_authors(passage, base + match.start("authors"), base + match.end("authors")))
        if not authors or not (
            _YEAR.search(match["rest"]) or match["year1"] or match["year2"] or "arXiv" in match["rest"]
        ):
            continue
        yield _build(
            passage,
            base + match.start("authors"),
            authors,
            base + match.start("title"),
            base + match.end("title"),
            match["rest"],
            base + match.start("rest"),
            match["year1"] or match["year2"] or "",
        )


_TITLE_LINE = re.compile(
    r"\s*(?:\[?\d{1,3}\]?[.、)）:：]?|[-*•])?\s*(?P<title>[A-Z][A-Za-z0-9²³'’-]*(?:[:,]? [A-Za-z0-9²³'’&()/-]+){3,24}[?]?)\.?\s*"
)
_BYLINE_VENUE = re.compile(
    r"(?P<venue>(?:[A-Z]{2,}[A-Za-z/-]*(?: [A-Z]{2,}[A-Za-z-]*)*|(?:IEEE|ACM|Proceedings|Conference|Journal|Transactions|International)[A-Za-z &-]*?))"
    r"[\s,'’(（]*(?P<year>(?:19|20)\d\d)\b"
)


def _from_bylines(passage: Passage) -> Iterator[Reference]:
    """A title on a line of its own and its authors on the next, with the venue after them or on a third line."""
    lines = list(re.finditer(r"[^\n]+", passage.text))
    for line, byline in pairwise(lines):
        match = _TITLE_LINE.fullmatch(line[0])
        if match is None or has_cjk(byline[0]) or not _in_title_case(match["title"]):
            continue
        venue = _BYLINE_VENUE.search(byline[0])
        end = byline.start() + venue.start() if venue else byline.end()
        authors = tuple(split_authors(passage, byline.start(), end))
        if not authors or not all(" " in passage.text[item.start : item.end] for item in authors):
            continue
        at = line.start() + match.start("title")
        title = Candidate(passage.index, at, at + len(match["title"]), "Paper", "reference", 0.9)
        published = None
        if venue:
            published = Candidate(passage.index, end, byline.start() + venue.end(), "Venue", "reference", 0.8)
        year = venue["year"] if venue else ""
        yield Reference(passage.index, at, byline.end(), authors, title, published, year, "")


def _in_title_case(title: str) -> bool:
    words = [word for word in re.findall(r"[A-Za-z][\w'’-]*", title) if len(word) > 3]
    return len(words) >= 3 and sum(word[0].isupper() for word in words) >= 0.7 * len(words)


def _build(
    passage: Passage,
    start: int,
    authors: tuple[Candidate, ...],
    title_start: int,
    title_end: int,
    tail: str,
    tail_at: int,
    year: str = "",
) -> Reference:
    arxiv = _ARXIV.search(tail)
    after = _AFTER.match(tail)
    identifier = f"arxiv:{arxiv['id']}" if arxiv else ""
    venue = None
    if after and not re.match(r"(?:arXiv|CoRR|preprint|Ph\.?D|thesis|Tech)", after["venue"], re.I):
        name = after["venue"].rstrip(" ,:")
        if len(name) >= 3 and name.lower() not in COMMON_ENGLISH:
            at = tail_at + after.start("venue")
            venue = Candidate(passage.index, at, at + len(name), "Venue", "reference", 0.85)
    years = _YEAR.findall(tail)
    title = Candidate(passage.index, title_start, title_end, "Paper", "reference", 0.95, identifier)
    end = min(len(passage.text), tail_at + len(tail))
    return Reference(passage.index, start, end, authors, title, venue, year or (years[-1] if years else ""), identifier)


def split_authors(passage: Passage, start: int, end: int) -> Iterator[Candidate]:
    """Authors one by one from `Chen, Tian Qi, et al.`, `X. Zhang*, Y. Lu and B. Dong.` or `He, K., & Sun, J.`; none if one is no name."""
    text = re.sub(r"[*†‡§∗\d]", " ", passage.text[start:end])
    text = re.sub(r"[（(]\s*[)）]", lambda m: " " * len(m[0]), text)
    text = re.sub(r"\bet\s+al\b\.?|等人?", lambda m: " " * len(m[0]), text)
    pieces: list[tuple[int, int]] = []
    last = 0
    for match in [*_BETWEEN_AUTHORS.finditer(text), None]:
        raw = text[last : match.start() if match else len(text)]
        piece = raw.strip(" .:：")
        if piece:
            at = last + raw.index(piece)
            pieces.append((at, at + len(piece)))
        last = match.end() if match else last
    # `Last, First and Last, First`: as BibTeX writes them.
    groups = re.split(r"\s*(?:\band\b|&|;)\s*", text.strip(" .:："))
    inverted = len(groups) > 1 and all(group.count(",") == 1 for group in groups)
    names: list[tuple[int, int]] = []
    index = 0
    while index < len(pieces):
        low, high = pieces[index]
        word = text[low:high]
        following = pieces[index + 1] if index + 1 < len(pieces) else None
        if following and " " not in word.strip():
            given = text[following[0] : following[1]]
            between = text[high : following[0]]
            listed = "," in between and "and" not in between
            if listed and (_INITIALS.match(given) or (inverted if index else _GIVEN.match(given))):
                high = following[1]
                index += 1
        names.append((low, high))
        index += 1
    shapes = [text[low:high] for low, high in names]
    if not names or len(names) > 40 or not all(map(_is_author, shapes)):
        return
    for low, high in names:
        yield Candidate(passage.index, start + low, start + high, "Person", "reference", 0.9)


def _is_author(name: str) -> bool:
    words = name.replace(",", " ").split()
    if not 1 <= len(words) <= 5 or not _FULL_NAME.match(" ".join(words) + " "):
        return False
    # A surname may be any word: `Long, Zichao`, `Young, Tom`.
    given = name.partition(",")[2].split() or words
    plain = [word for word in given if word.strip(".").lower() in COMMON_ENGLISH and len(word) > 3]
    return not plain and any(len(word.strip(".")) > 1 for word in words)
