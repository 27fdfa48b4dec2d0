"""Communities and positions: the same for the same input in any process, finite, and with the meaning they promise."""

from __future__ import annotations

import os
import subprocess
import sys

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.graph.communities import communities
from kg.graph.layout import layout

Pairs = list[tuple[int, int]]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, Pairs, list[float]]:
    """Any small graph: loops, repeated edges, edges both ways, nodes without ties."""
    count = draw(st.integers(1, 30))
    node = st.integers(0, count - 1)
    pairs = draw(st.lists(st.tuples(node, node), max_size=60))
    return count, pairs, draw(st.lists(st.floats(0.1, 20), min_size=len(pairs), max_size=len(pairs)))


def place(count: int, pairs: Pairs, weights: list[float], iterations: int = 300) -> np.ndarray:
    return layout([f"n{number}" for number in range(count)], *arrays(pairs, weights), iterations=iterations)


def arrays(pairs: Pairs, weights: list[float]) -> tuple[np.ndarray, np.ndarray]:
    return np.array(pairs, dtype=np.int64).reshape(-1, 2), np.array(weights, dtype=np.float64)


def groups(count: int, pairs: Pairs, weights: list[float]) -> list[int]:
    return communities(count, *arrays(pairs, weights))


def test_a_change_of_the_graph_moves_what_stays_but_little() -> None:
    """Of a graph with hubs, as notes make it, a node goes and another comes: the others stay within 3 % of the map."""
    network = networkx.barabasi_albert_graph(1200, 3, seed=3)
    pairs = list(network.edges)
    names = [f"n{number}" for number in range(1200)]
    before = layout(names, *arrays(pairs, [1.0] * len(pairs)))
    left = [pair for pair in pairs if 700 not in pair]
    changed = [*names[:700], "new", *names[701:]]
    edges = arrays([*left, (700, 5), (700, 41)], [1.0] * (len(left) + 2))
    stays = [number for number in range(1200) if number != 700]
    moved = np.linalg.norm(layout(changed, *edges)[stays] - before[stays], axis=1)
    assert np.median(moved) < 60
    # Started from other places, the same graph is another picture.
    other = layout(changed[::-1], *edges)
    assert np.median(np.linalg.norm(other[stays] - before[stays], axis=1)) > 300


@settings(max_examples=40, deadline=None)
@given(graphs())
def test_layout_is_finite_bounded_and_without_two_nodes_on_one_place(graph: tuple[int, Pairs, list[float]]) -> None:
    where = place(*graph, iterations=20)
    assert where.shape == (graph[0], 2)
    assert np.isfinite(where).all()
    assert (np.abs(where) <= 1000).all()
    assert len(np.unique(where, axis=0)) == graph[0]
    assert (where == np.round(where, 2)).all()
    assert (where == place(*graph, iterations=20)).all()


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_communities_are_numbered_by_falling_size_and_never_span_two_components(
    graph: tuple[int, Pairs, list[float]],
) -> None:
    count, pairs, weights = graph
    found = groups(count, pairs, weights)
    assert len(found) == count
    sizes = np.bincount(found)
    assert (sizes > 0).all()
    assert list(sizes) == sorted(sizes, reverse=True)
    assert found == groups(count, pairs, weights)
    component = list(range(count))
    for _ in range(count):
        for a, b in pairs:
            component[a] = component[b] = min(component[a], component[b])
    assert len(set(zip(found, component, strict=True))) == len(set(found))


def two_cliques() -> tuple[int, Pairs, list[float]]:
    pairs = [(a, b) for start in (0, 8) for a in range(start, start + 8) for b in range(a) if b >= start]
    return 16, [*pairs, (0, 8)], [1.0] * (len(pairs) + 1)


def test_two_cliques_are_two_communities_and_stand_apart() -> None:
    found = groups(*two_cliques())
    assert sorted((found[:8], found[8:])) == [[0] * 8, [1] * 8]
    where = place(*two_cliques())
    left, right = where[:8], where[8:]
    spread = max(np.linalg.norm(half - half.mean(axis=0), axis=1).mean() for half in (left, right))
    assert np.linalg.norm(left.mean(axis=0) - right.mean(axis=0)) > 2 * spread


def test_stragglers_stay_on_the_map() -> None:
    """A few nodes far out set the scale for nobody, and are not drawn beyond the edge."""
    star = [(0, leaf) for leaf in range(1, 600)]
    where = place(603, star, [5.0] * len(star), iterations=60)
    assert np.abs(where).max() == 1000
    assert np.quantile(np.abs(where), 0.99) < 960


def test_no_nodes() -> None:
    assert groups(0, [], []) == []
    assert place(0, [], []).shape == (0, 2)


def test_weights_must_match_the_edges() -> None:
    with pytest.raises(ValueError, match="1 edges have 0 weights"):
        groups(2, [(0, 1)], [])


def test_the_seed_of_hashing_changes_nothing() -> None:
    program = (
        "from kg.graph import to_network\nfrom tests.graph.builds import small\n"
        "print(sorted(to_network(small()).nodes(data=True), key=lambda item: item[0]))"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1
    assert "alexnet" in seen.pop()
