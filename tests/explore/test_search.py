from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import SettingsError
from kg.explore.graph import Graph, read_graph
from kg.explore.search import find_entity, search
from tests.explore.sample import write_tables


def ids(graph: Graph, text: str, limit: int = 10) -> list[str]:
    return [match.entity_id for match in search(graph, text, limit)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RNN", "model:rnn"),
        ("rnn", "model:rnn"),
        ("ＲＮＮ", "model:rnn"),
        ("循環神經網絡", "model:rnn"),
        ("recurrent-neural network", "model:rnn"),
        ("unet", "model:u-net"),
        ("resnet 50", "model:resnet"),
        ("Kaiming He", "person:何恺明"),
    ],
)
def test_exact_names_in_any_width_case_script_and_hyphenation(graph: Graph, text: str, expected: str) -> None:
    best = search(graph, text)[0]
    assert best.entity_id == expected
    assert best.score >= 0.95
    assert best.reason.startswith("exact")


def test_exact_beats_prefix_beats_substring_beats_typing_error(tmp_path: Path) -> None:
    rows = [(f"tool:{n}", "Tool", n, "", "", "", 1, 1) for n in ("graphite", "graphite2", "my graphite", "graphits")]
    matches = search(read_graph(write_tables(tmp_path, entities=rows)), "graphite")
    assert [match.matched_name for match in matches] == ["graphite", "graphite2", "my graphite", "graphits"]
    assert [match.reason for match in matches[1:]] == ["begins with it", "contains it", "similar, 1 character apart"]
    assert [match.score for match in matches] == sorted((match.score for match in matches), reverse=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("ResNte", "model:resnet"), ("循环神经网路", "model:rnn"), ("ImagNet", "dataset:imagenet")],
)
def test_typing_errors_are_forgiven(graph: Graph, text: str, expected: str) -> None:
    assert ids(graph, text)[0] == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("循环神经网络和常微分方程有什么关系", {"model:rnn", "topic:ode"}),
        ("循環神經網路和常微分方程有什麼關係？", {"topic:ode"}),
        ("how does RNN connect to ODE?", {"model:rnn", "topic:ode"}),
        ("How are residual networks related to the ordinary differential equation", {"model:resnet", "topic:ode"}),
        ("U-Net 与 深度学习 的区别", {"model:u-net", "topic:deep-learning"}),
    ],
)
def test_questions_are_cut_into_the_names_they_hold(graph: Graph, question: str, expected: set[str]) -> None:
    matches = [match for match in search(graph, question) if match.score > 0.8]
    assert expected == {match.entity_id for match in matches}
    assert all("in the question" in match.reason for match in matches)


def test_ties_go_to_the_better_known(tmp_path: Path) -> None:
    rows = [("tool:b", "Tool", "Twin", "", "", "", 1, 7), ("tool:a", "Tool", "Twin", "", "", "", 1, 2)]
    rows += [("tool:c", "Tool", "Twin", "", "", "", 1, 2)]
    assert ids(read_graph(write_tables(tmp_path, entities=rows)), "twin") == ["tool:b", "tool:a", "tool:c"]


@pytest.mark.parametrize("text", ["", "   ", "？！", "的", "zzzzzzzzzz", "how is it"])
def test_nothing_is_found_for_nothing(graph: Graph, text: str) -> None:
    assert search(graph, text) == ()


def test_limit_counts_matches(graph: Graph) -> None:
    assert len(search(graph, "net", limit=2)) == 2


def test_find_entity_takes_ids_names_and_plurals(graph: Graph) -> None:
    assert find_entity(graph, "model:rnn").id == "model:rnn"
    assert find_entity(graph, "残差網絡").id == "model:resnet"
    assert find_entity(graph, "RNNs").id == "model:rnn"


def test_find_entity_names_the_nearest(graph: Graph) -> None:
    with pytest.raises(SettingsError, match="ResNte") as caught:
        find_entity(graph, "ResNte")
    assert caught.value.hint == "did you mean ResNet?"
    with pytest.raises(SettingsError) as caught:
        find_entity(graph, "zzzzzzzzzz")
    assert "kg search" in caught.value.hint
