"""Relations that the structure of a note states: headings, papers and links under them, references, titles of a series."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.model import Citation, Resolution
from kg.ontology import Ontology
from kg.relate.statement import Page, Statement
from kg.relate.units import ANY, CLASSES, Placed, Unit

__all__ = [
    "read_about_paper",
    "read_biographies",
    "read_headings",
    "read_papers_under_headings",
    "read_references",
    "read_series_title",
    "read_titles_under_headings",
]

_SERIES = re.compile(r"[（(][一二三四五六七八九十百零\d]+[)）]\s*(?:——|--|—|:|：|-)")
_DEGREE = re.compile(
    rf"[^，。；{ANY}]{{0,14}}?(?:本科|学士|硕士|博士|博士后|教授|讲师|研究员|科学家|工程师|实习|访问学者|毕业|任教|任职|就读|院士|总监|主任|本硕|硕博|AP\b|CEO|CTO|Ph\.?D|B\.?S|M\.?S)"
)
_POST = re.compile(
    rf"(?:执教|任教|任职|就职|供职|就读|求学|毕业|加入|加盟|创办|创立|现任|曾任|追随[^，。；]{{0,4}}从)(?:于|了|过)?(?:[{CLASSES['I']}]|[、和与到及]|以及|先后){{0,8}}[^，。；{ANY}]{{0,4}}$"
)
_SELF = re.compile(
    r"本文|该文|这篇|此文|文章|文中|作者|本工作|该工作|该方法|\b(?:[Ww]e|[Tt]his (?:paper|work)|[Tt]he authors?)\b"
)


def read_headings(units: Sequence[Unit], page: Page, ontology: Ontology) -> Iterator[Statement]:
    """A heading's subject is narrower than the subject of the nearest heading above that has one."""
    subjects = _subjects(units)
    sections = page.document.sections
    for unit in units:
        if not unit.heading or unit.section == 0:
            continue
        subject = subjects.get(unit.section)
        parent = sections[unit.section].parent
        while parent > 0 and parent not in subjects:
            parent = sections[parent].parent
        above = subjects.get(parent) if parent > 0 else None
        if subject is None or above is None or subject.entity == above.entity:
            continue
        if ontology.allows(subject.type, "broader", above.type):
            yield page.statement(subject.entity, "broader", above.entity, unit, "heading", 0.7)
        elif subject.type == above.type == "Model":
            composed = page.composed_of(subject.mention.surface, above.entity)
            yield page.statement(subject.entity, "variantOf", above.entity, unit, "heading", 0.8 if composed else 0.55)


def _subjects(units: Sequence[Unit]) -> dict[int, Placed]:
    """Section -> the one thing that its heading names; headings with several or none are left out."""
    found: dict[int, Placed] = {}
    for unit in units:
        if not unit.heading or unit.section in found or not unit.mentions:
            continue
        covered = sum(len(item.mention.surface) for item in unit.mentions[:1])
        distinct = {item.entity for item in unit.mentions}
        if len(distinct) == 1 or covered >= 0.6 * len(unit.text.strip()):
            found[unit.section] = unit.mentions[0]
    return found


def read_papers_under_headings(units: Sequence[Unit], page: Page, ontology: Ontology) -> Iterator[Statement]:
    """The paper under a model's heading introduces it; papers under a topic's heading are about it."""
    subjects = _subjects(units)
    papers: dict[int, list[tuple[Unit, Placed]]] = {}
    for unit in units:
        if unit.heading:
            continue
        for item in unit.mentions:
            if item.type == "Paper" and (
                item.mention.found_by in ("paper link", "book title", "reference") or unit.title
            ):
                papers.setdefault(unit.section, []).append((unit, item))
        yield from _nested_models(unit, page)
    for section in sorted(papers):
        subject = subjects.get(section)
        if subject is None:
            continue
        seen: set[str] = set()
        for unit, paper in papers[section]:
            if paper.entity in seen or paper.entity == subject.entity:
                continue
            seen.add(paper.entity)
            if subject.type in ("Model", "Dataset", "Tool") and len(seen) == 1:
                yield page.statement(paper.entity, "introduces", subject.entity, unit, "heading", 0.7)
            elif subject.type == "Topic":
                yield page.statement(paper.entity, "appliedTo", subject.entity, unit, "heading", 0.7)


def read_titles_under_headings(
    units: Sequence[Unit], page: Page, ontology: Ontology, stated: set[frozenset[str]]
) -> Iterator[Statement]:
    """What a link listed under a topic's heading is first about belongs to that topic."""
    subjects = _subjects(units)
    for unit in units:
        subject = subjects.get(unit.section)
        if unit.heading or unit.title is None or subject is None or subject.type != "Topic":
            continue
        if subject.mention.found_by not in ("lexicon", "lexicon context"):
            continue
        for item in unit.mentions:
            if item.entity == subject.entity:
                break
            if item.type not in ("Model", "Topic", "Dataset", "Tool"):
                continue
            predicate = "broader" if item.type == "Topic" else "appliedTo"
            if frozenset((item.entity, subject.entity)) not in stated and ontology.allows(
                item.type, predicate, "Topic"
            ):
                yield page.statement(item.entity, predicate, subject.entity, unit, "listed under", 0.45)
            break


def read_about_paper(units: Sequence[Unit], page: Page, ontology: Ontology) -> Iterator[Statement]:
    """After a paper's own line, sentences that speak of themselves (本文, 作者, we) say what the paper is about."""
    paper: Placed | None = None
    section, since = -1, 0
    for unit in units:
        papers = [item for item in unit.mentions if item.type == "Paper"]
        if unit.section != section:
            paper, section = None, unit.section
        if papers:
            paper, since = papers[-1], unit.block
            if len({item.entity for item in papers}) > 1:
                paper = None
            continue
        if paper is None or unit.heading or unit.title or unit.block - since > 2 or not _SELF.search(unit.encoded):
            continue
        for item in unit.mentions:
            if item.type in ("Model", "Topic"):
                predicate = "appliedTo" if item.type == "Topic" else "relatedTo"
                yield page.statement(paper.entity, predicate, item.entity, unit, "about a paper", 0.45)


def _nested_models(unit: Unit, page: Page) -> Iterator[Statement]:
    for inner in unit.nested:
        for outer in unit.mentions:
            if (
                outer.type == "Paper"
                and outer.mention.span.covers(inner.mention.span)
                and inner.type in ("Model", "Dataset", "Tool")
            ):
                yield page.statement(outer.entity, "introduces", inner.entity, unit, "paper title", 0.75)


def read_references(
    citations: Sequence[Citation], resolutions: Sequence[Resolution], page: Page
) -> Iterator[Statement]:
    """Authors and venue of every reference."""
    entity = {(item.mention.span, item.mention.type): item.entity_id for item in resolutions}
    for citation in citations:
        if citation.title is None:
            continue
        paper = entity.get((citation.title.span, citation.title.type))
        if paper is None:
            continue
        for author in citation.authors:
            person = entity.get((author.span, author.type))
            if person is not None:
                yield page.quoting(person, "authorOf", paper, citation.span, "reference", 0.95)
        venue = entity.get((citation.venue.span, citation.venue.type)) if citation.venue else None
        if venue is not None:
            yield page.quoting(paper, "publishedIn", venue, citation.span, "reference", 0.9)


def read_series_title(units: Sequence[Unit], page: Page, ontology: Ontology) -> Iterator[Statement]:
    """`深度学习（三）——RNN, 显著性检测`: the parts of a numbered series belong to its subject."""
    for unit in units:
        if not unit.heading:
            continue
        match = _SERIES.search(unit.encoded)
        if not match:
            continue
        before, after = unit.within(0, match.start()), unit.within(match.end(), len(unit.encoded))
        if len(before) != 1:
            continue
        for item in after:
            if item.entity != before[0].entity and ontology.allows(item.type, "broader", before[0].type):
                yield page.statement(item.entity, "broader", before[0].entity, unit, "series title", 0.7)


def read_biographies(units: Sequence[Unit], page: Page) -> Iterator[Statement]:
    """A person's heading, or the one person named so far in a paragraph, and institutions beside a degree or post."""
    subjects = _subjects(units)
    block, named = -1, dict[str, Placed]()
    for unit in units:
        if unit.block != block:
            block, named = unit.block, {}
        here = {item.entity: item for item in unit.mentions if item.type == "Person"}
        named |= here
        if unit.heading or not any(item.type == "Institution" for item in unit.mentions):
            continue
        heading = subjects.get(unit.section)
        candidates = here or named or ({heading.entity: heading} if heading else {})
        subject = next(iter(candidates.values()), None)
        if subject is None or subject.type != "Person" or len(candidates) > 1:
            continue
        if here and unit.mentions[0].type == "Institution":
            continue
        for match in re.finditer(f"[{CLASSES['I']}]", unit.encoded):
            if _DEGREE.match(unit.encoded, match.end()) or _POST.search(unit.encoded, 0, match.start()):
                institution = unit.at(match.start()).entity
                yield page.statement(subject.entity, "affiliatedWith", institution, unit, "biography", 0.75)
