"""What a pattern needs before it is tried: with and without asking, the same is found."""

from __future__ import annotations

import random
import re

import pytest

from kg.relate.cues import CUES, cues_for
from kg.relate.needs import needs_of
from kg.relate.units import CLASSES, PLACEHOLDER

SENTENCES = (
    "{H}等人提出了{M}，一种用于{C}的方法。",
    "{I}的教授{H}毕业于{I}",
    "{P}发表于{V}，作者是{H}、{H}和{H}",
    "{M}是{M}的一个特例，{M}与{M}的关系",
    "在{D}上，{M}超越了{M}和{M}",
    "{M} outperforms {M} and {M} on the {D}",
    "{M} is a variant of {M} for {C}",
    "基于{T}实现的{M}；用{T}训练{M}",
    "{P}, in {V} by {H} at {I}",
    "{M}：{M} + {M}",
    "{M} - {C}的图像",
    "{H}（{I}）",
    "针对{C}任务的{D}，由{I}公布",
    "relationship between {M} and {C}",
    "{I}{H}详解{M}",
    "{H}在{I}提出了{M}",
    "{M}由{I}的团队开发",
    "{M} was proposed in 2017 by {H}",
    "{H} et al. (2015) proposed {M}",
    "{M}的作者是{H}，{H}的代表作{M}",
    "{H}的论文《{P}》",
    "{H} {I}",
    "{H}在{I}工作；{H}，{I}博士",
    "{H} is a professor at {I}",
    "{V}最佳论文{P}",
    "{V}：{P}",
    "{M}参加{V}，{V}冠军{M}，{V}的best paper {M}",
    "{H}在{V}的论文《{P}》（{V}）",
    "{P} was published in {V}",
    "{M}、{M}都称为{M}，{M}的变种{M}，{M}改进了{M}",
    "{M} extends {M}",
    "{M}系列如{M}、{M}，{M}比{M}更快",
    "{M}使用了{M}，{M}的{T}实现，{M}在{M}中的应用",
    "{M}都在用的{M}",
    "{M} uses {T} and {D}",
    "{M}={M}+{M}",
    "{M}在{D}上取得",
    "{M}用于{C}，{M}在{C}中的应用，{M}在{C}等任务中，用{M}进行{C}，{C}算法{M}",
    "{M}：{C}方法",
    "{M}是一种{C}方法",
    "{M} is a type of {C}",
    "{M}看成{C}，{M}与{C}相结合，{M}就是{C}",
    "{M} is related to {C}",
    "将{M}与{C}结合",
)


def encoded(template: str) -> str:
    return re.sub(r"\{(\w)\}", lambda match: chr(0xE000 + 0x100 * "MPHIDVTC".index(match[1])), template)


def tried(text: str, terse: bool) -> set[str]:
    placeholders = tuple(ord(char) & ~0xFF for char in PLACEHOLDER.findall(text))
    return {
        cue.name + cue.predicate
        for cue in cues_for(placeholders, terse)
        if cue.word_in is None or cue.word_in(text) is not None
    }


def without_asking(text: str, terse: bool) -> set[str]:
    return {cue.name + cue.predicate for cue in CUES if (terse or not cue.within_title) and cue.pattern.search(text)}


@pytest.mark.parametrize("seed", range(40))
def test_a_cue_that_matches_is_always_tried(seed: int) -> None:
    """Sentences of needed words, mentions and pieces of the samples in any order."""
    chance = random.Random(seed)
    pieces = [encoded(piece) for sentence in SENTENCES for piece in re.findall(r"\{\w\}|[^{}]+", sentence)]
    words = [word for cue in CUES for word in cue.needs.words]
    marks = [chr(0xE000 + 0x100 * number + chance.randrange(0x100)) for number in range(len(CLASSES))]
    mixed = ["".join(chance.choice(chance.choice((pieces, words, marks, marks))) for _ in range(9)) for _ in range(60)]
    texts = [encoded(sentence) for sentence in SENTENCES] + mixed
    for cue in CUES:
        for word in cue.needs.words:
            ends = [chr(chance.choice(slot)[0]) for slot in cue.needs.slots]
            texts.append(word.join(ends))
    for text in texts:
        for terse in (False, True):
            assert without_asking(text, terse) <= tried(text, terse)


def test_samples_match_many_cues() -> None:
    """The test above says nothing unless patterns do match."""
    assert len({name for sentence in SENTENCES for name in without_asking(encoded(sentence), True)}) > 0.9 * len(CUES)


def test_most_cues_need_a_word_and_all_need_two_mentions() -> None:
    assert sum(cue.word_in is not None for cue in CUES) > 0.9 * len(CUES)
    assert all(len(cue.needs.slots) >= 2 for cue in CUES)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("ab?c", ("abc", "ac")),
        ("x(?:foo|bar)+y", ("bar", "foo")),
        ("(?:foo|)bar", ("bar",)),
        ("(?:foo)?", ()),
        ("[ab]c", ("ac", "bc")),
        ("(?:看[成作]|对应了?)", ("对应", "看作", "看成")),
        ("(?!never)[^x]*this", ("this",)),
        ("(?i:foo)", ()),
        ("(?i)foo", ()),
    ],
)
def test_words_that_a_pattern_needs(pattern: str, words: tuple[str, ...]) -> None:
    assert needs_of(re.compile(pattern)).words == words


def test_slots_in_order() -> None:
    needs = needs_of(re.compile(f"[{CLASSES['M']}]x[{CLASSES['P']}{CLASSES['H']}](?:[{CLASSES['T']}])?"))
    assert needs.has_slots((0xE000, 0xE200))
    assert needs.has_slots((0xE100, 0xE000, 0xE500, 0xE100))
    assert not needs.has_slots((0xE100, 0xE000))
    assert not needs.has_slots((0xE000,))
