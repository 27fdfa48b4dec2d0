"""index.db answers as the tables do: the same matches, the same paths with the same sentences."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from kg.errors import GraphError
from kg.explore.graph import Graph, read_graph
from kg.explore.indexed import IndexedGraph, open_graph
from kg.explore.paths import find_paths
from kg.explore.search import search
from tests.explore.sample import write_tables


@pytest.fixture(scope="module")
def both(outputs: Path) -> tuple[Graph, IndexedGraph]:
    indexed = open_graph(outputs)
    assert isinstance(indexed, IndexedGraph)
    return read_graph(outputs), indexed


def test_entities_are_the_same(both: tuple[Graph, IndexedGraph]) -> None:
    whole, indexed = both
    assert dict(indexed.entities) == dict(whole.entities)
    assert "model:no-such" not in indexed.entities
    with pytest.raises(KeyError):
        indexed.entities["model:no-such"]
    for document in whole.documents:
        assert indexed.label(document) == whole.label(document)


def test_names_are_the_same(both: tuple[Graph, IndexedGraph]) -> None:
    whole, indexed = both
    assert list(indexed.folded_names(1, 200)) == list(whole.folded_names(1, 200))
    assert list(indexed.folded_names(4, 6)) == list(whole.folded_names(4, 6)) != []
    for folded in list(whole.folded_names(1, 200))[::7]:
        assert sorted(indexed.bearers(folded)) == sorted(whole.bearers(folded))


QUERIES = [
    "resnet",
    "残差",
    "殘差網路",
    "net",
    "resnte",
    "循环神经网络和常微分方程有什么关系",
    "how does RNN connect to ODE",
    "x",
    "",
    "c++",
    "Kaiming He",
    "'\"%_*",
    "的",
]


@pytest.mark.parametrize("text", QUERIES)
def test_search_finds_the_same(both: tuple[Graph, IndexedGraph], text: str) -> None:
    whole, indexed = both
    assert search(indexed, text, 20) == search(whole, text, 20)


@pytest.mark.parametrize("near", [0, 3, 1 << 30])
def test_paths_are_the_same(both: tuple[Graph, IndexedGraph], near: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether distances are found one by one or, from so many on, those of all things."""
    monkeypatch.setattr("kg.explore.paths._NEAR", near)
    whole, indexed = both
    nodes = sorted(whole.entities, key=lambda node: -whole.entities[node].mention_count)[:60]
    draw = random.Random(5)
    tied = 0
    for _ in range(25):
        ends = draw.sample(nodes, draw.choice([2, 2, 3]))
        expected = find_paths(whole, ends, 3)
        assert find_paths(indexed, ends, 3) == expected
        tied += bool(expected)
    assert tied > 15


def test_nothing_ties_what_stands_alone(both: tuple[Graph, IndexedGraph]) -> None:
    whole, indexed = both
    alone = [node for node in whole.entities if not whole.ties(node)]
    if alone:
        other = next(node for node in whole.entities if whole.ties(node))
        assert find_paths(indexed, [alone[0], other]) == find_paths(whole, [alone[0], other]) == ()


def test_outputs_without_an_index_are_read_whole(tmp_path: Path) -> None:
    assert isinstance(open_graph(write_tables(tmp_path / "out")), Graph)
    with pytest.raises(GraphError, match="no such folder"):
        open_graph(tmp_path / "none")


def test_a_broken_index_is_one_clear_error(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "out")
    (folder / "index.db").write_bytes(b"not a database" * 100)
    with pytest.raises(GraphError, match=r"index\.db"):
        open_graph(folder)
