"""A statement read in one place, and the page that it is read from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.model import Document, Entity, Evidence, Span
from kg.relate.units import Unit
from kg.text import has_cjk, key

__all__ = ["Page", "Statement", "looked_at"]

_CLOSING = re.compile(r"\]\]|\]\([^()\s]*\)|\]")


class Statement(NamedTuple):
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
    _quotes: dict[tuple[int, int], tuple[Span, int, str]] = field(default_factory=dict, repr=False, compare=False)

    def statement(
        self, subject: str, predicate: str, object_: str, unit: Unit, found_by: str, confidence: float
    ) -> Statement:
        """A statement whose evidence is a unit."""
        return self.quoting(subject, predicate, object_, unit.span, found_by, confidence)

    def quoting(
        self, subject: str, predicate: str, object_: str, span: Span, found_by: str, confidence: float
    ) -> Statement:
        """A statement whose evidence is a range of the note."""
        place = (span.start, span.end)
        quoted = self._quotes.get(place) or self._quotes.setdefault(place, self._quote(span))
        return Statement(subject, predicate, object_, Evidence(self.document.id, *quoted, found_by, confidence))

    def _quote(self, span: Span) -> tuple[Span, int, str]:
        """What is quoted for a range, the line on which it begins, and its text."""
        line, _ = self.document.position(span.start)
        span = _with_whole_markup(self.document.text, span)
        return span, line, self.document.text[span.start : span.end]

    def composed_of(self, surface: str, entity: str) -> bool:
        """Whether a name ends in a short name of the entity: `BT-RNN` or `可逆RNN` in `RNN`, not `ResNet` in `Net`."""
        return self.base_of(surface, self.bases([entity], "Model")) == entity

    def bases(self, entities: Iterable[str], type_: str) -> dict[str, str]:
        """Names that other names may end in -> their entities: short ones of models, Chinese ones of topics."""
        found: dict[str, str] = {}
        for entity in entities:
            names = _short_names(self.entities[entity]) if type_ == "Model" else _chinese_names(self.entities[entity])
            for name in names:
                found.setdefault(name, entity)
        return found

    def base_of(self, surface: str, bases: Mapping[str, str]) -> str | None:
        """The entity whose name a longer name ends in; the longest such name is the nearest kin."""
        folded = surface.replace(" ", "")
        for start in range(1, len(folded) - 1):
            entity = bases.get(folded[start:])
            if entity and _modifies(folded[:start], folded[start:]):
                return entity
        return None


def looked_at(entity: Entity) -> tuple[str, ...]:
    """All that relations are read from of an entity, beside its id: nothing else of it can change what a note states."""
    return (entity.type, *_short_names(entity), "", *_chinese_names(entity))


_LONGEST_HEAD = 4
"""Characters before a Chinese name that still are a word of it: 短文本分类; longer ones are sentences: 在线免费机器学习."""


def _modifies(head: str, name: str) -> bool:
    if has_cjk(name) and (head[-1] in "无非半反弱自不去" or len(head) > _LONGEST_HEAD):
        return False
    return has_cjk(head) or head.endswith(("-", "‐", "–")) or head[-1:].isalnum()


def _chinese_names(entity: Entity) -> list[str]:
    return [name for name in (entity.label_zh, *entity.aliases) if len(name) >= 4 and has_cjk(name)]


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
