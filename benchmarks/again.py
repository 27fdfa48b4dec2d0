"""Building again after one note has changed, or none, beside a clean build of the same notes."""

from __future__ import annotations

import csv
from pathlib import Path

from benchmarks.builds import same_files
from benchmarks.table import Row
from benchmarks.workshop import Workshop
from kg.notes import find_notes

__all__ = ["measure_again"]


def measure_again(shop: Workshop) -> list[Row]:
    """Build, append a sentence to one note, build again without --force; then again with nothing changed."""
    # A build that nobody forced, so that it leaves behind what the next one need not read again.
    out = shop.folder / "again"
    first = shop.build_again(out)
    unchanged = shop.build_again(out)
    files, _ = find_notes([shop.notes])
    changed = files[len(files) // 2].path
    before = changed.read_bytes()
    sentence = "\n\n{} 与 {} 常常一起使用。\n".format(*_two_names(out))
    try:
        changed.write_bytes(before + sentence.encode())
        again = shop.build_again(out)
        clean = shop.build(shop.notes, shop.folder / "clean")
    finally:
        changed.write_bytes(before)
    note = f"one note of {len(files)} has a sentence more ({len(before):,} bytes before)"
    name = "a clean build of the same"
    return [
        Row("again", "kg build, one note changed", again.cpu, name, clean.usage.cpu, "CPU s", note),
        Row("again", "kg build, one note changed", again.wall, name, clean.usage.wall, "wall s"),
        same_files("again", "one note changed", out, "a clean build", clean.out),
        Row("again", "kg build, the first time", first.cpu, name, clean.usage.cpu, "CPU s", "keeps what it read"),
        Row("again", "kg build, nothing changed", unchanged.cpu, "a clean build", shop.whole.usage.cpu, "CPU s"),
        Row("again", "kg build, nothing changed", unchanged.wall, "a clean build", shop.whole.usage.wall, "wall s"),
    ]


def _two_names(out: Path) -> tuple[str, str]:
    """Labels of the two models that are mentioned most."""
    with (out / "entities.csv").open(encoding="utf-8", newline="") as handle:
        models = [row for row in csv.DictReader(handle) if row["type"] == "Model"]
    first, second, *_ = sorted(models, key=lambda row: (-int(row["mention_count"]), row["id"]))
    return first["label"], second["label"]
