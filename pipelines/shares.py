"""Parts of a build that stay on the workers of a cluster: names and claims are shuffled, little comes to this process.

Every value that a worker holds can be made again from the notes, so a worker may die at any time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING

from kg.corrections import Correction, RejectClaim
from kg.errors import SettingsError
from kg.extract import told_names
from kg.graph import taxonomy
from kg.link import Corrected, Names, correct, link, merge_log, reject_claims, resolve, standing, united_names
from kg.model import Build, Entity, Problem, Resolution
from kg.notes import UNREADABLE, NoteFile
from pipelines.families import Named, Said, count_rows, entities_range, link_apart, range_rows
from pipelines.packed import deal, pack, sample_of, starts_of, unpacked
from pipelines.parts import (
    broader_range,
    extract_part,
    graphs_part,
    known_bucket,
    merge_bucket,
    pair_of,
    read_part,
    relate_part,
    sort_range,
)
from pipelines.stages import Wanted, in_order, prepare
from pipelines.workers import Workers

if TYPE_CHECKING:
    from distributed import Future

__all__ = ["Shares"]

_NOTES = 250
"""Notes of a part at most: what bounds the memory of a worker."""
_BYTES = 4_000_000
"""Bytes of a part's notes, but for one note that is larger."""
_BUCKETS = 128
"""Names, claims and entities are dealt into as many at most: each is put together at once, and each part has a result for each."""


class Shares:
    """What a cluster made of notes: parts and ranges that stay on its workers until they are asked for."""

    def __init__(
        self,
        workers: Workers,
        files: Sequence[NoteFile],
        wanted: Wanted,
        by_hand: Sequence[Correction],
        problems: Sequence[Problem],
        *,
        logged: bool,
    ) -> None:
        """`logged` is whether the merge log will be wanted, by `build`."""
        self._workers, self._wanted = workers, wanted
        self.files = files
        self._parts = list(_parts(files))
        self._firsts = [part[0].id for part in self._parts[1:]]
        self._buckets = min(_BUCKETS, max(4, len(self._parts)))
        self.predicates: Counter[str] = Counter()
        self._bad = list(problems)
        self._stands: list[Future] = []
        self._decisions: list[Future] = []
        self._read()
        named, corrected = self._name(by_hand)
        self._relate(named, by_hand, corrected, logged)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """In the order of problems.csv."""
        return in_order(self._bad)

    def __len__(self) -> int:
        return len(self._parts)

    def _read(self) -> None:
        """The first pass, and the names that the corpus makes known."""
        workers = self._workers
        read = [workers.submit(read_part, part, self._wanted, self._buckets) for part in self._parts]
        self.documents, self._readings, counted, problems = workers.split(read, 4)
        votes = workers.dealt(counted, self._buckets)
        workers.done("Reading notes", read)
        self._bad += chain.from_iterable(map(workers.result, problems))
        self._check_reach()
        self._names = [workers.submit(known_bucket, *parts) for parts in votes]

    def _check_reach(self) -> None:
        """Raises SettingsError where a worker could not read what this process can: a graph without it would seem whole."""
        files = {file.id: file for file in self.files}
        for problem in self._bad:
            if problem.message.startswith(UNREADABLE) and problem.path in files:
                with suppress(OSError):
                    files[problem.path].read()
                    hint = "Give workers the same access as this process, then build again"
                    raise SettingsError(f"a worker: {problem.path} {problem.message}", hint)

    def _name(self, by_hand: Sequence[Correction]) -> tuple[Named, Corrected | None]:
        """The second pass, and entities by name."""
        workers = self._workers
        candidates = (
            (document, reading.candidates)
            for documents, readings in zip(
                workers.gathered(self.documents), workers.gathered(self._readings), strict=True
            )
            for document, reading in zip(documents, readings, strict=True)
        )
        told = workers.held(pack(told_names(by_hand, prepare(self._wanted).lexicon, candidates)))
        del candidates
        extracted = [
            workers.submit(extract_part, *pair, told, self._wanted, self._buckets, *self._names)
            for pair in zip(self.documents, self._readings, strict=True)
        ]
        del self._readings, self._names
        self._extractions, used, said, felt = workers.split(extracted, 4)
        uses = workers.dealt(used, self._buckets)
        workers.done("Finding names", extracted)
        if any(not isinstance(item, RejectClaim) for item in by_hand):
            return self._name_by_hand(uses, said, by_hand)
        return link_apart(workers, uses, said, felt, self._firsts, self._wanted), None

    def _name_by_hand(
        self, uses: Sequence[Sequence[Future]], said: Sequence[Future], by_hand: Sequence[Correction]
    ) -> tuple[Named, Corrected]:
        """Linked in this process: corrections part mentions of one name, so they need them all."""
        workers = self._workers
        parted = unpacked(map(workers.result, chain.from_iterable(uses)))
        counted = united_names([Names(part, (), ()) for part in parted])
        told: list[Said] = list(workers.gathered(said))
        aliases = tuple(chain.from_iterable(aliases for aliases, _ in told))
        years = tuple(chain.from_iterable(years for _, years in told))
        entities, linked, decisions = link(Names(counted.uses, aliases, years), prepare(self._wanted).lexicon)
        mentions = (m for part in workers.gathered(self._extractions) for item in part for m in item.mentions)
        notes = [document.id for part in workers.gathered(self.documents) for document in part]
        corrected = correct(entities, resolve(mentions, linked), by_hand, notes)
        by_id = {entity.id: entity for entity in corrected.entities}
        parts: list[list[Resolution]] = [[] for _ in self._parts]
        for item in corrected.resolutions:
            parts[bisect_right(self._firsts, item.mention.document_id)].append(item)
        tables = []
        for here in parts:
            named = dict.fromkeys(item.entity_id for item in here if item.entity_id is not None)
            tables.append([workers.held((pack((here, [by_id[found] for found in named])),))])
        counts = (
            (item.entity_id, 1, (item.mention.document_id,))
            for item in corrected.resolutions
            if item.entity_id is not None
        )
        rows = workers.held(pack(count_rows(corrected.entities, counts)))
        return Named(tables, [rows], [sample_of(by_id)], [workers.held(pack(decisions))]), corrected

    def _relate(self, named: Named, by_hand: Sequence[Correction], corrected: Corrected | None, logged: bool) -> None:
        """What each note states, and what all state together."""
        workers = self._workers
        related = [
            workers.submit(relate_part, document, extraction, self._wanted, self._buckets, *tables)
            for document, extraction, tables in zip(self.documents, self._extractions, named.tables, strict=True)
        ]
        del self._extractions
        named.tables.clear()
        self.resolutions, stated, stands, self._named, sampled = workers.split(related, 5)
        said = workers.dealt(stated, self._buckets)
        if logged:
            self._stands, self._decisions = stands, named.decisions
        del stands
        workers.done("Reading relations", related)
        # By both, entities and statements: some kinds of things have many names and are little spoken of.
        starts = starts_of([*named.samples, *map(workers.result, sampled)], self._buckets)
        self._rows = workers.dealt([workers.submit(range_rows, rows, starts) for rows in named.rows], len(starts) + 1)
        named.rows.clear()
        unsaid: tuple[Problem, ...] = ()
        if any(isinstance(item, RejectClaim) for item in by_hand):
            statements = chain.from_iterable(unpacked(map(workers.result, chain.from_iterable(said))))
            known = corrected or Corrected(self._entities(), (), {}, ())
            kept, unsaid = reject_claims(statements, by_hand, known, prepare(self._wanted).ontology)
            said = [[workers.held((pack(items),))] for items in deal(kept, self._buckets, pair_of)]
        self._merge(said, starts)
        self._bad += (*(corrected.problems if corrected else ()), *unsaid)

    def _merge(self, said: list[list[Future]], starts: Sequence[str]) -> None:
        """Claims, by ranges of subjects for the tables and by notes for the graph; nothing is left of `said`."""
        workers = self._workers
        merged = [workers.submit(merge_bucket, starts, self._firsts, self._wanted, *parts) for parts in said]
        said.clear()
        ranged, spoken = workers.split(merged, 2)
        by_range, self._spoken = workers.dealt(ranged, len(starts) + 1), workers.dealt(spoken, len(self))
        workers.done("Merging claims", merged)
        ordered = [workers.submit(sort_range, starts, *parts) for parts in by_range]
        del by_range
        self.claims, counts, ends = workers.split(ordered, 3)
        self._ends = workers.dealt(ends, len(starts) + 1)
        workers.done("Sorting claims", ordered)
        for counted in map(workers.result, counts):
            self.predicates += counted

    def entities(self, base: str) -> list[Future]:
        """For each range what `entities_range` gives."""
        return [
            self._workers.submit(entities_range, base, len(rows), *rows, *ends)
            for rows, ends in zip(self._rows, self._ends, strict=True)
        ]

    def graphs(self, base: str) -> list[Future]:
        """For each part the graphs of its notes, compressed N-Quads."""
        workers = self._workers
        claims = [workers.submit(broader_range, claims) for claims in self.claims]
        told = workers.held(pack(taxonomy(chain.from_iterable(workers.gathered(claims)))))
        return [
            workers.submit(graphs_part, documents, resolutions, named, told, base, *spoken)
            for documents, resolutions, named, spoken in zip(
                self.documents, self.resolutions, self._named, self._spoken, strict=True
            )
        ]

    def build(self, base: str) -> Build:
        """Everything in this process, as a local build has it."""
        gathered, entities = self._workers.gathered, self._entities()
        stands = standing(chain.from_iterable(chain.from_iterable(part.values() for part in gathered(self._stands))))
        return Build(
            tuple(chain.from_iterable(gathered(self.documents))),
            entities,
            tuple(chain.from_iterable(gathered(self.resolutions))),
            tuple(chain.from_iterable(gathered(self.claims))),
            self.problems,
            merge_log(chain.from_iterable(gathered(self._decisions)), entities, stands),
            base,
        )

    def _entities(self) -> tuple[Entity, ...]:
        rows = chain.from_iterable(unpacked(map(self._workers.result, chain.from_iterable(self._rows))))
        return tuple(sorted((entity for entity, _, _ in rows), key=lambda entity: entity.id))


def _parts(files: Sequence[NoteFile]) -> Iterator[tuple[NoteFile, ...]]:
    """Notes in order, some at a time; how many processes there are makes no difference."""
    part: list[NoteFile] = []
    size = 0
    for file in files:
        more = 0
        with suppress(OSError):
            more = file.size()
        if part and (len(part) == _NOTES or size + more > _BYTES):
            yield tuple(part)
            part, size = [], 0
        part.append(file)
        size += more
    if part:
        yield tuple(part)
