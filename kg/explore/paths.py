"""Explained paths: how two things are tied, hop by hop, each hop with the sentence that says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from math import log
from typing import TYPE_CHECKING, Literal

from kg.errors import SettingsError
from kg.explore.graph import Graph, ReadClaim

if TYPE_CHECKING:
    import networkx

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


def find_paths(graph: Graph, waypoints: Sequence[str], top: int = 3) -> tuple[ExplainedPath, ...]:
    """The best explained paths through the waypoints (entity ids) in their order; empty where nothing ties them.

    Claims are walked both ways. Typed claims are cheap, relatedTo is dearer, co-occurrence much dearer; confidence
    makes a hop cheaper, busy nodes between make a path dearer. Raises SettingsError for fewer than two waypoints,
    unknown ones, or the same one twice in a row.
    """
    _check(graph, waypoints, top)
    claims = _cheapest_claims(graph)
    wanted = top if len(waypoints) == 2 else top + _SPARE
    legs = [_leg(claims, start, end, wanted) for start, end in pairwise(waypoints)]
    chains: list[tuple[int, tuple[str, ...]]] = [(0, (waypoints[0],))]
    for leg in legs:
        longer = [(done + cost, (*nodes, *more[1:])) for done, nodes in chains for cost, more in leg]
        longer.sort(key=lambda chain: (chain[0], len(chain[1]), chain[1]))
        # A chain that comes back to where it was explains nothing more; it is kept only where there is no other.
        straight = [chain for chain in longer if len(set(chain[1])) == len(chain[1])]
        chains = (straight or longer)[: top + _SPARE]
    explain = _Explainer(graph, claims)
    return tuple(explain.path(cost, nodes) for cost, nodes in chains[:top])


def _check(graph: Graph, waypoints: Sequence[str], top: int) -> None:
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


def _cheapest_claims(graph: Graph) -> Mapping[tuple[str, str], tuple[int, ReadClaim]]:
    """(smaller id, larger id) -> the claim that ties the two most cheaply, with its cost; in order of the ids."""
    best: dict[tuple[str, str], tuple[int, str, str, ReadClaim]] = {}
    for claim in graph.claims:
        if claim.subject == claim.object or claim.subject not in graph.entities or claim.object not in graph.entities:
            continue
        pair = (min(claim.subject, claim.object), max(claim.subject, claim.object))
        offer = (_cost(claim), claim.predicate, claim.subject, claim)
        if pair not in best or offer[:3] < best[pair][:3]:
            best[pair] = offer
    return {pair: (best[pair][0], best[pair][3]) for pair in sorted(best)}


def _cost(claim: ReadClaim) -> int:
    low, doubt = _COOCCURRENCE if not claim.stated else _RELATED if claim.predicate == "relatedTo" else _TYPED
    return low + round(doubt * (1.0 - claim.confidence))


def _leg(
    claims: Mapping[tuple[str, str], tuple[int, ReadClaim]], start: str, end: str, top: int
) -> list[tuple[int, tuple[str, ...]]]:
    """Up to `top` paths between two nodes, as (cost, ids), cheapest first."""
    stated = {pair: offer for pair, offer in claims.items() if offer[1].stated}
    found = _cheapest_paths(_weighted(stated, stated), start, end, top)
    # A path with a co-occurrence in it costs at least as much as the co-occurrence alone.
    if len(found) == top and found[-1][0] < _COOCCURRENCE[0]:
        return found
    return _cheapest_paths(_weighted(claims, stated), start, end, top)


def _weighted(
    claims: Mapping[tuple[str, str], tuple[int, ReadClaim]], stated: Mapping[tuple[str, str], object]
) -> networkx.Graph:
    """A simple graph whose weights hold the claims' costs and half the hub cost of either end."""
    import networkx

    degree: dict[str, int] = {}
    for pair in stated:
        for node in pair:
            degree[node] = degree.get(node, 0) + 1
    hub = {node: round(_HUB * log(1 + count)) for node, count in degree.items()}
    network = networkx.Graph()
    for (left, right), (cost, _) in claims.items():
        network.add_edge(left, right, weight=2 * cost + hub.get(left, 0) + hub.get(right, 0))
    network.graph["hub"] = hub
    return network


def _cheapest_paths(network: networkx.Graph, start: str, end: str, top: int) -> list[tuple[int, tuple[str, ...]]]:
    import networkx

    if start not in network or end not in network or not networkx.has_path(network, start, end):
        return []
    hub = network.graph["hub"]
    ends = hub.get(start, 0) + hub.get(end, 0)
    found: list[tuple[int, tuple[str, ...]]] = []
    for nodes in islice(_by_weight(network, start, end), top + _TIES):
        cost = (sum(network[a][b]["weight"] for a, b in pairwise(nodes)) - ends) // 2
        if len(found) >= top and cost > found[top - 1][0]:
            break
        found.append((cost, nodes))
    return sorted(found, key=lambda item: (item[0], len(item[1]), item[1]))[:top]


def _by_weight(network: networkx.Graph, start: str, end: str) -> Iterator[tuple[str, ...]]:
    """Simple paths, cheapest first (Yen 1971)."""
    import networkx

    for nodes in networkx.shortest_simple_paths(network, start, end, weight="weight"):
        yield tuple(nodes)


class _Explainer:
    """Turns chains of entity ids into hops with everything that is stated about each of them."""

    def __init__(self, graph: Graph, cheapest: Mapping[tuple[str, str], tuple[int, ReadClaim]]) -> None:
        self._cheapest = cheapest
        self._stated: dict[tuple[str, str], list[ReadClaim]] = {}
        for claim in graph.claims:
            if claim.stated:
                pair = (min(claim.subject, claim.object), max(claim.subject, claim.object))
                self._stated.setdefault(pair, []).append(claim)

    def path(self, cost: int, nodes: tuple[str, ...]) -> ExplainedPath:
        """The hops of a chain."""
        return ExplainedPath(nodes, tuple(self._hop(left, right) for left, right in pairwise(nodes)), cost / 1000)

    def _hop(self, left: str, right: str) -> Hop:
        pair = (min(left, right), max(left, right))
        _, claim = self._cheapest[pair]
        others = [other for other in self._stated.get(pair, ()) if other is not claim]
        others.sort(key=lambda other: (-other.confidence, other.predicate, other.subject))
        return Hop(claim, "forward" if claim.subject == left else "backward", tuple(others))
