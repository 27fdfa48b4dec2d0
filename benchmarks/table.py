"""The rows that a benchmark gives, the machine they were taken on, and both as Markdown and CSV."""

from __future__ import annotations

import csv
import datetime
import math
import os
import platform
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from importlib.metadata import version
from pathlib import Path

__all__ = ["Row", "figure", "machine", "markdown", "save"]


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison."""

    part: str
    """What `--only` calls it."""
    what: str
    ours: float
    peer_name: str
    peer: float
    unit: str
    note: str = ""

    @property
    def ratio(self) -> float:
        """Ours divided by the peer's."""
        return self.ours / self.peer if self.peer else math.nan


def figure(value: float) -> str:
    """A number with three digits that count, and never fewer than its whole ones."""
    if not math.isfinite(value):
        return "-"
    digits = 0 if value == 0 else max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{min(digits, 6)}f}"


def machine(peer_versions: str) -> list[tuple[str, str]]:
    """What the figures depend on beside the code."""
    names = ("numpy", "networkx", "pyoxigraph", "rjieba", "ahocorasick-rs", "pyromark")
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return [
        ("date", datetime.datetime.now().isoformat(" ", "minutes")),
        ("cores", str(len(os.sched_getaffinity(0)))),
        ("processor", _processor()),
        ("memory", f"{memory:.0f} GiB"),
        ("load when it began", f"{load} (1, 5, 15 minutes)"),
        ("system", f"{platform.system()} {platform.release()}"),
        ("ours", f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in names)),
        ("peers", peer_versions),
    ]


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def markdown(rows: Sequence[Row], facts: Sequence[tuple[str, str]], remarks: Sequence[str]) -> str:
    """The page that is printed and kept."""
    lines = [*(f"- {name}: {value}" for name, value in facts), ""]
    titles = {
        "growth": "Growth of a build with one process",
        "cluster": "Growth of a build on a cluster of two workers",
    }
    beside = [row for row in rows if row.part not in titles]
    if beside:
        lines += ["Ratios are ours divided by the peer's: below 1 ours takes less.", ""]
        lines += ["| part | what / beside what | ours | peer | | ratio | |", "|---|---|---:|---:|---|---:|---|"]
    for row in beside:
        numbers = (figure(row.ours), figure(row.peer), row.unit, figure(row.ratio))
        cells = (row.part, f"{row.what} / {row.peer_name}", *numbers, row.note)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    for part, title in titles.items():
        lines += _growth(title, [row for row in rows if row.part == part])
    if remarks:
        lines += ["", *(f"- {remark}" for remark in remarks)]
    return "\n".join(lines) + "\n"


def _growth(title: str, rows: Sequence[Row]) -> list[str]:
    """One line for each thing that grows, one column for each size, in the order of the rows."""
    if not rows:
        return []
    cells: dict[str, dict[str, str]] = {}
    for row in rows:
        size, _, what = row.what.partition(": ")
        name = f"{what}, {row.unit}" if row.unit else what
        cells.setdefault(name, {})[size] = f"{figure(row.ours)} ({figure(row.ratio)})"
    sizes = list(dict.fromkeys(size for line in cells.values() for size in line))
    lines = ["", f"{title}; in brackets what it is of linear growth: above 1 it grows faster than the notes.", ""]
    lines += ["| | " + " | ".join(sizes) + " |", "|---|" + "---:|" * len(sizes)]
    lines += [f"| {name} | " + " | ".join(line.get(size, "") for size in sizes) + " |" for name, line in cells.items()]
    return lines


def save(
    rows: Sequence[Row], facts: Sequence[tuple[str, str]], remarks: Sequence[str], folder: Path
) -> tuple[Path, Path]:
    """Write bench-DATE.md and .csv; a second run of the day gets a number, so that none is lost."""
    folder.mkdir(parents=True, exist_ok=True)
    day = facts[0][1][:10]
    names = (f"bench-{day}" + (f"-{number}" if number > 1 else "") for number in range(1, 10_000))
    name = next(name for name in names if not (folder / f"{name}.md").exists())
    page, sheet = folder / f"{name}.md", folder / f"{name}.csv"
    page.write_text(f"# make bench, {day}\n\n{markdown(rows, facts, remarks)}", encoding="utf-8", newline="\n")
    with sheet.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow([*(field.name for field in fields(Row)), "ratio"])
        for row in rows:
            cells = (getattr(row, field.name) for field in fields(Row))
            writer.writerow([f"{cell:.6g}" if isinstance(cell, float) else cell for cell in (*cells, row.ratio)])
    return page, sheet
