"""How time, memory and files grow with the notes: builds of the notes multiplied, beside what linear growth would give."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import CommandError, LimitError, module, run, say
from benchmarks.table import Row
from benchmarks.workshop import Built, Workshop

__all__ = ["Limits", "measure_growth"]

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


def measure_growth(shop: Workshop, limits: Limits) -> list[Row]:
    """Build the notes multiplied (grow.py), one process; stops with a remark at the first size that is too large."""
    one = _figures(shop.whole, shop.notes)
    rows: list[Row] = []
    for factor in limits.factors:
        try:
            found = one if factor == 1 else _grown(shop, factor, limits, one)
        except (CommandError, LimitError) as error:
            left = ", ".join(str(size) for size in limits.factors if size >= factor)
            remark = f"growth: {factor} times the notes {error}; not measured: {left} times"
            say(f"  {remark}")
            shop.remarks.append(remark)
            break
        rows += [
            Row(
                "growth",
                f"{factor} times the notes: {what}",
                value,
                f"{factor} x that of the notes",
                factor * one[what][0],
                unit,
            )
            for what, (value, unit) in found.items()
        ]
    shop.remarks.append(
        "growth: builds have one process, so the peak is that process' greatest resident set (ru_maxrss of wait4)"
    )
    return rows


def _grown(
    shop: Workshop, factor: int, limits: Limits, one: dict[str, tuple[float, str]]
) -> dict[str, tuple[float, str]]:
    needed = 1.2e6 * factor * (one["all outputs"][0] + one["notes"][0])
    free = shutil.disk_usage(shop.folder).free
    if needed > free:
        raise LimitError(f"would write some {needed / 1e9:.1f} GB where {free / 1e9:.1f} GB are free")
    say(f"  {factor} times the notes")
    notes, out = shop.folder / "grown", shop.folder / "grown-out"
    try:
        run(module("benchmarks.grow", shop.notes, shop.whole.out, notes, factor), temporary=shop.temporary)
        return _figures(shop.build(notes, out, timeout=limits.timeout, memory=limits.memory), notes)
    finally:
        for folder in (notes, out):
            shutil.rmtree(folder, ignore_errors=True)
        # A build that was stopped leaves the folder that it was writing.
        for folder in shop.folder.glob(".grown-out*"):
            shutil.rmtree(folder, ignore_errors=True)


def _figures(built: Built, notes: Path) -> dict[str, tuple[float, str]]:
    """What grows -> (value, unit)."""
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
