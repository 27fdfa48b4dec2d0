"""Chinese names of concepts that no lexicon has: chunks of nouns, weighed by a linear model over all that a note says of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import chain
from math import inf
from typing import NamedTuple

from kg.extract.page import Candidate, Page, Passage
from kg.extract.words import FACETS, FILLER, GENERIC
from kg.text import has_cjk, is_cjk
from kg.weights import Weights, read_weights

__all__ = ["CONCEPT", "Chunk", "chunk_features", "chunks_of", "find_concepts"]

CONCEPT = "concept"
_LEAST = 0.25
"""Probability from which a chunk is kept as a name."""
_HOPELESS = -0.3
"""Weight of a last word up to which nothing that ends in it is looked at."""
_MOST_WORDS = 4
_LONGEST = 10
_TAGS = frozenset("nvbaljigkqe")
"""First letters of the parts of speech that names are made of (`e` is `eng`, Latin script)."""
_NOT_TAGS = frozenset({"vshi", "vyou", "ad", "vd"})
_LEFT = frozenset("的和与、，。：《“(（在对用中为是 ")
_RIGHT = frozenset("的和与、，。：》”)）在对用中为是上等 ")


class Chunk(NamedTuple):
    """Words `first` to `last` of a passage that run into one another."""

    surface: str
    passage: Passage
    first: int
    last: int
    start: int
    end: int


def find_concepts(page: Page) -> Iterator[Candidate]:
    """Chunks that are topics or models more likely than the threshold says; of overlapping ones the likeliest."""
    model, types = read_weights("concepts"), read_weights("concept_types")
    judge = _judge(model)
    by_passage: dict[int, list[tuple[float, int, int, str]]] = defaultdict(list)
    for surface, places in chunks_of(page, judge.could_end).items():
        chance = judge.chance(surface, places)
        if chance >= _LEAST:
            kind, _ = types.best(chunk_features(surface, places))
            for place in places:
                by_passage[place.passage.index].append((chance, place.start, place.end, kind))
    for index, found in sorted(by_passage.items()):
        taken: list[tuple[int, int]] = []
        for chance, start, end, kind in sorted(found, key=lambda item: (-item[0], item[1], -item[2])):
            if all(end <= low or high <= start for low, high in taken):
                taken.append((start, end))
                yield Candidate(index, start, end, kind, CONCEPT, chance)


def chunks_of(page: Page, could_end: Callable[[str], bool]) -> dict[str, list[Chunk]]:
    """Runs of up to four words that names are made of, by surface, as far as their last word could end one."""
    found: dict[str, list[Chunk]] = defaultdict(list)
    for passage in page.passages:
        text, (starts, ends, tags, surfaces) = passage.text, passage.cut
        named = list(map(_in_names, tags))
        for last, end in enumerate(ends):
            if not named[last] or not could_end(surfaces[last]) or not is_cjk(text[starts[last]]):
                continue
            filler = True
            for first in range(last, max(-1, last - _MOST_WORDS), -1):
                start = starts[first]
                if not named[first] or end - start > _LONGEST:
                    break
                latin = tags[first] == "eng"
                if filler:
                    # `YOLO算法` is YOLO, and 参考代码 is nothing.
                    if latin:
                        break
                    filler = surfaces[first] in FILLER
                if not filler and end - start >= 2 and (latin or is_cjk(text[start])):
                    surface = text[start:end]
                    found[surface].append(Chunk(surface, passage, first, last, start, end))
    return found


@lru_cache(maxsize=1 << 10)
def _in_names(tag: str) -> bool:
    return tag[0] in _TAGS and tag not in _NOT_TAGS


_OWN = ("times=", "length=", "words=", "tags=", "last=", "last char=", "last tag=", "first=", "first tag=")
_CONTEXT = ("where", "left", "right", "left tag", "right tag", "heading", "before", "after")


class _Judge:
    """What a model says of chunks, without writing their features down: `chunk_features` says what each number is of."""

    def __init__(self, model: Weights) -> None:
        self._model = model
        self._last = model.starting("last=")
        self.could_end: Callable[[str], bool] = lru_cache(maxsize=1 << 14)(self._could_end)
        self._own = tuple([model.starting(prefix).get for prefix in _OWN])
        self._single, self._generic = model.starting("single="), model.starting("generic=")
        self._latin = model.starting("latin head").get("", 0.0)
        self._context = tuple([model.starting(f"{name}=") for name in _CONTEXT])

    def _could_end(self, word: str) -> bool:
        return word not in FACETS and self._last.get(word, -inf) > _HOPELESS

    def chance(self, surface: str, places: list[Chunk]) -> float:
        """The probability that a chunk is a name; the weights are added in the order of `chunk_features`."""
        place = places[0]
        cut, first, last = place.passage.cut, place.first, place.last
        words, tags = cut.surfaces[first : last + 1], cut.tags[first : last + 1]
        head, tail = words[0], words[-1]
        times, length, count, all_tags, last_word, last_char, last_tag, first_word, first_tag = self._own
        score = (
            times(str(min(len(places), 5)), 0.0)
            + length(str(len(surface)), 0.0)
            + count(str(len(words)), 0.0)
            + all_tags("/".join(tags), 0.0)
            + last_word(tail, 0.0)
            + last_char(tail[-1], 0.0)
            + last_tag(tags[-1], 0.0)
            + first_word(head, 0.0)
            + first_tag(tags[0], 0.0)
        )
        if first == last:
            score += self._single.get(surface, 0.0)
        if not has_cjk(head):
            score += self._latin
        if not GENERIC.isdisjoint(words):
            score += self._generic.get(f"{head in GENERIC}:{tail in GENERIC}:{len(words)}", 0.0)
        if len(places) == 1:
            for weights, value in zip(self._context, _context_values(place), strict=True):
                if value in weights:
                    score += weights[value]
        else:
            seen: set[tuple[int, str | None]] = set()
            for place in places:
                for number, value in enumerate(_context_values(place)):
                    if value in self._context[number] and (number, value) not in seen:
                        seen.add((number, value))
                        score += self._context[number][value]
        return self._model.yes_at(score)


_judge = lru_cache(maxsize=2)(_Judge)


def chunk_features(surface: str, places: list[Chunk]) -> list[str]:
    """Names of what is true of a surface anywhere in a note, each once."""
    (_, _, all_tags, surfaces), first, last = places[0].passage.cut, places[0].first, places[0].last
    words, tags = surfaces[first : last + 1], all_tags[first : last + 1]
    found = [
        f"times={min(len(places), 5)}",
        f"length={len(surface)}",
        f"words={len(words)}",
        "tags=" + "/".join(tags),
        f"last={words[-1]}",
        f"last char={surface[-1]}",
        f"last tag={tags[-1]}",
        f"first={words[0]}",
        f"first tag={tags[0]}",
    ]
    if len(words) == 1:
        found.append(f"single={surface}")
    if not has_cjk(words[0]):
        found.append("latin head")
    if not GENERIC.isdisjoint(words):
        found.append(f"generic={words[0] in GENERIC}:{words[-1] in GENERIC}:{len(words)}")
    if len(places) == 1:
        return found + _context(places[0])
    return found + list(dict.fromkeys(chain.from_iterable(map(_context, places))))


def _context(place: Chunk) -> list[str]:
    return [
        f"{name}={value}" for name, value in zip(_CONTEXT, _context_values(place), strict=True) if value is not None
    ]


def _context_values(place: Chunk) -> tuple[str | None, ...]:
    """What stands around a chunk, in the order of `_CONTEXT`; None where there is nothing to say."""
    passage, first, start, end = place.passage, place.first, place.start, place.end
    text, (_, _, tags, surfaces) = passage.text, passage.cut
    after = place.last + 1
    follows = after < len(tags)
    left, right = text[start - 1 : start] if start else "", text[end : end + 1]
    return (
        passage.where,
        left if left in _LEFT else "",
        right if right in _RIGHT else "",
        tags[first - 1] if first else "",
        tags[after] if follows else "",
        f"{start <= 3}:{end >= len(text.rstrip()) - 1}" if passage.heading else None,
        surfaces[first - 1] if first else None,
        surfaces[after] if follows else None,
    )
