"""Values on their way between the processes of a cluster, and the frame of a task."""

from __future__ import annotations

import pickle
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import wraps
from itertools import chain
from typing import Any, ParamSpec, TypeVar

from pipelines.memory import give_back
from pipelines.stages import no_collector

__all__ = [
    "Bundle",
    "Packed",
    "Sample",
    "deal",
    "item_of",
    "pack",
    "sample_of",
    "starts_of",
    "task",
    "turned",
    "unpack",
    "unpacked",
]

P = ParamSpec("P")
R = TypeVar("R")
Packed = bytes
Bundle = Sequence[Packed]
"""What some parts have in one bucket."""
Sample = tuple[Sequence[str], int]
"""Some of many ids in order, and how many each of them stands for."""


def pack(value: object) -> Packed:
    """A value as few bytes."""
    return zlib.compress(pickle.dumps(value, pickle.HIGHEST_PROTOCOL), 1)


def unpack(data: Packed) -> Any:
    """What was packed."""
    return pickle.loads(zlib.decompress(data))


def unpacked(bundles: Iterable[Bundle]) -> Iterator[Any]:
    """What was packed in each part, in order."""
    return map(unpack, chain.from_iterable(bundles))


def turned(*parts: Sequence[Packed]) -> list[Bundle]:
    """For every bucket what some parts have in it, of what each part has in every bucket."""
    return list(zip(*parts, strict=True))


def item_of(values: Sequence[R], number: int) -> R:
    """One of several results, so that the others need not travel with it."""
    return values[number]


def deal(items: Iterable[R], buckets: int, name_of: Callable[[R], str]) -> list[list[R]]:
    """Items by a hash of what they are about, the same in every process."""
    dealt: list[list[R]] = [[] for _ in range(buckets)]
    for item in items:
        dealt[zlib.crc32(name_of(item).encode("utf-8", "surrogatepass")) % buckets].append(item)
    return dealt


def sample_of(ids: Iterable[str]) -> Sample:
    """A thousand of many ids, or two."""
    ordered = sorted(ids)
    step = max(1, len(ordered) // 1000)
    return ordered[::step], step


def starts_of(samples: Iterable[Sample], ranges: int) -> list[str]:
    """The ids at which ranges begin but the first, so that about as many of all that was sampled are in each."""
    counts: Counter[str] = Counter()
    for ids, step in samples:
        for identifier in ids:
            counts[identifier] += step
    share, passed = counts.total() / ranges, 0
    starts: list[str] = []
    for identifier in sorted(counts):
        if passed >= share * (len(starts) + 1) and len(starts) < ranges - 1:
            starts.append(identifier)
        passed += counts[identifier]
    return starts


def task(function: Callable[P, R]) -> Callable[P, R]:
    """Values of the model hold no cycles, so nothing is searched for garbage while a task runs; its room is given back after it."""

    @wraps(function)
    def run(*args: P.args, **more: P.kwargs) -> R:
        try:
            with no_collector():
                return function(*args, **more)
        finally:
            give_back()

    return run
