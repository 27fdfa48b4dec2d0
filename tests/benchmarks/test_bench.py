"""`make bench` works: run for real on few notes, its table has every row. No figure is judged here."""

from __future__ import annotations

import csv
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.bench import PARTS
from benchmarks.table import Row, markdown
from tests.conftest import ROOT

_ROWS = {"whole": 4, "spacy": 2, "posseg": 1, "again": 6, "jobs": 2, "gexf": 1, "search": 7}
"""Part -> how many rows it gives."""


def test_a_quick_run_gives_every_row_and_leaves_nothing_else(tmp_path: Path) -> None:
    notes, temporary, results = tmp_path / "notes", tmp_path / "tmp", tmp_path / "results"
    notes.mkdir()
    temporary.mkdir()
    for name in ("posts/2019-04-10-residual-learning.md", "vault/RNN.md", "vault/梯度消失.md"):
        shutil.copy(ROOT / "notes" / name, notes)
    before = {path.name: path.read_bytes() for path in notes.iterdir()}
    command = [sys.executable, "-m", "benchmarks.bench", notes, "--quick", "--results", results]
    # With the peers that Zhitu itself depends on, so that the test needs no second environment.
    done = subprocess.run(
        [*map(str, command), "--peer-python", sys.executable],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert list(temporary.iterdir()) == []
    assert {path.name: path.read_bytes() for path in notes.iterdir()} == before
    sheet, page = sorted(results.iterdir())
    assert page.read_text(encoding="utf-8").endswith(done.stdout)
    for fact in ("cores", "processor", "memory", "Python", "jieba", "notes, 3 notes"):
        assert fact in done.stdout
    with sheet.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert {name: sum(row["part"] == name for row in rows) for name, _ in PARTS} == _ROWS
    for row in rows:
        assert all(math.isfinite(float(row[name])) and float(row[name]) > 0 for name in ("ours", "peer", "ratio")), row
    assert [row["ratio"] for row in rows if row["unit"] == "files"] == ["1", "1"]


def test_growth_is_a_table_of_its_own() -> None:
    rows = [
        Row("gexf", "ours", 1.0, "theirs", 4.0, "CPU s", "a | b"),
        Row("growth", "1 times the notes: CPU", 2.0, "1 x", 2.0, "CPU s"),
        Row("growth", "4 times the notes: CPU", 6.0, "4 x", 8.0, "CPU s"),
    ]
    lines = markdown(rows, [("date", "2026-11-26")], ["a remark"]).splitlines()
    assert "| gexf | ours / theirs | 1.00 | 4.00 | CPU s | 0.250 | a \\| b |" in lines
    assert "| | 1 times the notes | 4 times the notes |" in lines
    assert "| CPU, CPU s | 2.00 (1.00) | 6.00 (0.750) |" in lines
    assert lines[-1] == "- a remark"
