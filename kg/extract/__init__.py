"""From a note to mentions: finders give candidates, one reading is chosen, and names found surely are looked for everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kg.extract.aliases import AliasPair, find_aliases
from kg.extract.choose import choose
from kg.extract.compounds import find_compounds, find_headings
from kg.extract.concepts import find_concepts
from kg.extract.fields import find_fields
from kg.extract.gazetteer import Gazetteer, find_known_names, find_typos
from kg.extract.institutions import find_institutions
from kg.extract.known_again import (
    KNOWN_AGAIN,
    NameCount,
    Votes,
    count_names,
    find_again,
    known_names,
    name_votes,
    united_votes,
)
from kg.extract.latin_names import find_latin_names
from kg.extract.page import Candidate, Page, read_page
from kg.extract.paper_links import find_book_titles, find_in_title, find_paper_links, link_identifier
from kg.extract.people import find_people
from kg.extract.references import Reference, find_references
from kg.extract.sieve import Sieve, beginnings_of
from kg.extract.spacy_names import SpacyNames, find_spacy_names, load_spacy_names
from kg.extract.titles import find_unmarked_titles
from kg.extract.told import ToldNames, find_told, told_names
from kg.lexicon import Lexicon
from kg.model import Alias, Citation, Document, Mention, Value

__all__ = [
    "FINDERS",
    "Extraction",
    "Finders",
    "Gazetteer",
    "NameCount",
    "Reading",
    "Sieve",
    "SpacyNames",
    "ToldNames",
    "Votes",
    "beginnings_of",
    "extract",
    "known_names",
    "link_identifier",
    "load_spacy_names",
    "name_votes",
    "read_names",
    "told_names",
    "united_votes",
]

FINDERS = (
    ("book title", find_book_titles),
    ("paper link", find_paper_links),
    ("unmarked title", find_unmarked_titles),
    ("institution", find_institutions),
    ("person", find_people),
    ("field", find_fields),
    ("heading", find_headings),
    ("concept", find_concepts),
)
"""Finders that need nothing but the page; a new one is one file, one line here and one case."""


_SOURCE = re.compile(r"\s[-–—|｜·]\s*$|[|｜_]\s*$")


@dataclass(frozen=True, slots=True)
class Finders:
    """What the finders know beforehand: the lexicon, and its automaton compiled once."""

    lexicon: Lexicon
    gazetteer: Gazetteer
    spacy_names: SpacyNames | None = None
    """The user's own pipeline, if there is one."""


@dataclass(frozen=True, slots=True)
class Reading(Value):
    """What the first pass found in one note."""

    candidates: tuple[Candidate, ...]
    references: tuple[Reference, ...]
    names: tuple[NameCount, ...]
    """Names sure enough to be looked for in other notes."""


@dataclass(frozen=True, slots=True)
class Extraction(Value):
    """Mentions of one note in order of position, aliases it declares, references it gives."""

    document_id: str
    mentions: tuple[Mention, ...]
    aliases: tuple[Alias, ...]
    citations: tuple[Citation, ...]


def read_names(document: Document, finders: Finders) -> Reading:
    """First pass over one note: all candidates of all finders."""
    page = read_page(document)
    known = list(find_known_names(page, finders.gazetteer))
    references = tuple(find_references(page))
    known += find_typos(page, finders.lexicon)
    for item in references:
        known += find_in_title(page.passages[item.passage], item.title.start, item.title.end)
    candidates = [*known, *_of_references(references), *find_latin_names(page, finders.lexicon)]
    for _, find in FINDERS:
        candidates += find(page)
    if finders.spacy_names is not None:
        candidates += find_spacy_names(page, finders.spacy_names)
    cited = {(item.passage, item.identifier) for item in references}
    candidates = [c for c in candidates if not (c.found_by == "arxiv number" and (c.passage, c.key) in cited)]
    models = [candidate for candidate in candidates if candidate.type == "Model" and candidate.confidence >= 0.6]
    candidates += find_compounds(page, models)
    chosen = choose(page, candidates)
    revealed = [candidate for pair in find_aliases(page, chosen) for candidate in pair.found]
    names = count_names(page, [*chosen, *revealed])
    return Reading(tuple(dict.fromkeys(candidates)), references, tuple(names))


def extract(
    document: Document, reading: Reading, names: Gazetteer, told: tuple[Gazetteer, ToldNames] | None = None
) -> Extraction:
    """Second pass over one note: with the names that the whole corpus made known, and those that the user tells."""
    page = read_page(document)
    again = [*find_again(page, names), *(find_told(page, *told) if told else ())]
    chosen = _as_first_found(choose(page, [*reading.candidates, *again]), reading.candidates)
    pairs = list(find_aliases(page, chosen))
    revealed = [candidate for pair in pairs for candidate in pair.found]
    if revealed:
        chosen = choose(page, [*chosen, *revealed])
    chosen = [item for item in chosen if _unbroken(page, item) and not _names_the_source(page, item)]
    mentions = {_place(candidate): _to_mention(page, candidate) for candidate in chosen}
    ordered = sorted(mentions.values(), key=lambda mention: (mention.span.start, -mention.span.end, mention.type))
    return Extraction(
        document.id,
        tuple(ordered),
        tuple(_to_alias(page, pair) for pair in pairs),
        tuple(
            _to_citation(page, reference, mentions)
            for reference in reading.references
            if _place(reference.title) in mentions
        ),
    )


def _as_first_found(chosen: Iterable[Candidate], candidates: Iterable[Candidate]) -> list[Candidate]:
    """Names known from the whole corpus, but found by a finder of this note: they are said to be found by that one."""
    finders: dict[tuple[int, int, int, str], str] = {}
    for candidate in sorted(candidates, key=lambda item: -item.confidence):
        finders.setdefault((*_place(candidate), candidate.type), candidate.found_by)
    return [
        item._replace(found_by=finders.get((*_place(item), item.type), item.found_by))
        if item.found_by == KNOWN_AGAIN
        else item
        for item in chosen
    ]


def _of_references(references: Iterable[Reference]) -> Iterable[Candidate]:
    for reference in references:
        yield from reference.authors
        yield reference.title
        if reference.venue:
            yield reference.venue


def _place(candidate: Candidate) -> tuple[int, int, int]:
    return candidate.passage, candidate.start, candidate.end


def _names_the_source(page: Page, candidate: Candidate) -> bool:
    """Whether it is who published the linked article: `... | 机器之心`, `... - MIT Technology Review`."""
    if candidate.type not in ("Institution", "Tool", "Venue"):
        return False
    passage = page.passages[candidate.passage]
    return any(
        start < candidate.start and candidate.end >= end - 1 and _SOURCE.search(passage.text, start, candidate.start)
        for start, end, _ in passage.links
    )


def _unbroken(page: Page, candidate: Candidate) -> bool:
    """Whether nothing but line breaks and quote marks stands inside the surface: names do not run across markup."""
    if candidate.type == "Paper":
        return True
    span = page.passages[candidate.passage].block.source(candidate.start, candidate.end)
    surface = page.document.text[span.start : span.end]
    return "".join(surface.replace(">", " ").split()) == "".join(page.surface(candidate).replace(">", " ").split())


def _to_mention(page: Page, candidate: Candidate) -> Mention:
    span = page.passages[candidate.passage].block.source(candidate.start, candidate.end)
    surface = page.document.text[span.start : span.end]
    return Mention(
        page.document.id,
        span,
        surface,
        candidate.type,
        candidate.found_by,
        round(candidate.confidence, 3),
        candidate.key,
    )


def _to_alias(page: Page, pair: AliasPair) -> Alias:
    span = page.passages[pair.passage].block.source(pair.start, pair.end)
    return Alias(page.document.id, span, pair.left, pair.right, pair.reason, pair.score)


def _to_citation(page: Page, reference: Reference, mentions: dict[tuple[int, int, int], Mention]) -> Citation:
    span = page.passages[reference.passage].block.source(reference.start, max(reference.end, reference.start + 1))
    authors = tuple(mentions[_place(author)] for author in reference.authors if _place(author) in mentions)
    venue = mentions.get(_place(reference.venue)) if reference.venue else None
    return Citation(
        page.document.id, span, authors, mentions[_place(reference.title)], venue, reference.year, reference.identifier
    )
