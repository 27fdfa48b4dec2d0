"""Sentences of Chinese, English and mixed prose, with their place in the file."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from kg.model import Block, Document, Sentence
from kg.notes.language import language_of
from kg.text import is_cjk

__all__ = ["MAX_SENTENCE", "split_sentences"]

MAX_SENTENCE = 600
"""Code points; a longer sentence is cut at a comma or blank."""

_WHOLE = frozenset({"title", "heading", "cell"})
_STOP = re.compile(r"[。！？；!?.;]+|\n")
_CLOSERS = "”’」』）)】》\"'"
_PROTECTED = re.compile(
    r"《[^《》\n]{0,200}》|（[^（）\n]{0,300}）|\([^()\n]{0,300}\)|“[^“”\n]{0,300}”|「[^「」\n]{0,300}」|『[^『』\n]{0,300}』"
    r"|\[[^\[\]\n]{0,200}\]|(?<![\w\"])\"[^\"\n]{1,300}\"(?!\w)"
)
_ABBREVIATION = re.compile(
    r"(?:^|[^A-Za-z.])(?:et al|e\.g|i\.e|etc|vs|cf|al|approx|resp|viz|figs?|eqs?|tabs?|refs?|secs?|sect|chap|ch|nos?"
    r"|vols?|pp|eds?|ver|dr|mr|mrs|ms|prof|st|jr|sr|inc|ltd|co|corp|dept|univ|proc|conf|trans|int|dev|ph\.d|w\.r\.t|s\.t"
    r"|a\.k\.a|u\.s|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|(?-i:[A-Z]))\.$",
    re.IGNORECASE,
)
_STANDS_ALONE = frozenset({"no.", "co.", "etc.", "mar.", "dec.", "inc.", "st."})
_NUMBERING = re.compile(r"\s*(?:[\[(（]?\d{1,3}(?:\.\d{1,3})*|[ivxIVX]{1,4}|[A-Za-z])\.$")
_OPENS = re.compile(r"[A-Z\"“‘「『《（(\[【\d\u3400-\u9fff\uf900-\ufaff]")
_REFERENCE_START = re.compile(
    r"\W*(?:\d{1,3}[.\])]\s*)?(?:[A-Z][\w'’-]+,? (?:[A-Z]\.|[A-Z][\w'’-]+)|[A-Z]\. ?(?:[A-Z]\. ?)?[A-Z][\w'’-]+)"
)
_REFERENCE_MARK = re.compile(
    r"et al\b|arXiv|\bIn:? Proc|Proceedings|Conference|Journal|Transactions|Workshop|\bpp\.|\bvol\.|Press\b|Advances in"
    r"|\bIn:? [A-Z]{3,}|[\"“][^\"”]{10,300}[\"”]"
)
_REFERENCE_END = re.compile(
    r"\(?\b(?:19|20)\d\d[a-z]?\b\)?\.?|arXiv:\s?[\w.-]+/?\d*|\bpp\.? ?[\d–-]+\.?|\b\d+(?:\(\d+\))?:\s?\d+[–-]\d+"
    r"|doi:\s?\S+"
)


def split_sentences(document: Document) -> tuple[Sentence, ...]:
    """Sentences of every block in order; titles, headings and table cells are one sentence each."""
    sentences = []
    for number, block in enumerate(document.blocks):
        for start, end in _ranges(block):
            text = block.text[start:end]
            span = block.source(start, end)
            sentences.append(Sentence(document.id, span, text, language_of(text), number, start))
    return tuple(sentences)


def _ranges(block: Block) -> Iterator[tuple[int, int]]:
    """Ranges of the block's plain text, without outer blanks."""
    text = block.text
    boundaries = [] if block.kind in _WHOLE else list(_boundaries(text))
    start = 0
    for end in [*boundaries, len(text)]:
        if end > start:
            yield from _trimmed(text, start, end)
            start = end


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > MAX_SENTENCE:
        cut = max(
            (text.rfind(mark, start + MAX_SENTENCE // 2, start + MAX_SENTENCE) for mark in "，,；;、："), default=-1
        )
        if cut < 0:
            cut = text.rfind(" ", start + MAX_SENTENCE // 2, start + MAX_SENTENCE)
        cut = cut + 1 if cut >= 0 else start + MAX_SENTENCE
        yield from _trimmed(text, start, cut)
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end


def _boundaries(text: str) -> Iterator[int]:
    """Offsets after which a new sentence starts."""
    protected = [match.span() for match in _PROTECTED.finditer(text)]
    references = _references(text)
    starts = [low for low, _ in protected]
    last = 0
    for match in _STOP.finditer(text):
        stop, end = match.group(), match.end()
        if stop == "\n":
            if not _is_wrapped(text, match.start()):
                yield end
                last = end
            continue
        if any(low <= match.start() < high for low, high in references):
            continue
        index = bisect_right(starts, match.start()) - 1
        inside = index >= 0 and match.start() < protected[index][1]
        if inside:
            # `他说：“走。”` ends with the quotation mark.
            close = protected[index][1]
            if end != close - 1 or not _closes_sentence(stop[-1], text[close - 1], text[close : close + 1]):
                continue
            end = close
        elif not _ends_sentence(text, last, match.start(), end):
            continue
        while end < len(text) and text[end] in _CLOSERS and not _opens_quote(text, end):
            end += 1
        yield end
        last = end


def _closes_sentence(stop: str, closer: str, follower: str) -> bool:
    """Whether `。”` ends the sentence around the quotation too; `（对吗？）` does not."""
    if closer == "）":
        return stop == "。" and follower not in "，,、；：。"
    return closer in "”」』" and stop in "。！？" and (not follower or follower not in "，,、；：。")


def _opens_quote(text: str, at: int) -> bool:
    """Whether a straight quotation mark after a full stop opens the next sentence."""
    return text[at] in "\"'" and text.count(text[at], max(0, at - MAX_SENTENCE), at) % 2 == 0


def _ends_sentence(text: str, last: int, start: int, end: int) -> bool:
    stop = text[end - 1]
    if stop in "。！？；":
        return True
    before, after = text[start - 1 : start], text[end : end + 1]
    if stop in "!?;":
        chinese = (before and is_cjk(before)) or (after and is_cjk(after)) or "\uff00" <= after <= "\uffef"
        if chinese:
            return True
        if stop == ";":
            return False
    rest = end
    while rest < len(text) and text[rest] in _CLOSERS:
        rest += 1
    if rest == len(text) or text[rest] == "\n":
        return True
    if text[rest] not in " \t\u3000\xa0":
        return False
    while rest < len(text) and text[rest] in " \t\u3000\xa0":
        rest += 1
    if rest < len(text) and not _OPENS.match(text, rest):
        return False
    if stop != ".":
        return True
    if _NUMBERING.fullmatch(text, last, end):
        return False
    found = _ABBREVIATION.search(text, max(last, end - 12), end)
    if found is None or end - start > 1:
        return True
    word = found.group().strip(" (").lower()
    return word in _STANDS_ALONE and text[rest : rest + 1].isupper()


def _is_wrapped(text: str, at: int) -> bool:
    """Whether a line break is no boundary: after a comma, or in the middle of a wrapped Latin line."""
    before = text[max(0, at - 200) : at].rstrip(" \t\r")
    after = text[at + 1 : at + 41].lstrip(" \t")
    if not before or not after:
        return False
    if before[-1] in ",，、":
        return True
    if not (before[-1].isascii() and (before[-1].isalnum() or before[-1] in ")-")) or not after[0].isascii():
        return False
    # A column of short names (`ResNet`, `VGG`) is a list, not a paragraph.
    line = at - (text.rfind("\n", max(0, at - 200), at) + 1 if "\n" in before else max(0, at - 200))
    return after[0].islower() or (line >= 40 and (after[0].isalnum() or after[0] in '("'))


def _references(text: str) -> list[tuple[int, int]]:
    """Ranges of bibliographic references: from the start of the line to the last year, pages or arXiv id."""
    found: list[tuple[int, int]] = []
    if "19" not in text and "20" not in text and "arXiv" not in text:
        return found
    start = 0
    for line in text.split("\n"):
        head = line[:MAX_SENTENCE]
        if _REFERENCE_START.match(head) and _REFERENCE_MARK.search(head) and "。" not in head:
            ends = [match.end() for match in _REFERENCE_END.finditer(head)]
            if ends:
                found.append((start, start + ends[-1]))
        start += len(line) + 1
    return found
