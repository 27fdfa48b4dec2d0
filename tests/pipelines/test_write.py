"""Outputs are written by several processes as by one, and where one of them fails the build fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.write import FORKS
from tests.conftest import ROOT
from tests.pipelines.digests import digests

pytestmark = pytest.mark.skipif(not FORKS, reason="processes are forked on Linux alone")

_BUILD = """
import sys
from pathlib import Path
import pipelines.write
from pipelines.build import build_graph
pipelines.write._WORTH_PROCESSES = 0
build = build_graph([Path(sys.argv[1])], jobs=1)
target = Path(sys.argv[2])
"""
_WRITE = """
for number, jobs in enumerate((2, 4, 9, 3, 1, 2)):
    folder = target / f"{number}"
    folder.mkdir()
    steps = []
    pipelines.write.write_outputs(build, folder, lambda _, *step: steps.append(step), jobs=jobs)
    assert steps == [(done, 6) for done in range(7)], steps
    (folder / "build.json").touch()
"""
_NAMES = ("graph.nq", "graph.jsonld", "index.html", "entities.csv", "graph.gexf")
_FAIL = (
    f"names = {_NAMES!r}"
    + """
for jobs in (2, 3):
    for name in names:
        folder = target / f"{jobs} {name}"
        (folder / name).mkdir(parents=True)
        try:
            pipelines.write.write_outputs(build, folder, jobs=jobs)
        except IsADirectoryError as error:
            print(jobs, Path(error.filename).name)
"""
)


def run(script: str, target: Path) -> str:
    """A process of its own: pytest's may have opened a store, and then forks none."""
    return subprocess.run(
        [sys.executable, "-c", _BUILD + script, ROOT / "notes", target],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=120,
    ).stdout  # fmt: skip


def test_any_number_of_processes_writes_the_same(tmp_path: Path) -> None:
    run(_WRITE, tmp_path)
    written = [digests(folder) for folder in sorted(tmp_path.iterdir())]
    assert len(written) == 6
    assert all(found == written[0] for found in written)


def test_what_fails_in_any_process_fails(tmp_path: Path) -> None:
    assert run(_FAIL, tmp_path).splitlines() == [f"{jobs} {name}" for jobs in (2, 3) for name in _NAMES]
