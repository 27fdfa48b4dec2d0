"""index.db: names, sentences and claims so that search, neighbours and paths need no table read whole (`kg.explore`)."""

from __future__ import annotations

import re
import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kg.explore.costs import hub_cost, pack_ties, tie_cost
from kg.explore.graph import COOCCURRENCE
from kg.export.tables import entity_rows
from kg.graph import article_iri, evidence_iri
from kg.identity import document_iri
from kg.model import Build, Claim, Document
from kg.text import key, strip_markup
from kg.text_index import FILE, words

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["fill_index", "write_index"]

T = TypeVar("T")
EntityRow = tuple[Any, ...]
"""What entities.csv says of an entity, in the order of its columns."""

_SCHEMA = """
    PRAGMA page_size = 4096;
    PRAGMA journal_mode = OFF;
    CREATE TABLE graph (base TEXT);
    CREATE TABLE entity (
        id TEXT PRIMARY KEY, type TEXT, label TEXT, label_zh TEXT, label_en TEXT, aliases TEXT, mention_count INTEGER,
        note_count INTEGER, degree INTEGER, community TEXT, iri TEXT, stated INTEGER, number INTEGER
    ) WITHOUT ROWID;
    CREATE TABLE document (id TEXT PRIMARY KEY, title TEXT) WITHOUT ROWID;
    CREATE TABLE name (
        id INTEGER PRIMARY KEY, entity TEXT, iri TEXT, kind TEXT, label TEXT, name TEXT, key TEXT, weight INTEGER
    );
    CREATE TABLE claim (id INTEGER PRIMARY KEY, subject TEXT, predicate TEXT, object TEXT, confidence REAL);
    CREATE TABLE ties (stated INTEGER PRIMARY KEY, hubs BLOB, starts BLOB, others BLOB, costs BLOB);
    CREATE TABLE sentence (id INTEGER PRIMARY KEY, note TEXT, doc TEXT, line INTEGER, quote TEXT);
    CREATE TABLE evidence (claim INTEGER, sentence INTEGER, iri TEXT, found_by TEXT, confidence REAL);
    CREATE VIRTUAL TABLE names USING fts5(words, content='', columnsize=0, tokenize="unicode61 tokenchars '+#'");
    CREATE VIRTUAL TABLE sentences USING fts5(words, content='', columnsize=1, tokenize="unicode61 tokenchars '+#'");
"""
_INDEXES = """
    CREATE INDEX name_key ON name (key);
    CREATE INDEX name_length ON name (length(key), key) WHERE entity != '';
    CREATE INDEX claim_subject ON claim (subject);
    CREATE INDEX claim_object ON claim (object);
    CREATE INDEX evidence_claim ON evidence (claim);
    CREATE INDEX evidence_sentence ON evidence (sentence);
    INSERT INTO names (names) VALUES ('optimize');
    INSERT INTO sentences (sentences) VALUES ('optimize');
"""


def write_index(build: Build, network: nx.MultiDiGraph, folder: Path) -> None:
    """Write index.db into a folder; `network` is what `kg.graph.to_network` makes of the build."""
    rows = list(entity_rows(build, network))
    fill_index(folder, build.base, lambda: rows, build.documents, build.claims)


def fill_index(
    folder: Path,
    base: str,
    entities: Callable[[], Iterable[EntityRow]],
    documents: Iterable[Document],
    claims: Iterable[Claim],
) -> None:
    """The same of a graph that need not be held: its rows of entities in order of id, which are gone through twice,
    its notes and its claims, each in the order of the build.
    """
    database = sqlite3.connect(folder / FILE)
    try:
        database.executescript(_SCHEMA)
        _insert(database, "graph", 1, [(base,)])
        number: dict[str, int] = {}
        _insert(database, "name", 8, _names(entities(), documents, base, database, number))
        _index_words(database, "names", "SELECT id, name FROM name ORDER BY id", str)
        busy = _write_claims(claims, number, base, database)
        rows = ((*row, int(busy[place]), place) for place, row in enumerate(entities()))
        _insert(database, "entity", 13, rows)
        _index_words(database, "sentences", "SELECT id, quote FROM sentence ORDER BY id", strip_markup)
        database.executescript(_INDEXES)
        database.commit()
    finally:
        database.close()


def _insert(database: sqlite3.Connection, table: str, columns: int, rows: Iterable[tuple[Any, ...]]) -> None:
    database.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})", rows)


def _index_words(database: sqlite3.Connection, table: str, texts: str, bare: Callable[[str], str]) -> None:
    indexed = ((number, " ".join(words(bare(text)))) for number, text in database.execute(texts))
    database.executemany(f"INSERT INTO {table} (rowid, words) VALUES (?, ?)", indexed)


def _names(
    entities: Iterable[EntityRow],
    documents: Iterable[Document],
    base: str,
    database: sqlite3.Connection,
    number: dict[str, int],
) -> Iterator[tuple[int, str, str, str, str, str, str, int]]:
    """Names of entities, which are numbered, titles of notes, which are written, and of the articles they link to."""
    row = count(1)

    def rows(entity: str, iri: str, kind: str, names: Iterable[str], weight: int) -> Iterator[Any]:
        distinct = list(dict.fromkeys(name for name in names if name))
        for name in distinct:
            yield next(row), entity, iri, kind, distinct[0], name, key(name), weight

    for identifier, type_, label, label_zh, label_en, aliases, mentions, *_, iri in entities:
        number[identifier] = len(number)
        yield from rows(identifier, iri, type_, (label, label_zh, label_en, *aliases.split("|")), mentions)
    titles: dict[str, dict[str, int]] = {}
    for document in documents:
        database.execute("INSERT INTO document VALUES (?, ?)", (document.id, document.title))
        yield from rows("", document_iri(document.id, base), "Note", (document.title,), 1)
        for link in document.links:
            if link.kind == "web" and link.title and re.match(r"https?://[^/]", link.url):
                known = titles.setdefault(article_iri(link.url), {})
                known[link.title] = known.get(link.title, 0) + 1
    for iri, known in titles.items():
        yield from rows("", iri, "Article", known, sum(known.values()))


def _write_claims(
    claims: Iterable[Claim], number: Mapping[str, int], base: str, database: sqlite3.Connection
) -> Sequence[int]:
    """Claims with their evidence, and who is tied to whom; gives how many neighbours something states of each entity.

    Where things merely stand together nothing is stated, and the evidence has no IRI.
    """
    import numpy as np

    sentences: dict[bytes, int] = {}
    known = 0
    ties, stated = array("i"), array("i")
    for some in _some(enumerate(claims, 1)):
        rows, quotes, evidence = [], [], []
        for place, claim in some:
            subject, predicate, target = claim.subject, claim.predicate, claim.object
            rows.append((place, subject, predicate, target, claim.confidence))
            tie = number[subject], number[target], tie_cost(predicate, claim.confidence)
            ties.extend(tie)
            if predicate != COOCCURRENCE:
                stated.extend(tie)
            for piece in claim.evidence:
                note, line, quote = piece.document_id, piece.line, piece.quote
                sentence = sentences.setdefault(_mark(note, line, quote), len(sentences) + 1)
                if sentence > known:
                    quotes.append((sentence, document_iri(note, base), note, line, quote))
                    known = sentence
                iri = None if predicate == COOCCURRENCE else evidence_iri(claim, piece, base)
                evidence.append((place, sentence, iri, piece.found_by, piece.confidence))
        _insert(database, "claim", 5, rows)
        _insert(database, "sentence", 5, quotes)
        _insert(database, "evidence", 5, evidence)
    packed = [pack_ties(len(number), np.frombuffer(found, np.intc).reshape(-1, 3)) for found in (ties, stated)]
    busy: list[int] = np.diff(np.frombuffer(packed[1][0], "<i4")).tolist()
    hubs = np.array([hub_cost(neighbours) for neighbours in busy], "<i4").tobytes()
    _insert(database, "ties", 5, [(said, hubs, *found) for said, found in enumerate(packed)])
    return busy


def _mark(note: str, line: int, quote: str) -> bytes:
    """Of sentences there may be too many to hold them all."""
    return blake2b(f"{note}\n{line}\n{quote}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _some(items: Iterable[T]) -> Iterator[list[T]]:
    """A few thousand at a time."""
    each = iter(items)
    while found := list(islice(each, 5000)):
        yield found
