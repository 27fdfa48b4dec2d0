"""Same notes, same bytes: whatever the order of files, the number of processes and PYTHONHASHSEED."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.pipelines.command import kg
from tests.pipelines.digests import digests


def build(notes: Path, out: Path, *, seed: int, jobs: int) -> dict[str, str]:
    done = kg("build", notes, "--out", out, "--jobs", jobs, "--quiet", PYTHONHASHSEED=str(seed))
    assert done.returncode == 0, done.stderr
    return digests(out)


def rewritten(source: Path, target: Path, *, backwards: bool) -> Path:
    """A copy whose files were made in another order, so that the folder lists them in another order."""
    target.mkdir()
    files = sorted(path for path in source.rglob("*") if path.is_file())
    for path in reversed(files) if backwards else files:
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    return target


@pytest.mark.parametrize("which", ["sample", pytest.param("seeds", marks=pytest.mark.shared)])
def test_order_of_files_hash_seed_and_processes_change_no_byte(
    which: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    source = ROOT / "notes" if which == "sample" else request.getfixturevalue("shared") / "seeds"
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    forwards = rewritten(source, tmp_path / "a" / "notes", backwards=False)
    backwards = rewritten(source, tmp_path / "b" / "notes", backwards=True)
    first = build(forwards, tmp_path / "a" / "out", seed=0, jobs=1)
    assert build(backwards, tmp_path / "b" / "out", seed=4242, jobs=2) == first


def test_worker_processes_change_no_byte(tmp_path: Path) -> None:
    """More notes than it takes to start worker processes, which a build of the sample alone would not do."""
    notes = tmp_path / "notes"
    for number in range(3):
        shutil.copytree(ROOT / "notes", notes / f"copy{number}")
    assert sum(len(names) for _, _, names in os.walk(notes)) > 60
    first = build(notes, tmp_path / "one", seed=1, jobs=1)
    assert build(notes, tmp_path / "three", seed=2, jobs=3) == first


def test_processes_share_no_place_in_an_archive(tmp_path: Path) -> None:
    archive = tmp_path / "vault.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for number in range(120):
            target.writestr(f"{number}.md", f"# ResNet {number}\n\nResNet 由何恺明提出。\n" * 20)
    one = build(archive, tmp_path / "one", seed=0, jobs=1)
    assert build(archive, tmp_path / "two", seed=0, jobs=2) == one
    assert (tmp_path / "one" / "documents.csv").read_text(encoding="utf-8").count("\n") == 121


def test_the_store_holds_what_the_file_says_in_every_build(tmp_path: Path) -> None:
    for number in (1, 2):
        build(ROOT / "notes", tmp_path / str(number), seed=number, jobs=1)
    answers = [
        kg("query", "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 20000", "--format", "csv", "--graph", out)
        for out in (tmp_path / "1", tmp_path / "2")
    ]
    assert answers[0].stdout == answers[1].stdout
    assert answers[0].stdout.count("\n") > 1000
