"""What stands in a graph.nq, found without reading it whole: its graphs, what has changed in it, what it says of some things."""

from __future__ import annotations

import mmap
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from ahocorasick_rs import BytesAhoCorasick

from kg.graph.terms import read_quads

__all__ = ["difference", "graphs", "mapped", "said_of"]


@contextmanager
def mapped(path: Path) -> Iterator[mmap.mmap]:
    """A file as bytes that are read where they are looked at; raises OSError, and ValueError for an empty one."""
    with path.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as found:
        yield found


def graphs(text: mmap.mmap) -> Iterator[tuple[str, tuple[int, int]]]:
    """Graph names, empty for the default graph, and where the lines of each stand: one graph's lines stand together."""
    start = 0
    while start < len(text):
        name = _graph_at(text, start)
        # Probe ever further until another graph is met, then halve the range.
        low, step = start, 1 << 12
        while (at := _line_after(text, min(len(text), low + step))) < len(text) and _graph_at(text, at) == name:
            low = at
            step *= 2
        high = min(len(text), low + step)
        while high - low > 1:
            middle = (low + high) // 2
            at = _line_after(text, middle)
            if at < len(text) and _graph_at(text, at) == name:
                low = at
            else:
                high = middle
        end = _line_after(text, low)
        while end < len(text) and _graph_at(text, end) == name:
            end = _line_after(text, end)
        yield name, (start, end)
        start = end


def difference(before: Path, after: Path, most: float) -> tuple[list[bytes], list[bytes]] | None:
    """Lines that went, and lines that came; None where more than a share `most` of the bytes has changed, or nothing can be read."""
    gone: set[bytes] = set()
    come: set[bytes] = set()
    try:
        with mapped(before) as old, mapped(after) as new:
            was, now = dict(graphs(old)), dict(graphs(new))
            size = 0
            for graph in {**was, **now}:
                left, right = old[slice(*was.get(graph, (0, 0)))], new[slice(*now.get(graph, (0, 0)))]
                if left != right:
                    size += len(right) or len(left)
                    known, lines = set(left.split(b"\n")), set(right.split(b"\n"))
                    gone |= known - lines
                    come |= lines - known
                if size > most * len(new):
                    return None
    except (OSError, ValueError):
        return None
    return sorted(gone - {b""}), sorted(come - {b""})


def said_of(subjects: Collection[str], path: Path) -> dict[str, list[str]]:
    """What all graphs of a file together say of some subjects, as sorted texts `predicate object`; nothing is said of those that are gone."""
    said: dict[str, set[str]] = defaultdict(set)
    terms = [b"%b " % subject.encode() for subject in sorted(subjects)]
    with mapped(path) as text:
        found = BytesAhoCorasick([b"\n" + term for term in terms]).find_matches_as_indexes(text)
        starts = [start + 1 for _, start, _ in found]
        if any(text[: len(term)] == term for term in terms):
            starts.append(0)
        for start in starts:
            for subject, predicate, thing, _ in read_quads([text[start : _line_after(text, start)].decode()]):
                said[subject].add(f"{predicate} {thing}")
    return {subject: sorted(texts) for subject, texts in said.items()}


def _line_after(text: mmap.mmap, place: int) -> int:
    """Where the next line begins."""
    found = text.find(b"\n", place)
    return len(text) if found < 0 else found + 1


def _graph_at(text: mmap.mmap, start: int) -> str:
    """The graph of the line that begins at an offset."""
    return next(iter(read_quads([text[start : _line_after(text, start)].decode()])))[3]
