"""Which of the possible ties the note states, how they are called, and how surely.

What a pattern or the structure of the note says of two things keeps its predicate; linear models learnt from annotated
notes weigh how likely the two are tied at all, and name the ties that no pattern names.
"""

from __future__ import annotations

import re

from kg.ontology import Ontology
from kg.relate.statement import Page, Statement
from kg.relate.ties import Tie
from kg.weights import read_weights

__all__ = ["judge"]

_RELATED = "relatedTo"
_LEAST = 0.6
"""Probability from which two things are said to be tied."""
_NAMED = 0.55
"""Probability from which a tie is called by the predicate that is likeliest, instead of relatedTo."""
_SURE_ENOUGH = 0.6
"""Probability of tie and predicate together below which a tie is just relatedTo."""
_TRUST = 0.6
"""How much of a pattern's own confidence counts beside what the model says."""
_DENIED = re.compile(r"不再|没有|未能|无法|并非|不能|不是|不如|并没|\bnot\b|n't\b|\bnever\b|[?？]\s*$")


def judge(tie: Tie, page: Page, ontology: Ontology) -> Statement | None:
    """What is stated of a pair, with the probability that it is right; None where nothing is."""
    chance = read_weights("ties").yes_of(tie.groups)
    if tie.statements:
        said = max(tie.statements, key=lambda item: item.evidence.confidence)
        chance = 1.0 - (1.0 - chance) * (1.0 - _TRUST * said.evidence.confidence)
        ends, by = (said.subject, said.object), said.evidence.found_by
        if chance < _LEAST:
            return None
        # Where a pattern is wrong, half of the time the two are tied, but by another predicate.
        right = chance * (1.0 + said.evidence.confidence) / 2.0
        return page.statement(ends[0], said.predicate, ends[1], tie.unit, by, round(right, 3))
    if chance < _LEAST or (tie.kind == "in" and _DENIED.search(tie.unit.encoded)):
        return None
    predicate, turned, likely = _named(tie, ontology)
    if chance * likely < _SURE_ENOUGH:
        predicate, turned, likely = _RELATED, False, 1.0
    first, second = (tie.second, tie.first) if turned else (tie.first, tie.second)
    by = f"tie:{tie.kind}"
    return page.statement(first.entity, predicate, second.entity, tie.unit, by, round(chance * likely, 3))


def _named(tie: Tie, ontology: Ontology) -> tuple[str, bool, float]:
    """(predicate, whether the second of the pair is its subject, probability), relatedTo where none is likely.

    Classes of the model are `>name` where the first of the pair is the subject, `<name` where the second is.
    """
    class_, likely = read_weights("predicates").best_of(tie.groups)
    # No second class can be likelier than a half beside one that is.
    if likely > _NAMED:
        turned, predicate = class_[0] == "<", class_[1:]
        subject, target = (tie.second, tie.first) if turned else (tie.first, tie.second)
        if predicate != _RELATED and ontology.allows(subject.type, predicate, target.type):
            return predicate, turned, likely
    return _RELATED, False, 1.0
