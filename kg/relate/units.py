"""Pieces of text in which relations are read: a sentence, a heading or a whole link title, with its mentions as single characters."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from kg.fields import field_at
from kg.model import Block, Document, Link, Mention, Resolution, Sentence, Span
from kg.text import simplify

__all__ = ["ANY", "CLASSES", "PLACEHOLDER", "Placed", "Unit", "read_units"]

_TYPES = ("Model", "Paper", "Person", "Institution", "Dataset", "Venue", "Tool", "Topic")
_FIRST = 0xE000
CLASSES = {
    letter: f"\\u{_FIRST + 0x100 * index:04x}-\\u{_FIRST + 0x100 * index + 0xFF:04x}"
    for index, letter in enumerate("MPHIDVTC")
}
"""Letter -> range of the private-use characters that stand for mentions of the type: M(odel) P(aper) H(uman) I D V T C(oncept)."""
ANY = f"\\u{_FIRST:04x}-\\u{_FIRST + 0x100 * len(_TYPES) - 1:04x}"
PLACEHOLDER = re.compile(f"[{ANY}]")
"""The character that stands for a mention in `Unit.encoded`."""


class Placed(NamedTuple):
    """A mention with the entity it was linked to."""

    mention: Mention
    entity: str
    type: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, heading or link title; `encoded` is its text in simplified script with one private-use character for each mention."""

    span: Span
    text: str
    encoded: str
    mentions: tuple[Placed, ...]
    """In order; the n-th placeholder of `encoded` stands for the n-th mention."""
    nested: tuple[Placed, ...]
    """Mentions inside other mentions, such as the model before the colon of a paper's title."""
    block: int
    heading: bool
    title: Link | None
    """The link whose title the unit is."""
    section: int
    field: str
    """Type of what the unit's line is labelled to name (`作者: ...` is Person), else empty."""

    def at(self, position: int) -> Placed:
        """The mention whose placeholder stands at an offset of `encoded`."""
        return self.mentions[len(PLACEHOLDER.findall(self.encoded, 0, position))]

    def within(self, start: int, end: int) -> list[Placed]:
        """Mentions whose placeholders stand in a range of `encoded`."""
        first = len(PLACEHOLDER.findall(self.encoded, 0, start))
        return list(self.mentions[first : first + len(PLACEHOLDER.findall(self.encoded, start, end))])


def read_units(
    document: Document, sentences: Sequence[Sentence], resolutions: Iterable[Resolution], types: Mapping[str, str]
) -> list[Unit]:
    """Units of one note in order; `types` gives the type of every entity id."""
    placed = sorted(
        (
            Placed(item.mention, item.entity_id, types[item.entity_id])
            for item in resolutions
            if item.entity_id is not None
        ),
        key=lambda item: (item.mention.span.start, -item.mention.span.end),
    )
    titles = sorted(
        (link.title_span.start, link.title_span.end, index)
        for index, link in enumerate(document.links)
        if link.title_span
    )
    units: list[Unit] = []
    at = 0
    by_block: dict[int, list[Sentence]] = {}
    for sentence in sentences:
        by_block.setdefault(sentence.block, []).append(sentence)
    for index, block in enumerate(document.blocks):
        inside = by_block.get(index, [])
        if not inside:
            continue
        while at < len(placed) and placed[at].mention.span.start < block.span.start:
            at += 1
        stop = at
        while stop < len(placed) and placed[stop].mention.span.start < block.span.end:
            stop += 1
        here = placed[at:stop]
        at = stop
        title = _title_of(document, block, titles)
        heading = block.kind in ("heading", "title")
        pieces = (
            [(inside[0].start, inside[-1].start + len(inside[-1].text))]
            if title or heading
            else [(sentence.start, sentence.start + len(sentence.text)) for sentence in inside]
        )
        for start, end in pieces:
            units.append(_unit(block, index, start, end, here, heading, title))
    return units


def _title_of(document: Document, block: Block, titles: Sequence[tuple[int, int, int]]) -> Link | None:
    index = bisect_left(titles, (block.span.start, 0, 0))
    for start, end, number in titles[index : index + 3]:
        if start >= block.span.end:
            break
        if end - start >= 0.8 * len(block.text.strip()):
            return document.links[number]
    return None


def _unit(
    block: Block, index: int, start: int, end: int, placed: Sequence[Placed], heading: bool, title: Link | None
) -> Unit:
    span = block.source(start, end)
    outer: list[Placed] = []
    nested: list[Placed] = []
    low_end, high_end, taken = span.start, span.end, -1
    for item in placed:
        at = item.mention.span
        if at.start >= high_end:
            break
        if at.start < low_end or at.end > high_end:
            continue
        if at.start < taken:
            nested.append(item)
        elif len(outer) < 0x100:
            outer.append(item)
            taken = at.end
    pieces: list[str] = []
    last = start
    for number, item in enumerate(outer):
        at = item.mention.span
        low, high = _plain(block, at.start), _plain(block, at.end - 1) + 1
        pieces.append(block.text[last:low])
        pieces.append(chr(_FIRST + 0x100 * _TYPES.index(item.type) + number))
        last = high
    pieces.append(block.text[last:end])
    encoded = simplify("".join(pieces))
    field = "" if heading else _field(block.text, start)
    text = block.text[start:end]
    return Unit(span, text, encoded, tuple(outer), tuple(nested), index, heading, title, block.section, field)


def _field(text: str, start: int) -> str:
    """The label of the line in which an offset stands: a value may be several sentences."""
    line = text.rfind("\n", 0, start) + 1
    head = text[line : line + _LONGEST_LABEL]
    found = field_at(simplify(head)) if ":" in head or "：" in head else None
    return found[0] if found else ""


_LONGEST_LABEL = 24
"""Code points in which a label and its colon stand, with what may stand before them."""


_source_of = itemgetter(1)


def _plain(block: Block, source: int) -> int:
    """Offset in the block's plain text of an offset in the source."""
    runs = block.runs
    run = runs[0] if len(runs) == 1 else runs[bisect_right(runs, source, key=_source_of) - 1]
    return run[0] + min(source - run[1], run[2] - 1)
