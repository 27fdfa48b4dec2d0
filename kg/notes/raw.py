"""What the reading of Markdown hands on: blocks, lines and links as written, before they become values of the model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from kg.model import BlockKind
from kg.notes.prose import Runs

__all__ = ["Line", "Parsed", "RawBlock", "RawLink"]


class RawLink(NamedTuple):
    """A link as written."""

    url: str
    kind: str
    """`web` (any Markdown or bare link, relative ones too), `wikilink` or `tag`."""
    start: int
    end: int
    title: str = ""
    title_start: int = -1
    title_end: int = -1


class Line(NamedTuple):
    """A line of a block, as the rule for titles of bare URLs sees it."""

    text: str
    runs: Runs
    links: tuple[int, ...]
    """Indices of the bare links on it."""
    plain: bool
    """Whether it holds nothing but text: no link, no image."""


class RawBlock(NamedTuple):
    """A block of the note, or a stop (code, table, rule, HTML, image) with an empty text and no lines."""

    kind: BlockKind
    start: int
    end: int
    section: int
    text: str
    runs: Runs
    depth: int
    container: int
    """Number of the innermost list item or quote around it; 0 outside."""
    lines: tuple[Line, ...] = ()


@dataclass(slots=True)
class Parsed:
    """What a note holds, in order of appearance; offsets count from the start of the file."""

    blocks: list[RawBlock] = field(default_factory=list)
    links: list[tuple[RawLink, int]] = field(default_factory=list)
    """Links, each with its section."""
    headings: list[tuple[str, int, int]] = field(default_factory=list)
    """Text, level and offset of the headings that open a section, the first being section 1."""
