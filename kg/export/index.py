"""index.db: names, sentences and claims so that search, neighbours and paths need no table read whole (`kg.explore`)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.explore.costs import hub_cost, pack_ties, tie_cost
from kg.explore.graph import COOCCURRENCE
from kg.export.tables import entity_rows
from kg.graph import article_iri, evidence_iri
from kg.identity import document_iri, entity_iri
from kg.model import Build
from kg.text import key, strip_markup
from kg.text_index import FILE, words

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["write_index"]

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
    database = sqlite3.connect(folder / FILE)
    try:
        database.executescript(_SCHEMA)
        _insert(database, "graph", 1, [(build.base,)])
        entities = list(_entities(build, network))
        _insert(database, "entity", 13, entities)
        _write_ties(build, entities, database)
        _insert(database, "document", 2, ((document.id, document.title) for document in build.documents))
        rows = list(_names(build, network))
        _insert(database, "name", 8, rows)
        indexed = ((row[0], " ".join(words(row[5]))) for row in rows)
        database.executemany("INSERT INTO names (rowid, words) VALUES (?, ?)", indexed)
        _write_claims(build, database)
        database.executescript(_INDEXES)
        database.commit()
    finally:
        database.close()


def _insert(database: sqlite3.Connection, table: str, columns: int, rows: Iterable[tuple[Any, ...]]) -> None:
    database.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})", rows)


def _entities(build: Build, network: nx.MultiDiGraph) -> Iterator[tuple[Any, ...]]:
    stated: dict[str, set[str]] = {}
    for claim in build.claims:
        if claim.predicate != COOCCURRENCE and claim.subject != claim.object:
            stated.setdefault(claim.subject, set()).add(claim.object)
            stated.setdefault(claim.object, set()).add(claim.subject)
    for number, row in enumerate(entity_rows(build, network)):
        yield (*row, len(stated.get(str(row[0]), ())), number)


def _write_ties(build: Build, entities: Sequence[tuple[Any, ...]], database: sqlite3.Connection) -> None:
    """Who is tied to whom and how cheaply, over all claims and over the stated ones, by the numbers of the entities."""
    number = {row[0]: row[12] for row in entities}
    costs = [
        (number[claim.subject], number[claim.object], tie_cost(claim.predicate, claim.confidence))
        for claim in build.claims
    ]
    hubs = [hub_cost(row[11]) for row in entities]
    said = [cost for cost, claim in zip(costs, build.claims, strict=True) if claim.predicate != COOCCURRENCE]
    _insert(database, "ties", 5, [(stated, *pack_ties(hubs, ties)) for stated, ties in ((0, costs), (1, said))])


def _names(build: Build, network: nx.MultiDiGraph) -> Iterator[tuple[int, str, str, str, str, str, str, int]]:
    """Names of entities, titles of notes and of the articles they link to."""
    number = 0

    def rows(entity: str, iri: str, kind: str, names: Iterable[str], weight: int) -> Iterator[Any]:
        nonlocal number
        distinct = list(dict.fromkeys(name for name in names if name))
        for name in distinct:
            number += 1
            yield number, entity, iri, kind, distinct[0], name, key(name), weight

    for entity in build.entities:
        names = (entity.label, entity.label_zh, entity.label_en, *(a.replace("|", "/") for a in entity.aliases))
        yield from rows(
            entity.id, entity_iri(entity.id, build.base), entity.type, names, network.nodes[entity.id]["mentions"]
        )
    titles: dict[str, dict[str, int]] = {}
    for document in build.documents:
        yield from rows("", document_iri(document.id, build.base), "Note", (document.title,), 1)
        for link in document.links:
            if link.kind == "web" and link.title and re.match(r"https?://[^/]", link.url):
                known = titles.setdefault(article_iri(link.url), {})
                known[link.title] = known.get(link.title, 0) + 1
    for iri, known in titles.items():
        yield from rows("", iri, "Article", known, sum(known.values()))


def _write_claims(build: Build, database: sqlite3.Connection) -> None:
    """Claims with their evidence; where things merely stand together nothing is stated, and the evidence has no IRI."""
    sentences: dict[tuple[str, int, str], int] = {}
    claims, evidence = [], []
    for number, claim in enumerate(build.claims, 1):
        claims.append((number, claim.subject, claim.predicate, claim.object, claim.confidence))
        for piece in claim.evidence:
            sentence = sentences.setdefault((piece.document_id, piece.line, piece.quote), len(sentences) + 1)
            iri = None if claim.predicate == COOCCURRENCE else evidence_iri(claim, piece, build.base)
            evidence.append((number, sentence, iri, piece.found_by, piece.confidence))
    rows = [
        (number, document_iri(doc, build.base), doc, line, quote) for (doc, line, quote), number in sentences.items()
    ]
    _insert(database, "claim", 5, claims)
    _insert(database, "evidence", 5, evidence)
    _insert(database, "sentence", 5, rows)
    indexed = ((row[0], " ".join(words(strip_markup(row[4])))) for row in rows)
    database.executemany("INSERT INTO sentences (rowid, words) VALUES (?, ?)", indexed)
