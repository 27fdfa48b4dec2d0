"""Known names: the bilingual lexicon of ontologies/lexicon/, read into frozen entries."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import LexiconError
from kg.model import ENTITY_TYPES
from kg.text import key

__all__ = ["COLUMNS", "Entry", "Lexicon", "lexicon_dir", "read_lexicon"]

COLUMNS = ("type", "label", "label_zh", "aliases", "weak", "broader")


@dataclass(frozen=True, slots=True)
class Entry:
    """One known thing."""

    type: str
    label: str
    label_zh: str
    aliases: tuple[str, ...]
    """Every sure name but the two labels."""
    weak: frozenset[str]
    """Names that count only where the context supports the type."""
    broader: str
    """Label of the topic or institution above it, or empty."""

    @property
    def key(self) -> str:
        """`lexicon:<type>/<label>`, the grounding key of mentions found by this entry."""
        return f"lexicon:{self.type}/{self.label}"

    @property
    def names(self) -> tuple[str, ...]:
        """All names, labels first, each once."""
        return tuple(dict.fromkeys(n for n in (self.label, self.label_zh, *self.aliases, *sorted(self.weak)) if n))


class Lexicon:
    """Entries with an index from folded name to the entries that bear it."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        self.by_key = {entry.key: entry for entry in self.entries}
        """Grounding key -> entry."""
        self._by_name: dict[str, list[Entry]] = {}
        for entry in self.entries:
            for name in {key(name): None for name in entry.names}:
                self._by_name.setdefault(name, []).append(entry)

    def find(self, name: str) -> tuple[Entry, ...]:
        """Entries with this name in any case, width, script, spacing or hyphenation; in file order."""
        return tuple(self._by_name.get(key(name), ()))

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)


def lexicon_dir() -> Path:
    """The lexicon shipped with Zhitu: inside the wheel, or beside the sources."""
    inside = Path(__file__).parent / "ontologies" / "lexicon"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "ontologies" / "lexicon"


def read_lexicon(*paths: Path) -> Lexicon:
    """Read lexicon files or folders (the shipped one when none is given); raises LexiconError with file and line."""
    files: list[Path] = []
    for path in paths or (lexicon_dir(),):
        if path.is_dir():
            files += sorted(path.glob("*.csv"))
        elif path.is_file():
            files.append(path)
        else:
            raise LexiconError(f"{path}: no such lexicon", "Give a CSV file with the columns " + ", ".join(COLUMNS))
    return Lexicon(entry for file in files for entry in _read_file(file))


def _read_file(path: Path) -> Iterator[Entry]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.DictReader(handle, strict=True)
        missing = set(COLUMNS[:2]) - set(reader.fieldnames or ())
        if missing:
            raise LexiconError(f"{path}:1: no column {', '.join(sorted(missing))}", "Columns: " + ", ".join(COLUMNS))
        try:
            for row in reader:
                yield _to_entry(row, f"{path}:{reader.line_num}")
        except (csv.Error, UnicodeDecodeError) as error:
            raise LexiconError(
                f"{path}:{reader.reader.line_num}: {error}", "Quote fields that hold commas or quotes"
            ) from error


def _to_entry(row: dict[str, str | None], where: str) -> Entry:
    values = {column: (row.get(column) or "").strip() for column in COLUMNS}
    if None in row:
        raise LexiconError(f"{where}: more fields than columns", "Quote fields that hold commas")
    if values["type"] not in ENTITY_TYPES:
        raise LexiconError(f"{where}: unknown type {values['type']!r}", "Use one of " + ", ".join(ENTITY_TYPES))
    if not values["label"]:
        raise LexiconError(f"{where}: the label is empty", "Give the usual English name")
    weak = frozenset(_split(values["weak"]))
    aliases = tuple(name for name in _split(values["aliases"]) if name not in weak)
    for name in (*aliases, *weak):
        if len(name) < 2:
            raise LexiconError(f"{where}: alias {name!r} has one character", "Give a longer name")
    return Entry(values["type"], values["label"], values["label_zh"], aliases, weak, values["broader"])


def _split(cell: str) -> list[str]:
    return [name for name in (part.strip() for part in cell.split("|")) if name]
