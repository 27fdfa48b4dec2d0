"""Apply the cue patterns to units; guard against negation, questions and impossible signatures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, pairwise

from kg.ontology import Ontology
from kg.relate.cues import Cue, cues_for
from kg.relate.statement import Page, Statement
from kg.relate.units import PLACEHOLDER, Unit

__all__ = ["co_occurrences", "read_composed_names", "read_sentence"]

_NEGATION = re.compile(
    r"(?:不再?|没有?|未能?|无法|并非|难以|不能|不是|别|勿|\bnot\b|n't\b|\bnever\b|\bno\b)[^，。；,.;]{0,8}$"
)
_QUESTION = re.compile(r"[^，。；！!,;]*[?？]")
_ASK = re.compile(r"(?:是否|能否|可否|会不会|能不能|吗[？?]?$|么[？?]$|\b(?:can|does|is|will|do|are|should) [^.]*\?)")
_CO_OCCURRENCE = 0.2
_MOST_IN_SENTENCE = 10


def read_sentence(unit: Unit, page: Page, ontology: Ontology) -> Iterator[Statement]:
    """Statements of the cue patterns; a question or an impossible signature gives at most relatedTo."""
    if len(unit.mentions) < 2:
        return
    text = unit.encoded
    # One code point stands for all of its type: so the same few sequences come again and again.
    placeholders = tuple([ord(char) & ~0xFF for char in PLACEHOLDER.findall(text)])
    for cue in cues_for(placeholders, bool(unit.title or unit.heading)):
        if cue.word_in is None or cue.word_in(text):
            for match in cue.pattern.finditer(text):
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


def co_occurrences(unit: Unit, page: Page, stated: set[frozenset[str]]) -> Iterator[Statement]:
    """Pairs of entities that share a sentence which does not state how they are tied: weak, and kept apart."""
    entities = list(dict.fromkeys(item.entity for item in unit.mentions))
    pairs = list(pairwise(entities)) if len(entities) > _MOST_IN_SENTENCE else list(combinations(entities, 2))
    for first, second in pairs:
        if frozenset((first, second)) in stated:
            continue
        low, high = sorted((first, second))
        yield page.statement(low, "coOccursWith", high, unit, "sentence", _CO_OCCURRENCE)
