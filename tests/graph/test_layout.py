"""Communities and positions: the same for the same input in any process, finite, and with the meaning they promise."""

from __future__ import annotations

import os
import subprocess
import sys

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
    return layout(count, np.array(pairs, dtype=np.int64).reshape(-1, 2), np.array(weights), iterations=iterations)


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
    found = communities(count, pairs, weights)
    assert len(found) == count
    sizes = np.bincount(found)
    assert (sizes > 0).all()
    assert list(sizes) == sorted(sizes, reverse=True)
    assert found == communities(count, pairs, weights)
    component = list(range(count))
    for _ in range(count):
        for a, b in pairs:
            component[a] = component[b] = min(component[a], component[b])
    assert len(set(zip(found, component, strict=True))) == len(set(found))


def two_cliques() -> tuple[int, Pairs, list[float]]:
    pairs = [(a, b) for start in (0, 8) for a in range(start, start + 8) for b in range(a) if b >= start]
    return 16, [*pairs, (0, 8)], [1.0] * (len(pairs) + 1)


def test_two_cliques_are_two_communities_and_stand_apart() -> None:
    found = communities(*two_cliques())
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
    assert communities(0, [], []) == []
    assert place(0, [], []).shape == (0, 2)


def test_weights_must_match_the_edges() -> None:
    with pytest.raises(ValueError, match="zip"):
        communities(2, [(0, 1)], [])


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
