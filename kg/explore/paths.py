"""Explained paths: how two things are tied, hop by hop, each hop with the sentence that says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from math import log
from typing import Literal

from kg.errors import SettingsError
from kg.explore.graph import COOCCURRENCE, Graph, ReadClaim
from kg.explore.indexed import IndexedGraph

__all__ = ["ExplainedPath", "Hop", "find_paths"]

# Costs are whole thousandths, so that sums and ties are exact. The ranges are what matters: one stated hop (at most
# 2.3) beats any detour of two typed hops with a hub between them, and three typed hops (at most 4.5, and 1.5 for
# busy nodes between) beat one co-occurrence (at least 6).
_TYPED = (1000, 500)
_RELATED = (1500, 800)
_COOCCURRENCE = (6000, 2000)
"""Cost of a hop that is beyond doubt, and what full doubt adds."""
_HUB = 150
"""Cost of passing through a node, times the natural logarithm of 1 + its number of stated neighbours."""
_SPARE = 7
"""Paths more than asked for between two waypoints, as some of them meet when they are joined."""
_TIES = 60
"""Equally cheap paths that are looked at before the alphabetical order decides."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a path."""

    claim: ReadClaim
    """What ties the two most closely; its subject and object stand as claimed, whichever way it is walked."""
    direction: Literal["forward", "backward"]
    """`forward` when the path walks from subject to object."""
    others: tuple[ReadClaim, ...] = ()
    """What else the notes state about the two, surest first."""

    @property
    def claims(self) -> tuple[ReadClaim, ...]:
        """All that is stated about the two, the closest tie first."""
        return (self.claim, *self.others)

    @property
    def typed(self) -> bool:
        """False where nothing but co-occurrence ties the two: no sentence states how they are related."""
        return self.claim.stated


@dataclass(frozen=True, slots=True)
class ExplainedPath:
    """A chain of entities with one hop between neighbours."""

    nodes: tuple[str, ...]
    hops: tuple[Hop, ...]
    cost: float
    """Lower is better explained; comparable only between paths with the same ends."""

    @property
    def only_cooccurrence(self) -> bool:
        """Whether no hop of the path is stated."""
        return not any(hop.typed for hop in self.hops)

    @property
    def unstated(self) -> tuple[Hop, ...]:
        """The hops that rest on co-occurrence only."""
        return tuple(hop for hop in self.hops if not hop.typed)


def find_paths(graph: Graph | IndexedGraph, waypoints: Sequence[str], top: int = 3) -> tuple[ExplainedPath, ...]:
    """The best explained paths through the waypoints (entity ids) in their order; empty where nothing ties them.

    Claims are walked both ways. Typed claims are cheap, relatedTo is dearer, co-occurrence much dearer; confidence
    makes a hop cheaper, busy nodes between make a path dearer. Raises SettingsError for fewer than two waypoints,
    unknown ones, or the same one twice in a row.
    """
    _check(graph, waypoints, top)
    wanted = top if len(waypoints) == 2 else top + _SPARE
    ties = _Ties(graph)
    legs = [_leg(ties, start, end, wanted) for start, end in pairwise(waypoints)]
    chains: list[tuple[int, tuple[str, ...]]] = [(0, (waypoints[0],))]
    for leg in legs:
        longer = [(done + cost, (*nodes, *more[1:])) for done, nodes in chains for cost, more in leg]
        longer.sort(key=lambda chain: (chain[0], len(chain[1]), chain[1]))
        # A chain that comes back to where it was explains nothing more; it is kept only where there is no other.
        straight = [chain for chain in longer if len(set(chain[1])) == len(chain[1])]
        chains = (straight or longer)[: top + _SPARE]
    return tuple(_explained(ties, cost, nodes) for cost, nodes in chains[:top])


def _check(graph: Graph | IndexedGraph, waypoints: Sequence[str], top: int) -> None:
    if len(waypoints) < 2:
        raise SettingsError("a path needs two ends", "give at least two names")
    if top < 1:
        raise SettingsError(f"{top} paths cannot be shown", "ask for one or more")
    for waypoint in waypoints:
        if waypoint not in graph.entities:
            raise SettingsError(f"the graph has no entity {waypoint}", "look for its id: kg search TEXT")
    for start, end in pairwise(waypoints):
        if start == end:
            raise SettingsError(f"both ends are the same: {graph.label(start)}", "give two different things")


class _Ties:
    """How cheaply a node is tied to its neighbours, fetched when a search comes there."""

    def __init__(self, graph: Graph | IndexedGraph) -> None:
        self.graph = graph
        self._around: dict[tuple[str, bool], dict[str, tuple[int, str, str]]] = {}
        self._hubs: dict[str, int] = {}

    def around(self, node: str, *, stated: bool) -> Mapping[str, tuple[int, str, str]]:
        """Neighbour -> (cost, predicate, subject) of the claim that ties the two most cheaply; in order of the ids.

        All claims count, or the stated ones alone.
        """
        place = node, stated
        if place not in self._around:
            best: dict[str, tuple[int, str, str]] = {}
            for subject, predicate, target, confidence in self.graph.ties(node, stated=stated):
                other = target if subject == node else subject
                offer = (_cost(predicate, confidence), predicate, subject)
                if other != node and (other not in best or offer < best[other]):
                    best[other] = offer
            self._around[place] = {other: best[other] for other in sorted(best)}
        return self._around[place]

    def hub(self, node: str) -> int:
        """Cost of passing through a node."""
        if node not in self._hubs:
            busy = self.graph.busy(node)
            self._hubs[node] = round(_HUB * log(1 + busy)) if busy else 0
        return self._hubs[node]


def _cost(predicate: str, confidence: float) -> int:
    low, doubt = _COOCCURRENCE if predicate == COOCCURRENCE else _RELATED if predicate == "relatedTo" else _TYPED
    return low + round(doubt * (1.0 - confidence))


def _leg(ties: _Ties, start: str, end: str, top: int) -> list[tuple[int, tuple[str, ...]]]:
    """Up to `top` paths between two nodes, as (cost, ids), cheapest first."""
    found = _cheapest_paths(ties, start, end, top, stated=True)
    # A path with a co-occurrence in it costs at least as much as the co-occurrence alone.
    if len(found) == top and found[-1][0] < _COOCCURRENCE[0]:
        return found
    return _cheapest_paths(ties, start, end, top, stated=False)


def _cheapest_paths(ties: _Ties, start: str, end: str, top: int, *, stated: bool) -> list[tuple[int, tuple[str, ...]]]:
    """Over stated claims alone, or over all."""
    import networkx

    class Network(networkx.Graph):  # type: ignore[misc]
        """What networkx walks: edges that weigh twice their cost and the hub cost of either end."""

        def __contains__(self, node: object) -> bool:
            return node in ties.graph.entities

        def neighbors(self, node: str) -> Iterator[str]:
            return iter(ties.around(node, stated=stated))

        def get_edge_data(self, left: str, right: str, default: object = None) -> dict[str, int]:
            return {"weight": 2 * ties.around(left, stated=stated)[right][0] + ties.hub(left) + ties.hub(right)}

    network = Network()
    ends = ties.hub(start) + ties.hub(end)
    found: list[tuple[int, tuple[str, ...]]] = []
    try:
        # Simple paths, cheapest first (Yen 1971).
        for nodes in islice(networkx.shortest_simple_paths(network, start, end, weight="weight"), top + _TIES):
            cost = (sum(network.get_edge_data(a, b)["weight"] for a, b in pairwise(nodes)) - ends) // 2
            if len(found) >= top and cost > found[top - 1][0]:
                break
            found.append((cost, tuple(nodes)))
    except networkx.NetworkXNoPath:
        return []
    return sorted(found, key=lambda item: (item[0], len(item[1]), item[1]))[:top]


def _explained(ties: _Ties, cost: int, nodes: tuple[str, ...]) -> ExplainedPath:
    """A chain of entity ids with all that is stated about each step."""
    return ExplainedPath(nodes, tuple(_hop(ties, left, right) for left, right in pairwise(nodes)), cost / 1000)


def _hop(ties: _Ties, left: str, right: str) -> Hop:
    _, predicate, subject = ties.around(left, stated=False)[right]
    claims = ties.graph.claims_between(left, right)
    claim = next(claim for claim in claims if (claim.predicate, claim.subject) == (predicate, subject))
    others = [other for other in claims if other.stated and other is not claim]
    others.sort(key=lambda other: (-other.confidence, other.predicate, other.subject))
    return Hop(claim, "forward" if claim.subject == left else "backward", tuple(others))
