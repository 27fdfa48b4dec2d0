"""The build on a real cluster: a scheduler and two worker processes, of which one is killed half-way."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest

import pipelines.cluster
import pipelines.shares
import pipelines.workers
from kg.errors import SettingsError
from kg.export import COLUMNS, to_frames
from kg.notes import find_notes
from kg.remote import source_of
from pipelines.build import run_build
from pipelines.cluster import run_cluster
from tests.conftest import ROOT
from tests.pipelines.command import kg
from tests.pipelines.digests import digests

CORRECTIONS = """
- alias: QBN
  of: Quabnet
- merge: [ResNet, VGG]
- rename: LSTM
  label: Long Memory
- reject: {subject: RNN, predicate: relatedTo, object: ODE}
- split: GAN
  surface: GANs
- alias: Nowhere
  of: Nobody
"""


@dataclass
class Cluster:
    """A scheduler and its workers, each a process of its own."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)


def start(module: str, *options: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{module}", *options, "--host", "127.0.0.1", "--no-dashboard"],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.fixture
def cluster(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """Workers may be given another memory limit, as the parameter."""
    from distributed import Client

    memory = getattr(request, "param", "1.5GB")

    file = tmp_path / "scheduler.json"
    processes = [start("dask_scheduler", "--port", "0", "--scheduler-file", str(file))]
    try:
        until = time.monotonic() + 60
        while not file.exists() and time.monotonic() < until:
            time.sleep(0.1)
        workers = ["--scheduler-file", str(file), "--no-nanny", "--nthreads", "1", "--memory-limit", memory]
        processes += [start("dask_worker", *workers), start("dask_worker", *workers)]
        with Client(scheduler_file=str(file)) as client:
            client.wait_for_workers(2, timeout=60)
            address = client.scheduler.address
        yield Cluster(address, processes[0], processes[1:])
    finally:
        for process in processes[::-1]:
            process.kill()
            process.wait()


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    for number in range(2):
        shutil.copytree(ROOT / "notes", folder / f"copy{number}")
    return folder


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipelines.shares, "_NOTES", 7)


def same_graph(out: Path, local: Path) -> bool:
    """Whether the parts of the graph, one after the other, are the whole."""
    files = sorted((out / "parts" / "graph").glob("*.nq"))
    return len(files) > 3 and b"".join(map(Path.read_bytes, files)) == (local / "graph.nq").read_bytes()


def parts_of(out: Path, table: str) -> pd.DataFrame:
    files = sorted((out / "parts" / table).glob("*.parquet"))
    assert files
    return pd.concat([pd.read_parquet(file) for file in files], ignore_index=True)


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("cluster", ["240MB"], indirect=True)
def test_workers_without_memory_are_told_of(
    cluster: Cluster, notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipelines.workers, "_PATIENCE", 2)
    with pytest.raises(SettingsError, match="short of memory"):
        run_cluster([notes], tmp_path / "out", address=cluster.address)
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("small_parts")
def test_a_worker_that_is_killed_half_way_changes_nothing(cluster: Cluster, notes: Path, tmp_path: Path) -> None:
    run_build([notes], tmp_path / "local", jobs=1)
    killed = []

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "Finding names" and done >= total // 2 and not killed:
            assert total > 3
            os.kill(cluster.workers[1].pid, signal.SIGKILL)
            killed.append(cluster.workers[1].wait())

    summary = run_cluster([notes], tmp_path / "out", address=cluster.address, progress=progress)
    assert killed == [-signal.SIGKILL]
    assert digests(tmp_path / "out") == digests(tmp_path / "local")
    assert same_graph(tmp_path / "out", tmp_path / "local")
    frames = to_frames(tmp_path / "local")
    assert summary["notes"] == len(frames["documents"]) > 50
    for table in COLUMNS:
        part = parts_of(tmp_path / "out", table)
        assert list(part.columns) == list(COLUMNS[table])
        assert part.astype(str).to_numpy().tolist() == frames[table].astype(str).to_numpy().tolist(), table


@pytest.mark.usefixtures("small_parts")
def test_parts_alone_are_parts_of_the_whole(cluster: Cluster, notes: Path, tmp_path: Path) -> None:
    """Names are linked in families, and neither claims nor entities are ever all in one process."""
    run_build([notes], tmp_path / "local", jobs=1)
    summary = run_cluster([notes], tmp_path / "out", address=cluster.address, whole=False)
    same_parts(tmp_path / "out", tmp_path / "local")
    frames = to_frames(tmp_path / "local")
    assert summary["entities"] == frames["entities"]["type"].value_counts().sort_index().to_dict()
    assert len(list((tmp_path / "out" / "parts" / "entities").glob("*.parquet"))) > 3
    for table in ("name", "claim", "ties", "sentence", "evidence", "document"):
        assert rows_of(tmp_path / "out", table) == rows_of(tmp_path / "local", table), table
    for question in (("search", "残差网络"), ("path", "RNN", "ResNet"), ("path", "ODE", "Kaiming He", "--json")):
        asked, known = (kg(*question, "--graph", tmp_path / name) for name in ("out", "local"))
        assert asked.returncode == 0, asked.stderr
        assert asked.stdout == known.stdout
    for question in (("topic", "ResNet"), ("query", "ASK {}")):
        asked = kg(*question, "--graph", tmp_path / "out")
        assert asked.returncode == 2
        assert "parts alone" in asked.stderr


def rows_of(out: Path, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(out / "index.db")) as database:
        return database.execute(f"SELECT * FROM {table}").fetchall()


def same_parts(out: Path, local: Path) -> None:
    """The parts hold what a local build has, but for communities."""
    assert not (out / "mentions.csv").exists()
    assert same_graph(out, local)
    frames = to_frames(local)
    for table in ("mentions", "relations", "links", "documents"):
        assert parts_of(out, table).astype(str).equals(frames[table].astype(str)), table
    columns = [column for column in COLUMNS["entities"] if column != "community"]
    found, wanted = (table[columns].astype(str) for table in (parts_of(out, "entities"), frames["entities"]))
    assert found.equals(wanted)


@pytest.mark.usefixtures("small_parts")
def test_corrections_archives_and_parts_alone(cluster: Cluster, notes: Path, tmp_path: Path) -> None:
    (notes / "kg.corrections.yaml").write_text(CORRECTIONS, encoding="utf-8")
    archive = tmp_path / "vault.zip"
    with zipfile.ZipFile(archive, "w") as target:
        for path in sorted(path for path in notes.rglob("*") if path.is_file()):
            target.write(path, path.relative_to(notes).as_posix())
    source = source_of(str(archive))
    run_build([source], tmp_path / "local", jobs=1)
    run_cluster([source], tmp_path / "out", address=cluster.address)
    assert digests(tmp_path / "out") == digests(tmp_path / "local")
    assert "rejected" in (tmp_path / "out" / "problems.csv").read_text() or len(parts_of(tmp_path / "out", "problems"))
    summary = run_cluster([source], tmp_path / "out", address=cluster.address, whole=False)
    same_parts(tmp_path / "out", tmp_path / "local")
    frames = to_frames(tmp_path / "local")
    assert summary["links"] == len(frames["links"])
    assert sum(summary["claims"].values()) == len(
        frames["relations"].drop_duplicates(["subject", "predicate", "object"])
    )


@pytest.mark.usefixtures("small_parts")
def test_relative_paths_mean_what_they_mean_here(
    cluster: Cluster, notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers stand in another folder."""
    (notes / "own.md").write_text("# Quabnet\n\nQuabnet 用于图像分类。", encoding="utf-8")
    own = tmp_path / "own.csv"
    own.write_text("type,label,label_zh,aliases,weak,broader\nDataset,Quabnet,夸网络,QBN,,\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    run_build([Path("notes")], Path("local"), jobs=1, lexicon=[Path("own.csv")])
    run_cluster([Path("notes")], Path("out"), address=cluster.address, lexicon=[Path("own.csv")])
    assert digests(tmp_path / "out") == digests(tmp_path / "local")
    assert "dataset:quabnet" in (tmp_path / "out" / "entities.csv").read_text(encoding="utf-8")


def test_workers_that_would_read_otherwise_are_refused(
    cluster: Cluster, notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(pipelines.cluster, "shared_version", lambda _: b"another")
        with pytest.raises(SettingsError, match="another version"):
            run_cluster([notes], tmp_path / "out", address=cluster.address)
    from distributed import Client

    busy = start("dask_worker", cluster.address, "--no-nanny", "--nthreads", "2")
    try:
        with Client(cluster.address) as client:
            client.wait_for_workers(3, timeout=60)
        with pytest.raises(SettingsError, match="2 tasks at once") as caught:
            run_cluster([notes], tmp_path / "out", address=cluster.address)
        assert "--nthreads 1" in caught.value.hint
    finally:
        busy.kill()
        busy.wait()
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("small_parts")
def test_a_cluster_without_workers_is_not_waited_for(
    cluster: Cluster, notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipelines.workers, "_PATIENCE", 1)
    monkeypatch.setattr(pipelines.cluster, "_PATIENCE", 2)

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "Finding names":
            for worker in cluster.workers:
                worker.kill()
                worker.wait()

    with pytest.raises(SettingsError, match="no worker is left"):
        run_cluster([notes], tmp_path / "out", address=cluster.address, progress=progress)
    with pytest.raises(SettingsError, match="no worker came"):
        run_cluster([notes], tmp_path / "out", address=cluster.address)
    assert not (tmp_path / "out").exists()


def test_a_note_that_only_a_worker_cannot_read_ends_the_build(cluster: Cluster, tmp_path: Path) -> None:
    """A graph without it would seem whole."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "here").mkdir()
    (tmp_path / "notes" / "a.md").write_text("# ResNet", encoding="utf-8")
    (tmp_path / "here" / "b.md").write_text("# LSTM", encoding="utf-8")
    folder = os.open(tmp_path / "here", os.O_RDONLY)
    try:
        os.set_inheritable(folder, False)
        (tmp_path / "notes" / "b.md").symlink_to(f"/proc/self/fd/{folder}/b.md")
        with pytest.raises(SettingsError, match=r"a worker: b\.md cannot be read"):
            run_cluster([tmp_path / "notes"], tmp_path / "out", address=cluster.address)
    finally:
        os.close(folder)


def test_parts_are_bounded_in_bytes_wherever_notes_lie(tmp_path: Path) -> None:
    archive = tmp_path / "vault.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for number in range(5):
            target.writestr(f"{number}.md", "a" * 1_500_000)
    files, _ = find_notes([source_of(str(archive))])
    assert [len(part) for part in pipelines.shares._parts(files)] == [2, 2, 1]


def test_local_is_a_cluster_of_this_computer(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# ResNet\n\nResNet 由何恺明提出，用于图像分类。", encoding="utf-8")
    done = kg("build", tmp_path, "--out", tmp_path / "out", "--cluster", "local", "--jobs", 2)
    assert done.returncode == 0, done.stderr
    assert "written to" in done.stdout
    assert (tmp_path / "out" / "parts" / "mentions" / "part-00000.parquet").is_file()


def test_what_cannot_be_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# ResNet", encoding="utf-8")
    done = kg("build", tmp_path, "--out", tmp_path / "out", "--cluster", "tcp://127.0.0.1:9")
    assert done.returncode == 2
    assert "no scheduler answers" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_worker_that_cannot_read_the_notes(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path that only this process has: through its own file descriptors."""
    (tmp_path / "a.md").write_text("# ResNet", encoding="utf-8")
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        os.set_inheritable(folder, False)
        with pytest.raises(SettingsError, match="cannot read"):
            run_cluster([Path(f"/proc/self/fd/{folder}")], tmp_path / "out", address=cluster.address)
    finally:
        os.close(folder)
