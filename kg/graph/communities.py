"""Groups of entities that belong together, by Louvain (Blondel et al. 2008) as networkx has it."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["communities"]


def communities(count: int, edges: Sequence[tuple[int, int]], weights: Sequence[float], *, seed: int = 7) -> list[int]:
    """Community of every node, numbered from 0 by falling size; the same for the same input, whatever PYTHONHASHSEED."""
    import networkx as nx

    # Nodes are integers: sets of them have one order, which sets of strings have not.
    graph = nx.Graph()
    graph.add_nodes_from(range(count))
    for (a, b), weight in zip(edges, weights, strict=True):
        if graph.has_edge(a, b):
            graph[a][b]["weight"] += weight
        else:
            graph.add_edge(a, b, weight=weight)
    found = nx.community.louvain_communities(graph, weight="weight", seed=seed) if count else []
    ordered = sorted(found, key=lambda members: (-len(members), min(members)))
    number = [0] * count
    for community, members in enumerate(ordered):
        for node in members:
            number[node] = community
    return number
