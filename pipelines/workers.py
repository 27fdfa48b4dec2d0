"""The workers of a cluster as the stages use them: tasks are given, waited for, and their results fetched when wanted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kg.errors import SettingsError
from pipelines.incremental import Progress
from pipelines.memory import give_back
from pipelines.packed import Bundle, Packed, item_of, turned, unpack

if TYPE_CHECKING:
    from distributed import Client, Future

__all__ = ["Workers"]

_PATIENCE = 60
"""Seconds without a result after which the workers are looked at."""
_LOOKS = 10
"""Looks in a row, without a result, that may find some of the workers short of memory."""
_POLL = 0.02
"""Seconds between two looks for results."""
_BUNDLE = 8
"""Parts whose results are turned at once: what they have in all buckets must fit into a worker."""
_MORE_MEMORY = "Give each worker more memory (dask worker --memory-limit), and look into their logs"


class Workers:
    """What a client of Dask reaches."""

    def __init__(self, client: Client, progress: Progress) -> None:
        self._client = client
        self.progress = progress
        self._stuck = 0
        """Looks in a row that found a worker at a stand."""

    def submit(self, function: Callable[..., Any], *arguments: Any, first: int = 0) -> Future:
        """Have a worker carry out a task; futures among the arguments become what they hold.

        Tasks go in the order in which they are given, but those with a higher `first` before all others.
        """
        return self._client.submit(function, *arguments, pure=False, priority=first)

    def held(self, packed: Packed | Bundle) -> Future:
        """What was packed here, as if a worker had made it."""
        return self.submit(item_of, (packed,), 0)

    def done(self, stage: str, futures: list[Future]) -> None:
        """Wait for all and let go of each as it ends, so that none is left in the list; the first error ends it."""
        given = iter(futures[:])
        futures.clear()
        for _ in self.as_done(stage, given):
            pass

    def as_done(self, stage: str, futures: Iterable[Future]) -> Iterator[Future]:
        """Futures in the order in which they come to an end; the first error ends it."""
        from distributed import as_completed

        left = as_completed(futures)
        total, number = left.count(), 0
        self.progress(stage, 0, total)
        with _told(stage):
            while not left.is_empty():
                waited = 0.0
                while not (ended := left.next_batch(block=False)) and not left.is_empty():
                    time.sleep(_POLL)
                    waited += _POLL
                    if waited > _PATIENCE:
                        self._look(stage)
                        waited = 0.0
                self._stuck = 0
                while ended:
                    future = ended.pop()
                    if future.status != "finished":
                        future.result()
                    yield future
                    number += 1
                self.progress(stage, number, total)

    def result(self, future: Future) -> Any:
        """What a future holds, once it is there."""
        stage = "Gathering results"
        with _told(stage):
            while True:
                try:
                    found = future.result(timeout=_PATIENCE)
                except TimeoutError:
                    if future.status == "error":
                        raise
                    self._look(stage)
                else:
                    self._stuck = 0
                    return found

    def _look(self, stage: str) -> None:
        """Raises SettingsError where nothing can go on, seen more than once.

        A worker that is short of memory takes no new task and keeps those it has to itself, so it is told to give some back.
        """
        workers = self._client.scheduler_info(n_workers=-1)["workers"]
        paused = [address for address, worker in workers.items() if worker["status"] == "paused"]
        if paused:
            self._client.run(give_back, workers=paused, on_error="ignore")
        self._stuck = self._stuck + 1 if paused or not workers else 0
        if self._stuck > 1 and not workers:
            raise SettingsError(f"{stage}: no worker is left", "Start some (dask worker), then build again")
        if self._stuck > (1 if len(paused) == len(workers) else _LOOKS):
            many = "all" if len(paused) == len(workers) else f"{len(paused)} of {len(workers)}"
            raise SettingsError(f"{stage}: {many} workers are short of memory and wait", _MORE_MEMORY)

    def gathered(self, futures: Iterable[Future]) -> Iterator[Any]:
        """Values one after the other, in order, so that no more than one is here at a time."""
        return map(unpack, map(self.result, futures))

    def split(self, futures: Sequence[Future], count: int) -> list[list[Future]]:
        """For each of so many results those of all futures, to be asked for before these are waited for: each is taken at
        once, where later it would be read from disk with all others.
        """
        return [[self.submit(item_of, future, number, first=2) for future in futures] for number in range(count)]

    def dealt(self, futures: list[Future], buckets: int) -> list[list[Future]]:
        """Lists that each future holds, turned: for every bucket futures of bundles of what the parts have in it, in order.

        A result for each part and bucket would be more than a scheduler can keep up with. None of the futures is left.
        """
        some = [self.submit(turned, *futures[at : at + _BUNDLE], first=1) for at in range(0, len(futures), _BUNDLE)]
        futures.clear()
        bundles = [[self.submit(item_of, future, bucket, first=2) for bucket in range(buckets)] for future in some]
        return [[each[bucket] for each in bundles] for bucket in range(buckets)]


@contextmanager
def _told(stage: str) -> Iterator[None]:
    """Raises SettingsError for what befalls a cluster."""
    from distributed import KilledWorker

    try:
        yield
    except KilledWorker as error:
        raise SettingsError(f"{stage}: workers died again and again ({error.task})", _MORE_MEMORY) from error
    except CancelledError as error:
        raise SettingsError(f"{stage}: the scheduler is gone", "Start it (dask scheduler), then build again") from error
