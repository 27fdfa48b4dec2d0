"""Write a note to disk and read it, for the tests of this folder."""

from __future__ import annotations

from pathlib import Path

from kg.model import Document, Link, Problem
from kg.notes import NoteFile, read_note, split_sentences


def read(folder: Path, text: str | bytes, name: str = "note.md") -> Document:
    """Read a note that must be readable."""
    document, _ = read_with_problems(folder, text, name)
    assert document is not None
    return document


def read_with_problems(
    folder: Path, text: str | bytes, name: str = "note.md"
) -> tuple[Document | None, tuple[Problem, ...]]:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_note(NoteFile(name, path))


def prose(document: Document) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in document.blocks]


def links(document: Document) -> list[tuple[str, str]]:
    return [(link.url, link.title) for link in document.links]


def titled(document: Document, link: Link) -> str:
    """What stands in the file where the link's title is said to stand."""
    assert link.title_span is not None
    return document.text[link.title_span.start : link.title_span.end]


def sentences(document: Document) -> list[str]:
    return [sentence.text for sentence in split_sentences(document)]
