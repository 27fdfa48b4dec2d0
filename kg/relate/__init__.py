"""From mentions to claims: what sentences and structure state, weighed by a linear model, and what merely stands together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kg.model import Citation, Document, Entity, Resolution, Sentence, Span
from kg.ontology import Ontology
from kg.relate.judging import judge
from kg.relate.merge import merge
from kg.relate.records import read_records
from kg.relate.sentences import co_occurrences, read_composed_names, read_sentence
from kg.relate.statement import Page, Statement, looked_at
from kg.relate.structure import (
    heading_subjects,
    read_biographies,
    read_composed_in_note,
    read_headings,
    read_leads,
    read_papers_under_headings,
    read_references,
    read_series_title,
    read_venues,
)
from kg.relate.ties import Tie, find_ties
from kg.relate.units import Unit, read_units

__all__ = ["Statement", "Tie", "find_note_ties", "looked_at", "merge", "read_relations"]


def read_relations(
    document: Document,
    sentences: Sequence[Sentence],
    resolutions: Sequence[Resolution],
    citations: Sequence[Citation],
    entities: Mapping[str, Entity],
    ontology: Ontology,
) -> list[Statement]:
    """All statements of one note, in a fixed order; `resolutions` and `citations` are those of the note."""
    page = Page(document, entities)
    statements = list(read_references(citations, resolutions, page))
    stated: dict[Span, set[frozenset[str]]] = {}
    units, ties = find_note_ties(document, sentences, resolutions, entities, ontology)
    for tie in ties:
        found = judge(tie, page, ontology)
        if found is not None:
            statements.append(found)
            stated.setdefault(tie.unit.span, set()).add(frozenset((found.subject, found.object)))
    for unit in units:
        statements += co_occurrences(unit, page, stated.get(unit.span, set()))
    return statements


def find_note_ties(
    document: Document,
    sentences: Sequence[Sentence],
    resolutions: Iterable[Resolution],
    entities: Mapping[str, Entity],
    ontology: Ontology,
) -> tuple[list[Unit], Iterator[Tie]]:
    """The units of a note, and all pairs of entities in it that may be tied, with what patterns and structure say of them."""
    types = {item.entity_id: entities[item.entity_id].type for item in resolutions if item.entity_id is not None}
    units = read_units(document, sentences, resolutions, types)
    page = Page(document, entities)
    subjects = heading_subjects(units)
    statements = [
        *read_headings(units, subjects, page, ontology),
        *read_series_title(units, page, ontology),
        *read_papers_under_headings(units, subjects, page, ontology),
        *read_biographies(units, subjects, page),
        *read_leads(units, subjects, page, ontology),
        *read_venues(units, page),
        *read_records(units, subjects, page, ontology),
        *read_composed_in_note(units, page, ontology),
    ]
    for unit in units:
        statements += [*read_sentence(unit, page, ontology), *read_composed_names(unit, page, ontology)]
    return units, find_ties(units, subjects, statements, page)
