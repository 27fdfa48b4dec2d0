from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import SettingsError
from kg.explore.graph import Graph, read_graph
from kg.explore.topic import topic_card
from tests.explore.sample import write_tables


def test_definition_is_the_sentence_that_says_what_it_is(graph: Graph) -> None:
    rnn = topic_card(graph, "model:rnn").definition
    assert rnn is not None
    assert rnn.text == "循环神经网络（RNN）是一种深度学习模型。"
    ode = topic_card(graph, "model:neural-ode").definition
    assert ode is not None
    assert ode.line == 6
    assert topic_card(graph, "dataset:imagenet").definition is None


@pytest.mark.parametrize(
    ("sentence", "defines"),
    [
        ("**U-Net**：一种编码器加解码器的网络", True),
        ("U-Net is an encoder and a decoder.", True),
        ("所谓 U-Net，不是网", False),
        ("U-Net 是由两半组成的", False),
        ("U-Net is used for ImageNet.", False),
        ("U-Nets are fun", False),
        ("在很久以后人们才明白，其实并不难的 U-Net 是一种网络", False),
    ],
)
def test_what_counts_as_a_definition(tmp_path: Path, sentence: str, defines: bool) -> None:
    rows = [("model:u-net", "uses", "dataset:imagenet", "vision.md", 4, sentence, 0.9)]
    card = topic_card(read_graph(write_tables(tmp_path, rows)), "model:u-net")
    assert (card.definition is not None) == defines


def test_statements_go_both_ways_and_cooccurrence_comes_last(graph: Graph) -> None:
    card = topic_card(graph, "model:lstm")
    assert [predicate for predicate, _ in card.statements] == ["variantOf", "coOccursWith"]
    rnn = dict(topic_card(graph, "model:rnn").statements)
    assert rnn["variantOf"][0].subject == "model:lstm"
    assert [predicate for predicate, _ in topic_card(graph, "model:rnn").statements] == [
        "broader",
        "variantOf",
        "relatedTo",
    ]


def test_related_things_are_ranked_by_type(graph: Graph) -> None:
    card = topic_card(graph, "model:resnet")
    assert [type_ for type_, _ in card.related] == ["Model", "Person", "Dataset", "Topic"]
    related = dict(card.related)
    assert related["Person"][0].entity_id == "person:何恺明"
    lstm = dict(topic_card(graph, "model:lstm").related)
    assert lstm["Model"][0].score > lstm["Dataset"][0].score


def test_articles_come_from_titles_headings_and_claims(tmp_path: Path) -> None:
    rows = [("https://a.example/other", "about", "model:rnn", "dynamics.md", 12, "Something else", 0.9)]
    card = topic_card(read_graph(write_tables(tmp_path, rows)), "model:rnn")
    assert [(a.url.rpartition("/")[2], a.reason) for a in card.articles] == [
        ("rnn", "title"),
        ("other", "about"),
        ("gates", "heading"),
    ]


def test_notes_are_counted_and_dated_ones_make_the_timeline(graph: Graph) -> None:
    card = topic_card(graph, "model:rnn")
    assert [(n.document_id, n.mentions, n.first_line) for n in card.notes] == [
        ("dynamics.md", 3, 2),
        ("flows.md", 1, 9),
    ]
    assert [(y.year, y.mentions) for y in card.timeline] == [(2019, 3), (2021, 1)]
    assert [y.year for y in topic_card(graph, "model:resnet").timeline] == [2021]


def test_unknown_id_is_an_error(graph: Graph) -> None:
    with pytest.raises(SettingsError, match="model:none"):
        topic_card(graph, "model:none")
