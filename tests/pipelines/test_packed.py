"""Values between the processes of a cluster: ranges that have as much in them as others."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pipelines.packed import pack, sample_of, starts_of, turned, unpacked

ids = st.lists(st.text("abc", min_size=1, max_size=3), max_size=60)


@given(st.lists(ids, max_size=4), st.integers(1, 9))
def test_ranges_are_in_order_and_no_more_than_asked_for(parts: list[list[str]], ranges: int) -> None:
    starts = starts_of(map(sample_of, parts), ranges)
    assert len(starts) < ranges
    assert starts == sorted(set(starts))


@given(st.lists(ids, min_size=1, max_size=4), st.integers(1, 9))
def test_no_range_has_more_than_its_share_and_one_id(parts: list[list[str]], ranges: int) -> None:
    everything = Counter(identifier for part in parts for identifier in part)
    starts = starts_of(map(sample_of, parts), ranges)
    held: Counter[int] = Counter()
    for identifier, count in everything.items():
        held[bisect_right(starts, identifier)] += count
    most = max(everything.values(), default=0)
    assert all(count <= everything.total() / ranges + most for count in held.values())


def test_what_is_spoken_of_much_gets_ranges_of_its_own() -> None:
    names = [f"paper-{number:05}" for number in range(50_000)]
    spoken = [f"topic-{number:03}" for number in range(500) for _ in range(100)]
    starts = starts_of([sample_of(names), sample_of(spoken)], 10)
    assert 4 <= sum(start.startswith("topic") for start in starts) <= 6


def test_what_parts_have_in_each_bucket_stays_in_their_order() -> None:
    parts = [[pack((part, bucket)) for bucket in range(3)] for part in range(5)]
    buckets = turned(*parts)
    assert [list(unpacked([bundle])) for bundle in buckets] == [[(p, b) for p in range(5)] for b in range(3)]
