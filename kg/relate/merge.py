"""Equal statements become one claim with united evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from kg.model import Claim, Evidence
from kg.ontology import Ontology
from kg.relate.statement import Statement

__all__ = ["merge"]


def merge(statements: Iterable[Statement], ontology: Ontology) -> tuple[Claim, ...]:
    """Claims in order of subject, predicate and object, evidence in order of note and place.

    Of one sentence only the surest evidence is kept for a claim. Claims of other pairs make no difference to a pair's.
    """
    evidence: dict[tuple[str, str, str], dict[tuple[str, int], Evidence]] = defaultdict(dict)
    for item in statements:
        subject, object_ = item.subject, item.object
        if subject == object_:
            continue
        if ontology.predicates[item.predicate].symmetric and object_ < subject:
            subject, object_ = object_, subject
        place = (item.evidence.document_id, item.evidence.span.start)
        found = evidence[subject, item.predicate, object_]
        if place not in found or found[place].confidence < item.evidence.confidence:
            found[place] = item.evidence
    _drop_contradicted(evidence)
    return tuple(
        Claim(*triple, tuple(found[place] for place in sorted(found))) for triple, found in sorted(evidence.items())
    )


def _drop_contradicted(evidence: dict[tuple[str, str, str], dict[tuple[str, int], Evidence]]) -> None:
    """Where one direction of an asymmetric pair is much better attested, the other was misread; broader keeps no cycles of two."""
    for subject, predicate, object_ in sorted(evidence):
        if predicate not in ("broader", "variantOf", "outperforms", "uses"):
            continue
        other = (object_, predicate, subject)
        here = (subject, predicate, object_)
        if other in evidence and here in evidence:
            weight = {t: sum(piece.confidence for piece in evidence[t].values()) for t in (here, other)}
            loser = min((here, other), key=lambda t: (weight[t], t))
            if predicate in ("broader", "variantOf") or weight[loser] < 0.5 * weight[here if loser == other else other]:
                del evidence[loser]
