"""Distances from packed ties are those of networkx."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.explore.costs import NOWHERE, Ties, hub_cost, pack_ties, tie_cost

NODES = 7
nodes = st.integers(0, NODES - 1)
ties = st.lists(st.tuples(nodes, nodes, st.integers(1000, 8000)), max_size=25)
hubs = st.lists(st.integers(0, 900), min_size=NODES, max_size=NODES)


def packed(hubs: list[int], ties: list[tuple[int, int, int]]) -> Ties:
    rows = np.array(ties, np.int64).reshape(-1, 3)
    return Ties(np.array(hubs, "<i4").tobytes(), *pack_ties(len(hubs), rows))


@settings(deadline=None)
@given(ties=ties, hubs=hubs, end=nodes)
def test_distances_are_the_true_ones(ties: list[tuple[int, int, int]], hubs: list[int], end: int) -> None:
    network = nx.MultiGraph()
    network.add_nodes_from(range(NODES))
    for left, right, cost in ties:
        network.add_edge(left, right, cost=cost)
    found = packed(hubs, ties).distances_to(end)
    for start in range(NODES):
        least = min(
            (
                sum(min(e["cost"] for e in network[a][b].values()) for a, b in pairwise(path))
                + sum(hubs[node] for node in path[1:-1])
                for path in nx.all_simple_paths(nx.Graph(network), start, end)
            ),
            default=NOWHERE,
        )
        assert found[start] == (0 if start == end else least)


def test_a_graph_without_ties_has_distances() -> None:
    assert list(packed([0, 0], []).distances_to(1)) == [NOWHERE, 0]


def test_what_is_stated_beats_what_is_not() -> None:
    assert (
        tie_cost("uses", 0.9) < tie_cost("relatedTo", 0.9) < 3 * tie_cost("uses", 0.3) < tie_cost("coOccursWith", 1.0)
    )
    assert hub_cost(0) == 0 < hub_cost(1) < hub_cost(400) < 1000
