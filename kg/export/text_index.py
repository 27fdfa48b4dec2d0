"""search.db: names and sentences indexed for `kg.explore.text_index`, with the IRIs that the graph has for them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kg.explore.text_index import FILE, words
from kg.graph import article_iri, claim_iri, evidence_iri
from kg.identity import document_iri, entity_iri
from kg.model import Build
from kg.text import key, strip_markup

__all__ = ["write_text_index"]

_SCHEMA = """
    PRAGMA page_size = 4096;
    PRAGMA journal_mode = OFF;
    CREATE TABLE name (id INTEGER PRIMARY KEY, iri TEXT, kind TEXT, label TEXT, name TEXT, key TEXT, weight INTEGER);
    CREATE TABLE sentence (id INTEGER PRIMARY KEY, note TEXT, doc TEXT, line INTEGER, quote TEXT);
    CREATE TABLE evidence (sentence INTEGER, iri TEXT, claim TEXT);
    CREATE VIRTUAL TABLE names USING fts5(words, content='', columnsize=0, tokenize="unicode61 tokenchars '+#'");
    CREATE VIRTUAL TABLE sentences USING fts5(words, content='', columnsize=1, tokenize="unicode61 tokenchars '+#'");
"""


def write_text_index(build: Build, folder: Path) -> None:
    """Write search.db into a folder."""
    database = sqlite3.connect(folder / FILE)
    try:
        database.executescript(_SCHEMA)
        rows = list(_names(build))
        database.executemany("INSERT INTO name VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        indexed = ((row[0], " ".join(words(row[4]))) for row in rows)
        database.executemany("INSERT INTO names (rowid, words) VALUES (?, ?)", indexed)
        _write_sentences(build, database)
        database.execute("CREATE INDEX name_key ON name (key)")
        database.execute("CREATE INDEX evidence_sentence ON evidence (sentence)")
        for table in ("names", "sentences"):
            database.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
        database.commit()
    finally:
        database.close()


def _names(build: Build) -> Iterator[tuple[int, str, str, str, str, str, int]]:
    mentions: dict[str, int] = {}
    for item in build.resolutions:
        if item.entity_id is not None:
            mentions[item.entity_id] = mentions.get(item.entity_id, 0) + 1
    number = 0

    def rows(iri: str, kind: str, names: Iterable[str], weight: int) -> Iterator[Any]:
        nonlocal number
        distinct = list(dict.fromkeys(name for name in names if name))
        for name in distinct:
            number += 1
            yield number, iri, kind, distinct[0], name, key(name), weight

    for entity in build.entities:
        names = (entity.label, entity.label_zh, entity.label_en, *entity.aliases)
        yield from rows(entity_iri(entity.id, build.base), entity.type, names, mentions.get(entity.id, 0))
    titles: dict[str, dict[str, int]] = {}
    for document in build.documents:
        yield from rows(document_iri(document.id, build.base), "Note", (document.title,), 1)
        for link in document.links:
            if link.kind == "web" and link.title and re.match(r"https?://[^/]", link.url):
                known = titles.setdefault(article_iri(link.url), {})
                known[link.title] = known.get(link.title, 0) + 1
    for iri, known in titles.items():
        yield from rows(iri, "Article", known, sum(known.values()))


def _write_sentences(build: Build, database: sqlite3.Connection) -> None:
    numbers: dict[tuple[str, int, str], int] = {}
    evidence = []
    for claim in build.claims:
        if claim.predicate == "coOccursWith":
            continue
        for piece in claim.evidence:
            place = (piece.document_id, piece.line, piece.quote)
            number = numbers.setdefault(place, len(numbers) + 1)
            evidence.append((number, evidence_iri(claim, piece, build.base), claim_iri(claim, build.base)))
    database.executemany(
        "INSERT INTO sentence VALUES (?, ?, ?, ?, ?)",
        (
            (number, document_iri(doc, build.base), doc, line, strip_markup(quote))
            for (doc, line, quote), number in numbers.items()
        ),
    )
    indexed = ((number, " ".join(words(strip_markup(quote)))) for (_, _, quote), number in numbers.items())
    database.executemany("INSERT INTO sentences (rowid, words) VALUES (?, ?)", indexed)
    database.executemany("INSERT INTO evidence VALUES (?, ?, ?)", evidence)
