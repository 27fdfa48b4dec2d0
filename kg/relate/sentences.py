"""Apply the cue patterns to units; guard against negation, questions and impossible signatures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, pairwise

from kg.ontology import Ontology
from kg.relate.cues import CUES, Cue
from kg.relate.statement import Page, Statement
from kg.relate.units import ANY, DOUBTFUL, PLACEHOLDER, Placed, Unit

__all__ = ["co_occurrences", "read_clauses", "read_composed_names", "read_sentence", "read_terse_title"]

_NEGATION = re.compile(
    r"(?:不再?|没有?|未能?|无法|并非|难以|不能|不是|别|勿|\bnot\b|n't\b|\bnever\b|\bno\b)[^，。；,.;]{0,8}$"
)
_QUESTION = re.compile(r"[^，。；！!,;]*[?？]")
_ASK = re.compile(r"(?:是否|能否|可否|会不会|能不能|吗[？?]?$|么[？?]$|\b(?:can|does|is|will|do|are|should) [^.]*\?)")
_TERSE = 0.5
_CLAUSE = 0.45
_CO_OCCURRENCE = 0.2
_MOST_IN_SENTENCE = 10
_CLAUSE_END = re.compile(r"[，。；！？,;:：|…]|——")
_LISTED = re.compile(r"[\s、/&+和与及或（(）)“”\"]*(?:以及|and|or)?[\s、/&+和与及或（(）)“”\"]*")
_TIED_IN_CLAUSE = frozenset(
    frozenset(pair.split())
    for pair in ("Model Topic", "Topic", "Person Topic", "Paper Topic", "Tool Topic", "Dataset Topic", "Paper Model")
)
_FARTHEST_IN_CLAUSE = 24
_OPENING = re.compile(rf"\s*[{ANY}]\s*[：:]")


def read_sentence(unit: Unit, page: Page, ontology: Ontology) -> Iterator[Statement]:
    """Statements of the cue patterns; a question or an impossible signature gives at most relatedTo."""
    if len(unit.mentions) < 2:
        return
    for cue in CUES:
        if cue.within_title and not (unit.title or unit.heading):
            continue
        for match in cue.pattern.finditer(unit.encoded):
            yield from _from_match(unit, page, ontology, cue, match)


def _from_match(unit: Unit, page: Page, ontology: Ontology, cue: Cue, match: re.Match[str]) -> Iterator[Statement]:
    subjects, objects = unit.within(*match.span("s")), unit.within(*match.span("o"))
    middle = unit.encoded[match.start() : match.end()]
    negated = bool(re.search(r"不再|没有|未能|无法|并非|难以|不能|不是|不如|\bnot\b|n't\b|\bnever\b", middle)) or bool(
        _NEGATION.search(unit.encoded[max(0, match.start() - 12) : match.start()])
    )
    asked = bool(_QUESTION.match(unit.encoded, match.end())) or bool(_ASK.search(middle))
    for subject in subjects:
        for target in objects:
            if subject.entity == target.entity:
                continue
            predicate, confidence = cue.predicate, cue.confidence
            if negated and predicate != "relatedTo":
                continue
            if asked and predicate in ("outperforms", "variantOf", "uses", "appliedTo", "broader"):
                predicate, confidence = "relatedTo", 0.5
            if not ontology.allows(subject.type, predicate, target.type):
                predicate, confidence = "relatedTo", min(confidence, 0.6)
            yield page.statement(subject.entity, predicate, target.entity, unit, f"cue:{cue.name}", confidence)


def read_composed_names(unit: Unit, page: Page, ontology: Ontology) -> Iterator[Statement]:
    """A model whose name ends in another's (`BT-RNN`, `可逆RNN`) is a variant of it where one sentence names both."""
    models = [item for item in unit.mentions if item.type == "Model"]
    for first, second in combinations(models, 2):
        for longer, shorter in ((first, second), (second, first)):
            if longer.entity != shorter.entity and page.composed_of(longer.mention.surface, shorter.entity):
                yield page.statement(longer.entity, "variantOf", shorter.entity, unit, "name", 0.75)


def read_terse_title(
    unit: Unit, page: Page, ontology: Ontology, stated: set[frozenset[str]], proposed: set[str]
) -> Iterator[Statement]:
    """In a link title every name is there for a reason: what no pattern ties is tied to the title's subject, cautiously.

    `proposed` are the entities that the title says somebody made. Without one clear subject, neighbours are related.
    """
    if unit.title is None or unit.heading or not 2 <= len(unit.mentions) <= 6 or len(unit.encoded) > 80:
        return
    subject = _subject_of_title(unit, proposed)
    pairs = [(subject, item) for item in unit.mentions] if subject else list(pairwise(unit.mentions))
    seen: set[frozenset[str]] = set()
    for first, second in pairs:
        pair = frozenset((first.entity, second.entity))
        if len(pair) < 2 or pair in stated or pair in seen or not _worth_a_tie(unit, first, second, subject):
            continue
        predicate, source, target = _typed_tie(first, second)
        if ontology.allows(source.type, predicate, target.type):
            seen.add(pair)
            yield page.statement(source.entity, predicate, target.entity, unit, "title", _TERSE)


def _subject_of_title(unit: Unit, proposed: set[str]) -> Placed | None:
    """What a title is about: what it says was made, else its only model, tool, data set or topic, else what stands before a colon."""
    made = {item.entity: item for item in unit.mentions if item.entity in proposed}
    things = made or {item.entity: item for item in unit.mentions if item.type in ("Model", "Tool", "Dataset", "Paper")}
    if len(things) == 1:
        return next(iter(things.values()))
    topics = {item.entity: item for item in unit.mentions if item.type == "Topic"}
    if len(topics) == 1 and things:
        return next(iter(topics.values()))
    opening = unit.mentions[0]
    if _OPENING.match(unit.encoded) and opening.type in ("Model", "Tool", "Dataset"):
        return opening
    return None


def _worth_a_tie(unit: Unit, first: Placed, second: Placed, subject: Placed | None) -> bool:
    types = {first.type, second.type}
    if not DOUBTFUL.isdisjoint((first.mention.found_by, second.mention.found_by)):
        return False
    if types <= {"Institution", "Person", "Venue"} or ("Venue" in types and not types & {"Model", "Paper"}):
        return False
    if subject is None and first.type == second.type:
        places = [match.start() for match in PLACEHOLDER.finditer(unit.encoded)]
        at = unit.mentions.index(first)
        return not _LISTED.fullmatch(unit.encoded[places[at] + 1 : places[at + 1]])
    return True


def read_clauses(unit: Unit, page: Page, stated: set[frozenset[str]]) -> Iterator[Statement]:
    """Two names in one clause, with words between them that are no mere list, have to do with each other."""
    if unit.heading or len(unit.mentions) < 2:
        return
    places = [match.start() for match in PLACEHOLDER.finditer(unit.encoded)]
    sure = [item.mention.found_by not in DOUBTFUL for item in unit.mentions]
    for one, two in ((i, j) for i in range(len(places)) for j in (i + 1, i + 2) if j < len(places)):
        if not (sure[one] and sure[two]):
            continue
        first, second = unit.mentions[one], unit.mentions[two]
        between = unit.encoded[places[one] + 1 : places[two]]
        plain = PLACEHOLDER.sub("", between)
        if len(between) > _FARTHEST_IN_CLAUSE or _CLAUSE_END.search(between) or _LISTED.fullmatch(plain):
            continue
        if frozenset((first.type, second.type)) not in _TIED_IN_CLAUSE or first.entity == second.entity:
            continue
        if frozenset((first.entity, second.entity)) in stated:
            continue
        yield page.statement(first.entity, "relatedTo", second.entity, unit, "clause", _CLAUSE)


def _typed_tie(first: Placed, second: Placed) -> tuple[str, Placed, Placed]:
    """The predicate that two neighbouring names in a title most likely stand in."""
    order = {first.type: first, second.type: second}
    if {"Model", "Topic"} == set(order):
        return "appliedTo", order["Model"], order["Topic"]
    if {"Dataset", "Topic"} == set(order):
        return "appliedTo", order["Dataset"], order["Topic"]
    return "relatedTo", first, second


def co_occurrences(unit: Unit, page: Page, stated: set[frozenset[str]]) -> Iterator[Statement]:
    """Pairs of entities that share a sentence which does not state how they are tied: weak, and kept apart."""
    entities = list(dict.fromkeys(item.entity for item in unit.mentions))
    pairs = list(pairwise(entities)) if len(entities) > _MOST_IN_SENTENCE else list(combinations(entities, 2))
    for first, second in pairs:
        if frozenset((first, second)) in stated:
            continue
        low, high = sorted((first, second))
        yield page.statement(low, "coOccursWith", high, unit, "sentence", _CO_OCCURRENCE)
