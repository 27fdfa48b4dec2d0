"""Relations of labelled lines: authors, venue, data sets and tasks of the paper or model that they stand under."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kg.ontology import Ontology
from kg.relate.statement import Page, Statement
from kg.relate.units import Placed, Unit

__all__ = ["read_records"]

_FARTHEST = 6
"""Units between a labelled line and the paper that it is about."""
_SAYS = {
    "Person": ("authorOf", "proposes"),
    "Institution": ("proposes",),
    "Venue": ("publishedIn",),
    "Dataset": ("evaluatedOn",),
    "Topic": ("appliedTo",),
    "Model": ("introduces", "uses"),
    "Tool": ("uses",),
}
"""Type of what a labelled line names -> predicates in which it may stand to the record's paper or model, first that fits."""
_AS_SUBJECT = frozenset({"Person", "Institution"})


def read_records(
    units: Sequence[Unit], subjects: Mapping[int, Placed], page: Page, ontology: Ontology
) -> Iterator[Statement]:
    """What each labelled line says of the paper named last before it in its section, else of the heading's subject."""
    for number, unit in enumerate(units):
        if not unit.field or unit.field == "Paper" or not unit.mentions:
            continue
        about = _paper_above(units, number) or subjects.get(unit.section)
        if about is None or about.type not in ("Paper", "Model", "Dataset", "Tool"):
            continue
        authors = unit.field == "Person" and any(item.type == "Person" for item in unit.mentions)
        for item in unit.mentions:
            if authors and item.type == "Institution":
                continue  # `作者：甲，乙大学` says where the author is from.
            for predicate in _SAYS.get(item.type, ()):
                ends = (item, about) if item.type in _AS_SUBJECT else (about, item)
                if item.entity != about.entity and ontology.allows(ends[0].type, predicate, ends[1].type):
                    yield page.statement(ends[0].entity, predicate, ends[1].entity, unit, "record", 0.8)
                    break


def _paper_above(units: Sequence[Unit], number: int) -> Placed | None:
    section = units[number].section
    for unit in reversed(units[max(0, number - _FARTHEST) : number + 1]):
        if unit.section != section:
            break
        papers = [item for item in unit.mentions if item.type == "Paper"]
        if papers:
            return papers[-1]
    return None
