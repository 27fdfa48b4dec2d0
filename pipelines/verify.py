"""Whether the tables still say what the notes say: every mention and every quote looked up where its row places it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from rich.console import Group, RenderableType
from rich.text import Text

from kg.errors import GraphError, SettingsError, build_hint
from kg.explore.graph import read_rows
from kg.export.tables import writable
from kg.model import Document
from kg.notes import find_notes, read_note
from kg.remote import Source
from kg.text import plain

__all__ = ["Lost", "StaleNote", "Verification", "show_verification", "verification_json", "verify"]

_TABLES = {
    "mentions.csv": ("doc", "line", "column", "surface"),
    "relations.csv": ("doc", "line", "evidence"),
}
_SHOWN = 80
"""Characters shown of a text that is not there."""


@dataclass(frozen=True, slots=True)
class StaleNote:
    """A note of the build whose rows cannot be looked up any more."""

    document_id: str
    state: Literal["changed", "missing", "unreadable"]


@dataclass(frozen=True, slots=True)
class Lost:
    """A row whose text does not stand verbatim where it says."""

    table: str
    row: int
    """Line of the table, 1-based, where the row ends."""
    document_id: str
    line: int
    column: int
    """0 for a quote, which names no column."""
    text: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of looking every row up."""

    notes: int
    """Notes of the build that are as they were."""
    stale: tuple[StaleNote, ...]
    new: tuple[str, ...]
    """Notes that the build did not read."""
    mentions: int
    """Rows of mentions.csv that were looked up."""
    quotes: int
    """Rows of relations.csv that were looked up."""
    skipped: int
    """Rows of stale notes."""
    lost: tuple[Lost, ...]

    @property
    def passed(self) -> bool:
        """Whether every row was found and no note has changed."""
        return not (self.lost or self.stale)


def verify(folder: Path, notes: Sequence[Source], progress: Callable[[str, int, int], None]) -> Verification:
    """Look up every row of the outputs in a folder; raises KgError where they or the notes cannot be read at all."""
    if not folder.is_dir():
        raise GraphError(f"{folder}: no such folder", build_hint(folder))
    hashes = {row[0]: row[1] for _, row in read_rows(folder, "documents.csv", ("doc", "hash"))}
    rows = {
        name: [(where, *_place(where, row), row[-1]) for where, row in read_rows(folder, name, columns)]
        for name, columns in _TABLES.items()
    }
    files = {writable(file.id): file for file in find_notes(notes)[0]}
    if hashes and not any(name in files for name in hashes):
        given = ", ".join(str(path) for path in notes)
        raise SettingsError(f"{given}: none of the notes of {folder}", "Give --notes the paths that kg build was given")
    texts: dict[str, Document] = {}
    stale = []
    for number, (name, digest) in enumerate(hashes.items(), 1):
        document = read_note(files[name])[0] if name in files else None
        if document is None:
            stale.append(StaleNote(name, "unreadable" if name in files else "missing"))
        elif document.hash != digest:
            stale.append(StaleNote(name, "changed"))
        else:
            texts[name] = document
        progress("Reading notes", number, len(hashes))
    left = {item.document_id for item in stale}
    lost, counts = [], dict.fromkeys(_TABLES, 0)
    written = {name: writable(document.text) for name, document in texts.items()}
    for table, found in rows.items():
        for where, name, line, column, text in found:
            if name in left:
                continue
            counts[table] += 1
            there = name in texts and _stands(written[name], texts[name].line_starts, line, column, text)
            if not there:
                lost.append(Lost(table, int(where.rsplit(":", 1)[1]), name, line, column, text))
    looked_up = sum(counts.values())
    skipped = sum(map(len, rows.values())) - looked_up
    new = tuple(name for name in files if name not in hashes)
    return Verification(
        len(texts), tuple(stale), new, counts["mentions.csv"], counts["relations.csv"], skipped, tuple(lost)
    )


def _place(where: str, row: Sequence[str]) -> tuple[str, int, int]:
    """Note, line and column of a row; column 0 where the table has none."""
    try:
        return row[0], int(row[1]), int(row[2]) if len(row) == 4 else 0
    except ValueError:
        raise GraphError(f"{where}: line or column is not a whole number", "Build again: kg build NOTES") from None


def _stands(text: str, starts: Sequence[int], line: int, column: int, wanted: str) -> bool:
    """Whether a text stands at a line and column, or, without a column, somewhere on or across the line."""
    if not wanted or not 1 <= line <= len(starts):
        return False
    start = starts[line - 1]
    end = starts[line] if line < len(starts) else len(text)
    if column:
        return start + column <= end and text.startswith(wanted, start + column - 1)
    return text.find(wanted, max(0, start - len(wanted) + 1), end - 1 + len(wanted)) >= 0


def verification_json(found: Verification) -> dict[str, Any]:
    """A verification as JSON values."""
    return {"passed": found.passed, **asdict(found)}


def show_verification(found: Verification) -> RenderableType:
    """Counts, or all that is wrong with the next move."""
    lines = [Text(plain(f"{_where(item)}: {item.table}:{item.row} has {_cut(item.text)}")) for item in found.lost]
    lines += [Text(plain(f"{item.document_id}: {item.state} since the build; skipped")) for item in found.stale]
    lost = {table: sum(item.table == table for item in found.lost) for table in _TABLES}
    lines.append(Text(f"notes     {found.notes} as they were" + _rest(found)))
    for name, table, count in (("mentions", "mentions.csv", found.mentions), ("quotes", "relations.csv", found.quotes)):
        lines.append(Text(f"{name:<8}  {count - lost[table]} of {count} verbatim"))
    if found.skipped:
        lines.append(Text(f"skipped   {found.skipped} rows of notes that are not as they were; build again: kg build"))
    if found.lost:
        lines.append(Text("what is not there was not read in these notes; build again: kg build"))
    return Group(*lines)


def _rest(found: Verification) -> str:
    states = [item.state for item in found.stale]
    parts = [f"{states.count(state)} {state}" for state in ("changed", "missing", "unreadable") if state in states]
    parts += [f"{len(found.new)} new since the build"] if found.new else []
    return "".join(f", {part}" for part in parts)


def _where(item: Lost) -> str:
    return f"{item.document_id}:{item.line}" + (f":{item.column}" if item.column else "") + ": not there"


def _cut(text: str) -> str:
    shown = " ".join(text.split())
    return repr(shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…")
