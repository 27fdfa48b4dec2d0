"""The stages over a part of the notes, as a cluster runs them: values come and go packed, so that a part takes little room.

What belongs together across parts - votes for a name, uses of a name, statements about a pair - is dealt into buckets
by a hash, so that each bucket can be put together by itself.
"""

from __future__ import annotations

import pickle
import zlib
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from kg.export import table_rows, to_parquet
from kg.extract import (
    Extraction,
    Reading,
    Sieve,
    ToldNames,
    beginnings_of,
    known_names,
    name_votes,
    united_votes,
)
from kg.graph import broader_topics, note_graphs
from kg.lexicon import Entry, Lexicon
from kg.link import Linked, Standing, Use, resolve, standing, united_names
from kg.model import Build, Claim, Document, Entity, Problem, Resolution
from kg.notes import NoteFile
from kg.relate import Statement, merge
from kg.text import key
from pipelines.families import said_of
from pipelines.packed import Bundle, Packed, Sample, deal, pack, sample_of, task, unpack, unpacked
from pipelines.stages import Wanted, extract_notes, pages_of, prepare, read_file, relate_page, uses_in

__all__ = [
    "broader_range",
    "extract_part",
    "graphs_part",
    "known_bucket",
    "merge_bucket",
    "pair_of",
    "read_part",
    "relate_part",
    "relations_range",
    "sort_range",
    "tables_part",
]


@task
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


@task
def known_bucket(*parts: Bundle) -> Packed:
    """Names of one bucket that the corpus makes known, by how they begin; each list packed for itself, as few are needed."""
    names = known_names(united_votes(unpacked(parts))).entries
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry, beginnings in zip(names, beginnings_of(names), strict=True):
        for beginning in sorted(beginnings):
            found[beginning].append(entry)
    return pack({beginning: pickle.dumps(entries, pickle.HIGHEST_PROTOCOL) for beginning, entries in found.items()})


@task
def extract_part(
    documents: Packed, readings: Packed, told: Packed, wanted: Wanted, buckets: int, *names: Packed
) -> tuple[Packed, list[Packed], Packed, Packed]:
    """Extractions of a part, its uses of names by bucket, and what `said_of` them tells.

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
        *said_of(found, wanted),
    )


def _names_in(notes: Sequence[Document], buckets: Iterable[Packed]) -> Lexicon:
    """Those of the corpus' names that can stand in some notes, in the order of all."""
    sieve = Sieve(notes)
    found: dict[str, Entry] = {}
    for bucket in buckets:
        by_beginning: Mapping[str, bytes] = unpack(bucket)
        for beginning in sieve.passing(by_beginning):
            found |= {key(entry.label): entry for entry in pickle.loads(by_beginning[beginning])}
    return Lexicon(found[name] for name in sorted(found))


@task
def relate_part(
    documents: Packed, extractions: Packed, wanted: Wanted, buckets: int, *tables: Bundle
) -> tuple[Packed, list[Packed], Packed, Packed, Sample]:
    """Resolutions of a part, its statements by bucket, what the merge log needs, the entities that are named, and a sample
    of what statements are about.

    `tables` are what its uses are linked to, or its resolutions themselves where these were corrected by hand, each
    with the entities.
    """
    prepare(wanted)
    found: Sequence[Extraction] = unpack(extractions)
    linked: dict[Use, Linked] = {}
    corrected: list[Resolution] = []
    by_id: dict[str, Entity] = {}
    for table, entities in unpacked(tables):
        if isinstance(table, Mapping):
            linked |= table
        else:
            corrected += table
        by_id |= {entity.id: entity for entity in entities}
    mentions = chain.from_iterable(item.mentions for item in found)
    resolutions = corrected or resolve(mentions, linked)
    pages = pages_of(unpack(documents), [item.citations for item in found], by_id, resolutions)
    statements = list(chain.from_iterable(map(relate_page, pages)))
    dealt = deal(statements, buckets, pair_of)
    stands: Standing = standing(resolutions)
    return (
        pack(resolutions),
        [pack(items) for items in dealt],
        pack(stands),
        pack(list(by_id.values())),
        sample_of(statement.subject for statement in statements),
    )


def pair_of(statement: Statement) -> str:
    """The two that a statement is about, in whatever direction."""
    return "|".join(sorted((statement.subject, statement.object)))


@task
def merge_bucket(
    starts: Sequence[str], firsts: Sequence[str], wanted: Wanted, *parts: Bundle
) -> tuple[list[Packed], list[Packed]]:
    """Claims of one bucket by ranges of their subjects, and by the parts whose notes speak for them.

    `starts` are the subjects at which a range begins but the first, `firsts` the notes at which a part begins but the first.
    """
    statements: Iterable[Statement] = chain.from_iterable(unpacked(parts))
    claims = merge(statements, prepare(wanted).ontology)
    ranges: list[list[Claim]] = [[] for _ in range(len(starts) + 1)]
    spoken: list[list[Claim]] = [[] for _ in range(len(firsts) + 1)]
    for claim in claims:
        ranges[bisect_right(starts, claim.subject)].append(claim)
        for number in dict.fromkeys(bisect_right(firsts, piece.document_id) for piece in claim.evidence):
            spoken[number].append(claim)
    return [pack(items) for items in ranges], [pack(items) for items in spoken]


@task
def tables_part(documents: Packed, resolutions: Packed) -> dict[str, tuple[int, Packed]]:
    """Rows of a part in those tables that are of notes: how many, and as Parquet."""
    rows = table_rows(Build(unpack(documents), (), unpack(resolutions), (), ()))
    found = {}
    for name in ("documents", "mentions", "links"):
        here = list(rows[name])
        found[name] = len(here), to_parquet(name, here)
    return found


@task
def relations_range(claims: Packed) -> Packed:
    """Rows of a range of claims as Parquet."""
    return to_parquet("relations", table_rows(Build((), (), (), unpack(claims), ()))["relations"])


@task
def broader_range(claims: Packed) -> Packed:
    """What a range of claims says of broader topics: the taxonomy is made of them all."""
    return pack(broader_topics(unpack(claims)))


@task
def graphs_part(
    documents: Packed, resolutions: Packed, entities: Packed, topics: Packed, base: str, *claims: Bundle
) -> Packed:
    """The graphs of a part's notes as N-Quads, compressed; `claims` are those that its notes speak of."""
    spoken = tuple(chain.from_iterable(unpacked(claims)))
    part = Build(unpack(documents), unpack(entities), unpack(resolutions), spoken, (), (), base)
    # Note by note: the text of all is many times as much as all else that a worker holds.
    packer = zlib.compressobj(1)
    packed = [packer.compress(text.encode()) for text in note_graphs(part, unpack(topics))]
    return b"".join([*packed, packer.flush()])


@task
def sort_range(starts: Sequence[str], *buckets: Bundle) -> tuple[Packed, Counter[str], list[Packed]]:
    """Claims whose subjects are in one range, in order; how many have each predicate, and each entity as an end, by ranges."""
    claims: list[Claim] = sorted(
        chain.from_iterable(unpacked(buckets)), key=lambda claim: (claim.subject, claim.predicate, claim.object)
    )
    ends: list[Counter[str]] = [Counter() for _ in range(len(starts) + 1)]
    for entity, count in Counter(chain.from_iterable((claim.subject, claim.object) for claim in claims)).items():
        ends[bisect_right(starts, entity)][entity] = count
    return pack(claims), Counter(claim.predicate for claim in claims), [pack(items) for items in ends]
