"""The store: what it holds is what graph.nq says, and one that is changed is one that is built anew."""

from __future__ import annotations

import hashlib
import shutil
from functools import partial
from pathlib import Path

import pyoxigraph as ox
import pytest

import kg.graph.store
from kg.graph import build_store, difference, update_store, write_nquads, write_turtle
from kg.graph.quads import graphs, mapped
from kg.graph.terms import read_quads
from pipelines.build import build_graph
from tests.conftest import ROOT


def written(notes: Path, folder: Path) -> Path:
    """graph.nq and graph.ttl of some notes."""
    folder.mkdir()
    build = build_graph([notes], jobs=1)
    write_nquads(build, folder / "graph.nq")
    write_turtle(build, folder / "graph.ttl")
    return folder


def built(folder: Path) -> Path:
    build_store(folder / "graph.nq", partial(folder.joinpath, "graph.ttl"), folder / "store")
    return folder


def dump(store: Path) -> list[str]:
    """All quads, and the names of all graphs, empty ones too."""
    opened = ox.Store.read_only(str(store))
    return sorted([*map(str, opened), *(f"graph {name}" for name in opened.named_graphs())])


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "notes", tmp_path / "notes")
    return tmp_path / "notes"


def change(notes: Path, which: int) -> None:
    first, second, third, fourth, *_ = sorted(notes.rglob("*.md"))
    if which == 0:
        first.write_text(
            first.read_text(encoding="utf-8") + "\nResNet 优于 Zorbnet 模型，用于图像分类。\n", encoding="utf-8"
        )
    elif which == 1:
        second.unlink()
    elif which == 2:
        third.rename(third.with_name("另一篇.md"))
    else:
        # Half of it goes, and with it what other notes know only from here.
        text = fourth.read_text(encoding="utf-8")
        fourth.write_text(text[: len(text) // 2], encoding="utf-8")


def test_changed_again_and_again_it_holds_what_a_new_one_holds(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = built(written(notes, tmp_path / "0"))
    for number in range(4):
        change(notes, number)
        after = written(notes, tmp_path / str(number + 1))
        kept = dump(before / "store")
        files = {file.name: hashlib.sha256(file.read_bytes()).digest() for file in (before / "store").glob("*.sst")}
        found = difference(before / "graph.nq", after / "graph.nq", 0.2)
        assert found is not None
        assert update_store(before / "store", *found, after / "store")
        assert dump(before / "store") == kept
        assert files == {name: hashlib.sha256((before / "store" / name).read_bytes()).digest() for name in files}
        fresh = tmp_path / f"fresh-{number}"
        # Loaded in several pieces.
        monkeypatch.setattr(kg.graph.store, "_PIECE", (after / "graph.nq").stat().st_size // 3)
        build_store(after / "graph.nq", partial(after.joinpath, "graph.ttl"), fresh, threads=2)
        assert dump(after / "store") == dump(fresh) != kept
        before = after


@pytest.mark.parametrize("harm", ["no store", "no graph", "other graph", "broken", "broken store"])
def test_what_cannot_be_changed_is_left_to_be_built(harm: str, notes: Path, tmp_path: Path) -> None:
    before = built(written(notes, tmp_path / "before"))
    change(notes, 0)
    after = written(notes, tmp_path / "after")
    if harm == "no store":
        shutil.rmtree(before / "store")
    elif harm == "no graph":
        (before / "graph.nq").unlink()
    elif harm == "broken store":
        for file in (before / "store").glob("MANIFEST*"):
            file.write_bytes(b"nothing")
    elif harm == "other graph":
        (before / "graph.nq").write_text("<a:a> <a:b> <a:c> <a:g> .\n" * 5)
    else:
        (before / "graph.nq").write_bytes(b"\xff\xfe nothing")
    found = difference(before / "graph.nq", after / "graph.nq", 0.2)
    assert (found is None) == (harm in ("no graph", "other graph", "broken"))
    assert found is None or not update_store(before / "store", *found, after / "store")
    assert not (after / "store").exists()


def test_graphs_are_found_where_they_stand(notes: Path, tmp_path: Path) -> None:
    path = written(notes, tmp_path / "graph") / "graph.nq"
    wanted: dict[str, list[int]] = {}
    at = 0
    for line in path.read_bytes().splitlines(keepends=True):
        place = wanted.setdefault(next(iter(read_quads([line.decode()])))[3], [at, at])
        at += len(line)
        place[1] = at
    with mapped(path) as text:
        assert {name: list(place) for name, place in graphs(text)} == wanted
    assert len(wanted) > 20


def test_a_graph_of_one_line_and_a_last_one_are_found(tmp_path: Path) -> None:
    lines = ["<a:s> <a:p> <a:o> .\n"] + [
        f'<a:s> <a:p> "{n}" <a:{g}> .\n' for g, many in (("x", 1), ("y", 700), ("z", 1)) for n in range(many)
    ]
    path = tmp_path / "graph.nq"
    path.write_text("".join(lines))
    with mapped(path) as text:
        found = [(name, text[start:end].count(b"\n")) for name, (start, end) in graphs(text)]
    assert found == [("", 1), ("<a:x>", 1), ("<a:y>", 700), ("<a:z>", 1)]
