"""The network: nodes and edges are the entities and claims of a build, with what a picture needs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.graph import TYPE_COLORS, to_network
from kg.model import ENTITY_TYPES, Build
from tests.graph.builds import small


def test_nodes_are_the_entities_in_their_order() -> None:
    build = small()
    graph = to_network(build)
    assert list(graph) == [entity.id for entity in build.entities]
    assert graph.nodes["model:alexnet"]["label_zh"] == "亚历克斯网络"
    assert graph.nodes["topic:图像分类"]["type"] == "Topic"


def test_edges_are_the_claims_keyed_by_predicate() -> None:
    graph = to_network(small())
    assert graph.number_of_edges() == 3
    both = graph["model:alexnet"]["dataset:imagenet"]
    assert sorted(both) == ["evaluatedOn", "uses"]
    assert both["evaluatedOn"]["weight"] == both["evaluatedOn"]["notes"] == 2
    assert both["evaluatedOn"]["confidence"] == pytest.approx(0.83)
    assert both["uses"]["weight"] == 1
    assert both["uses"]["kind"] == "typed"
    assert graph["dataset:imagenet"]["topic:图像分类"]["coOccursWith"]["kind"] == "cooccurrence"


def test_counts_leave_out_what_was_let_go() -> None:
    nodes = to_network(small()).nodes
    assert [nodes[n]["mentions"] for n in nodes] == [1, 2, 0, 0]
    assert [nodes[n]["notes"] for n in nodes] == [1, 2, 0, 0]
    assert [nodes[n]["degree"] for n in nodes] == [3, 2, 0, 1]


def test_year_of_the_thing_comes_before_the_first_date_of_its_notes() -> None:
    build = small()
    nodes = to_network(build).nodes
    assert [nodes[n]["start"] for n in nodes] == ["2019-03-02", "2012", "", ""]
    undated = replace(build, entities=tuple(replace(entity, attributes=()) for entity in build.entities))
    assert to_network(undated).nodes["model:alexnet"]["start"] == "2018-01-01"


def test_look() -> None:
    nodes = to_network(small()).nodes
    assert nodes["model:alexnet"]["color"] == TYPE_COLORS["Model"]
    assert nodes["topic:lonely"]["size"] == 4.0
    assert max(nodes[n]["size"] for n in nodes) == nodes["dataset:imagenet"]["size"] == 24.0
    assert len({(nodes[n]["x"], nodes[n]["y"]) for n in nodes}) == 4
    assert nodes["topic:lonely"]["community"] not in {nodes[n]["community"] for n in nodes if n != "topic:lonely"}


def test_every_type_has_a_colour_of_its_own() -> None:
    assert set(TYPE_COLORS) == set(ENTITY_TYPES)
    assert len(set(TYPE_COLORS.values())) == len(ENTITY_TYPES)


def test_empty_build() -> None:
    assert len(to_network(Build((), (), (), (), ()))) == 0


def test_same_build_same_network() -> None:
    first, again = to_network(small()), to_network(small())
    assert list(first.nodes(data=True)) == list(again.nodes(data=True))
    assert list(first.edges(keys=True, data=True)) == list(again.edges(keys=True, data=True))
