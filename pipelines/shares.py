"""Parts of a build that stay on the workers of a cluster: names and claims are shuffled, little comes to this process.

Every value that a worker holds can be made again from the notes, so a worker may die at any time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.corrections import Correction, RejectClaim
from kg.errors import SettingsError
from kg.extract import told_names
from kg.graph import taxonomy
from kg.link import Corrected, Linked, Names, Use, correct, link, merge_log, reject_claims, resolve, standing
from kg.model import Build, Entity, Merge, Problem, Resolution
from kg.notes import NoteFile
from pipelines.incremental import Progress
from pipelines.parts import (
    broader_range,
    deal,
    extract_part,
    graphs_part,
    item_of,
    known_bucket,
    merge_bucket,
    pack,
    pair_of,
    read_part,
    relate_part,
    sort_range,
    united_bucket,
    unpack,
)
from pipelines.stages import Wanted, in_order, prepare

if TYPE_CHECKING:
    from distributed import Client, Future

__all__ = ["Shares"]

_NOTES = 250
"""Notes of a part at most: what bounds the memory of a worker."""
_BYTES = 4_000_000
"""Bytes of a part's notes, as far as sizes are known without asking another machine."""
_PATIENCE = 60
"""Seconds without a result after which the workers are looked at."""
_MORE_MEMORY = "Give each worker more memory (dask worker --memory-limit), and look into their logs"


class Shares:
    """What a cluster made of notes: parts and ranges that stay on its workers until they are asked for."""

    def __init__(
        self,
        client: Client,
        files: Sequence[NoteFile],
        wanted: Wanted,
        by_hand: Sequence[Correction],
        problems: Sequence[Problem],
        progress: Progress,
    ) -> None:
        self._client, self._wanted, self._progress = client, wanted, progress
        self.files = files
        self._parts = list(_parts(files))
        self._firsts = [part[0].id for part in self._parts[1:]]
        self._buckets = min(64, max(4, len(self._parts)))
        self.entities: tuple[Entity, ...] = ()
        self.merges: tuple[Merge, ...] = ()
        self.mentions: Counter[str] = Counter()
        """Entity -> mentions."""
        self.notes: Counter[str] = Counter()
        """Entity -> notes."""
        self.predicates: Counter[str] = Counter()
        self.degrees: Counter[str] = Counter()
        self._named: list[Future] = []
        self._bad = list(problems)
        self._read()
        self._link(by_hand)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """In the order of problems.csv."""
        return in_order(self._bad)

    def __len__(self) -> int:
        return len(self._parts)

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future:
        return self._client.submit(function, *arguments, pure=False)

    def done(self, stage: str, futures: Sequence[Future]) -> None:
        """Wait for all; the first error ends it."""
        from distributed import KilledWorker, wait

        self._progress(stage, 0, len(futures))
        left = set(futures)
        try:
            while left:
                try:
                    done, left = wait(left, timeout=_PATIENCE, return_when="FIRST_COMPLETED")
                except TimeoutError:
                    self._check_paused(stage)
                    continue
                for future in done:
                    if future.status == "error":
                        future.result()
                self._progress(stage, len(futures) - len(left), len(futures))
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

    def _items(self, futures: Sequence[Future], number: int) -> list[Future]:
        return [self.submit(item_of, future, number) for future in futures]

    def gathered(self, futures: Sequence[Future]) -> Iterator[Any]:
        """Values one after the other, in order, so that no more than one is here at a time."""
        for future in futures:
            yield unpack(self.result(future))

    def _dealt(self, futures: Sequence[Future]) -> list[list[Future]]:
        """Lists that each future holds, turned: for every bucket what each part has in it."""
        return [[self.submit(item_of, future, bucket) for future in futures] for bucket in range(self._buckets)]

    def _read(self) -> None:
        """The first pass, and the names that the corpus makes known."""
        read = [self.submit(read_part, part, self._wanted, self._buckets) for part in self._parts]
        self.done("Reading notes", read)
        self.documents, self._readings = self._items(read, 0), self._items(read, 1)
        votes = self._dealt(self._items(read, 2))
        self._bad += chain.from_iterable(self.result(future) for future in self._items(read, 3))
        del read
        self._names = [self.submit(known_bucket, *parts) for parts in votes]

    def _link(self, by_hand: Sequence[Correction]) -> None:
        """The second pass, entities by name, and what each note states."""
        lexicon, ontology = (known := prepare(self._wanted)).lexicon, known.ontology
        candidates = (
            (document, reading.candidates)
            for documents, readings in zip(self.documents, self._readings, strict=True)
            for document, reading in zip(unpack(self.result(documents)), unpack(self.result(readings)), strict=True)
        )
        told = self.submit(item_of, (pack(told_names(by_hand, lexicon, candidates)),), 0)
        extracted = [
            self.submit(extract_part, *pair, told, self._wanted, self._buckets, *self._names)
            for pair in zip(self.documents, self._readings, strict=True)
        ]
        self.done("Finding names", extracted)
        del self._readings, self._names
        extractions, here = self._items(extracted, 0), self._items(extracted, 2)
        united = [self.submit(united_bucket, *parts) for parts in self._dealt(self._items(extracted, 1))]
        del extracted
        self._progress("Linking", 0, 1)
        about = [self.result(future) for future in here]
        aliases = tuple(chain.from_iterable(unpack(item)[1] for item in about))
        years = tuple(chain.from_iterable(unpack(item)[2] for item in about))
        uses = Names({use: tally for bucket in self.gathered(united) for use, tally in bucket.items()}, aliases, years)
        entities, linked, decisions = link(uses, lexicon)
        corrected = None
        if any(not isinstance(item, RejectClaim) for item in by_hand):
            # Corrections part mentions of one name, so they need them all.
            mentions = (m for part in self.gathered(extractions) for item in part for m in item.mentions)
            notes = [d.id for part in self.gathered(self.documents) for d in part]
            corrected = correct(entities, resolve(mentions, linked), by_hand, notes)
        self.entities = tuple(entities if corrected is None else corrected.entities)
        self._count(uses, linked, corrected)
        tables = self._tables(about, linked, corrected)
        del uses, linked
        self._progress("Linking", 1, 1)
        related = [
            self.submit(relate_part, document, extraction, table, self._named_in(named), self._wanted, self._buckets)
            for document, extraction, (table, named) in zip(self.documents, extractions, tables, strict=True)
        ]
        self.done("Reading relations", related)
        self.resolutions = self._items(related, 0)
        firsts = chain.from_iterable(part.values() for part in self.gathered(self._items(related, 2)))
        self.merges = merge_log(decisions, self.entities, standing(chain.from_iterable(firsts)))
        said = self._dealt(self._items(related, 1))
        del related
        unsaid: tuple[Problem, ...] = ()
        if any(isinstance(item, RejectClaim) for item in by_hand):
            corrected = corrected or Corrected(self.entities, (), {}, ())
            statements = [item for bucket in said for item in chain.from_iterable(self.gathered(bucket))]
            kept, unsaid = reject_claims(statements, by_hand, corrected, ontology)
            said = [[self.submit(item_of, (pack(items),), 0)] for items in deal(kept, self._buckets, pair_of)]
        self._merge(said)
        self._bad += (*(corrected.problems if corrected else ()), *unsaid)

    def _count(self, names: Names, linked: dict[Use, Linked], corrected: Corrected | None) -> None:
        """Mentions and notes of each entity."""
        notes: dict[str, set[str]] = {entity.id: set() for entity in self.entities}
        if corrected is None:
            for use, tally in names.uses.items():
                self.mentions[linked[use][0]] += tally.count
                notes[linked[use][0]] |= tally.documents
        else:
            for item in corrected.resolutions:
                if item.entity_id is not None:
                    self.mentions[item.entity_id] += 1
                    notes[item.entity_id].add(item.mention.document_id)
        self.notes.update({entity: len(found) for entity, found in notes.items()})

    def _named_in(self, entities: bytes) -> Future:
        self._named.append(self.submit(item_of, (entities,), 0))
        return self._named[-1]

    def _tables(
        self, about: Sequence[bytes], linked: dict[Use, Linked], corrected: Corrected | None
    ) -> Iterator[tuple[bytes, bytes]]:
        """For each part what its mentions are linked to, and these entities."""
        by_id = {entity.id: entity for entity in self.entities}
        if corrected is None:
            for item in about:
                table = {use: linked[use] for use in unpack(item)[0]}
                yield pack(table), pack([by_id[found] for found in dict.fromkeys(to for to, _, _ in table.values())])
            return
        parts: list[list[Resolution]] = [[] for _ in self._parts]
        for resolution in corrected.resolutions:
            parts[bisect_right(self._firsts, resolution.mention.document_id)].append(resolution)
        for resolutions in parts:
            named = dict.fromkeys(item.entity_id for item in resolutions if item.entity_id is not None)
            yield pack(resolutions), pack([by_id[found] for found in named])

    def _merge(self, said: Sequence[Sequence[Future]]) -> None:
        """Claims, by ranges of subjects for the tables and by notes for the graph."""
        subjects = sorted(entity.id for entity in self.entities)
        step = max(1, len(subjects) // self._buckets)
        starts = subjects[step::step][: self._buckets - 1]
        merged = [self.submit(merge_bucket, starts, self._firsts, self._wanted, *parts) for parts in said]
        self.done("Merging claims", merged)
        ranges, spoken = self._items(merged, 0), self._items(merged, 1)
        by_range = [[self.submit(item_of, future, number) for future in ranges] for number in range(len(starts) + 1)]
        in_order = [self.submit(sort_range, *parts) for parts in by_range]
        self.claims = self._items(in_order, 0)
        for counts in self._items(in_order, 1):
            self.predicates += self.result(counts)
        for counts in self._items(in_order, 2):
            self.degrees += self.result(counts)
        self.spoken = [[self.submit(item_of, future, number) for future in spoken] for number in range(len(self))]

    def graphs(self, base: str) -> list[Future]:
        """For each part the graphs of its notes, compressed N-Quads."""
        broader = chain.from_iterable(self.gathered([self.submit(broader_range, claims) for claims in self.claims]))
        topics = taxonomy(broader, {entity.id: entity.type for entity in self.entities})
        told = self.submit(item_of, (pack(topics),), 0)
        return [
            self.submit(graphs_part, documents, resolutions, named, told, base, *claims)
            for documents, resolutions, named, claims in zip(
                self.documents, self.resolutions, self._named, self.spoken, strict=True
            )
        ]

    def build(self, base: str) -> Build:
        """Everything in this process, as a local build has it."""
        return Build(
            tuple(chain.from_iterable(self.gathered(self.documents))),
            self.entities,
            tuple(chain.from_iterable(self.gathered(self.resolutions))),
            tuple(chain.from_iterable(self.gathered(self.claims))),
            self.problems,
            self.merges,
            base,
        )


def _parts(files: Sequence[NoteFile]) -> Iterator[tuple[NoteFile, ...]]:
    """Notes in order, some at a time; how many processes there are makes no difference."""
    part: list[NoteFile] = []
    size = 0
    for file in files:
        with suppress(OSError):
            size += file.size() if isinstance(file.path, Path) else 0
        part.append(file)
        if len(part) == _NOTES or size > _BYTES:
            yield tuple(part)
            part, size = [], 0
    if part:
        yield tuple(part)
