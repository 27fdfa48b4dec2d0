"""The workers of a cluster as the stages use them: tasks are given, waited for, and their results fetched when wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from kg.errors import SettingsError
from pipelines.incremental import Progress
from pipelines.packed import item_of, pack, turned, unpack, unpacked

if TYPE_CHECKING:
    from distributed import Client, Future

__all__ = ["Workers"]

_PATIENCE = 60
"""Seconds without a result after which the workers are looked at."""
_BUNDLE = 8
"""Parts whose results are turned at once: what they have in all buckets must fit into a worker."""
_MORE_MEMORY = "Give each worker more memory (dask worker --memory-limit), and look into their logs"


class Workers:
    """What a client of Dask reaches."""

    def __init__(self, client: Client, progress: Progress) -> None:
        self._client = client
        self.progress = progress

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future:
        """Have a worker carry out a task; futures among the arguments become what they hold."""
        return self._client.submit(function, *arguments, pure=False)

    def held(self, value: object) -> Future:
        """A value, packed, as if a worker had made it."""
        return self.submit(item_of, (pack(value),), 0)

    def held_bundle(self, value: object) -> Future:
        """The same in a bundle of its own."""
        return self.submit(item_of, ((pack(value),),), 0)

    def done(self, stage: str, futures: Iterable[Future]) -> None:
        """Wait for all; the first error ends it."""
        for _ in self.as_done(stage, futures):
            pass

    def as_done(self, stage: str, futures: Iterable[Future]) -> Iterator[Future]:
        """Futures in the order in which they come to an end; the first error ends it."""
        from distributed import KilledWorker, wait

        left = set(futures)
        total = len(left)
        self.progress(stage, 0, total)
        try:
            while left:
                try:
                    done, left = wait(left, timeout=_PATIENCE, return_when="FIRST_COMPLETED")
                except TimeoutError:
                    self._check_paused(stage)
                    continue
                while done:
                    future = done.pop()
                    if future.status == "error":
                        future.result()
                    yield future
                self.progress(stage, total - len(left), total)
        except KilledWorker as error:
            raise SettingsError(f"{stage}: workers died again and again ({error.task})", _MORE_MEMORY) from error

    def result(self, future: Future) -> Any:
        """What a future holds, once it is there."""
        while True:
            try:
                return future.result(timeout=_PATIENCE)
            except TimeoutError:
                if future.done():
                    raise
                self._check_paused("Gathering results")

    def _check_paused(self, stage: str) -> None:
        """Raises SettingsError where nothing can go on: a worker that is short of memory takes no new task."""
        workers = self._client.scheduler_info()["workers"].values()
        if workers and all(worker["status"] == "paused" for worker in workers):
            raise SettingsError(f"{stage}: all workers are short of memory and wait", _MORE_MEMORY)

    def gathered(self, futures: Sequence[Future]) -> Iterator[Any]:
        """Values one after the other, in order, so that no more than one is here at a time."""
        for future in futures:
            yield unpack(self.result(future))

    def gathered_bundles(self, futures: Iterable[Future]) -> Iterator[Any]:
        """The same of futures of bundles."""
        return unpacked(map(self.result, futures))

    def items(self, futures: Sequence[Future], number: int) -> list[Future]:
        """One of the several results of each."""
        return [self.submit(item_of, future, number) for future in futures]

    def dealt(self, futures: Sequence[Future], buckets: int) -> list[list[Future]]:
        """Lists that each future holds, turned: for every bucket futures of bundles of what the parts have in it, in order.

        A result for each part and bucket would be more than a scheduler can keep up with.
        """
        some = [self.submit(turned, *futures[at : at + _BUNDLE]) for at in range(0, len(futures), _BUNDLE)]
        return [[self.submit(item_of, future, bucket) for future in some] for bucket in range(buckets)]
