"""The CSV tables: UTF-8 without BOM, line feeds, RFC 4180 quoting, rows in a stable order."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kg.identity import entity_iri
from kg.model import Build, Entity

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

__all__ = ["COLUMNS", "NUMBERS", "entity_row", "entity_rows", "table_rows", "to_frames", "writable", "write_tables"]

COLUMNS: dict[str, tuple[str, ...]] = {
    "entities": (
        "id", "type", "label", "label_zh", "label_en", "aliases", "mention_count", "note_count", "degree", "community", "iri",
    ),
    "mentions": ("entity_id", "doc", "line", "column", "surface", "found_by", "confidence"),
    "relations": ("subject", "predicate", "object", "doc", "line", "evidence", "found_by", "confidence"),
    "links": ("url", "title", "doc", "line", "section", "site"),
    "documents": ("doc", "title", "date", "language", "size", "hash"),
    "problems": ("severity", "doc", "line", "message", "hint"),
    "merges": ("a", "b", "reason", "score", "doc", "line"),
}  # fmt: skip
"""Table -> columns: a contract."""

NUMBERS = {"line": "int64", "column": "int64", "confidence": "float64", "score": "float64", "size": "int64"}
NUMBERS |= dict.fromkeys(("mention_count", "note_count", "degree", "community"), "int64")
"""Columns of numbers, with their types; all others are text."""
_GAPS = frozenset({("merges", "line")})
"""Numbers that may be empty."""
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


def write_tables(build: Build, network: nx.MultiDiGraph, folder: Path) -> None:
    """Write the seven tables of a build; counts, degree and community come from its network."""
    rows = {"entities": entity_rows(build, network), **table_rows(build)}
    for name, columns in COLUMNS.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as handle:
            shares = [place for place, column in enumerate(columns) if NUMBERS.get(column) == "float64"]
            cells = _with_shares(rows[name], shares) if shares else rows[name]
            handle.writelines(_lines(chain([columns], cells)))


def table_rows(build: Build) -> dict[str, Iterable[Sequence[object]]]:
    """Rows of all tables but entities, in the order of their columns."""
    return {
        "mentions": sorted(_mentions(build), key=lambda row: (row[1], row[2], row[3], row[0])),
        "relations": _relations(build),
        "links": _links(build),
        "documents": sorted(_documents(build)),
        "problems": [(p.severity, p.path, p.line, p.message, p.hint) for p in build.problems],
        "merges": _merges(build),
    }


def _lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Rows that can be written, ended by line feeds, some at a time.

    csv quotes a lone carriage return only where its own line end has one, so those ends are replaced.
    """
    each = iter(rows)
    while some := list(islice(each, 4096)):
        text = _written(some)
        if text.count("\r\n") != len(some):
            # A cell has such an end too, which stays.
            yield "".join([writable(_written([row])[:-2]) + "\n" for row in some])
        else:
            yield writable(text.replace("\r\n", "\n"))


def _written(rows: Iterable[Sequence[object]]) -> str:
    text = StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def _with_shares(rows: Iterable[Sequence[object]], places: Sequence[int]) -> Iterator[Sequence[object]]:
    """Rows with the numbers between 0 and 1 in some places as text, to four decimals."""
    texts: dict[object, str] = {}
    for row in rows:
        cells = list(row)
        for place in places:
            value = cells[place]
            if value not in texts:
                texts[value] = f"{value:.4f}".rstrip("0").rstrip(".") or "0"
            cells[place] = texts[value]
        yield cells


def writable(text: str) -> str:
    """A text as a table holds it: NUL and lone surrogates, which a CSV file cannot have, are U+FFFD."""
    return text if text.isascii() and "\0" not in text else _UNWRITABLE.sub("\ufffd", text)


def entity_rows(build: Build, network: nx.MultiDiGraph) -> Iterator[tuple[object, ...]]:
    """What entities.csv says of each entity, in the order of its columns."""
    for entity in build.entities:
        node = network.nodes[entity.id]
        yield entity_row(entity, node["mentions"], node["notes"], node["degree"], node["community"], build.base)


def entity_row(
    entity: Entity, mentions: int, notes: int, degree: int, community: int | str, base: str
) -> tuple[object, ...]:
    """One row of entities.csv."""
    aliases = "|".join(alias.replace("|", "/") for alias in entity.aliases)
    return (
        entity.id, entity.type, entity.label, entity.label_zh, entity.label_en, aliases,
        mentions, notes, degree, community, entity_iri(entity.id, base),
    )  # fmt: skip


def _mentions(build: Build) -> Iterator[tuple[str, str, int, int, str, str, float]]:
    documents = {document.id: document for document in build.documents}
    for item in build.resolutions:
        if item.entity_id is not None:
            mention = item.mention
            line, column = documents[mention.document_id].position(mention.span.start)
            yield (
                item.entity_id,
                mention.document_id,
                line,
                column,
                mention.surface,
                mention.found_by,
                mention.confidence,
            )


def _relations(build: Build) -> Iterator[tuple[object, ...]]:
    for claim in build.claims:
        for piece in claim.evidence:
            yield (
                claim.subject, claim.predicate, claim.object,
                piece.document_id, piece.line, piece.quote, piece.found_by, piece.confidence,
            )  # fmt: skip


def _links(build: Build) -> list[tuple[object, ...]]:
    rows = []
    for document in build.documents:
        for link in document.links:
            if link.kind == "web":
                line, _ = document.position(link.span.start)
                site = (urlsplit(link.url).hostname or "").removeprefix("www.")
                rows.append(
                    (
                        document.id,
                        line,
                        link.span.start,
                        link.url,
                        link.title,
                        document.sections[link.section].heading,
                        site,
                    )
                )
    return [(url, title, doc, line, section, site) for doc, line, _, url, title, section, site in sorted(rows)]


def _documents(build: Build) -> Iterator[tuple[str, str, str, str, int, str]]:
    for document in build.documents:
        yield document.id, document.title, document.front_matter.date, document.language, document.size, document.hash


def _merges(build: Build) -> Iterator[tuple[object, ...]]:
    documents = {document.id: document for document in build.documents}
    for merge in build.merges:
        line = documents[merge.document_id].position(merge.span.start)[0] if merge.span else ""
        yield merge.entity_id, merge.name, merge.reason, merge.score, merge.document_id, line


def to_frames(folder: Path) -> dict[str, pd.DataFrame]:
    """The tables as pandas frames with their right types; names such as `NA` and `null` stay text."""
    import pandas as pd

    return {
        name: pd.read_csv(
            folder / f"{name}.csv",
            dtype={column: "Int64" if (name, column) in _GAPS else NUMBERS.get(column, "str") for column in columns},
            na_values={column: [""] for table, column in sorted(_GAPS) if table == name},
            keep_default_na=False,
            encoding="utf-8",
        )
        for name, columns in COLUMNS.items()
    }
