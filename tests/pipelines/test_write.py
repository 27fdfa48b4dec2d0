"""Outputs are written by several processes as by one, and where one of them fails the build fails."""

from __future__ import annotations

from pathlib import Path

import pytest

import pipelines.write
from kg.model import Build
from pipelines.build import build_graph
from pipelines.write import FORKS, write_outputs
from tests.pipelines.digests import digests

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def build() -> Build:
    return build_graph([ROOT / "notes"], jobs=1)


@pytest.fixture(autouse=True)
def _however_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipelines.write, "_WORTH_PROCESSES", 0)


@pytest.mark.skipif(not FORKS, reason="processes are forked on Linux alone")
def test_any_number_of_processes_writes_the_same(build: Build, tmp_path: Path) -> None:
    # One process alone is compared in test_determinism: it opens the store, and who did that can fork no other that does.
    folders = [tmp_path / str(jobs) for jobs in (2, 4, 9)]
    for folder in folders:
        folder.mkdir()
        steps: list[tuple[int, int]] = []
        write_outputs(build, folder, lambda _, *step, steps=steps: steps.append(step), jobs=int(folder.name))
        assert steps == [(done, 6) for done in range(7)]
        (folder / "build.json").touch()
    assert len({tuple(sorted(digests(folder).items())) for folder in folders}) == 1


@pytest.mark.skipif(not FORKS, reason="processes are forked on Linux alone")
@pytest.mark.parametrize("jobs", [2, 3])
@pytest.mark.parametrize("name", ["graph.nq", "graph.jsonld", "index.html", "entities.csv", "graph.gexf"])
def test_what_fails_in_any_process_fails(build: Build, tmp_path: Path, name: str, jobs: int) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(OSError, match=name):
        write_outputs(build, tmp_path, jobs=jobs)
