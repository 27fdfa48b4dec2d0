"""A topic card: what the notes say about one entity, with the sentence for everything."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from kg.errors import SettingsError
from kg.explore.graph import Graph, Node, Quote, ReadClaim
from kg.model import ENTITY_TYPES
from kg.text import fold, has_cjk, key, strip_markup

__all__ = ["Article", "NoteCount", "Related", "TopicCard", "Year", "topic_card"]


@dataclass(frozen=True, slots=True)
class Related:
    """An entity that statements tie to the topic."""

    entity_id: str
    score: float
    """Sum over the claims between the two: confidence times 1 (typed), 0.6 (relatedTo) or 0.15 (co-occurrence)."""
    predicates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """A linked page to read."""

    url: str
    title: str
    document_id: str
    line: int
    reason: str
    """`title`, `heading` or `about`: what says that the page is about the topic."""


@dataclass(frozen=True, slots=True)
class NoteCount:
    """A note and how often it mentions the topic."""

    document_id: str
    title: str
    date: str
    mentions: int
    first_line: int


@dataclass(frozen=True, slots=True)
class Year:
    """The dated notes of one year that mention the topic."""

    year: int
    mentions: int
    documents: tuple[str, ...]
    """Ids, by date."""


@dataclass(frozen=True, slots=True)
class TopicCard:
    """Everything the notes say about one entity."""

    node: Node
    definition: Quote | None
    """A sentence that says what it is; None where no evidence has one."""
    statements: tuple[tuple[str, tuple[ReadClaim, ...]], ...]
    """Predicate with its claims in both directions, the stated ones first, co-occurrence last."""
    related: tuple[tuple[str, tuple[Related, ...]], ...]
    """Entity type with the entities of that type, best first; types in the order of ENTITY_TYPES."""
    articles: tuple[Article, ...]
    notes: tuple[NoteCount, ...]
    """Most mentions first."""
    timeline: tuple[Year, ...]
    """Oldest first; notes without a date are left out."""


def topic_card(graph: Graph, entity_id: str) -> TopicCard:
    """Put together the card of an entity; raises SettingsError for an id that the graph does not have."""
    if entity_id not in graph.entities:
        raise SettingsError(f"the graph has no entity {entity_id}", "look for its id: kg search TEXT")
    node = graph.entities[entity_id]
    claims = graph.claims_of.get(entity_id, ())
    notes = _notes(graph, entity_id)
    return TopicCard(
        node,
        _definition(node, claims),
        _by_predicate(claims),
        _related(graph, entity_id, claims),
        _articles(graph, node, claims),
        notes,
        _timeline(notes),
    )


def _by_predicate(claims: tuple[ReadClaim, ...]) -> tuple[tuple[str, tuple[ReadClaim, ...]], ...]:
    grouped: dict[str, list[ReadClaim]] = {}
    for claim in claims:
        grouped.setdefault(claim.predicate, []).append(claim)
    order = sorted(grouped, key=lambda name: (not grouped[name][0].stated, name == "relatedTo", name))
    return tuple(
        (name, tuple(sorted(grouped[name], key=lambda c: (-c.confidence, -len(c.quotes), c.subject, c.object))))
        for name in order
    )


def _related(
    graph: Graph, entity_id: str, claims: tuple[ReadClaim, ...]
) -> tuple[tuple[str, tuple[Related, ...]], ...]:
    scores: Counter[str] = Counter()
    predicates: dict[str, list[str]] = {}
    for claim in claims:
        other = claim.object if claim.subject == entity_id else claim.subject
        if other == entity_id or other not in graph.entities:
            continue
        kind = 0.15 if not claim.stated else 0.6 if claim.predicate == "relatedTo" else 1.0
        # Hundredths of a percent as whole numbers: a sum of floats would depend on its order.
        scores[other] += round(claim.confidence * kind * 10_000)
        predicates.setdefault(other, []).append(claim.predicate)
    ranked = sorted(scores, key=lambda other: (-scores[other], -graph.entities[other].note_count, other))
    groups = []
    for type_ in ENTITY_TYPES:
        group = [other for other in ranked if graph.entities[other].type == type_]
        if group:
            rows = (Related(o, scores[o] / 10_000, tuple(dict.fromkeys(sorted(predicates[o])))) for o in group)
            groups.append((type_, tuple(rows)))
    return tuple(groups)


def _articles(graph: Graph, node: Node, claims: tuple[ReadClaim, ...]) -> tuple[Article, ...]:
    """Pages whose title names the topic, that stand under a heading with its name, or that claims say are about it."""
    names = {key(name) for name in node.names}
    about = {claim.subject for claim in claims if claim.predicate == "about"}
    surfaces: dict[tuple[str, int], list[str]] = {}
    for mention in graph.mentions_of.get(node.id, ()):
        surfaces.setdefault((mention.document_id, mention.line), []).append(mention.surface)
    found: dict[str, tuple[int, Article]] = {}
    for link in graph.links:
        title = key(link.title)
        if any(key(surface) in title for surface in surfaces.get((link.document_id, link.line), ()) if key(surface)):
            rank, reason = 0, "title"
        elif link.url in about:
            rank, reason = 1, "about"
        elif key(link.section) in names:
            rank, reason = 2, "heading"
        else:
            continue
        article = Article(link.url, link.title, link.document_id, link.line, reason)
        if link.url not in found or rank < found[link.url][0]:
            found[link.url] = (rank, article)
    ranked = sorted(found.values(), key=lambda item: (item[0], item[1].document_id, item[1].line, item[1].url))
    return tuple(article for _, article in ranked)


def _notes(graph: Graph, entity_id: str) -> tuple[NoteCount, ...]:
    counts: Counter[str] = Counter()
    first: dict[str, int] = {}
    for mention in graph.mentions_of.get(entity_id, ()):
        counts[mention.document_id] += 1
        first[mention.document_id] = min(mention.line, first.get(mention.document_id, mention.line))
    rows = []
    for doc in sorted(counts, key=lambda doc: (-counts[doc], doc)):
        date = graph.documents[doc].date if doc in graph.documents else ""
        rows.append(NoteCount(doc, graph.label(doc), date, counts[doc], first[doc]))
    return tuple(rows)


def _timeline(notes: tuple[NoteCount, ...]) -> tuple[Year, ...]:
    dated = sorted((note.date, note.document_id, note.mentions) for note in notes if re.match(r"\d{4}", note.date))
    years: dict[int, list[tuple[str, int]]] = {}
    for date, doc, mentions in dated:
        years.setdefault(int(date[:4]), []).append((doc, mentions))
    return tuple(
        Year(year, sum(mentions for _, mentions in rows), tuple(doc for doc, _ in rows)) for year, rows in years.items()
    )


def _definition(node: Node, claims: tuple[ReadClaim, ...]) -> Quote | None:
    """The sentence that says soonest after the topic's name what it is; ties go to confidence, then note and line."""
    names = sorted((fold(name) for name in node.names), key=lambda name: (-len(name), name))
    best: tuple[tuple[int, int, float, str, int, str], Quote] | None = None
    for claim in claims:
        for quote in claim.quotes:
            at = _defines(names, fold(strip_markup(quote.text)))
            if at is None:
                continue
            rank = (*at, -quote.confidence, quote.document_id, quote.line, quote.text)
            if best is None or rank < best[0]:
                best = (rank, quote)
    return best[1] if best else None


# What may stand between a name and its definition: a gloss in brackets, quote marks, a few words of apposition.
_IS = re.compile(
    r"[》」』\"”’)）]*(?:\s*[(（][^()（）]{1,80}[)）])?[》」』\"”’]*\s*"
    r"(?:(?P<strong>是一[种个类项款套]|是指|指的是|(?:可以|被)?定义为|(?:is|are|was) (?:an?|the) |refers? to |"
    r"stands for |is defined as |denotes )|(?P<weak>是|即|指|就是|:\s*(?=\S)|(?:is|are) ))"
)
_NO_DEFINITION = re.compile(r"\s*(?:不是|否|not |also |used |based |由|用|为了|因为|because |https?:)")


def _defines(names: list[str], sentence: str) -> tuple[int, int] | None:
    """Rank of a sentence as a definition (0 strong, 1 weak; then how far in the name stands), or None."""
    ranks = []
    for name in names:
        at = sentence.find(name)
        if at < 0 or at > 12 or _cuts_word(sentence, at, at + len(name)):
            continue
        tail = _IS.match(sentence, at + len(name))
        if tail and not _NO_DEFINITION.match(sentence, tail.end()) and len(sentence) - tail.end() >= 4:
            ranks.append((0 if tail["strong"] else 1, at))
    return min(ranks, default=None)


def _cuts_word(text: str, start: int, end: int) -> bool:
    """Whether a Latin name in a text is only a part of a longer word."""
    name = text[start:end]
    left = start > 0 and text[start - 1].isalnum() and not has_cjk(text[start - 1]) and not has_cjk(name[0])
    right = end < len(text) and text[end].isalnum() and not has_cjk(text[end]) and not has_cjk(name[-1])
    return left or right
