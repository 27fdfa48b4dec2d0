"""A build that would write the same is not run again; any change of what decides the outputs is seen."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.outputs import CONTRACT
from tests.conftest import ROOT
from tests.pipelines.command import kg
from tests.pipelines.serve.server import running

NOTE = "# ResNet\n\nResNet 由何恺明提出，用于图像分类。ResNet is a variant of AlexNet.\n"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "a.md").write_text(NOTE, encoding="utf-8")
    (folder / "b.md").write_text(NOTE.replace("ResNet", "VGG"), encoding="utf-8")
    return folder


def build(notes: Path, *options: object) -> str:
    done = kg("build", notes, "--out", notes.parent / "out", *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_nothing_is_done_twice(notes: Path) -> None:
    assert "written to" in build(notes)
    before = {path.name: path.stat().st_mtime_ns for path in (notes.parent / "out").iterdir()}
    assert "nothing has changed" in build(notes)
    again = json.loads(build(notes, "--json"))
    assert before == {path.name: path.stat().st_mtime_ns for path in (notes.parent / "out").iterdir()}
    assert again == json.loads(build(notes, "--json", "--force"))
    assert before != {path.name: path.stat().st_mtime_ns for path in (notes.parent / "out").iterdir()}


def change(notes: Path, what: str) -> tuple[object, ...]:
    if what == "note":
        (notes / "a.md").write_text(NOTE + "ResNet uses CNN.\n", encoding="utf-8")
    elif what == "new note":
        (notes / "c.md").write_text(NOTE, encoding="utf-8")
    elif what == "renamed note":
        (notes / "a.md").rename(notes / "d.md")
    elif what == "deleted note":
        (notes / "b.md").unlink()
    elif what == "correction":
        (notes / "kg.corrections.yaml").write_text("- reject: VGG\n", encoding="utf-8")
    elif what == "lost output":
        (notes.parent / "out" / "graph.ttl").unlink()
    elif what == "lexicon":
        path = notes.parent / "mine.csv"
        path.write_text("type,label,label_zh,aliases\nModel,Zorblax,,\n", encoding="utf-8")
        return ("--lexicon", path)
    return ("--base-iri", "https://other.example/") if what == "setting" else ()


@pytest.mark.parametrize(
    "what", ["note", "new note", "renamed note", "deleted note", "correction", "lost output", "setting", "lexicon"]
)
def test_every_change_is_seen(notes: Path, what: str) -> None:
    build(notes)
    options = change(notes, what)
    assert "written to" in build(notes, *options)
    assert "nothing has changed" in build(notes, *options)


def test_a_note_that_is_touched_but_the_same_changes_nothing(notes: Path) -> None:
    build(notes)
    os.utime(notes / "a.md", (1, 1))
    assert "nothing has changed" in build(notes)


def test_iris_survive_a_renamed_note(notes: Path) -> None:
    """What the graph is about keeps its addresses; only the note and its evidence move."""
    build(notes)
    before = ids(notes)
    assert before
    (notes / "a.md").rename(notes / "renamed.md")
    build(notes)
    assert ids(notes) == before
    assert "note/renamed.md" in (notes.parent / "out" / "graph.nq").read_text(encoding="utf-8")


def ids(notes: Path) -> set[str]:
    text = (notes.parent / "out" / "graph.nq").read_text(encoding="utf-8")
    return {term for term in text.split() if "/zhitu/id/" in term or "/zhitu/claim/" in term}


def test_watching_builds_again_and_an_open_page_follows(notes: Path) -> None:
    from playwright.sync_api import expect

    from tests.browser import open_page

    out = notes.parent / "out"
    process = subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", "build", str(notes), "--out", str(out), "--watch"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        wait_for(lambda: all((out / name).exists() for name in CONTRACT))
        time.sleep(1)
        with running(out) as address, open_page() as page:
            page.goto(address)
            page.wait_for_selector("canvas[data-drawn]")
            (notes / "c.md").write_text("# DenseNet\n\nDenseNet 是 ResNet 的变体。\n", encoding="utf-8")
            wait_for(lambda: "DenseNet" in (out / "entities.csv").read_text(encoding="utf-8"))
            expect(page.locator("body")).to_contain_text("3 ", timeout=10_000)
            wait_for(lambda: page.evaluate("performance.now()") < 8000)
            page.goto(f"{address}/#/topic/DenseNet")
            page.wait_for_selector(".panel .said")
        process.send_signal(signal.SIGINT)
        out_text, complaints = process.communicate(timeout=20)
        assert process.returncode == 0, complaints
        assert "Traceback" not in complaints
        assert out_text.count("written to") == 2
    finally:
        process.kill()
        process.communicate()


def test_a_build_that_is_told_to_end_leaves_nothing_behind(tmp_path: Path) -> None:
    """By SIGTERM, as schedulers of jobs do."""
    for number in range(3):
        shutil.copytree(ROOT / "notes", tmp_path / "notes" / str(number))
    command = [sys.executable, "-m", "pipelines.cli", "build", str(tmp_path / "notes"), "--out", str(tmp_path / "out")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        wait_for(lambda: list(tmp_path.glob(".out.new-*")))
        process.send_signal(signal.SIGTERM)
        _, complaints = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "stopped" in complaints
    assert [path.name for path in tmp_path.iterdir()] == ["notes"]


def wait_for(ready: object, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if ready():  # type: ignore[operator]
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("it did not come to pass")
