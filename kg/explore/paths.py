"""Explained paths: how two things are tied, hop by hop, each hop with the sentence that says so."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise
from typing import Literal

from kg.errors import SettingsError
from kg.explore.costs import NOWHERE, UNSTATED, hub_cost, tie_cost
from kg.explore.graph import Graph, ReadClaim
from kg.explore.indexed import IndexedGraph

__all__ = ["ExplainedPath", "Hop", "find_paths"]

_SPARE = 7
"""Paths more than asked for between two waypoints, as some of them meet when they are joined."""
_TIES = 60
"""Equally cheap paths that are looked at before the alphabetical order decides."""
_AROUND = 50
"""Things around an end that are looked at before a path to it is taken to be possible."""
_NEAR = 2000
"""Things around an end whose distances are found one by one, before those of all things are."""


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
                offer = (tie_cost(predicate, confidence), predicate, subject)
                if other != node and (other not in best or offer < best[other]):
                    best[other] = offer
            self._around[place] = {other: best[other] for other in sorted(best)}
        return self._around[place]

    def hub(self, node: str) -> int:
        """Cost of passing through a node."""
        if node not in self._hubs:
            self._hubs[node] = hub_cost(self.graph.busy(node))
        return self._hubs[node]


def _leg(ties: _Ties, start: str, end: str, top: int) -> list[tuple[int, tuple[str, ...]]]:
    """Up to `top` paths between two nodes, as (cost, ids), cheapest first."""
    # Stated claims alone first: a path with a co-occurrence in it costs at least as much as the co-occurrence.
    found = _cheapest_paths(ties, start, end, top, stated=True)
    return found if len(found) == top else _cheapest_paths(ties, start, end, top, stated=False)


def _cheapest_paths(ties: _Ties, start: str, end: str, top: int, *, stated: bool) -> list[tuple[int, tuple[str, ...]]]:
    """Simple paths in order of cost, length and ids (Yen 1971): over all claims, or over stated ones as far as none is cheaper.

    They are walked towards the end that has fewer ties.
    """
    swapped = ties.graph.busy(start) < ties.graph.busy(end)
    search = _Search(ties, *((end, start) if swapped else (start, end)), stated)
    found: list[tuple[int, int, tuple[str, ...]]] = []
    walked: list[tuple[str, ...]] = []
    waiting = [search.branch((search.first,), frozenset())]
    seen = set(waiting)
    while waiting and len(found) < top + _TIES:
        cost, length, nodes, branched = best = min(waiting, key=lambda item: item[:3])
        if (stated and cost >= UNSTATED) or cost >= NOWHERE or (len(found) >= top and cost > found[top - 1][0]):
            break
        waiting.remove(best)
        insort(found, (cost, length, nodes[::-1] if swapped else nodes))
        walked.append(nodes)
        for place in range(branched, length - 1):
            root = nodes[: place + 1]
            taken = frozenset(other[place + 1] for other in walked if other[: place + 1] == root)
            branch = search.branch(root, taken)
            if branch not in seen:
                seen.add(branch)
                waiting.append(branch)
    return [(cost, nodes) for cost, _, nodes in found[:top]]


_Branch = tuple[int, int, tuple[str, ...], int]
"""A path with its cost and length, and the place at which it left the path that it branched from."""


class _Search:
    """Cheapest ways to one end, best first with a bound from the true distances to it (A*, Hart, Nilsson, Raphael 1968)."""

    def __init__(self, ties: _Ties, first: str, last: str, stated: bool) -> None:
        self.first = first
        self._ties, self._last, self._stated = ties, last, stated
        self._distances = _Distances(ties, last, stated)
        self._most = UNSTATED if stated else NOWHERE

    def branch(self, root: tuple[str, ...], taken: frozenset[str]) -> _Branch:
        """The cheapest simple path that begins with `root` and goes on to none of `taken`; costs `NOWHERE` if there is none."""
        place = len(root) - 1
        nowhere = (NOWHERE, 0, root, place)
        passed = frozenset(root[:-1])
        if not self._can_come(root[-1], passed, taken):
            return nowhere
        begin = sum(self._step(a, b) for a, b in pairwise(root)) + sum(self._ties.hub(node) for node in root[1:-1])
        best = {root[-1]: begin}
        waiting: list[tuple[int, int, tuple[str, ...], int]] = [(begin, len(root), root, begin)]
        while waiting:
            bound, length, nodes, cost = heappop(waiting)
            here = nodes[-1]
            if bound >= self._most:
                break
            if here == self._last:
                return cost, length, nodes, place
            if cost > best[here]:
                continue
            through = self._ties.hub(here) if length > 1 else 0
            least = cost + through + self._distances.least(here, bound - cost - through)
            if least > bound:
                heappush(waiting, (least, length, nodes, cost))
                continue
            for other, (step, _, _) in self._ties.around(here, stated=self._stated).items():
                longer = cost + through + step
                if other in passed or longer >= best.get(other, NOWHERE) or (length == len(root) and other in taken):
                    continue
                best[other] = longer
                rest = 0 if other == self._last else self._ties.hub(other) + self._distances.least(other, -1)
                heappush(waiting, (longer + rest, length + 1, (*nodes, other), longer))
        return nowhere

    def _step(self, left: str, right: str) -> int:
        return self._ties.around(left, stated=self._stated)[right][0]

    def _can_come(self, start: str, passed: frozenset[str], taken: frozenset[str]) -> bool:
        """False where what is around the end is closed off by nodes that were passed: else all else would be searched."""
        reached, waiting = {self._last}, [self._last]
        for node in waiting:
            if len(reached) > _AROUND:
                return True
            for other in self._ties.around(node, stated=self._stated):
                if other == start:
                    if node not in taken:
                        return True
                elif other not in passed and other not in reached:
                    reached.add(other)
                    waiting.append(other)
        return False


class _Distances:
    """What it costs at least to come from a node to the end, the cost of passing through either left out (Dijkstra 1959)."""

    def __init__(self, ties: _Ties, end: str, stated: bool) -> None:
        self._ties, self._end, self._stated = ties, end, stated
        self._settled: dict[str, int] = {}
        self._frontier = [(0, end)]
        self._of_all: Callable[[str], int] | None = None

    def least(self, node: str, limit: int) -> int:
        """The distance, where it is at most `limit` or known; else a bound that is above `limit`."""
        while node not in self._settled:
            if self._of_all is None and len(self._settled) == _NEAR:
                self._of_all = self._ties.graph.distances_to(self._end, stated=self._stated)
            if self._of_all is not None:
                return self._of_all(node)
            if not self._frontier:
                return NOWHERE
            distance, near = self._frontier[0]
            if near in self._settled:
                heappop(self._frontier)
                continue
            if distance > limit:
                return distance
            heappop(self._frontier)
            self._settled[near] = distance
            through = self._ties.hub(near) if near != self._end else 0
            for other, (step, _, _) in self._ties.around(near, stated=self._stated).items():
                if other not in self._settled:
                    heappush(self._frontier, (distance + through + step, other))
        return self._settled[node]


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
