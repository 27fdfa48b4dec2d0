from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import log
from pathlib import Path

import networkx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import SettingsError
from kg.explore.graph import Graph, read_graph
from kg.explore.paths import find_paths
from tests.explore.sample import write_tables

Row = tuple[object, ...]


def extended(folder: Path, relations: Sequence[Row], names: Sequence[str] = ()) -> Graph:
    entities = [(f"tool:{name}", "Tool", name, "", "", "", 1, 1) for name in names]
    return read_graph(write_tables(folder, relations, entities))


def tie(left: str, predicate: str, right: str, confidence: float = 0.9) -> Row:
    return (f"tool:{left}", predicate, f"tool:{right}", "flows.md", 1, f"{left} and {right}", confidence)


def test_direct_well_evidenced_hop_wins(graph: Graph) -> None:
    best = find_paths(graph, ["model:rnn", "topic:ode"])[0]
    assert best.nodes == ("model:rnn", "topic:ode")
    (hop,) = best.hops
    assert (hop.claim.predicate, hop.direction, hop.typed) == ("relatedTo", "forward", True)
    assert (hop.claim.quotes[0].document_id, hop.claim.quotes[0].line) == ("flows.md", 9)


def test_direct_related_hop_beats_two_sure_typed_hops(tmp_path: Path) -> None:
    rows = [tie("a", "relatedTo", "b", 0.6), tie("a", "uses", "c", 0.99), tie("c", "uses", "b", 0.99)]
    assert find_paths(extended(tmp_path, rows, "abc"), ["tool:a", "tool:b"])[0].nodes == ("tool:a", "tool:b")


def test_a_hop_shows_all_that_is_stated_of_its_ends(tmp_path: Path) -> None:
    rows = [tie("a", "uses", "b", 0.7), tie("b", "relatedTo", "a", 0.9), tie("a", "coOccursWith", "b", 0.2)]
    (hop,) = find_paths(extended(tmp_path, rows, "ab"), ["tool:a", "tool:b"])[0].hops
    assert [claim.predicate for claim in hop.claims] == ["uses", "relatedTo"]


def test_edges_are_walked_both_ways(graph: Graph) -> None:
    best = find_paths(graph, ["model:lstm", "model:resnet"])[0]
    assert best.nodes == ("model:lstm", "model:rnn", "topic:ode", "model:resnet")
    assert [hop.direction for hop in best.hops] == ["forward", "forward", "backward"]
    assert best.hops[2].claim.subject == "model:resnet"
    assert not best.only_cooccurrence


def test_typed_detour_beats_one_cooccurrence(tmp_path: Path) -> None:
    rows = [tie("a", "coOccursWith", "d", 0.9), tie("a", "uses", "b"), tie("c", "uses", "b"), tie("c", "uses", "d")]
    first, second = find_paths(extended(tmp_path, rows, "abcd"), ["tool:a", "tool:d"])
    assert first.nodes == ("tool:a", "tool:b", "tool:c", "tool:d")
    assert all(hop.typed for hop in first.hops)
    assert second.only_cooccurrence


def test_cooccurrence_alone_is_said_to_be_that(graph: Graph) -> None:
    best = find_paths(graph, ["model:u-net", "topic:deep-learning"])[0]
    assert best.only_cooccurrence
    assert not best.hops[0].typed
    mixed = find_paths(graph, ["model:u-net", "model:rnn"])[0]
    assert not mixed.only_cooccurrence
    assert [hop.typed for hop in mixed.hops] == [False, True]
    assert mixed.unstated == (mixed.hops[0],)


def test_stated_tie_wins_over_cooccurrence_of_the_same_pair(tmp_path: Path) -> None:
    rows = [tie("a", "coOccursWith", "b", 0.99), tie("b", "relatedTo", "a", 0.3)]
    (hop,) = find_paths(extended(tmp_path, rows, "ab"), ["tool:a", "tool:b"])[0].hops
    assert (hop.claim.predicate, hop.direction) == ("relatedTo", "backward")


def test_busy_nodes_are_avoided(tmp_path: Path) -> None:
    rows = [tie("a", "uses", "hub"), tie("b", "uses", "hub"), tie("a", "uses", "quiet"), tie("b", "uses", "quiet")]
    spokes = [f"s{n}" for n in range(20)]
    rows += [tie(spoke, "uses", "hub") for spoke in spokes]
    first, second = find_paths(extended(tmp_path, rows, ["a", "b", "hub", "quiet", *spokes]), ["tool:a", "tool:b"])
    assert first.nodes[1] == "tool:quiet"
    assert second.nodes[1] == "tool:hub"


def test_more_evidence_makes_a_hop_cheaper(tmp_path: Path) -> None:
    rows = [
        tie("a", "uses", "b", 0.5),
        tie("b", "uses", "d", 0.5),
        tie("a", "uses", "c", 0.5),
        tie("c", "uses", "d", 0.5),
    ]
    rows += [("tool:a", "uses", "tool:c", "vision.md", 1, "again", 0.5)]
    first, second = find_paths(extended(tmp_path, rows, "abcd"), ["tool:a", "tool:d"])
    assert first.nodes[1] == "tool:c"
    assert first.cost < second.cost


def test_ties_are_broken_by_id_whatever_the_row_order(tmp_path: Path) -> None:
    rows = [tie(*ends) for middle in "mkl" for ends in (("a", "uses", middle), (middle, "uses", "z"))]
    expected = ["tool:k", "tool:l", "tool:m"]
    for number, order in enumerate((rows, rows[::-1], sorted(rows, key=str))):
        read = extended(tmp_path / str(number), order, "azklm")
        assert [path.nodes[1] for path in find_paths(read, ["tool:a", "tool:z"])] == expected
        assert find_paths(read, ["tool:a", "tool:z"], top=1)[0].nodes[1] == "tool:k"


def test_waypoints_are_chained(graph: Graph) -> None:
    best = find_paths(graph, ["model:rnn", "topic:ode", "model:resnet"])[0]
    assert best.nodes == ("model:rnn", "topic:ode", "model:resnet")
    costs = [path.cost for path in find_paths(graph, ["model:lstm", "topic:ode", "person:何恺明"], top=5)]
    assert costs == sorted(costs)
    assert len(costs) >= 2


def test_the_only_way_through_a_crowd_is_found_without_walking_it_all(tmp_path: Path) -> None:
    """`a` and `b` are tied to `c` alone, and `c` to forty things tied among each other: 40! detours, and no second path."""
    crowd = [f"n{number}" for number in range(40)]
    rows = [tie("a", "uses", "c"), tie("c", "uses", "b")]
    rows += [tie("c", "uses", name) for name in crowd]
    rows += [tie(left, "uses", right) for at, left in enumerate(crowd) for right in crowd[:at]]
    graph = extended(tmp_path, rows, ["a", "b", "c", *crowd])
    assert [found.nodes for found in find_paths(graph, ["tool:a", "tool:b"])] == [("tool:a", "tool:c", "tool:b")]
    paths = find_paths(graph, ["tool:a", "tool:n3"], 60)
    assert len({found.nodes for found in paths}) == 60
    assert [found.cost for found in paths] == sorted(found.cost for found in paths)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(1, 9)), min_size=3, max_size=14))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_they_are_the_cheapest_of_all_paths(tmp_path: Path, ties: list[tuple[int, int, int]]) -> None:
    """Beside every simple path of a small graph, weighed one by one as the module says."""
    rows = [tie(f"n{a}", "uses", f"n{b}", share / 10) for a, b, share in ties if a != b]
    graph = extended(tmp_path, rows, [f"n{number}" for number in range(7)])
    network = networkx.Graph()
    network.add_nodes_from(f"tool:n{number}" for number in range(7))
    for claim in graph.claims:
        cost = 1000 + round(500 * (1 - claim.confidence))
        known = network.get_edge_data(claim.subject, claim.object, {"cost": cost})["cost"]
        network.add_edge(claim.subject, claim.object, cost=min(cost, known))
    weighed = []
    for path in networkx.all_simple_paths(network, "tool:n0", "tool:n1"):
        hubs = sum(round(150 * log(1 + graph.busy(node))) for node in path[1:-1])
        steps = sum(network.edges[pair]["cost"] for pair in pairwise(path))
        weighed.append(((steps + hubs) / 1000, len(path), tuple(path)))
    found = find_paths(graph, ["tool:n0", "tool:n1"], 4)
    assert [(path.cost, len(path.nodes), path.nodes) for path in found] == sorted(weighed)[:4]


def test_no_path_is_an_honest_answer(graph: Graph) -> None:
    assert find_paths(graph, ["model:rnn", "tool:lonely"]) == ()
    assert find_paths(graph, ["model:rnn", "topic:ode", "tool:lonely"]) == ()


@pytest.mark.parametrize(
    ("waypoints", "top"),
    [
        (["model:rnn"], 3),
        (["model:rnn", "model:rnn"], 3),
        (["model:rnn", "model:none"], 3),
        (["model:rnn", "topic:ode"], 0),
    ],
)
def test_waypoints_that_make_no_path_are_errors(graph: Graph, waypoints: list[str], top: int) -> None:
    with pytest.raises(SettingsError):
        find_paths(graph, waypoints, top)
