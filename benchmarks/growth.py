"""How time, memory and files grow with the notes: builds of the notes multiplied, here and on a cluster, beside linear growth."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import CommandError, LimitError, module, ours, run, say
from benchmarks.table import Row
from benchmarks.workshop import Built, Workshop

__all__ = ["Limits", "measure_cluster", "measure_growth"]

_FILES = ("index.html", "index.db", "graph.nq", "graph.gexf", "relations.csv")


@dataclass(frozen=True, slots=True)
class Limits:
    """Which sizes are tried, and when to stop."""

    factors: Sequence[int]
    """Times the notes, ascending."""
    timeout: float
    """Seconds that one build may take."""
    memory: float
    """Bytes that one build may take."""


Figures = dict[str, tuple[float, str]]
"""What grows -> (value, unit)."""


def measure_growth(shop: Workshop, limits: Limits) -> list[Row]:
    """Build the notes multiplied (grow.py), one process; stops with a remark at the first size that is too large."""
    shop.remarks.append(
        "growth: builds have one process, so the peak is that process' greatest resident set (ru_maxrss of wait4)"
    )

    def build(notes: Path, out: Path) -> Figures:
        return _figures(shop.build(notes, out, timeout=limits.timeout, memory=limits.memory), notes)

    return _rows("growth", shop, limits, _figures(shop.whole, shop.notes), build)


def measure_cluster(shop: Workshop, limits: Limits) -> list[Row]:
    """Build the notes multiplied on a cluster of two processes of this machine, the parts alone."""

    def build(notes: Path, out: Path) -> Figures:
        say("  kg build --cluster local --parts-only --jobs 2")
        command = ours("build", notes, "--out", out, "--cluster", "local", "--parts-only", "--jobs", 2, "--quiet")
        usage = run(command, temporary=shop.temporary, timeout=limits.timeout, memory=limits.memory)
        summary = json.loads((out / "build.json").read_text(encoding="utf-8"))
        return {
            "notes": (_megabytes(notes), "MB"),
            "claims": (sum(summary["claims"].values()), ""),
            "CPU": (usage.cpu, "CPU s"),
            "wall": (usage.wall, "wall s"),
            "peak memory of a worker": (usage.below / 2**20, "MiB"),
            "peak memory of the process that plans": (usage.top / 2**20, "MiB"),
            "all parts": (sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) / 1e6, "MB"),
        }

    return _rows("cluster", shop, limits, build(shop.notes, shop.folder / "cluster-out"), build)


def _rows(part: str, shop: Workshop, limits: Limits, one: Figures, build: Callable[[Path, Path], Figures]) -> list[Row]:
    rows: list[Row] = []
    for factor in limits.factors:
        try:
            found = one if factor == 1 else _grown(shop, factor, one, build)
        except (CommandError, LimitError) as error:
            left = ", ".join(str(size) for size in limits.factors if size >= factor)
            remark = f"{part}: {factor} times the notes {error}; not measured: {left} times"
            say(f"  {remark}")
            shop.remarks.append(remark)
            break
        rows += [
            Row(
                part,
                f"{factor} times the notes: {what}",
                value,
                f"{factor} x that of the notes",
                factor * one[what][0],
                unit,
            )
            for what, (value, unit) in found.items()
        ]
    return rows


def _grown(shop: Workshop, factor: int, one: Figures, build: Callable[[Path, Path], Figures]) -> Figures:
    written = next(value for what, (value, _) in one.items() if what.startswith("all "))
    needed = 1.2e6 * factor * (written + one["notes"][0])
    free = shutil.disk_usage(shop.folder).free
    if needed > free:
        raise LimitError(f"would write some {needed / 1e9:.1f} GB where {free / 1e9:.1f} GB are free")
    say(f"  {factor} times the notes")
    notes, out = shop.folder / "grown", shop.folder / "grown-out"
    try:
        run(module("benchmarks.grow", shop.notes, shop.whole.out, notes, factor), temporary=shop.temporary)
        return build(notes, out)
    finally:
        for folder in (notes, out):
            shutil.rmtree(folder, ignore_errors=True)
        # A build that was stopped leaves the folder that it was writing.
        for folder in shop.folder.glob(".grown-out*"):
            shutil.rmtree(folder, ignore_errors=True)


def _figures(built: Built, notes: Path) -> Figures:
    summary = json.loads((built.out / "build.json").read_text(encoding="utf-8"))
    sizes = {path: path.stat().st_size / 1e6 for path in built.out.rglob("*") if path.is_file()}
    return {
        "notes": (_megabytes(notes), "MB"),
        "entities": (sum(summary["entities"].values()), ""),
        "claims": (sum(summary["claims"].values()), ""),
        "CPU": (built.usage.cpu, "CPU s"),
        "wall": (built.usage.wall, "wall s"),
        "peak memory": (built.usage.peak / 2**20, "MiB"),
        "all outputs": (sum(sizes.values()), "MB"),
        **{name: (sizes[built.out / name], "MB") for name in _FILES},
    }


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
