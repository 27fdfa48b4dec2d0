"""Pairs of entities that may have to do with each other, each with what speaks for and against it.

Not only names in one sentence: what a sentence says is often said of its heading, of the paper just cited, or of what
the sentence before was about.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from kg.relate.statement import Page, Statement
from kg.relate.units import PLACEHOLDER, Placed, Unit
from kg.weights import Group

__all__ = ["Tie", "find_ties"]

_MOST_NAMES = 12
"""Names of one sentence that are paired with each other; in longer lists only near ones are."""
_NEAR = 3
_CONTEXT_BLOCKS = 4
"""How many blocks back a sentence may still speak of what was named there."""
_ACTORS = ("Model", "Paper", "Tool", "Dataset", "Person", "Institution")
_SELF = re.compile(
    r"本文|该文|这篇|此文|文章|文中|论文|作者|本工作|该工作|该方法|该模型|该算法|研究者|研究人员|他们|它|他|她|我们|\b(?:[Ww]e|[Tt]his|[Tt]hey|[Ii]t|[Tt]he authors?)\b"
)
_LISTED = re.compile(r"[\s、/&+和与及或（(）)“”\"□，,]*(?:以及|and|or)?[\s、/&+和与及或（(）)“”\"□，,]*")
_CLAUSE_END = re.compile(r"[，；！？,;:：|…。]|——")
_CUE_WORDS = (
    r"提出|推出|发布|开源|使用|采用|利用|基于|用于|应用|针对|解决|实现|改进|扩展|特例|变种|变体|一种|超越|优于|取代|超过|结合|融合|对应|等价|理解|看[成作]|关系|联系|区别|对比|比较|相关|影响|导致|包括|例如|比如|称为|叫做|毕业|教授|博士|导师|学生|加入|任教|发表|收录|最佳|训练|预训练|微调|评估|数据集|领域|任务|问题|方面|研究|分析|综述|解读|详解|进行|通过|引入|学习|优化|加速|需要|属于|分为|组成|包含|支持|提供"
    r"|\b(?:propos|introduc|releas|us(?:e|ing)|based|appl|for|extend|improv|variant|outperform|beat|combin|relat|similar|between|compar|train|evaluat|on|in|with|by|of|and|is)"
)
# Looking at one character first spares trying ninety words at every place.
_CUE_STARTS = "".join(sorted({word[0] for word in re.findall("[\u4e00-\u9fff]+", _CUE_WORDS)}))
_CUES = re.compile(rf"(?=[{_CUE_STARTS}a-z])(?:{_CUE_WORDS})")


class Tie(NamedTuple):
    """A pair in one unit: `first` stands in the unit, `second` in it too or in what the unit speaks of."""

    unit: Unit
    first: Placed
    second: Placed
    kind: str
    """Where `second` stands: `in` the same unit, in a `heading`, `before`, ..."""
    groups: tuple[Group, ...]
    """Features that a linear model weighs, in groups that come again and again."""
    statements: Sequence[Statement]
    """What patterns and structure state of the two here."""

    @property
    def features(self) -> tuple[str, ...]:
        """All features, as the models know them."""
        return tuple(chain.from_iterable(group.features for group in self.groups))


_Ends = tuple[str, str]
"""The entities of a pair, in alphabetical order."""


def _ends(first: str, second: str) -> _Ends:
    return (first, second) if first < second else (second, first)


def find_ties(
    units: Sequence[Unit], subjects: Mapping[int, Placed], statements: Sequence[Statement], page: Page
) -> Iterator[Tie]:
    """All pairs of one note in order of place; every statement belongs to one of them."""
    said = _by_unit(units, statements)
    context = _Context(units, subjects, page)
    pairs = [_pairs(unit, context.of(number)) for number, unit in enumerate(units)]
    times = Counter([item.entity for unit in units for item in unit.mentions])
    steps = {entity: bisect_right(_TIMES, count) for entity, count in times.items()}
    elsewhere = _first_places(units)
    together = Counter([pair for here in pairs for kind, _, _, pair, _ in here if kind == "in"])
    for number, unit in enumerate(units):
        here = said.get(number, {})
        where = "heading" if unit.heading else unit.field or ("link" if unit.title else "prose")
        for kind, first, second, pair, place in pairs[number]:
            common = _common(
                kind.partition(" ")[0],
                kind,
                where,
                first.type,
                second.type,
                steps[first.entity],
                steps[second.entity],
                bisect_right(_TIMES, together[pair]) if pair in together else 0,
            )
            found = here.pop(pair, None) if here else None
            if found:
                common = _with_statements(common, second, found)
            yield Tie(unit, first, second, kind, (common, *place), found or ())
        for pair, found in here.items():
            ends = [_placed(end, unit) or elsewhere.get(end) for end in (found[0].subject, found[0].object)]
            if ends[0] and ends[1]:
                first, second = ends[0], ends[1]
                common = _common(
                    "far",
                    "far",
                    where,
                    first.type,
                    second.type,
                    steps.get(first.entity, 0),
                    steps.get(second.entity, 0),
                    bisect_right(_TIMES, together[pair]),
                )
                yield Tie(unit, first, second, "far", (_with_statements(common, second, found),), found)


def _by_unit(units: Sequence[Unit], statements: Sequence[Statement]) -> dict[int, dict[_Ends, list[Statement]]]:
    starts = [unit.span.start for unit in units]
    said: dict[int, dict[_Ends, list[Statement]]] = {}
    for item in statements:
        if item.subject != item.object:
            # Quotes may begin a bracket or two before their unit.
            number = max(0, bisect_right(starts, item.evidence.span.start + 2) - 1)
            said.setdefault(number, {}).setdefault(_ends(item.subject, item.object), []).append(item)
    return said


def _placed(entity: str, unit: Unit) -> Placed | None:
    """Where a unit names an entity, if it does."""
    return next((item for item in (*unit.mentions, *unit.nested) if item.entity == entity), None)


def _first_places(units: Sequence[Unit]) -> dict[str, Placed]:
    """Entity -> its first mention in the note, nested ones last."""
    found: dict[str, Placed] = {}
    for item in chain.from_iterable([*(unit.mentions for unit in units), *(unit.nested for unit in units)]):
        found.setdefault(item.entity, item)
    return found


class _Context:
    """What the units of a note speak of besides what they name."""

    def __init__(self, units: Sequence[Unit], subjects: Mapping[int, Placed], page: Page) -> None:
        self._units, self._subjects, self._sections = units, subjects, page.document.sections
        self._headings: dict[int, tuple[Placed, ...]] = {}
        for unit in units:
            if unit.heading and unit.mentions:
                self._headings.setdefault(unit.section, unit.mentions[:3])

    def of(self, number: int) -> list[tuple[str, Placed]]:
        """(kind, what is spoken of) for the n-th unit, nearest first."""
        unit = self._units[number]
        found = list(self._above(unit))
        if not unit.heading:
            found += self._before(number)
            if unit.title is not None:
                found += self._below(number)
        return found

    def _above(self, unit: Unit) -> Iterator[tuple[str, Placed]]:
        section, level = unit.section, 0
        if unit.heading:
            section = self._sections[section].parent
        while section >= 0 and level < 2:
            named = self._headings.get(section)
            if named:
                subject = self._subjects.get(section)
                for item in (subject,) if subject else named:
                    kind = ("heading" if subject else "heading part") if section else "note title"
                    yield f"{kind} {level}", item
                level += 1
            section = self._sections[section].parent

    def _before(self, number: int) -> Iterator[tuple[str, Placed]]:
        unit = self._units[number]
        paper = actor = None
        for back in range(number - 1, max(-1, number - 9), -1):
            other = self._units[back]
            if other.section != unit.section or unit.block - other.block > _CONTEXT_BLOCKS or other.heading:
                break
            near = "same block" if other.block == unit.block else "block before"
            if paper is None:
                paper = next((item for item in other.mentions if item.type == "Paper"), None)
                if paper:
                    yield f"paper {near}", paper
            if actor is None:
                actor = next((item for item in other.mentions if item.type in _ACTORS and item is not paper), None)
                if actor:
                    yield f"before {near}", actor
            if paper and actor:
                break

    def _below(self, number: int) -> Iterator[tuple[str, Placed]]:
        unit = self._units[number]
        for other in self._units[number + 1 : number + 4]:
            if other.heading or other.section != unit.section:
                break
            paper = next((item for item in other.mentions if item.type == "Paper"), None)
            if paper:
                yield "paper below", paper
                break
            if other.title is not None and other.block != unit.block:
                break


_Pair = tuple[str, Placed, Placed, _Ends, tuple[Group, ...]]
"""(kind, first, second, the two entities, features of their place)"""


def _pairs(unit: Unit, context: Sequence[tuple[str, Placed]]) -> list[_Pair]:
    """Each pair of entities of a unit once, those that stand in it first."""
    text = unit.encoded
    places = [match.start() for match in PLACEHOLDER.finditer(text)]
    named = list(zip(unit.mentions, places, strict=True))
    count = len(named)
    seen: set[_Ends] = set()
    found: list[_Pair] = []
    most = count if count <= _MOST_NAMES else _NEAR + 1
    for gap in range(1, most):
        for low in range(count - gap):
            (first, left), (second, right) = named[low], named[low + gap]
            pair = _ends(first.entity, second.entity)
            if first.entity != second.entity and pair not in seen:
                seen.add(pair)
                between = _words_between(
                    PLACEHOLDER.sub("□", text[left + 1 : right]), min(gap - 1, 3), first.type, second.type
                )
                found.append(("in", first, second, pair, (between, _around(text, left, right, min(count, 7)))))
    if context and named:
        _add_context(text, named, context, seen, found)
    return found


def _add_context(
    text: str,
    named: Sequence[tuple[Placed, int]],
    context: Sequence[tuple[str, Placed]],
    seen: set[_Ends],
    found: list[_Pair],
) -> None:
    """Pairs of what a unit names and what it speaks of."""
    alone, speaks_of_itself = len(text.strip()) <= 3, _SELF.search(text) is not None
    names = min(len(named), 5)
    around = [(item, _cues_in(text[max(0, at - 6) : at]), _sign(text[at + 1 : at + 2]), at <= 2) for item, at in named]
    for kind, spoken_of in context:
        group, other, name = kind.partition(" ")[0], spoken_of.entity, spoken_of.mention.surface
        for item, cues, after, opens in around:
            entity = item.entity
            if entity == other:
                continue
            pair = (entity, other) if entity < other else (other, entity)
            if pair in seen:
                continue
            seen.add(pair)
            own = f":{item.type}>{spoken_of.type}" if speaks_of_itself else ""
            surface = item.mention.surface
            place = _away(group, cues, after, own, _shared(surface, name), name in surface, names, opens, alone)
            found.append((kind, item, spoken_of, pair, (place,)))


def _shared(first: str, second: str) -> int:
    """How many characters two names end in alike: 0, 2, 3 or 4."""
    size = 0
    for wanted in (2, 3, 4):
        if len(first) < wanted or first[-wanted:] != second[-wanted:]:
            break
        size = wanted
    return size


_TIMES = (2, 3, 4, 6, 10)
"""Counts from which a name is said to be more frequent."""


@lru_cache(maxsize=1 << 13)
def _common(group: str, kind: str, where: str, first: str, second: str, once: int, again: int, together: int) -> Group:
    return Group(
        (
            f"kind={kind}",
            f"types={group}:{first}>{second}",
            f"where={group}:{where}",
            f"where types={group}:{where}:{first}>{second}",
            f"times={group}:{once}",
            f"times2={group}:{again}",
            f"together={group}:{together}",
        )
    )


def _with_statements(common: Group, second: Placed, said: Sequence[Statement]) -> Group:
    return _with_said(
        common, tuple([(item.evidence.found_by, item.subject == second.entity, item.predicate) for item in said])
    )


@lru_cache(maxsize=1 << 13)
def _with_said(common: Group, said: tuple[tuple[str, bool, str], ...]) -> Group:
    names = dict.fromkeys(f"by={by}" for by, _, _ in said)
    says = dict.fromkeys(f"says={'<' if turned else '>'}{predicate}" for _, turned, predicate in said)
    return Group((*common.features, "by=any", *names, *says))


_STEPS = (0, 1, 2, 4, 7, 13, 25, 50)


@lru_cache(maxsize=1 << 13)
def _words_between(between: str, names: int, first: str, second: str) -> Group:
    ends = _CLAUSE_END.findall(between)
    found = [
        f"apart={bisect_right(_STEPS, len(between))}",
        f"names between={names}",
        f"clauses={min(len(ends), 3)}",
        f"same type={first == second}:{min(names, 2)}",
    ]
    if _LISTED.fullmatch(between):
        found.append(f"listed={first}>{second}")
    elif len(between) <= 2:
        found.append(f"joined={between}")
    found += [f"cue={cue}" for cue in _cues_in(between)]
    if ends:
        found.append(f"end={ends[0]}")
    if between.lstrip().startswith(("：", ":", "——")):
        found.append("first before colon")
    return _group(tuple(found))


@lru_cache(maxsize=1 << 13)
def _group(features: tuple[str, ...]) -> Group:
    return Group(features)


def _around(text: str, left: int, right: int, names: int) -> Group:
    before, after = text[max(0, left - 8) : left], text[right + 1 : right + 12]
    return _signs_around(_cues_in(before), _cues_in(after), _sign(after[:1]), not before or before.isspace(), names)


@lru_cache(maxsize=1 << 13)
def _signs_around(before: tuple[str, ...], after: tuple[str, ...], sign: str, opens: bool, names: int) -> Group:
    found = [f"names={names}", f"after={sign}", f"opens={opens}"]
    found += [f"cue before={cue}" for cue in before]
    found += [f"cue after={cue}" for cue in after]
    return Group(tuple(found))


def _cues_in(text: str) -> tuple[str, ...]:
    """The cue words of a text in order, each once."""
    found = _CUES.findall(text)
    return tuple(dict.fromkeys(found)) if found else ()


def _sign(char: str) -> str:
    if not char or char.isspace():
        return "end"
    return "name" if PLACEHOLDER.match(char) else char


@lru_cache(maxsize=1 << 13)
def _away(
    group: str,
    cues: tuple[str, ...],
    after: str,
    own: str,
    shared: int,
    inside: bool,
    names: int,
    opens: bool,
    alone: bool,
) -> Group:
    found = [
        f"names={group}:{names}",
        f"opens={group}:{opens}",
        f"alone={group}:{alone}",
        f"after={group}:{after}",
    ]
    found += [f"cue before={group}:{cue}" for cue in cues]
    if own:
        found.append(f"self={group}{own}")
    if shared:
        found.append(f"same ending={shared}")
    if inside:
        found.append("contains")
    return Group(tuple(found))
