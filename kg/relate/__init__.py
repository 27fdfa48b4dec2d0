"""From mentions to claims: what sentences state, what structure states, and what merely stands together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kg.model import Citation, Document, Entity, Resolution, Sentence
from kg.ontology import Ontology
from kg.relate.merge import merge
from kg.relate.sentences import co_occurrences, read_clauses, read_composed_names, read_sentence, read_terse_title
from kg.relate.statement import Page, Statement
from kg.relate.structure import (
    heading_subjects,
    read_about_paper,
    read_articles_about_papers,
    read_biographies,
    read_composed_in_note,
    read_headings,
    read_leads,
    read_papers_under_headings,
    read_references,
    read_series_title,
    read_titles_under_headings,
    read_venues,
)
from kg.relate.units import read_units

__all__ = ["Statement", "merge", "read_relations"]


def read_relations(
    document: Document,
    sentences: Sequence[Sentence],
    resolutions: Sequence[Resolution],
    citations: Sequence[Citation],
    entities: Mapping[str, Entity],
    ontology: Ontology,
) -> list[Statement]:
    """All statements of one note, in a fixed order; `resolutions` and `citations` are those of the note."""
    types = {item.entity_id: entities[item.entity_id].type for item in resolutions if item.entity_id is not None}
    units = read_units(document, sentences, resolutions, types)
    page = Page(document, entities)
    subjects = heading_subjects(units)
    statements = [
        *read_references(citations, resolutions, page),
        *read_headings(units, subjects, page, ontology),
        *read_series_title(units, page, ontology),
        *read_papers_under_headings(units, subjects, page, ontology),
        *read_biographies(units, subjects, page),
        *read_about_paper(units, page, ontology),
        *read_leads(units, subjects, page, ontology),
        *read_articles_about_papers(units, page, ontology),
        *read_venues(units, page),
        *read_composed_in_note(units, page, ontology),
    ]
    in_sentence: list[list[Statement]] = []
    for unit in units:
        here = [*read_sentence(unit, page, ontology), *read_composed_names(unit, page, ontology)]
        statements += here
        in_sentence.append(here)
    stated = _pairs(statements)
    statements += read_titles_under_headings(units, subjects, page, ontology, stated)
    for unit, here in zip(units, in_sentence, strict=True):
        proposed = {item.object for item in here if item.predicate == "proposes"}
        terse = list(read_terse_title(unit, page, ontology, stated, proposed))
        tied = _pairs(terse)
        clauses = [item for item in read_clauses(unit, page, stated) if _pair(item) not in tied]
        statements += [*terse, *clauses]
        statements += co_occurrences(unit, page, _pairs((*here, *terse, *clauses)))
    return statements


def _pairs(statements: Iterable[Statement]) -> set[frozenset[str]]:
    return set(map(_pair, statements))


def _pair(statement: Statement) -> frozenset[str]:
    return frozenset((statement.subject, statement.object))
