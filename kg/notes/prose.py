"""Pieces of a file -> plain text with runs that map it back."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["BREAK", "CODE", "GAP", "GLUE", "IMAGE", "LITERAL", "TEXT", "Piece", "Runs", "hull", "to_plain"]

TEXT, LITERAL, BREAK, GAP, GLUE, CODE, IMAGE = range(7)
"""Kinds of piece: verbatim text; a decoded entity; a line break; something left out between two words; something
left out without a trace (a footnote marker); inline code (no prose, but kept in a link's title); an image."""

Piece = tuple[int, str, int]
"""Kind, plain text, offset in the file."""
Runs = tuple[tuple[int, int, int], ...]


def to_plain(pieces: Sequence[Piece], *, with_code: bool = False) -> tuple[str, Runs]:
    """Join pieces without outer blanks; a blank stands where something left out would glue two words together.

    Such a blank, like a decoded entity, is a run of its own that points to the first character of what it stands for.
    """
    if len(pieces) == 1 and pieces[0][0] == TEXT:
        _, text, source = pieces[0]
        plain = text.strip()
        start = source + text.find(plain)
        return plain, ((0, start, len(plain)),) if plain else ()
    parts: list[str] = []
    runs: list[tuple[int, int, int]] = []
    length, last, gap, source_end = 0, "", -1, -1
    glue = True
    for kind, text, source in pieces:
        if kind == CODE and with_code:
            kind = LITERAL
        if kind >= GAP:
            if length:
                gap = source if gap < 0 else gap
                glue = glue and kind == GLUE
            continue
        if not text or (kind == BREAK and last == "\n"):
            continue
        if gap >= 0:
            first = text[0]
            wide = not last.isspace() and not first.isspace()
            if wide and (not glue or (last.isascii() and last.isalnum() and first.isascii() and first.isalnum())):
                parts.append(" ")
                runs.append((length, gap, 1))
                length += 1
            gap, source_end, glue = -1, -1, True
        if kind == LITERAL:
            runs += [(length + index, source + index * with_code, 1) for index in range(len(text))]
            source_end = -1
        else:
            if source == source_end:
                at, begin, size = runs[-1]
                runs[-1] = (at, begin, size + len(text))
            else:
                runs.append((length, source, len(text)))
            source_end = source + len(text)
        parts.append(text)
        length += len(text)
        last = text[-1]
    return _strip("".join(parts), runs)


def _strip(text: str, runs: list[tuple[int, int, int]]) -> tuple[str, Runs]:
    stripped = text.strip()
    if len(stripped) == len(text):
        return text, tuple(runs)
    if not stripped:
        return "", ()
    start = len(text) - len(text.lstrip())
    end = start + len(stripped)
    kept = []
    for plain, source, size in runs:
        low, high = max(plain, start), min(plain + size, end)
        if low < high:
            kept.append((low - start, source + low - plain, high - low))
    return stripped, tuple(kept)


def hull(runs: Runs) -> tuple[int, int]:
    """First and past-the-last offset of the runs in the file."""
    return runs[0][1], runs[-1][1] + runs[-1][2]
