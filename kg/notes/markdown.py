"""Markdown -> blocks of prose and raw links, through pyromark; the only module that knows the parser."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field

import pyromark

from kg.model import BlockKind
from kg.notes.bare_urls import find_bare_urls
from kg.notes.destinations import Destinations
from kg.notes.dialects import Shadow, make_shadow
from kg.notes.prose import BREAK, CODE, GAP, GLUE, IMAGE, LITERAL, TEXT, Piece, Runs, hull, to_plain
from kg.notes.raw import Line, Parsed, RawBlock, RawLink
from kg.notes.urls import is_web

__all__ = ["parse"]

_OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_FOOTNOTES | pyromark.Options.ENABLE_TASKLISTS
_MARKS = re.compile(r"://|\*\*|__|~~|\n")
"""Where text may not stand as it is."""
_STRAY = re.compile(r"(?<!\d)\*{2,}|\*{2,}(?!\d)|~~|(?<![A-Za-z0-9_])_{2,}|_{2,}(?![A-Za-z0-9_])")
_INLINE_TAG = re.compile(
    r"</?(?:b|i|em|strong|u|span|font|su[bp]|mark|s|del|ins|small|big|a|kbd|q|cite|strike)\b", re.IGNORECASE
)
_ANCHOR = re.compile(r"<a\s[^>]*?href\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_IMAGE_FILE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|bmp)(?:\?|\Z)", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]")
_SENTENCE_END = re.compile(r"[。！？!?；;：:，,.]$")
_TRAILING_MARKS = re.compile(r"(?<![A-Za-z0-9#\s])#+$")


@dataclass(slots=True)
class _Frame:
    """A link that is being read."""

    url: str
    start: int
    piece: int
    end: int = -1
    closed: int = -1
    """Number of pieces when the link ended."""
    found: int = -1
    """Index in `Parsed.links`, once it is known to be one."""
    bare: bool = False


@dataclass(slots=True)
class _Open:
    """A block that is being read."""

    kind: BlockKind
    start: int
    end: int
    container: int
    depth: int
    level: int = 0
    implicit: bool = False
    pieces: list[Piece] = field(default_factory=list)
    frames: list[_Frame] = field(default_factory=list)
    open_frames: list[_Frame] = field(default_factory=list)
    """Links whose end is still to come, innermost last."""

    def open_link(self, frame: _Frame) -> None:
        self.frames.append(frame)
        self.open_frames.append(frame)


def parse(text: str, start: int, *, indented_prose: bool = False) -> Parsed:
    """Read `text[start:]`; with `indented_prose` (plain text files) four blanks do not make code."""
    shadow = make_shadow(text, start)
    body = text[start:] if start else text
    reader = _Reader(body, shadow, start, indented_prose)
    for event, place in pyromark.events_with_range(shadow.text, options=_OPTIONS):
        reader.read(event, place["start"], place["end"])
    reader.close()
    reader.add_unused_definitions()
    return reader.parsed


class _Reader:
    """Turns the parser's events into blocks; one instance reads one note."""

    def __init__(self, text: str, shadow: Shadow, offset: int, indented_prose: bool) -> None:
        self.text, self.shadow, self.offset, self.indented_prose = text, shadow, offset, indented_prose
        self.masks = shadow.masks
        self.mask_starts = [mask.start for mask in shadow.masks]
        self.parsed = Parsed()
        self.block: _Open | None = None
        self.containers: list[tuple[BlockKind, int]] = []
        self.depth = 0
        self.numbered = 0
        self.skipping = 0
        """How many images, code blocks and HTML blocks are open."""
        self.pending: tuple[int, int] | None = None
        """A run of text whose neighbours may continue it."""
        self.destinations = Destinations(text, shadow.text)

    def read(self, event: str | Mapping[str, object], start: int, end: int) -> None:
        if isinstance(event, str):
            self._flush()
            if event in ("SoftBreak", "HardBreak"):
                self._break(start, end)
            else:
                self.close()
                self._stop(start, end)
            return
        name, value = next(iter(event.items()))
        if name == "Text":
            self._text(str(value), start, end)
            return
        if self.pending:
            self._flush()
        if name == "Start":
            tag, detail = next(iter(value.items())) if isinstance(value, dict) else (str(value), None)
            self._start(tag, detail, start, end)
        elif name == "End":
            self._end(next(iter(value)) if isinstance(value, dict) else str(value), start, end)
        elif name == "Code":
            self._piece(CODE, self.text[start:end].strip("`").strip(), start, end)
        elif name == "InlineHtml":
            self._inline_html(start, end)
        elif name == "FootnoteReference":
            self._piece(GLUE, "", start, end)
        elif name not in ("Html", "TaskListMarker"):
            self._piece(GAP, "", start, end)

    # Containers and blocks

    def _start(self, tag: str, detail: object, start: int, end: int) -> None:
        if tag in ("Emphasis", "Strong"):
            return
        if tag == "Link":
            self._open_link(detail, start, end)
        elif tag == "Image":
            self._piece(IMAGE, "", start, end)
            self.skipping += 1
        elif tag == "Paragraph":
            self._open("paragraph", start, end)
        elif tag == "Heading":
            level = int(detail["level"][1]) if isinstance(detail, dict) else 1
            self._open("heading", start, end, level=level)
        elif tag == "TableCell":
            self._open("cell", start, end)
        else:
            self.close()
            if tag == "CodeBlock":
                if detail is None and self.indented_prose:
                    self._open("paragraph", start, end)
                else:
                    self._stop(start, end)
                    self.skipping += 1
            elif tag in ("HtmlBlock", "Table"):
                self._stop(start, end)
            elif tag in ("BlockQuote", "Item"):
                self.numbered += 1
                self.containers.append(("quote" if tag == "BlockQuote" else "item", self.numbered))
            self.depth += tag in ("BlockQuote", "List")

    def _end(self, tag: str, start: int, end: int) -> None:
        if tag in ("Paragraph", "Heading", "TableCell"):
            self.close()
        elif tag == "Link":
            self._close_link(end)
        elif tag == "Image":
            self.skipping -= 1
        elif tag in ("BlockQuote", "Item"):
            self.close()
            self.containers.pop()
        elif tag == "CodeBlock":
            self.close()
            self.skipping = max(0, self.skipping - 1)
        self.depth -= tag in ("BlockQuote", "List")

    def _open(self, kind: BlockKind, start: int, end: int, *, level: int = 0, implicit: bool = False) -> _Open:
        self.close()
        around, container = self.containers[-1] if self.containers else ("paragraph", 0)
        # A heading inside a quote or an item is part of it; it does not divide the note.
        kind = around if self.containers and kind != "cell" else kind
        level = level if kind == "heading" else 0
        self.block = _Open(kind, start, end, container, level or self.depth, level, implicit)
        if level:
            marks = start
            while self.text.startswith("#", marks):
                marks += 1
            if marks in self.shadow.tight_headings:
                self._add(TEXT, self.text[marks], marks)
        return self.block

    def _stop(self, start: int, end: int) -> None:
        self._append("paragraph", start, end, "", (), 0, 0, ())

    def _append(
        self,
        kind: BlockKind,
        start: int,
        end: int,
        text: str,
        runs: Runs,
        depth: int,
        container: int,
        lines: tuple[Line, ...],
    ) -> None:
        while end > start and self.text[end - 1] in "\r\n \t":
            end -= 1
        offset = self.offset
        section = len(self.parsed.headings)
        self.parsed.blocks.append(
            RawBlock(kind, start + offset, end + offset, section, text, runs, depth, container, lines)
        )

    # Inline pieces

    def _text(self, value: str, start: int, end: int) -> None:
        if self.skipping:
            return
        if len(value) != end - start:
            self._flush()
            self._piece(LITERAL, html.unescape(self.text[start:end]).replace("\xa0", " "), start, end)
        elif self.pending and self.pending[1] == start:
            self.pending = (self.pending[0], end)
        else:
            self._flush()
            self.pending = (start, end)

    def _flush(self) -> None:
        """Write the text that was gathered, without what is masked."""
        if self.pending is None:
            return
        start, end = self.pending
        self.pending = None
        block = self.block or self._open_implicitly(start, end)
        block.end = max(block.end, end)
        index = max(0, bisect_right(self.mask_starts, start) - 1)
        while index < len(self.masks) and self.masks[index].start < end:
            mask = self.masks[index]
            index += 1
            if mask.end <= start:
                continue
            self._verbatim(start, mask.start)
            if mask.link and mask.start >= start:
                self._masked_link(mask.link)
            self._add(GLUE if mask.glue else GAP, "", mask.start)
            start = min(mask.end, end)
        self._verbatim(start, end)

    def _open_implicitly(self, start: int, end: int) -> _Open:
        return self._open("paragraph", start, end, implicit=True)

    def _verbatim(self, start: int, end: int) -> None:
        """Text as it stands, less stray emphasis marks and URLs that the first pass took for a link's."""
        if start >= end:
            return
        text = self.text
        if self.block and not _MARKS.search(text, start, end):
            self.block.pieces.append((TEXT, text[start:end], start + self.offset))
            return
        if "://" in text[start:end]:
            for low, high in find_bare_urls(text, start, end):
                self._plain(start, low)
                self._masked_link(RawLink(text[low:high], "web", low, high))
                self._add(GAP, "", low)
                start = high
        self._plain(start, end)

    def _plain(self, start: int, end: int) -> None:
        text = self.text[start:end]
        if "**" in text or "__" in text or "~~" in text:
            for match in _STRAY.finditer(self.text, start, end):
                self._lines(start, match.start())
                self._add(GLUE, "", match.start())
                start = match.end()
        self._lines(start, end)

    def _lines(self, start: int, end: int) -> None:
        """A text piece; only indented prose holds line ends."""
        while start < end:
            stop = self.text.find("\n", start, end)
            if stop < 0:
                self._add(TEXT, self.text[start:end], start)
                return
            self._add(TEXT, self.text[start:stop].rstrip("\r"), start)
            self._add(BREAK, "\n", stop)
            start = stop + 1

    def _add(self, kind: int, text: str, start: int) -> None:
        if self.block and (text or kind >= GAP):
            self.block.pieces.append((kind, text, start + self.offset))

    def _piece(self, kind: int, text: str, start: int, end: int) -> None:
        if self.skipping:
            return
        block = self.block or self._open_implicitly(start, end)
        block.end = max(block.end, end)
        self._add(kind, text, start)

    def _break(self, start: int, end: int) -> None:
        if self.skipping or self.block is None:
            return
        found = self.text.find("\n", start, end + 1)
        self._add(BREAK if found >= 0 else LITERAL, "\n", found if found >= 0 else start)

    def _inline_html(self, start: int, end: int) -> None:
        tag = self.text[start:end]
        anchor = _ANCHOR.match(tag)
        if anchor and not self.skipping:
            block = self.block or self._open_implicitly(start, end)
            url = html.unescape(anchor.group(1) or anchor.group(2) or anchor.group(3) or "")
            block.open_link(_Frame(url, start + self.offset, len(block.pieces)))
        elif tag.lower().startswith("</a"):
            self._close_link(end)
        self._piece(GLUE if _INLINE_TAG.match(tag) else GAP, "", start, end)

    # Links

    def _masked_link(self, link: RawLink) -> None:
        if self.block is None or self.block.open_frames:
            return
        offset = self.offset
        moved = RawLink(
            link.url,
            link.kind,
            link.start + offset,
            link.end + offset,
            link.title,
            link.title_start + offset if link.title else -1,
            link.title_end + offset if link.title else -1,
        )
        if link.kind == "web":
            frame = _Frame(link.url, moved.start, len(self.block.pieces), moved.end, len(self.block.pieces), bare=True)
            frame.found = len(self.parsed.links)
            self.block.frames.append(frame)
        self.parsed.links.append((moved, -1))

    def _open_link(self, detail: object, start: int, end: int) -> None:
        if self.skipping:
            return
        block = self.block or self._open_implicitly(start, end)
        block.end = max(block.end, end)
        values = detail if isinstance(detail, dict) else {}
        block.open_link(_Frame(self.destinations.of(values, start, end), start + self.offset, len(block.pieces)))

    def _close_link(self, end: int) -> None:
        """Decide whether the link's text is prose: a URL is none."""
        if self.block is None or not self.block.open_frames or self.skipping:
            return
        frame = self.block.open_frames.pop()
        pieces = self.block.pieces
        inside = pieces[frame.piece :]
        title, runs = to_plain(inside, with_code=True)
        frame.end = end + self.offset
        title = " ".join(title.split()) if "\n" in title else title
        if not title or is_web(title) or title.startswith("www.") or title == frame.url:
            image = any(kind == IMAGE for kind, _, _ in inside)
            frame.bare = not image
            del pieces[frame.piece :]
            pieces.append((IMAGE if image else GAP, "", frame.start))
            title, runs = "", ()
        frame.closed = len(pieces)
        # A picture that links to itself in full size is no link to a page.
        if frame.url and not frame.url.startswith("#") and (title or frame.bare or not _IMAGE_FILE.search(frame.url)):
            start, stop = hull(runs) if runs else (-1, -1)
            frame.found = len(self.parsed.links)
            self.parsed.links.append((RawLink(frame.url, "web", frame.start, frame.end, title, start, stop), -1))

    def add_unused_definitions(self) -> None:
        """A reference that the text never names is still a link of the note."""
        for url, start, end in self.destinations.unused():
            if is_web(url):
                place = start + self.offset
                section = sum(heading[2] <= place for heading in self.parsed.headings)
                self.parsed.links.append((RawLink(url, "web", place, end + self.offset), section))

    # The end of a block

    def close(self) -> None:
        if self.pending:
            self._flush()
        block, self.block = self.block, None
        if block is None:
            return
        text, runs = to_plain(block.pieces)
        start = block.start
        if block.kind == "heading":
            text, runs = self._heading(block, text, runs)
        elif block.kind != "cell" and self._is_contents(block):
            text, runs = "", ()
        lines = self._split(block, text, runs)
        section = len(self.parsed.headings)
        for index in range(len(self.parsed.links) - 1, -1, -1):
            link, known = self.parsed.links[index]
            if known >= 0:
                break
            self.parsed.links[index] = (link, section)
        if text or any(line.links for line in lines):
            self._append(block.kind, start, block.end, text, runs, block.depth, block.container, lines)
        elif block.pieces:
            self._stop(start, block.end)

    def _heading(self, block: _Open, text: str, runs: Runs) -> tuple[str, Runs]:
        """Open a section; `正文` over a line of dashes is a heading only if it looks like one."""
        if not self.text.startswith("#", block.start) and (
            not _WORD.search(text) or "\n" in text or len(text) > 60 or _SENTENCE_END.search(text)
        ):
            block.kind, block.depth = "paragraph", self.depth
            return text, runs
        marks = _TRAILING_MARKS.search(text)
        if marks and marks.start():
            pieces = [(TEXT, text[plain : min(plain + size, marks.start())], source) for plain, source, size in runs]
            text, runs = to_plain([piece for piece in pieces if piece[1]])
        if text:
            self.parsed.headings.append((text, block.level, block.start + self.offset))
        return text, runs

    def _is_contents(self, block: _Open) -> bool:
        """Whether all words stand in links to `#anchors`: an entry of a table of contents."""
        anchors = [frame for frame in block.frames if frame.url.startswith("#")] if block.frames else []
        if not anchors:
            return False
        inside = {index for frame in anchors for index in range(frame.piece, frame.closed)}
        outside = [piece for index, piece in enumerate(block.pieces) if index not in inside]
        return not re.search(r"[^\W\d_]", to_plain(outside)[0])

    def _split(self, block: _Open, text: str, runs: Runs) -> tuple[Line, ...]:
        if block.kind in ("heading", "cell"):
            return ()
        if text and not block.frames and "\n" not in text and max(block.pieces)[0] < GAP:
            return (Line(text, runs, (), True),)
        lines = []
        first, count, taken = 0, len(block.pieces), 0
        ends = [index for index, piece in enumerate(block.pieces) if piece[1] == "\n"] + [count]
        for end in ends:
            pieces, frames = block.pieces[first:end], []
            while taken < len(block.frames) and (block.frames[taken].piece < end or end == count):
                frames.append(block.frames[taken])
                taken += 1
            text, runs = to_plain(pieces, with_code=True)
            bare = tuple(frame.found for frame in frames if frame.bare and frame.found >= 0)
            plain = not frames and not any(kind == IMAGE for kind, _, _ in pieces)
            if text or frames or any(kind == IMAGE for kind, _, _ in pieces):
                lines.append(Line(text, runs, bare, plain))
            first = end + 1
        return tuple(lines)
