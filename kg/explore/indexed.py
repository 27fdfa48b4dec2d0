"""The graph of a build asked from index.db: what a question needs is fetched, nothing else is read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from kg.errors import GraphError, build_hint
from kg.explore.graph import COOCCURRENCE, Graph, Node, Quote, ReadClaim, best_first, read_graph
from kg.text_index import FILE, connect

__all__ = ["IndexedGraph", "open_graph"]

_NODE = "id, type, label, label_zh, label_en, aliases, mention_count, note_count, degree, community, iri"


def open_graph(folder: Path) -> IndexedGraph | Graph:
    """The graph of an output folder for questions about names and ties; raises GraphError as `read_graph`.

    Outputs without an index (of an older build, or written by hand) are read whole.
    """
    if not (folder / FILE).is_file():
        return read_graph(folder)
    try:
        return IndexedGraph(folder / FILE)
    except sqlite3.Error as error:
        raise GraphError(f"{folder / FILE}: {error}", build_hint(folder)) from error


class IndexedGraph:
    """Entities, names and claims by look-up; answers as `kg.explore.graph.Graph` does."""

    def __init__(self, path: Path) -> None:
        self._database = connect(path)
        self.entities: Mapping[str, Node] = _Entities(self._database)
        self._database.execute("SELECT number FROM entity, ties LIMIT 1").fetchall()

    def label(self, identifier: str) -> str:
        """Label of an entity, title of a note, else the identifier itself."""
        if identifier in self.entities:
            return self.entities[identifier].label
        found = self._database.execute("SELECT title FROM document WHERE id = ?", (identifier,)).fetchone()
        return (found[0] if found else "") or identifier

    def bearers(self, folded: str) -> Sequence[tuple[str, str]]:
        """As `Graph.bearers`."""
        return self._database.execute(
            "SELECT entity, name FROM name WHERE key = ? AND entity != '' ORDER BY id", (folded,)
        ).fetchall()

    def holding(self, wanted: str) -> Iterator[tuple[str, str, str]]:
        """As `Graph.holding`."""
        yield from self._database.execute(
            "SELECT key, entity, name FROM name WHERE instr(key, ?) AND entity != '' ORDER BY key, id", (wanted,)
        )

    def folded_names(self, shortest: int, longest: int) -> Sequence[str]:
        """As `Graph.folded_names`."""
        rows = self._database.execute(
            "SELECT DISTINCT length(key), key FROM name WHERE entity != '' AND length(key) BETWEEN ? AND ? ORDER BY 1, 2",
            (shortest, longest),
        )
        return [folded for _, folded in rows]

    def ties(self, node: str, *, stated: bool = False) -> Sequence[tuple[str, str, str, float]]:
        """As `Graph.ties`."""
        columns = "SELECT subject, predicate, object, confidence FROM claim WHERE"
        only = f"AND predicate != '{COOCCURRENCE}'" if stated else ""
        return self._database.execute(
            f"{columns} subject = ?1 {only} UNION ALL {columns} object = ?1 AND subject != ?1 {only}", (node,)
        ).fetchall()

    def busy(self, node: str) -> int:
        """As `Graph.busy`."""
        found = self._database.execute("SELECT stated FROM entity WHERE id = ?", (node,)).fetchone()
        return int(found[0]) if found else 0

    def distances_to(self, end: str, *, stated: bool) -> Callable[[str], int] | None:
        """As `Graph.distances_to`."""
        from kg.explore.costs import Ties

        row = self._database.execute(
            "SELECT hubs, starts, others, costs FROM ties WHERE stated = ?", (stated,)
        ).fetchone()
        distances = Ties(*row).distances_to(self._number(end))
        return lambda node: int(distances[self._number(node)])

    def _number(self, node: str) -> int:
        return int(self._database.execute("SELECT number FROM entity WHERE id = ?", (node,)).fetchone()[0])

    def claims_between(self, left: str, right: str) -> Sequence[ReadClaim]:
        """As `Graph.claims_between`."""
        rows = self._database.execute(
            "SELECT id, subject, predicate, object FROM claim "
            "WHERE (subject = ?1 AND object = ?2) OR (subject = ?2 AND object = ?1) ORDER BY subject, predicate, object",
            (left, right),
        ).fetchall()
        return [
            ReadClaim(subject, predicate, target, self._quotes(number)) for number, subject, predicate, target in rows
        ]

    def _quotes(self, claim: int) -> tuple[Quote, ...]:
        rows = self._database.execute(
            "SELECT doc, line, quote, found_by, confidence FROM evidence JOIN sentence ON sentence.id = sentence "
            "WHERE claim = ?",
            (claim,),
        )
        return best_first(Quote(*row) for row in rows)


class _Entities(Mapping[str, Node]):
    """Entity id -> node, fetched when asked for."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._fetch = lru_cache(maxsize=10_000)(self._find)

    def _find(self, identifier: str) -> Node | None:
        row = self._database.execute(f"SELECT {_NODE} FROM entity WHERE id = ?", (identifier,)).fetchone()
        if row is None:
            return None
        aliases = tuple(name for name in row[5].split("|") if name)
        return Node(row[0], row[1], row[2], row[3], row[4], aliases, row[6], row[7], row[8], row[9], row[10])

    def __getitem__(self, identifier: str) -> Node:
        node = self._fetch(identifier)
        if node is None:
            raise KeyError(identifier)
        return node

    def __contains__(self, identifier: object) -> bool:
        return isinstance(identifier, str) and self._fetch(identifier) is not None

    def __iter__(self) -> Iterator[str]:
        return (identifier for (identifier,) in self._database.execute("SELECT id FROM entity ORDER BY id"))

    def __len__(self) -> int:
        return int(self._database.execute("SELECT COUNT(*) FROM entity").fetchone()[0])
