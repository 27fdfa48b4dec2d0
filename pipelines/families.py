"""Names of a whole corpus linked in families, a bucket of families in one task: no process need hold them all.

Which names are of one family is found here from nothing but the hashes of their `touches`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from kg.export import entity_row, to_parquet
from kg.link import (
    Draft,
    Linked,
    Names,
    Tally,
    Use,
    alias_touches,
    draft,
    id_stem,
    numbered,
    settle,
    touches,
    united_names,
)
from kg.model import Alias, Entity
from pipelines.packed import Bundle, Packed, Sample, deal, pack, sample_of, task, unpack, unpacked
from pipelines.stages import Wanted, prepare
from pipelines.workers import Workers

__all__ = [
    "Families",
    "Named",
    "Said",
    "count_rows",
    "entities_range",
    "hashes_of",
    "link_apart",
    "range_rows",
    "said_of",
]

Hashes = NDArray[np.uint64]
Buckets = NDArray[np.uint16]
Row = tuple[Entity, int, int]
"""An entity with its mentions and the notes that mention it."""
Felt = tuple[NDArray[np.uint16], Hashes]
"""How many touches each of some uses has, and the hashes of all."""
Said = tuple[tuple[Alias, ...], tuple[tuple[Use, str], ...]]
"""What a part says of its uses: aliases, and years of titles."""


class Named(NamedTuple):
    """What the names of a corpus were linked to, on the workers."""

    tables: list[list[Any]]
    """For each part futures of bundles of (what its uses are linked to, these entities)."""
    rows: list[Any]
    """Futures of rows of entities, packed, in order of id."""
    samples: list[Sample]
    """Of the ids of entities."""
    decisions: list[Any]
    """Futures of decisions, packed."""


@task
def _united_bucket(wanted: Wanted, *parts: Bundle) -> tuple[Packed, Packed]:
    """Uses of one bucket, counted over all parts, which are in order; and how many touches each has, and their hashes."""
    lexicon = prepare(wanted).lexicon
    uses = united_names([Names(part, (), ()) for part in unpacked(parts)]).uses
    felt = [touches(use, lexicon) for use in uses]
    return pack(uses), pack((np.array([len(each) for each in felt], np.uint16), hashes_of(chain.from_iterable(felt))))


def said_of(names: Names, wanted: Wanted) -> tuple[Packed, Packed]:
    """What a part says of its uses, and the hashes of touches: two of each alias, one of each title with a year."""
    lexicon = prepare(wanted).lexicon
    told = chain.from_iterable(alias_touches(alias) for alias in names.aliases)
    dated = (touches(use, lexicon)[0] for use, _ in names.years)
    return pack((names.aliases, names.years)), pack((hashes_of(told).reshape(-1, 2), hashes_of(dated)))


def hashes_of(texts: Iterable[str]) -> Hashes:
    """Where two texts have one hash, two families are linked together that need not be."""
    found = [blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest() for text in texts]
    return np.frombuffer(b"".join(found), "<u8").astype(np.uint64)


class Families:
    """In which bucket the family of each touch is."""

    def __init__(self, felt: Sequence[Felt], told: Sequence[Hashes], buckets: int) -> None:
        """`told` are pairs of touches that aliases tie."""
        counts = np.concatenate([each for each, _ in felt])
        self._known, places = np.unique(np.concatenate([hashes for _, hashes in felt]), return_inverse=True)
        user = np.repeat(np.arange(len(counts)), counts)
        same = user[:-1] == user[1:]
        ties = self._found(np.concatenate(told))
        ties = ties[(ties >= 0).all(axis=1)]
        ends = np.concatenate([places[:-1][same], ties[:, 0]]), np.concatenate([places[1:][same], ties[:, 1]])
        graph = coo_array((np.ones(len(ends[0])), ends), shape=(len(self._known),) * 2)
        family = connected_components(graph, directed=False)[1] if len(self._known) else places
        # The smallest hash of a family says where it goes: hashes are in order, so it is the first.
        _, first = np.unique(family, return_index=True)
        self._buckets = buckets
        self._bucket = (self._known[first] % np.uint64(buckets)).astype(np.uint16)[family]

    def _found(self, hashes: Hashes) -> NDArray[np.int64]:
        """The number of each touch, -1 where no use has it."""
        if not len(self._known):
            return np.full(hashes.shape, -1)
        places = np.minimum(np.searchsorted(self._known, hashes), len(self._known) - 1)
        return np.where(self._known[places] == hashes, places, -1)

    def of(self, hashes: Hashes) -> Buckets:
        """The bucket of each touch of a use."""
        buckets: Buckets = self._bucket[self._found(hashes)]
        return buckets

    def of_ties(self, pairs: Hashes) -> Buckets:
        """The bucket of each pair of touches, one beyond the last where not both are a use's."""
        places = self._found(pairs)
        buckets = np.full(len(pairs), self._buckets, np.uint16)
        here = (places >= 0).all(axis=1)
        buckets[here] = self._bucket[places[here, 0]]
        return buckets


@task
def _deal_uses(uses: Packed, to: Buckets, buckets: int) -> list[Packed]:
    return [pack(dict(items)) for items in _dealt(unpack(uses).items(), to, buckets)]


@task
def _deal_said(said: Packed, aliases: Buckets, years: Buckets, buckets: int) -> list[Packed]:
    told, dated = unpack(said)
    return [
        pack((tuple(here), tuple(then)))
        for here, then in zip(_dealt(told, aliases, buckets), _dealt(dated, years, buckets), strict=True)
    ]


def _dealt(items: Iterable[Any], to: Buckets, buckets: int) -> list[list[Any]]:
    dealt: list[list[Any]] = [[] for _ in range(buckets + 1)]
    for item, bucket in zip(items, to.tolist(), strict=True):
        dealt[bucket].append(item)
    return dealt[:buckets]


@task
def _draft_bucket(wanted: Wanted, buckets: int, counted: int, *pieces: Bundle) -> tuple[Packed, list[Packed]]:
    """Some families linked, and the ids of their groups by what can meet; `counted` of the pieces are uses, the others
    what parts say.
    """
    uses: dict[Use, Tally] = {}
    for piece in unpacked(pieces[:counted]):
        uses |= piece
    said: list[Said] = list(unpacked(pieces[counted:]))
    aliases = tuple(chain.from_iterable(told for told, _ in said))
    years = tuple(chain.from_iterable(dated for _, dated in said))
    drafted = draft(Names(uses, aliases, years), prepare(wanted).lexicon)
    ids = deal(((group, entity.id) for group, entity in drafted.things), buckets, lambda item: id_stem(item[1]))
    return pack((drafted, uses)), [pack(items) for items in ids]


@task
def _number_bucket(*ids: Bundle) -> dict[str, str]:
    return numbered(chain.from_iterable(unpacked(ids)))


@task
def _settle_bucket(
    drafted: Packed, renamed: Packed, firsts: Sequence[str]
) -> tuple[list[Packed], Packed, Sample, Packed]:
    """What the uses of each part are linked to, rows of entities, a sample of their ids, decisions."""
    known: Draft
    uses: dict[Use, Tally]
    known, uses = unpack(drafted)
    entities, linked = settle(known, unpack(renamed))
    tables: list[dict[Use, Linked]] = [{} for _ in range(len(firsts) + 1)]
    for use, tally in uses.items():
        for number in {bisect_right(firsts, note) for note in tally.documents}:
            tables[number][use] = linked[use]
    by_id = {entity.id: entity for entity in entities}
    rows = count_rows(entities, ((linked[use][0], tally.count, tally.documents) for use, tally in uses.items()))
    return (
        [
            pack((table, [by_id[found] for found in dict.fromkeys(to for to, _, _ in table.values())]))
            for table in tables
        ],
        pack(rows),
        sample_of(entity.id for entity, _, _ in rows),
        pack(known.decisions),
    )


def count_rows(entities: Iterable[Entity], counted: Iterable[tuple[str, int, Iterable[str]]]) -> list[Row]:
    """Rows of entities, of which some were counted (id, mentions, notes)."""
    mentions: Counter[str] = Counter()
    notes: dict[str, set[str]] = {}
    for entity, count, where in counted:
        mentions[entity] += count
        notes.setdefault(entity, set()).update(where)
    return [(entity, mentions[entity.id], len(notes.get(entity.id, ()))) for entity in entities]


def link_apart(
    workers: Workers,
    uses: list[list[Any]],
    said: Sequence[Any],
    felt: Sequence[Any],
    firsts: Sequence[str],
    wanted: Wanted,
) -> Named:
    """Link the names of all parts.

    `uses` are futures of uses by bucket, each bucket's in the order of the parts, and none is left of them; `said` and
    `felt` for each part what `said_of` gave; `firsts` the notes at which a part begins but the first.
    """
    buckets = len(uses)
    united = [workers.submit(_united_bucket, wanted, *parts) for parts in uses]
    uses.clear()
    counted, touching = workers.split(united, 2)
    workers.done("Uniting names", united)
    touched: list[Felt] = list(workers.gathered(touching))
    told: list[tuple[Hashes, Hashes]] = list(workers.gathered(felt))
    families = Families(touched, [pairs for pairs, _ in told], buckets)
    dealt_uses = [
        workers.submit(_deal_uses, here, families.of(hashes[np.cumsum(counts, dtype=np.int64) - counts]), buckets)
        for here, (counts, hashes) in zip(counted, touched, strict=True)
    ]
    dealt_said = [
        workers.submit(_deal_said, here, families.of_ties(pairs), families.of(dated), buckets)
        for here, (pairs, dated) in zip(said, told, strict=True)
    ]
    del counted, touching, touched, told, families
    drafted = [
        workers.submit(_draft_bucket, wanted, buckets, len(counts), *counts, *tells)
        for counts, tells in zip(workers.dealt(dealt_uses, buckets), workers.dealt(dealt_said, buckets), strict=True)
    ]
    drafts, stems = workers.split(drafted, 2)
    ids = workers.dealt(stems, buckets)
    workers.done("Linking", drafted)
    renamed: dict[str, str] = {}
    for future in [workers.submit(_number_bucket, *parts) for parts in ids]:
        renamed |= workers.result(future)
    others = workers.held(pack(renamed))
    settled = [workers.submit(_settle_bucket, future, others, firsts) for future in drafts]
    del drafts
    linked, rows, samples, decisions = workers.split(settled, 4)
    tables = workers.dealt(linked, len(firsts) + 1)
    workers.done("Naming", settled)
    return Named(tables, rows, list(map(workers.result, samples)), decisions)


@task
def range_rows(rows: Packed, starts: Sequence[str]) -> list[Packed]:
    """Rows of entities by ranges of their ids; a range begins at each of `starts`."""
    ranges: list[list[Row]] = [[] for _ in range(len(starts) + 1)]
    for row in unpack(rows):
        ranges[bisect_right(starts, row[0].id)].append(row)
    return [pack(items) for items in ranges]


@task
def entities_range(base: str, pieces: int, *parts: Bundle) -> tuple[Counter[str], bytes, Packed]:
    """How many entities of a range have each type, and their rows, as Parquet and packed, without the community, for
    which there must be the whole graph; parts are first rows, then how often entities are an end of a claim.
    """
    degrees: Counter[str] = Counter()
    for part in unpacked(parts[pieces:]):
        degrees.update(part)
    rows = sorted(chain.from_iterable(unpacked(parts[:pieces])), key=lambda row: row[0].id)
    written = [entity_row(entity, mentions, notes, degrees[entity.id], "", base) for entity, mentions, notes in rows]
    return Counter(entity.type for entity, _, _ in rows), to_parquet("entities", written), pack(written)
