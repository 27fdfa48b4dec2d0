"""Search over names and sentences in Chinese and English, from an index on disk: index.db, written with the graph.

SQLite's FTS5 finds words; Chinese, which has no blanks, is indexed by pairs of characters. A name of n characters gives
n - 1 pairs and its last character alone, so that a query of one character finds every name with it.
"""

from __future__ import annotations

import re
import sqlite3
from itertools import islice
from pathlib import Path
from typing import Any, TypedDict

from kg.text import HAN, fold, is_cjk, key, strip_markup

__all__ = ["FILE", "Answers", "TextIndex", "connect", "open_text_index", "words"]

FILE = "index.db"
_PIECE = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+[+#]*")
_WORD = re.compile(rf"(?=([{HAN}]{{1,2}}))[{HAN}]|([^\W_{HAN}]+[+#]*)")
"""An ideograph with the one after it, or a Latin word."""
_CANDIDATES = 400
"""Names looked at more closely than the index does."""
_LONGEST = 40
"""Words of a query that count."""


class Name(TypedDict):
    """A thing whose name fits."""

    iri: str
    kind: str
    """A type of entity, Note or Article."""
    label: str
    name: str
    """The name that was met."""
    score: float
    """1 for the name itself, 0.7-0.9 where a name begins with it, 0.5-0.7 where it holds it, up to 0.4 for some of its words."""


class Sentence(TypedDict):
    """A sentence that holds the words, with the evidence it is."""

    note: str
    doc: str
    line: int
    quote: str
    evidence: list[str]
    score: float
    """Above 0, only to be compared: BM25 as FTS5 gives it."""


class Answers(TypedDict):
    """What a search finds."""

    names: list[Name]
    sentences: list[Sentence]


def _pieces(text: str) -> list[str]:
    """Latin words and runs of Chinese of a folded text."""
    found: list[str] = _PIECE.findall(fold(text))
    return found


def words(text: str) -> list[str]:
    """What the index knows a text by."""
    return [pair or word for pair, word in _WORD.findall(fold(text))]


def _phrases(text: str) -> list[str]:
    """What to ask the index for a text: phrases of FTS5, the last of which may be a beginning."""
    found = []
    for piece in _pieces(text)[:_LONGEST]:
        chinese = is_cjk(piece[0])
        if chinese and len(piece) > 1:
            found.append('"' + " ".join(piece[at : at + 2] for at in range(len(piece) - 1)) + '"')
        else:
            found.append(f'"{piece}"' + ("*" if chinese else ""))
    if found and not found[-1].endswith("*"):
        found[-1] += "*"
    return found


def connect(path: Path) -> sqlite3.Connection:
    """index.db opened for reading."""
    # Immutable: the file is replaced as a whole, never changed, so no locks are needed.
    return sqlite3.connect(path.resolve().as_uri() + "?mode=ro&immutable=1", uri=True)


def open_text_index(folder: Path) -> TextIndex | None:
    """The index of an output folder, or None where there is none."""
    return TextIndex(folder / FILE) if (folder / FILE).is_file() else None


class TextIndex:
    """An index opened for reading."""

    def __init__(self, path: Path) -> None:
        self._database = connect(path)

    @property
    def base(self) -> str:
        """What the IRIs of entities, notes and claims begin with."""
        return str(self._database.execute("SELECT base FROM graph").fetchone()[0])

    def names(self, text: str, limit: int) -> list[tuple[str, float]]:
        """IRIs of things by name, best first, with scores as in `Name`."""
        return [(name["iri"], name["score"]) for name in self.find_names(text, limit)]

    def texts(self, text: str, limit: int) -> list[tuple[str, float]]:
        """IRIs of evidence by its sentence, best first, with scores as in `Sentence`."""
        found = self.find_sentences(text, limit)
        return [(iri, sentence["score"]) for sentence in found for iri in sentence["evidence"]][:limit]

    def find(self, text: str, limit: int) -> Answers:
        """Things and sentences, `limit` of each at most."""
        return {"names": self.find_names(text, limit), "sentences": self.find_sentences(text, limit)}

    def find_names(self, text: str, limit: int) -> list[Name]:
        """Things whose name is, begins with or holds the text; else those that hold some of its words."""
        wanted, asked = key(text), set(words(text))
        if not asked:
            return []
        columns = "iri, kind, label, name, key, weight"
        same = f"SELECT {columns} FROM name WHERE key = ? LIMIT ?"
        rows = self._database.execute(same, (wanted, _CANDIDATES)).fetchall()
        rows += self._matches("names", "name", text, columns)
        if len(rows) < limit and len(wanted) > 2:
            # Words are found by their beginning; `net` in ResNet only by looking at every name.
            holding = f"SELECT {columns} FROM name WHERE instr(key, ?) ORDER BY length(key), id LIMIT ?"
            rows += self._database.execute(holding, (wanted, _CANDIDATES)).fetchall()
        best: dict[str, tuple[float, int, Name]] = {}
        for iri, kind, label, name, folded, weight in rows:
            score = _score(wanted, folded) or round(0.4 * len(asked.intersection(words(name))) / len(asked), 4)
            if iri not in best or score > best[iri][0]:
                best[iri] = score, weight, {"iri": iri, "kind": kind, "label": label, "name": name, "score": score}
        ranked = sorted(best.values(), key=lambda item: (-item[0], -item[1], item[2]["iri"]))
        return [name for _, _, name in ranked[: max(0, limit)]]

    def find_sentences(self, text: str, limit: int) -> list[Sentence]:
        """Sentences that hold all words of a text, else some of them."""
        rows = self._matches("sentences", "sentence", text, "id, note, doc, line, quote, -rank", limit)
        return [
            {
                "note": note,
                "doc": doc,
                "line": line,
                "quote": strip_markup(quote),
                "evidence": [
                    iri
                    for (iri,) in self._database.execute(
                        "SELECT iri FROM evidence WHERE sentence = ? AND iri IS NOT NULL ORDER BY rowid", (number,)
                    )
                ],
                "score": float(f"{score:.6g}"),
            }
            for number, note, doc, line, quote, score in rows
        ]

    def _matches(self, index: str, table: str, text: str, columns: str, limit: int = _CANDIDATES) -> list[Any]:
        """Rows with all that is asked, else with some of its words."""
        statement = (
            f"SELECT {columns} FROM {index} JOIN {table} ON {table}.id = {index}.rowid "
            f"WHERE {index} MATCH ? ORDER BY rank, {table}.id LIMIT ?"
        )
        some = (f'"{word}"' for word in islice(words(text), _LONGEST) if len(word) > 1 or not is_cjk(word))
        for asked in (" AND ".join(_phrases(text)), " OR ".join(some)):
            if asked:
                rows = self._database.execute(statement, (asked, max(0, limit))).fetchall()
                if rows:
                    return rows
        return []


def _score(wanted: str, name: str) -> float:
    """How well a name fits, both folded; 0 where it does not hold what is wanted."""
    if name == wanted:
        return 1.0
    at = name.find(wanted)
    share = len(wanted) / max(1, len(name))
    if at < 0:
        return 0.0
    return round(0.7 + 0.2 * share if at == 0 else 0.5 + 0.2 * share, 4)
