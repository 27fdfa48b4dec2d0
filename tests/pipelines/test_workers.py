"""Results on a real worker: they are taken apart before it goes on, and it keeps none that is no longer wanted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("distributed")

from pipelines.cluster import connected
from pipelines.workers import Workers


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with connected("local", 1) as client:
        yield Workers(client, lambda *_: None)


def held_by(client: Any) -> set[Any]:
    """The keys of all values on workers."""
    return {key for keys in client.has_what().values() for key in keys}


def slow_lists(number: int, *_: int) -> tuple[int, list[int]]:
    # The worker is asked for pieces while it makes this.
    time.sleep(0.3)
    return number, [number * 10, number * 10 + 1]


def test_results_are_taken_apart_before_the_next_is_made(workers: Workers) -> None:
    # Dask holds tasks back that need little, but not those of a stage.
    needed = [workers.submit(int, number) for number in range(8)]
    made = [workers.submit(slow_lists, number, *needed) for number in range(8)]
    # Given together, tasks would be put in this order by Dask itself.
    time.sleep(0.1)
    numbers, lists = workers.split(made, 2)
    ended = iter(workers.as_done("Making", made))
    for _ in range(5):
        next(ended)
    for pieces in (numbers, lists):
        assert 3 <= sum(piece.done() for piece in pieces) < 8
    assert [workers.result(number) for number in numbers] == list(range(8))


def test_what_was_waited_for_is_let_go_of(workers: Workers) -> None:
    made = [workers.submit(slow_lists, number) for number in range(3)]
    keys = {future.key for future in made}
    (numbers,) = workers.split(made, 1)
    workers.done("Making", made)
    assert made == []
    assert list(map(workers.result, numbers)) == [0, 1, 2]
    deadline = time.monotonic() + 20
    while (left := keys & held_by(numbers[0].client)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == set()


def test_lists_are_dealt_by_bucket_in_the_order_of_parts(workers: Workers) -> None:
    parts = [workers.submit(lambda part: [bytes([part, bucket]) for bucket in range(3)], part) for part in range(10)]
    dealt = [[workers.result(bundle) for bundle in bucket] for bucket in workers.dealt(parts, 3)]
    assert [b"".join(b"".join(bundle) for bundle in bucket) for bucket in dealt] == [
        b"".join(bytes([part, bucket]) for part in range(10)) for bucket in range(3)
    ]
    assert workers.dealt([], 3) == [[], [], []]
