"""The stages over a part of the notes, as a cluster runs them: values come and go packed, so that a part takes little room.

What belongs together across parts - votes for a name, uses of a name, statements about a pair - is dealt into buckets
by a hash, so that each bucket can be put together by itself.
"""

from __future__ import annotations

import pickle
import zlib
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from itertools import chain
from typing import Any, ParamSpec, TypeVar

from kg.export import table_rows, to_parquet
from kg.extract import (
    Extraction,
    Reading,
    ToldNames,
    beginnings_in,
    beginnings_of,
    known_names,
    name_votes,
    united_votes,
)
from kg.graph import note_graphs
from kg.lexicon import Entry, Lexicon
from kg.link import Linked, Names, Standing, Use, resolve, standing, united_names
from kg.model import Build, Claim, Document, Entity, Problem, Resolution
from kg.notes import NoteFile
from kg.relate import Statement, merge
from kg.text import key
from pipelines.stages import Wanted, extract_notes, no_collector, pages_of, prepare, read_file, relate_page, uses_in

__all__ = [
    "broader_range",
    "deal",
    "extract_part",
    "graphs_part",
    "item_of",
    "known_bucket",
    "merge_bucket",
    "pack",
    "pair_of",
    "read_part",
    "relate_part",
    "relations_range",
    "sort_range",
    "tables_part",
    "united_bucket",
    "unpack",
]

P = ParamSpec("P")
R = TypeVar("R")
Packed = bytes


def pack(value: object) -> Packed:
    """A value as few bytes."""
    return zlib.compress(pickle.dumps(value, pickle.HIGHEST_PROTOCOL), 1)


def unpack(data: Packed) -> Any:
    """What was packed."""
    return pickle.loads(zlib.decompress(data))


def item_of(values: Sequence[R], number: int) -> R:
    """One of several results, so that the others need not travel with it."""
    return values[number]


def deal(items: Iterable[R], buckets: int, name_of: Callable[[R], str]) -> list[list[R]]:
    """Items by a hash of what they are about, the same in every process."""
    dealt: list[list[R]] = [[] for _ in range(buckets)]
    for item in items:
        dealt[zlib.crc32(name_of(item).encode("utf-8", "surrogatepass")) % buckets].append(item)
    return dealt


def _task(function: Callable[P, R]) -> Callable[P, R]:
    """Values of the model hold no cycles, so nothing is searched for garbage while a task runs."""

    @wraps(function)
    def run(*args: P.args, **more: P.kwargs) -> R:
        with no_collector():
            return function(*args, **more)

    return run


@_task
def read_part(
    files: Sequence[NoteFile], wanted: Wanted, buckets: int
) -> tuple[Packed, Packed, list[Packed], tuple[Problem, ...]]:
    """Documents and readings of some notes, votes for names by bucket, problems."""
    known = prepare(wanted)
    notes = [read_file(file) for file in files]
    votes = name_votes(chain.from_iterable(note.names for note in notes), known.lexicon)
    dealt = deal(votes.items(), buckets, lambda item: item[0])
    return (
        pack([note.document for note in notes if note.document is not None]),
        pack([note.reading for note in notes if note.document is not None]),
        [pack(dict(items)) for items in dealt],
        tuple(chain.from_iterable(note.problems for note in notes)),
    )


@_task
def known_bucket(*parts: Packed) -> Packed:
    """Names of one bucket that the corpus makes known, by how they begin; each list packed for itself, as few are needed."""
    names = known_names(united_votes(map(unpack, parts))).entries
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry, beginnings in zip(names, beginnings_of(names), strict=True):
        for beginning in beginnings:
            found[beginning].append(entry)
    return pack({beginning: pickle.dumps(entries, pickle.HIGHEST_PROTOCOL) for beginning, entries in found.items()})


@_task
def extract_part(
    documents: Packed, readings: Packed, told: Packed, wanted: Wanted, buckets: int, *names: Packed
) -> tuple[Packed, list[Packed], Packed]:
    """Extractions of a part, its uses of names by bucket, and those uses with aliases and years.

    `names` are the buckets of the corpus' names, of which those are compiled that can stand in these notes.
    """
    prepare(wanted)
    notes: Sequence[Document] = unpack(documents)
    pairs: Iterable[tuple[Document, Reading]] = zip(notes, unpack(readings), strict=True)
    hand: ToldNames = unpack(told)
    extractions = extract_notes(pairs, _names_in(notes, names), hand)
    found = united_names([uses_in(extraction) for extraction in extractions])
    dealt = deal(found.uses.items(), buckets, lambda item: item[0].surface)
    return (
        pack(extractions),
        [pack(dict(items)) for items in dealt],
        pack((list(found.uses), found.aliases, found.years)),
    )


def _names_in(notes: Sequence[Document], buckets: Iterable[Packed]) -> Lexicon:
    """Those of the corpus' names that can stand in some notes, in the order of all."""
    here = beginnings_in(notes)
    found: dict[str, Entry] = {}
    for bucket in buckets:
        by_beginning: Mapping[str, bytes] = unpack(bucket)
        for beginning in by_beginning.keys() & here:
            found |= {key(entry.label): entry for entry in pickle.loads(by_beginning[beginning])}
    return Lexicon(found[name] for name in sorted(found))


@_task
def united_bucket(*parts: Packed) -> Packed:
    """Uses of one bucket, counted over all parts; parts are in order."""
    return pack(united_names([Names(unpack(part), (), ()) for part in parts]).uses)


@_task
def relate_part(
    documents: Packed, extractions: Packed, linked: Packed, entities: Packed, wanted: Wanted, buckets: int
) -> tuple[Packed, list[Packed], Packed]:
    """Resolutions of a part, its statements by bucket, and what the merge log needs.

    `linked` is what its uses are linked to, or its resolutions themselves where these were corrected by hand.
    """
    prepare(wanted)
    found: Sequence[Extraction] = unpack(extractions)
    table: Mapping[Use, Linked] | Sequence[Resolution] = unpack(linked)
    if isinstance(table, Mapping):
        resolutions: Sequence[Resolution] = resolve(chain.from_iterable(item.mentions for item in found), table)
    else:
        resolutions = table
    by_id: Mapping[str, Entity] = {entity.id: entity for entity in unpack(entities)}
    pages = pages_of(unpack(documents), [item.citations for item in found], by_id, resolutions)
    statements = chain.from_iterable(map(relate_page, pages))
    dealt = deal(statements, buckets, pair_of)
    stands: Standing = standing(resolutions)
    return pack(resolutions), [pack(items) for items in dealt], pack(stands)


def pair_of(statement: Statement) -> str:
    """The two that a statement is about, in whatever direction."""
    return "|".join(sorted((statement.subject, statement.object)))


@_task
def merge_bucket(
    starts: Sequence[str], firsts: Sequence[str], wanted: Wanted, *parts: Packed
) -> tuple[list[Packed], list[Packed]]:
    """Claims of one bucket by ranges of their subjects, and by the parts whose notes speak for them.

    `starts` are the subjects at which a range begins but the first, `firsts` the notes at which a part begins but the first.
    """
    statements: Iterable[Statement] = chain.from_iterable(map(unpack, parts))
    claims = merge(statements, prepare(wanted).ontology)
    ranges: list[list[Claim]] = [[] for _ in range(len(starts) + 1)]
    spoken: list[list[Claim]] = [[] for _ in range(len(firsts) + 1)]
    for claim in claims:
        ranges[bisect_right(starts, claim.subject)].append(claim)
        for number in dict.fromkeys(bisect_right(firsts, piece.document_id) for piece in claim.evidence):
            spoken[number].append(claim)
    return [pack(items) for items in ranges], [pack(items) for items in spoken]


@_task
def tables_part(documents: Packed, resolutions: Packed) -> dict[str, tuple[int, Packed]]:
    """Rows of a part in those tables that are of notes: how many, and as Parquet."""
    rows = table_rows(Build(unpack(documents), (), unpack(resolutions), (), ()))
    found = {}
    for name in ("documents", "mentions", "links"):
        here = list(rows[name])
        found[name] = len(here), to_parquet(name, here)
    return found


@_task
def relations_range(claims: Packed) -> Packed:
    """Rows of a range of claims as Parquet."""
    return to_parquet("relations", table_rows(Build((), (), (), unpack(claims), ()))["relations"])


@_task
def broader_range(claims: Packed) -> Packed:
    """Those claims of a range that say what is broader: the taxonomy is made of them all."""
    return pack([claim for claim in unpack(claims) if claim.predicate == "broader"])


@_task
def graphs_part(
    documents: Packed, resolutions: Packed, entities: Packed, topics: Packed, base: str, *claims: Packed
) -> Packed:
    """The graphs of a part's notes as N-Quads, compressed; `claims` are those that its notes speak of."""
    spoken = tuple(chain.from_iterable(map(unpack, claims)))
    part = Build(unpack(documents), unpack(entities), unpack(resolutions), spoken, (), (), base)
    # Note by note: the text of all is many times as much as all else that a worker holds.
    packer = zlib.compressobj(1)
    packed = [packer.compress(text.encode()) for text in note_graphs(part, unpack(topics))]
    return b"".join([*packed, packer.flush()])


@_task
def sort_range(*buckets: Packed) -> tuple[Packed, Counter[str], Counter[str]]:
    """Claims whose subjects are in one range, in order; how many have each predicate, and each entity as an end."""
    claims: list[Claim] = sorted(
        chain.from_iterable(map(unpack, buckets)), key=lambda claim: (claim.subject, claim.predicate, claim.object)
    )
    ends = Counter(chain.from_iterable((claim.subject, claim.object) for claim in claims))
    return pack(claims), Counter(claim.predicate for claim in claims), ends
