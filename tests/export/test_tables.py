"""The seven tables: the columns of the contract, and every row true to the note that it names."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kg.export import to_frames
from kg.model import ENTITY_TYPES
from kg.ontology import read_ontology
from tests.conftest import ROOT, SHARED

HEADERS = {
    "entities": "id,type,label,label_zh,label_en,aliases,mention_count,note_count,degree,community,iri",
    "mentions": "entity_id,doc,line,column,surface,found_by,confidence",
    "relations": "subject,predicate,object,doc,line,evidence,found_by,confidence",
    "links": "url,title,doc,line,section,site",
    "documents": "doc,title,date,language,size,hash",
    "problems": "severity,doc,line,message,hint",
    "merges": "a,b,reason,score,doc,line",
}


def lines_of(doc: str) -> list[str]:
    """Lines of a note of the sample or of the seeds, with their ends."""
    path = next(path for path in (ROOT / "notes" / doc, SHARED / "seeds" / doc) if path.is_file())
    with path.open(encoding="utf-8", newline="") as handle:
        return handle.read().splitlines(keepends=True)


@pytest.fixture(scope="module")
def notes() -> dict[str, list[str]]:
    return {}


def rows(outputs: Path, table: str) -> list[dict[str, str]]:
    with (outputs / f"{table}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, strict=True))


@pytest.mark.parametrize("table", HEADERS)
def test_columns_are_those_of_the_contract(outputs: Path, table: str) -> None:
    raw = (outputs / f"{table}.csv").read_bytes()
    assert raw.split(b"\n", 1)[0].decode() == HEADERS[table]
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    assert list(to_frames(outputs)[table].columns) == HEADERS[table].split(",")


def test_every_surface_stands_where_its_row_says(outputs: Path, notes: dict[str, list[str]]) -> None:
    found = rows(outputs, "mentions")
    assert len(found) > 200
    for row in found:
        lines = notes.setdefault(row["doc"], lines_of(row["doc"]))
        rest = "".join(lines[int(row["line"]) - 1 : int(row["line"]) + 4])[int(row["column"]) - 1 :]
        assert rest.startswith(row["surface"]), row


def test_every_piece_of_evidence_is_quoted_verbatim_from_its_line(outputs: Path, notes: dict[str, list[str]]) -> None:
    found = rows(outputs, "relations")
    assert len(found) > 100
    for row in found:
        lines = notes.setdefault(row["doc"], lines_of(row["doc"]))
        first = row["evidence"].splitlines()[0]
        assert first in lines[int(row["line"]) - 1], row
        assert row["evidence"] in "".join(lines[int(row["line"]) - 1 :]), row


def test_claims_keep_the_signatures_of_the_ontology(outputs: Path) -> None:
    ontology = read_ontology()
    types = {row["id"]: row["type"] for row in rows(outputs, "entities")}
    assert set(types.values()) <= set(ENTITY_TYPES)
    for row in rows(outputs, "relations"):
        assert row["subject"] != row["object"]
        subject, target = types[row["subject"]], types[row["object"]]
        assert row["predicate"] == "coOccursWith" or ontology.allows(subject, row["predicate"], target), row
        assert 0 < float(row["confidence"]) <= 1


def test_counts_agree_between_the_tables(outputs: Path) -> None:
    tables = to_frames(outputs)
    entities = tables["entities"].set_index("id")
    mentions = tables["mentions"].groupby("entity_id")
    assert entities.index.is_unique
    assert mentions.size().sort_index().to_dict() == entities["mention_count"].sort_index().to_dict()
    assert mentions["doc"].nunique().sort_index().to_dict() == entities["note_count"].sort_index().to_dict()
    assert set(tables["mentions"]["doc"]) <= set(tables["documents"]["doc"])


def test_names_of_one_thing_in_two_languages_are_one_entity(outputs: Path) -> None:
    entities = to_frames(outputs)["entities"].set_index("id")
    kaiming = entities.loc["person:kaiming-he"]
    assert (kaiming["label"], kaiming["label_zh"]) == ("Kaiming He", "何恺明")
