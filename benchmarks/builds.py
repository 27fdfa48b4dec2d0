"""A whole build beside jieba, beside a pipeline of spaCy and NetworkX, and beside itself with two processes."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from benchmarks.measure import ROOT
from benchmarks.table import Row
from benchmarks.workshop import Workshop
from kg.notes import find_notes
from pipelines.outputs import CONTRACT

__all__ = ["differing", "measure_jobs", "measure_posseg", "measure_spacy", "measure_whole"]

_SAMPLE = 1_000_000
"""Bytes of notes that jieba.posseg cuts; it takes some ten seconds for them."""


def measure_whole(shop: Workshop) -> list[Row]:
    """A whole build, imports and all, beside cutting the same prose into words."""
    cpu = shop.whole.usage.cpu
    _, prose = shop.peer("peer_jieba.py", "cut", shop.folder / "prose.jsonl")
    _, files = shop.peer("peer_jieba.py", "cut", shop.folder / "files.jsonl")
    shop.remarks.append(
        f"jieba: loading its dictionary took {prose['load']:.2f} CPU s and is not counted; {prose['words']:,} words of prose"
    )
    stages = ", ".join(f"{name} {seconds:.1f}" for name, seconds in shop.whole.stages.items())
    note = f"wall {shop.whole.usage.wall:.1f} s, peak {shop.whole.usage.peak / 2**20:,.0f} MiB"
    return [
        Row("whole", "kg build --jobs 1", cpu, "jieba.cut of the prose", prose["cut"], "CPU s", note),
        *(
            Row("whole", f"of which {name}", seconds, "jieba.cut of the prose", prose["cut"], "CPU s")
            for name, seconds in shop.whole.stages.items()
        ),
        Row("whole", "kg build --jobs 1", cpu, "jieba.cut of the files, markup and all", files["cut"], "CPU s", stages),
    ]


def measure_spacy(shop: Workshop) -> list[Row]:
    """A whole build beside spaCy with an EntityRuler of our names and a graph of NetworkX (peer_spacy.py)."""
    usage, found = shop.peer("peer_spacy.py", shop.notes, ROOT / "ontologies" / "lexicon", shop.folder / "spacy.gexf")
    name = "spaCy + EntityRuler + NetworkX"
    stages = f"theirs: start {found['start']:.1f}, read {found['read']:.1f}, write {found['write']:.1f}; "
    counts = f"{found['entities']:,} entities, {found['ties']:,} ties"
    mine = shop.whole.usage
    peaks = f"peaks {mine.peak / 2**20:,.0f} and {usage.peak / 2**20:,.0f} MiB"
    return [
        Row("spacy", "kg build --jobs 1", mine.cpu, name, usage.cpu, "CPU s", stages + counts),
        Row("spacy", "kg build --jobs 1", mine.wall, name, usage.wall, "wall s", peaks),
    ]


def measure_posseg(shop: Workshop) -> list[Row]:
    """A whole build beside jieba.posseg over the same prose, of a fixed sample where the notes are many."""
    built, prefix, note = shop.whole, "", "all notes"
    step = -(-shop.prose["bytes"] // _SAMPLE)
    if step > 1:
        files, _ = find_notes([shop.notes])
        for file in files[::step]:
            target = shop.folder / "sample" / file.id
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file.path, target)
        prefix = "sample-"
        size = shop.prose_of(shop.folder / "sample", prefix)
        note = f"both sides: every {step}th note, {size['notes']} of {len(files)}, {size['bytes'] / 1e6:.2f} MB"
        built = shop.build(shop.folder / "sample", shop.folder / "sample-out")
    _, found = shop.peer("peer_jieba.py", "posseg", shop.folder / f"{prefix}prose.jsonl")
    return [
        Row(
            "posseg", "kg build --jobs 1", built.usage.cpu, "jieba.posseg.cut of the prose", found["cut"], "CPU s", note
        )
    ]


def measure_jobs(shop: Workshop) -> list[Row]:
    """A build with two processes beside one with one: the time, and whether every file is the same."""
    two = shop.build(shop.notes, shop.folder / "two", jobs=2)
    one = shop.whole
    peaks = f"peaks {two.usage.peak / 2**20:,.0f} and {one.usage.peak / 2**20:,.0f} MiB"
    return [
        Row("jobs", "kg build --jobs 2", two.usage.wall, "kg build --jobs 1", one.usage.wall, "wall s", peaks),
        same_files("jobs", "--jobs 2", two.out, "--jobs 1", one.out),
    ]


def same_files(part: str, what: str, mine: Path, name: str, other: Path) -> Row:
    """A row that says how many files of the contract are the same byte for byte in two builds."""
    unlike = differing(mine, other)
    every = len(CONTRACT) - 1
    note = f"not equal: {', '.join(unlike)}" if unlike else "equal (sha256 of every file of the contract but store/)"
    return Row(part, f"{what}: files equal to", every - len(unlike), f"those of {name}", every, "files", note)


def differing(left: Path, right: Path) -> list[str]:
    """Files of the contract, without store/, that differ between two builds."""
    return [name for name in CONTRACT if name != "store" and _digest(left / name) != _digest(right / name)]


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
