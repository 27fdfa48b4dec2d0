"""Families of names, linked apart, give what all names give linked together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kg.link.again
from kg.lexicon import Entry, Lexicon
from kg.link import (
    Decision,
    Draft,
    Linked,
    Linking,
    Names,
    Tally,
    Use,
    alias_touches,
    draft,
    id_stem,
    link,
    numbered,
    settle,
    touches,
)
from kg.model import Alias, Entity, Span

LEXICON = Lexicon(
    [
        Entry("Model", "ResNet", "残差网络", ("Residual Network",), frozenset(), ""),
        Entry("Topic", "GAN", "", ("GANs",), frozenset({"Gan"}), ""),
        Entry("Model", "GAN", "生成对抗网络", (), frozenset(), ""),
        Entry("Person", "Tianqi Chen", "", (), frozenset(), ""),
        Entry("Person", "Kaiming He", "何恺明", (), frozenset(), ""),
        Entry("Paper", "attentionisallyouneed", "", (), frozenset(), ""),
        Entry("Venue", "CVPR", "", (), frozenset(), ""),
    ]
)
SURFACES = (
    "ResNet", "resnets", "残差网络", "GAN", "GANs", "Gan", "gans", "生成对抗网络", "陈天琦", "陈天琦老师", "陳天琦", "Chen, Tian Qi",
    "Tianqi Chen", "Tian-Qi Chen", "Tian Qi", "Chen Tianqi", "Kaiming He", "He, Kaiming", "何恺明", "attentionisallyouneeds",
    "Attention Is All You Need", "a very long title of a paper", "a very long title of a papers", "a very long title of a paperss", "CVPR", "CVPR 2018", "CVPR2019",
    "ECCV'18", "ECCV 2018", "eccv", "XNet", "XNets", "xnet-2", "xnet 2", "X Net", "\u00a7\u00a7", "\u00a7", "ResNet 2018", "李 明", "李明", "Ming Li",
)  # fmt: skip
TYPES = ("Model", "Topic", "Person", "Paper", "Venue")
KEYS = ("", "", "", "arxiv:1512.03385", "github:a/b", *(entry.key for entry in LEXICON))
NOTES = ("a", "b", "c")


@st.composite
def names(draw: st.DrawFn) -> Names:
    found: dict[Use, Tally] = {}
    for place in range(draw(st.integers(1, 14))):
        use = Use(*(draw(st.sampled_from(each)) for each in (SURFACES, TYPES, KEYS)), draw(st.booleans()))
        notes = draw(st.frozensets(st.sampled_from(NOTES), min_size=1))
        count = draw(st.integers(1, 3))
        found[use] = Tally(count, count * 700, 0.7, (min(notes), place, -place - 1, use.type), notes)
    surfaces = st.sampled_from([use.surface for use in found] + list(SURFACES[:6]))
    aliases = [
        Alias("a", Span(at, at + 1), draw(surfaces), draw(surfaces), "parenthesis", draw(st.sampled_from((0.6, 0.9))))
        for at in range(draw(st.integers(0, 6)))
    ]
    years = [(use, "2018") for use in found if draw(st.booleans())]
    return Names(found, tuple(aliases), tuple(years))


def families_of(names: Names) -> list[Names]:
    """By their touches, spelled out."""
    above: dict[str, str] = {}

    def root(touch: str) -> str:
        while above.setdefault(touch, touch) != touch:
            touch = above[touch]
        return touch

    def join(touches: Sequence[str]) -> None:
        for touch in touches:
            above[root(touch)] = root(touches[0])

    felt = {use: touches(use, LEXICON) for use in names.uses}
    for found in felt.values():
        join(found)
    told = [alias for alias in names.aliases if set(alias_touches(alias)) <= above.keys()]
    for alias in told:
        join(alias_touches(alias))
    uses: Mapping[str, dict[Use, Tally]] = defaultdict(dict)
    for use, found in felt.items():
        uses[root(found[0])][use] = names.uses[use]
    return [
        Names(
            here,
            tuple(alias for alias in told if root(alias_touches(alias)[0]) == family),
            tuple(item for item in names.years if item[0] in here),
        )
        for family, here in uses.items()
    ]


def apart(parts: Iterable[Names]) -> tuple[list[Entity], dict[Use, Linked], list[Decision]]:
    drafts = [draft(part, LEXICON) for part in parts]
    stems = defaultdict(list)
    for group, entity in (item for each in drafts for item in each.things):
        stems[id_stem(entity.id)].append((group, entity.id))
    renamed = {group: new for same in stems.values() for group, new in numbered(same).items()}
    entities: list[Entity] = []
    linked: dict[Use, Linked] = {}
    for each in drafts:
        found, more = settle(each, renamed)
        entities += found
        linked |= more
    return (
        sorted(entities, key=lambda entity: entity.id),
        linked,
        [decision for each in drafts for decision in each.decisions],
    )


@settings(max_examples=400, deadline=None)
@given(names())
def test_linked_apart_they_are_what_they_are_together(names: Names) -> None:
    entities, linked, decisions = link(names, LEXICON)
    one_by_one, separately, decided = apart(families_of(names))
    assert one_by_one == list(entities)
    assert separately == linked
    assert sorted(map(repr, decided)) == sorted(map(repr, decisions))
    assert [(entity.type, entity.id) for entity in entities] == sorted((entity.type, entity.id) for entity in entities)


@settings(max_examples=300, deadline=None)
@given(st.lists(names(), min_size=2, max_size=4))
def test_linked_again_they_are_what_they_are_linked_anew(states: list[Names]) -> None:
    linking = Linking()
    for state in states:
        entities, linked, decisions = link(state, LEXICON, linking)
        wanted, anew, decided = link(state, LEXICON)
        assert entities == wanted
        assert linked == anew
        assert sorted(map(repr, decisions)) == sorted(map(repr, decided))


def test_only_what_a_change_may_have_reached_is_linked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[set[str]] = []

    def noted(names: Names, lexicon: Lexicon) -> Draft:
        seen.append({use.surface for use in names.uses})
        return draft(names, lexicon)

    monkeypatch.setattr(kg.link.again, "draft", noted)
    tally = Tally(1, 800, 0.8, ("a", 0, -1, "Model"), frozenset("a"))
    uses = {Use(name, "Model", "", False): tally for name in ("XNet", "Quabnet", "ZNet", "深度学习")}
    linking = Linking()
    linking.draft(Names(uses, (), ()), LEXICON)
    linking.draft(Names(uses, (), ()), LEXICON)
    linking.draft(Names({**uses, Use("ZNets", "Model", "", False): tally}, (), ()), LEXICON)
    alias = Alias("a", Span(0, 1), "XNet", "Quabnet", "parenthesis", 0.9)
    linking.draft(Names(uses, (alias,), ()), LEXICON)
    linking.draft(Names(uses, (), ()), LEXICON)
    assert seen == [
        {use.surface for use in uses},
        set(),
        {"ZNet", "ZNets"},
        {"XNet", "Quabnet", "ZNet"},
        {"XNet", "Quabnet"},
    ]


def test_names_that_have_nothing_to_do_with_each_other_are_apart() -> None:
    uses = [Use(name, "Model", "", False) for name in ("XNet", "Quabnet", "ZNet", "ZNets", "深度学习")]
    felt = [set(touches(use, LEXICON)) for use in uses]
    assert felt[2] & felt[3]
    long, longer = (
        set(touches(Use(f"A long title of a paper{end}", "Paper", "", False), LEXICON)) for end in ("", "ss")
    )
    assert long & longer
    assert not any(felt[a] & felt[b] for a in range(4) for b in range(a + 1, 5) if (a, b) != (2, 3))


def test_ids_alike_are_numbered_in_the_order_of_their_groups() -> None:
    given = [("name:Topic/b", "topic:x"), ("name:Topic/a", "topic:x"), ("name:Topic/c", "topic:x-2")]
    assert numbered(given) == {"name:Topic/b": "topic:x-2", "name:Topic/c": "topic:x-2-2"}
    assert {id_stem(identifier) for _, identifier in given} == {"topic:x"}
