"""Chinese names of concepts that no lexicon has: chunks of nouns, weighed by a linear model over all that a note says of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import chain
from typing import NamedTuple

from kg.extract.page import Candidate, Page, Passage
from kg.extract.words import FACETS, FILLER, GENERIC
from kg.text import has_cjk, is_cjk
from kg.weights import read_weights

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
    chunks = chunks_of(page, lambda word: word not in FACETS and model.weight(f"last={word}") > _HOPELESS)
    by_passage: dict[int, list[tuple[float, int, int, str]]] = defaultdict(list)
    for surface, places in chunks.items():
        features = chunk_features(surface, places)
        chance = model.yes(features)
        if chance >= _LEAST:
            kind, _ = types.best(features)
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
    for chunk in _chunks(page, could_end):
        found[chunk.surface].append(chunk)
    return found


def _chunks(page: Page, could_end: Callable[[str], bool]) -> Iterator[Chunk]:
    for passage in page.passages:
        words, text = passage.words, passage.text
        named = [word.tag[0] in _TAGS and word.tag not in _NOT_TAGS for word in words]
        for last, here in enumerate(words):
            if not named[last] or not is_cjk(text[here.start]) or not could_end(text[here.start : here.end]):
                continue
            filler = True
            for first in range(last, max(-1, last - _MOST_WORDS), -1):
                start = words[first].start
                if (
                    not named[first]
                    or here.end - start > _LONGEST
                    or (first < last and words[first].end != words[first + 1].start)
                ):
                    break
                latin = words[first].tag == "eng"
                # `YOLO算法` is YOLO, and 参考代码 is nothing.
                if filler and latin:
                    break
                filler = filler and text[start : words[first].end] in FILLER
                if here.end - start >= 2 and not filler and (latin or is_cjk(text[start])):
                    yield Chunk(text[start : here.end], passage, first, last, start, here.end)


def chunk_features(surface: str, places: list[Chunk]) -> list[str]:
    """Names of what is true of a surface anywhere in a note, each once."""
    passage = places[0].passage
    inside = passage.words[places[0].first : places[0].last + 1]
    words = [passage.text[word.start : word.end] for word in inside]
    found = [
        f"times={min(len(places), 5)}",
        f"length={len(surface)}",
        f"words={len(words)}",
        "tags=" + "/".join([word.tag for word in inside]),
        f"last={words[-1]}",
        f"last char={surface[-1]}",
        f"last tag={inside[-1].tag}",
        f"first={words[0]}",
        f"first tag={inside[0].tag}",
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
    passage, text, words = place.passage, place.passage.text, place.passage.words
    where = "heading" if passage.heading else "link" if passage.title_range() else passage.block.kind
    before = words[place.first - 1] if place.first else None
    after = words[place.last + 1] if place.last + 1 < len(words) else None
    left, right = text[place.start - 1 : place.start] if place.start else "", text[place.end : place.end + 1]
    found = [
        f"where={where}",
        f"left={left if left in _LEFT else ''}",
        f"right={right if right in _RIGHT else ''}",
        f"left tag={before.tag if before and before.end == place.start else ''}",
        f"right tag={after.tag if after and after.start == place.end else ''}",
    ]
    if passage.heading:
        found.append(f"heading={place.start <= 3}:{place.end >= len(text.rstrip()) - 1}")
    if before is not None:
        found.append(f"before={text[before.start : before.end]}")
    if after is not None:
        found.append(f"after={text[after.start : after.end]}")
    return found
