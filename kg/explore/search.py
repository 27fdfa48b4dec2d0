"""Find entities by name, in Chinese or English, by part of a name, with a typing error, or inside a question."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kg.errors import SettingsError
from kg.explore.graph import Graph, Node
from kg.explore.indexed import IndexedGraph
from kg.text import fold, has_cjk, key

__all__ = ["Match", "find_entity", "search"]


@dataclass(frozen=True, slots=True)
class Match:
    """An entity that answers a search, and why."""

    entity_id: str
    score: float
    """0-1: exact names from 0.95, prefixes 0.7-0.9, substrings 0.5-0.7, typing errors 0.3-0.5; a name found inside a
    question counts 0.9 of that."""
    reason: str
    matched_name: str
    """The name that was met, as the graph spells it."""


# Words that carry a question but name nothing; an entity that is named so is still found by its exact name.
_STOP_WORDS_TEXT = """
    a an and any are about as at be between by can connect connected connection could describe did difference do does
    explain find for from give had has have how i in into is it its link linked me of on or paper papers relate related
    relation relations relationship relationships same show tell than that the their them there they thing things tie to
    up us use used uses using vs was we were what when where which who whom why with work works you
    的 了 和 与 及 跟 同 或 在 是 有 吗 呢 吧 把 被 对 从 到 于 之 其 为 也 都 就 这 那 哪 谁 几 能 会 我 你 想
    哪些 哪个 什么 怎么 怎样 如何 为什么 为何 多少 关系 关联 联系 联系起来 区别 不同 相同 之间 以及 还有 关于 有关
    请问 介绍 解释 说明 一下 可以 我们 知道 怎么样 有什么 是什么 论文 文章 笔记
"""
_STOP_WORDS = frozenset(_STOP_WORDS_TEXT.split())
_LATIN_WORD = re.compile(r"[^\W_]+(?:[-+#.'’][^\W_]+)*[+#]*")
_QUESTION = 4
"""Characters from which on a Chinese text may name two things."""
_HELD = 0.5
"""The least score of a name that holds what is wanted."""
_LONGEST_NAME = 10
"""Names inside a question are looked for up to this many words."""
_LONGEST_CHINESE = 30
"""Characters of a Chinese name inside a question."""


def search(graph: Graph | IndexedGraph, text: str, limit: int = 10) -> tuple[Match, ...]:
    """Entities whose names fit the text, best first; ties go to the one that more notes mention, then by id.

    A text that is not itself a name is taken for a question too: the names in it are found one by one.
    """
    wanted = key(text)
    if not wanted or limit < 1:
        return ()
    found = _exact(graph, wanted)
    if not found and not (has_cjk(text) and len(wanted) < _QUESTION):
        parts = _parts(graph, text)
        if len(parts) > 1:
            for part in parts:
                for match in _of_part(graph, part):
                    _keep_better(found, match)
    for match in _containing(graph, wanted):
        _keep_better(found, match)
    # What is misspelt scores below what holds the text, and looking for it takes longest.
    if sum(match.score >= _HELD for match in found.values()) < limit:
        for match in _misspelt(graph, wanted):
            _keep_better(found, match)
    return _ranked(graph, found)[:limit]


def find_entity(graph: Graph | IndexedGraph, name: str) -> Node:
    """The entity with this id or name (any case, width, script, hyphenation); raises SettingsError with the nearest."""
    if name in graph.entities:
        return graph.entities[name]
    folded = key(name)
    for wanted in (folded, folded.removesuffix("s")):
        exact = _ranked(graph, _exact(graph, wanted))
        if exact:
            return graph.entities[exact[0].entity_id]
    near = tuple(dict.fromkeys(graph.label(match.entity_id) for match in search(graph, name, limit=5)))
    hint = f"did you mean {', '.join(near)}?" if near else "look for it by a part of its name: kg search TEXT"
    raise SettingsError(f"the graph has nothing named {name!r}", hint)


def _exact(graph: Graph | IndexedGraph, wanted: str) -> dict[str, Match]:
    found: dict[str, Match] = {}
    for identifier, name in graph.bearers(wanted):
        place = graph.entities[identifier].names.index(name)
        kind = "label" if place < 3 and name not in graph.entities[identifier].aliases else "alias"
        _keep_better(found, Match(identifier, 1.0 - 0.01 * min(place, 5), f"exact {kind}", name))
    return found


def _containing(graph: Graph | IndexedGraph, wanted: str) -> Iterator[Match]:
    """Names that begin with what is wanted, or hold it elsewhere; one Latin letter or digit holds for nothing."""
    if len(wanted) < 2 and not has_cjk(wanted):
        return
    for folded, identifier, name in graph.holding(wanted):
        if len(folded) == len(wanted):
            continue
        share = len(wanted) / len(folded)
        begins = folded.startswith(wanted)
        score, reason = (0.7 + 0.2 * share, "begins with it") if begins else (0.5 + 0.2 * share, "contains it")
        yield Match(identifier, round(score, 4), reason, name)


def _misspelt(graph: Graph | IndexedGraph, wanted: str) -> Iterator[Match]:
    """Names within a few slips (insertion, deletion, change, swap); short names allow fewer."""
    slips = _slips(wanted)
    if not slips:
        return
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    names = graph.folded_names(len(wanted) - slips, len(wanted) + slips)
    for folded, distance, _ in process.extract(wanted, names, scorer=OSA.distance, score_cutoff=slips, limit=None):
        if 0 < distance <= _slips(folded):
            score = 0.3 + 0.2 * (1.0 - distance / max(len(wanted), len(folded)))
            reason = f"similar, {distance} character{'s' if distance > 1 else ''} apart"
            for identifier, name in graph.bearers(folded):
                yield Match(identifier, round(score, 4), reason, name)


def _slips(folded: str) -> int:
    if has_cjk(folded):
        return 0 if len(folded) < 3 else 1 if len(folded) < 7 else 2
    return 0 if len(folded) < 4 else 1 if len(folded) < 7 else 2 if len(folded) < 13 else 3


def _of_part(graph: Graph | IndexedGraph, part: str) -> Iterator[Match]:
    """Matches of one part of a question; the weaker ways are tried only where no name is exactly that."""
    folded = key(part)
    matches = list(_exact(graph, folded).values()) or list(_exact(graph, folded.removesuffix("s")).values())
    if not matches and len(folded) >= (2 if has_cjk(folded) else 3):
        matches = list(_containing(graph, folded)) or list(_misspelt(graph, folded))
    for match in matches:
        yield replace(match, score=round(0.9 * match.score, 4), reason=f"{part!r} in the question: {match.reason}")


def _parts(graph: Graph | IndexedGraph, text: str) -> tuple[str, ...]:
    """The names and content words of a text: longest known names first, then words that are no stop words."""
    words = _words(graph, text)
    parts: list[str] = []
    at = 0
    while at < len(words):
        for end in range(min(len(words), at + _LONGEST_NAME), at, -1):
            piece = text[words[at][0] : words[end - 1][1]]
            folded = key(piece)
            single = end - at == 1 and fold(piece) in _STOP_WORDS
            if not single and (graph.bearers(folded) or graph.bearers(folded.removesuffix("s"))):
                parts.append(piece)
                at = end
                break
        else:
            piece = text[words[at][0] : words[at][1]]
            if fold(piece) not in _STOP_WORDS:
                parts.append(piece)
            at += 1
    return tuple(dict.fromkeys(parts))


def _words(graph: Graph | IndexedGraph, text: str) -> list[tuple[int, int]]:
    """Half-open ranges of the words of a text, the graph's names among them."""
    if not has_cjk(text):
        return [match.span() for match in _LATIN_WORD.finditer(text)]
    from kg.explore.words import words_of

    return words_of(fold(text), [fold(name) for name in _names_in(graph, text)])


def _names_in(graph: Graph | IndexedGraph, text: str) -> list[str]:
    """Chinese names of the graph that stand in a text, in order."""
    folded, whole = key(text), fold(text)
    pieces = {
        folded[at:end]
        for at in range(len(folded))
        for end in range(at + 1, min(len(folded), at + _LONGEST_CHINESE) + 1)
    }
    names = {name for piece in pieces for _, name in graph.bearers(piece)}
    return sorted(name for name in names if has_cjk(name) and fold(name) in whole)


def _keep_better(found: dict[str, Match], match: Match) -> None:
    rival = found.get(match.entity_id)
    if rival is None or match.score > rival.score:
        found[match.entity_id] = match


def _ranked(graph: Graph | IndexedGraph, found: dict[str, Match]) -> tuple[Match, ...]:
    return tuple(sorted(found.values(), key=lambda m: (-m.score, -graph.entities[m.entity_id].note_count, m.entity_id)))
