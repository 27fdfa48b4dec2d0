"""One file -> one Document, with the problems that a reader should know of."""

from __future__ import annotations

import re
from bisect import bisect_right
from pathlib import PurePosixPath
from urllib.parse import unquote

from kg.identity import content_hash
from kg.model import Block, Document, FrontMatter, Link, Problem, Section, Span
from kg.notes.decode import decode
from kg.notes.files import UNREADABLE, NoteFile
from kg.notes.front_matter import Head, read_front_matter
from kg.notes.language import language_of
from kg.notes.markdown import parse
from kg.notes.prose import hull
from kg.notes.raw import Parsed, RawLink
from kg.notes.titles import give_titles
from kg.notes.urls import canonical_url, is_web, scheme_of

__all__ = ["MAX_BYTES", "read_note"]

MAX_BYTES = 20_000_000
"""A larger file is no note; it is reported and left out."""

_UNSAFE_SCHEMES = frozenset({"javascript", "data", "file", "vbscript", "blob"})
_NOTE_LINK = re.compile(r"[^#?]+\.(?:md|markdown)(?=[#?]|\Z)", re.IGNORECASE)


def read_note(file: NoteFile) -> tuple[Document | None, tuple[Problem, ...]]:
    """Decode and parse a note; None and a problem for a file that cannot be read, is too large or is not text."""
    try:
        size = file.size()
        if size > MAX_BYTES:
            message = f"the file has {size / 1e6:.0f} MB, more than the limit of {MAX_BYTES / 1e6:.0f} MB"
            return None, (Problem("error", file.id, 0, message, "Split it, or move data out of the notes"),)
        data = file.read()
    except OSError as error:
        message = f"{UNREADABLE}: {error.strerror or error}"
        return None, (Problem("error", file.id, 0, message, "Check that the file exists and its permissions"),)
    decoded = decode(data)
    if decoded.text is None:
        hint = "Notes are UTF-8, UTF-16, GB18030 or Big5 text; move other files elsewhere"
        return None, (Problem("warning", file.id, 0, "looks binary; not read", hint),)
    text = decoded.text
    starts = _line_starts(text)
    problems: list[Problem] = []
    if decoded.replaced:
        line = bisect_right(starts, text.index("\ufffd"))
        message = f"{decoded.replaced} bytes are not valid {decoded.encoding}; read as U+FFFD"
        problems.append(Problem("warning", file.id, line, message, "Save the file as UTF-8"))
    if decoded.mixed:
        message = f"lines in different encodings, {decoded.encoding}; each is read in its own"
        problems.append(Problem("warning", file.id, 0, message, "Save the file as UTF-8"))
    head, found = read_front_matter(text, file.id, file.path.name)
    problems += found
    parsed = parse(text, head.end, indented_prose=file.path.suffix.lower() == ".txt")
    links = _links(give_titles(parsed, text), file.id, starts, problems)
    blocks = _blocks(head, parsed)
    document = Document(
        id=file.id,
        path=str(file.path),
        text=text,
        front_matter=head.front_matter,
        sections=_sections(head.front_matter, parsed, PurePosixPath(file.id).stem, len(text)),
        blocks=blocks,
        links=links,
        line_starts=starts,
        hash=content_hash(data),
        size=len(data),
        language=language_of("\n".join(block.text for block in blocks)),
    )
    return document, tuple(sorted(problems, key=lambda problem: problem.line))


def _line_starts(text: str) -> tuple[int, ...]:
    """A lone carriage return ends a line only in a file that has no line feed at all."""
    end = "\n" if "\n" in text or "\r" not in text else "\r"
    starts, pos = [0], text.find(end)
    while pos >= 0:
        starts.append(pos + 1)
        pos = text.find(end, pos + 1)
    return tuple(starts)


def _blocks(head: Head, parsed: Parsed) -> tuple[Block, ...]:
    blocks = []
    if head.title_runs:
        blocks.append(Block("title", Span(*hull(head.title_runs)), 0, head.front_matter.title, head.title_runs))
    blocks += [
        Block(raw.kind, Span(raw.start, raw.end), raw.section, raw.text, raw.runs, raw.depth)
        for raw in parsed.blocks
        if raw.text
    ]
    return tuple(blocks)


def _sections(front_matter: FrontMatter, parsed: Parsed, stem: str, length: int) -> tuple[Section, ...]:
    first = next((text for text, level, _ in parsed.headings if level == 1), "")
    sections = [Section(front_matter.title or first or stem, 0, Span(0, length), -1)]
    path = [0]
    ends = [length] * len(parsed.headings)
    open_sections: list[int] = []
    for index, (_, level, start) in enumerate(parsed.headings):
        while open_sections and parsed.headings[open_sections[-1]][1] >= level:
            ends[open_sections.pop()] = start
        open_sections.append(index)
    for index, (text, level, start) in enumerate(parsed.headings):
        while sections[path[-1]].level >= level:
            path.pop()
        sections.append(Section(text, level, Span(start, ends[index]), path[-1]))
        path.append(index + 1)
    return tuple(sections)


def _links(
    raw_links: list[tuple[RawLink, int]], path: str, starts: tuple[int, ...], problems: list[Problem]
) -> tuple[Link, ...]:
    links = []
    for raw, section in raw_links:
        span, line = Span(raw.start, raw.end), bisect_right(starts, raw.start)
        title_span = Span(raw.title_start, raw.title_end) if raw.title else None
        if raw.kind != "web":
            kind = "tag" if raw.kind == "tag" else "wikilink"
            links.append(Link(raw.url, raw.title, span, section, kind, title_span))  # type: ignore[arg-type]
        elif is_web(raw.url):
            url, repair = canonical_url(raw.url)
            links.append(Link(url, raw.title, span, section, "web", title_span))
            if repair:
                problems.append(Problem("warning", path, line, repair, "Correct the address in the note"))
        elif (scheme := scheme_of(raw.url)) in _UNSAFE_SCHEMES:
            message = f"{scheme}: address is no link of the graph: {raw.url[:80]}"
            problems.append(Problem("info", path, line, message, "Only http and https addresses become links"))
        elif not scheme and (match := _NOTE_LINK.match(raw.url)):
            name = PurePosixPath(unquote(match.group())).stem
            links.append(Link(name, raw.title, span, section, "wikilink", title_span))
    return tuple(sorted(links, key=lambda link: (link.span.start, link.span.end, link.kind, link.url)))
