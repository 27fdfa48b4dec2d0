"""A statement read in one place, and the page that it is read from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kg.model import Document, Entity, Evidence, Span
from kg.relate.units import Unit
from kg.text import has_cjk, key

__all__ = ["Page", "Statement"]

_CLOSING = re.compile(r"\]\]|\]\([^()\s]*\)|\]")


@dataclass(frozen=True, slots=True)
class Statement:
    """One relation with one piece of evidence, before equal ones are united."""

    subject: str
    predicate: str
    object: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Page:
    """A note with the entities that its mentions were linked to."""

    document: Document
    entities: Mapping[str, Entity]

    def statement(
        self, subject: str, predicate: str, object_: str, unit: Unit, found_by: str, confidence: float
    ) -> Statement:
        """A statement whose evidence is a unit."""
        return self.quoting(subject, predicate, object_, unit.span, found_by, confidence)

    def quoting(
        self, subject: str, predicate: str, object_: str, span: Span, found_by: str, confidence: float
    ) -> Statement:
        """A statement whose evidence is a range of the note."""
        line, _ = self.document.position(span.start)
        span = _with_whole_markup(self.document.text, span)
        quote = self.document.text[span.start : span.end]
        return Statement(
            subject, predicate, object_, Evidence(self.document.id, span, line, quote, found_by, confidence)
        )

    def composed_of(self, surface: str, entity: str) -> bool:
        """Whether a name ends in a short name of the entity: `BT-RNN` or `可逆RNN` in `RNN`, not `ResNet` in `Net`."""
        folded = surface.replace(" ", "")
        for name in _short_names(self.entities[entity]):
            if len(folded) > len(name) and folded.endswith(name):
                head = folded[: -len(name)]
                if has_cjk(head) or head.endswith(("-", "‐", "–")) or head[-1:].isalnum():
                    return True
        return False

    def kind_of(self, surface: str, entity: str) -> bool:
        """Whether a Chinese topic's name is another's with words before it: 短文本分类 of 文本分类."""
        return has_cjk(surface) and any(
            len(name) >= 4
            and len(surface) > len(name)
            and surface.endswith(name)
            and surface[-len(name) - 1] not in "无非半反弱自不去"
            for name in (self.entities[entity].label_zh, *self.entities[entity].aliases)
        )


def _with_whole_markup(text: str, span: Span) -> Span:
    """A span widened to the brackets and asterisks that it cuts in two: `见 [[Neural ODE` -> `见 [[Neural ODE]]`."""
    start, end = span.start, span.end
    quote = text[start:end]
    if quote.count("]") > quote.count("["):
        start -= 2 if text.endswith("[[", 0, start) else 1 if text.endswith("[", 0, start) else 0
    elif quote.count("[") > quote.count("]"):
        closing = _CLOSING.match(text, end)
        end = closing.end() if closing else end
    if text[start:end].count("**") % 2:
        if text.startswith("**", end):
            end += 2
        elif text.endswith("**", 0, start):
            start -= 2
    return Span(start, end)


def _short_names(entity: Entity) -> list[str]:
    names = (entity.label, *entity.aliases)
    return [
        name
        for name in names
        if 3 <= len(name) <= 12 and " " not in name and (name.isupper() or has_cjk(name) or key(name).endswith("net"))
    ]
