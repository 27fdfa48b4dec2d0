"""Relations that the structure of a note states: headings, papers and links under them, references, titles of a series."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from kg.model import Citation, Resolution
from kg.ontology import Ontology
from kg.relate.statement import Page, Statement
from kg.relate.units import ANY, CLASSES, PLACEHOLDER, Placed, Unit

__all__ = [
    "heading_subjects",
    "read_biographies",
    "read_composed_in_note",
    "read_headings",
    "read_leads",
    "read_papers_under_headings",
    "read_references",
    "read_series_title",
    "read_venues",
]

_SERIES = re.compile(r"[（(][一二三四五六七八九十百零\d]+[)）]\s*(?:——|--|—|:|：|-)")
_DEGREE = re.compile(
    rf"[^，。；{ANY}]{{0,14}}?(?:本科|学士|硕士|博士|博士后|教授|讲师|研究员|科学家|工程师|实习|访问学者|毕业|任教|任职|就读|院士|总监|主任|本硕|硕博|AP\b|CEO|CTO|Ph\.?D|B\.?S|M\.?S)"
)
_POST = re.compile(
    rf"(?:执教|任教|任职|就职|供职|就读|求学|毕业|加入|加盟|创办|创立|现任|曾任|追随[^，。；]{{0,4}}从)(?:于|了|过)?(?:[{CLASSES['I']}]|[、和与到及]|以及|先后){{0,8}}[^，。；{ANY}]{{0,4}}$"
)
_LEAD = re.compile(rf"\s*[{ANY}]\s*(?:[（(][^）)]{{0,30}}[）)])?\s*[：:]")
_LISTS = re.compile(
    rf"(?:数据集|基准|代表|方法|算法|模型|网络|工具|框架|[Dd]atasets?|[Mm]odels?|[Mm]ethods?|[Tt]ools?)(?:有|包括)?\s*[：:]\s*(?P<items>[{ANY}](?:\s*(?:[、,，/;；&]|和|与|及|以及|and)\s*[{ANY}])*)"
)
_SURE_TITLE = 0.7
"""Confidence of a title in 《》 that the words around call a paper or a book; games and magazines have less."""
_JOINED = re.compile(r"[\s、,，/&+＋和与及或（()）|｜:：-]|vs\.?|以及|相关", re.IGNORECASE)


def read_headings(
    units: Sequence[Unit], subjects: Mapping[int, Placed], page: Page, ontology: Ontology
) -> Iterator[Statement]:
    """What a heading names is narrower than the subject of the nearest heading above that has one."""
    sections = page.document.sections
    for unit in units:
        if not unit.heading or unit.section == 0 or not unit.mentions:
            continue
        parent = sections[unit.section].parent
        while parent > 0 and parent not in subjects:
            parent = sections[parent].parent
        above = subjects.get(parent) if parent > 0 else None
        subject = subjects.get(unit.section)
        # `PReLU与ReLU`, `SRL + DRL`: every part is a subject, and the parts have to do with each other.
        parts = [subject] if subject else _parts(unit)
        for first, second in pairwise(parts):
            if first.entity != second.entity and ontology.allows(first.type, "relatedTo", second.type):
                yield page.statement(first.entity, "relatedTo", second.entity, unit, "heading", 0.6)
        for part in parts:
            if above is None or part.entity == above.entity:
                continue
            if ontology.allows(part.type, "broader", above.type):
                yield page.statement(part.entity, "broader", above.entity, unit, "heading", 0.7)
            elif part.type == above.type == "Model":
                composed = page.composed_of(part.mention.surface, above.entity)
                predicate, confidence = ("variantOf", 0.8) if composed else ("relatedTo", 0.55)
                yield page.statement(part.entity, predicate, above.entity, unit, "heading", confidence)


def _parts(unit: Unit) -> list[Placed]:
    """The things that a heading lists, where it names little else; empty where it says something about them."""
    rest = _JOINED.sub("", unit.encoded)
    listed = len(unit.mentions) <= 4 and len(PLACEHOLDER.sub("", rest)) <= 4
    return [item for item in unit.mentions if item.type in ("Model", "Topic")] if listed else []


def heading_subjects(units: Sequence[Unit]) -> dict[int, Placed]:
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


def read_papers_under_headings(
    units: Sequence[Unit], subjects: Mapping[int, Placed], page: Page, ontology: Ontology
) -> Iterator[Statement]:
    """The paper under a model's heading introduces it; papers under a topic's heading are about it."""
    papers: dict[int, list[tuple[Unit, Placed]]] = {}
    for unit in units:
        if unit.heading:
            continue
        for item in unit.mentions:
            if item.type == "Paper" and (
                item.mention.found_by in ("paper link", "reference", "field")
                or (item.mention.found_by == "book title" and item.mention.confidence >= _SURE_TITLE)
                or unit.title
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


def read_leads(
    units: Sequence[Unit], subjects: Mapping[int, Placed], page: Page, ontology: Ontology
) -> Iterator[Statement]:
    """`**图像分类**：... 数据集：MNIST, COCO`: what a paragraph opens with belongs to the heading's topic, what it lists to it."""
    block = -1
    lead: Placed | None = None
    for unit in units:
        if unit.block != block:
            block, lead = unit.block, None
            if unit.mentions and not unit.heading and not unit.title and _LEAD.match(unit.encoded):
                lead = unit.mentions[0]
            if lead:
                above = subjects.get(unit.section)
                below = above is not None and above.type == "Topic" and above.entity != lead.entity
                if above and below and ontology.allows(lead.type, "broader", "Topic"):
                    yield page.statement(lead.entity, "broader", above.entity, unit, "lead", 0.6)
        if lead is None or lead.type != "Topic":
            continue
        for match in _LISTS.finditer(unit.encoded):
            for item in unit.within(*match.span("items")):
                if item.entity != lead.entity and ontology.allows(item.type, "appliedTo", "Topic"):
                    yield page.statement(item.entity, "appliedTo", lead.entity, unit, "lead", 0.7)


def read_venues(units: Sequence[Unit], page: Page) -> Iterator[Statement]:
    """One paper and one venue in a sentence belong together, wherever the venue stands: after the year, in brackets."""
    for unit in units:
        papers = {item.entity for item in unit.mentions if item.type == "Paper"}
        venues = {item.entity for item in unit.mentions if item.type == "Venue"}
        if len(papers) == len(venues) == 1 and not unit.heading:
            (paper,), (venue,) = papers, venues
            yield page.statement(paper, "publishedIn", venue, unit, "one paper, one venue", 0.6)


def read_composed_in_note(units: Sequence[Unit], page: Page, ontology: Ontology) -> Iterator[Statement]:
    """`BT-RNN` in a note about RNN is a variant of it, 短文本分类 a kind of 文本分类, though no sentence names both."""
    first: dict[str, tuple[Placed, Unit]] = {}
    for unit in units:
        for item in unit.mentions:
            first.setdefault(item.entity, (item, unit))
    for type_, predicate in (("Model", "variantOf"), ("Topic", "broader")):
        items = [(item, unit) for item, unit in first.values() if item.type == type_]
        bases = page.bases([item.entity for item, _ in items], type_)
        for item, unit in items:
            base = page.base_of(item.mention.surface, bases)
            if base and base != item.entity and ontology.allows(type_, predicate, type_):
                yield page.statement(item.entity, predicate, base, unit, "name", 0.7)


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


def read_biographies(units: Sequence[Unit], subjects: Mapping[int, Placed], page: Page) -> Iterator[Statement]:
    """A person's heading, or the one person named so far in a paragraph, and institutions beside a degree or post."""
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
