"""What a hop between two things costs, and what it costs at least to come from anywhere to one of them.

Costs are whole thousandths, so that sums and ties are exact. The ranges are what matters: one stated hop (at most 2.3) beats
any detour of two typed hops with a hub between them, and three typed hops (at most 4.5, and 1.5 for busy nodes between)
beat one co-occurrence (at least 6).
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, NamedTuple

from kg.explore.graph import COOCCURRENCE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["NOWHERE", "UNSTATED", "Ties", "hub_cost", "pack_ties", "tie_cost"]

_TYPED = (1000, 500)
_RELATED = (1500, 800)
_COOCCURRENCE = (6000, 2000)
"""Cost of a hop that is beyond doubt, and what full doubt adds."""
UNSTATED = _COOCCURRENCE[0]
"""What a hop costs at least that nothing states."""
_HUB = 150
"""Cost of passing through a node, times the natural logarithm of 1 + its number of stated neighbours."""
NOWHERE = 1 << 60
"""More than any path costs."""


def tie_cost(predicate: str, confidence: float) -> int:
    """Typed claims are cheap, relatedTo is dearer, co-occurrence much dearer; confidence makes each cheaper."""
    low, doubt = _COOCCURRENCE if predicate == COOCCURRENCE else _RELATED if predicate == "relatedTo" else _TYPED
    return low + round(doubt * (1.0 - confidence))


def hub_cost(busy: int) -> int:
    """Passing through a node with so many stated neighbours."""
    return round(_HUB * log(1 + busy)) if busy else 0


class Ties(NamedTuple):
    """All ties of a graph, as little-endian 32-bit whole numbers."""

    hubs: bytes
    """Cost of passing through each node."""
    starts: bytes
    """Where the ties of each node begin, and where the last ones end."""
    others: bytes
    costs: bytes

    def distances_to(self, end: int) -> NDArray[np.int64]:
        """What it costs to come from every node to one (Dijkstra 1959), passing through either left out; `NOWHERE` if there is no way."""
        import numpy as np
        from scipy.sparse import csr_matrix
        from scipy.sparse.csgraph import dijkstra

        hubs, starts, others, costs = (
            np.frombuffer(data, dtype="<i4") for data in (self.hubs, self.starts, self.others, self.costs)
        )
        # Walked from the end: who leaves a node has passed through it, but for the end itself.
        passing = hubs.astype(np.float64)
        passing[end] = 0.0
        weights = costs + np.repeat(passing, np.diff(starts))
        matrix = csr_matrix((weights, others, starts), shape=(len(hubs), len(hubs)))
        found = dijkstra(matrix, indices=end)
        return np.where(np.isfinite(found), found, NOWHERE).astype(np.int64)


def pack_ties(nodes: int, ties: NDArray[np.intc]) -> tuple[bytes, bytes, bytes]:
    """Starts, others and costs of `Ties` among so many nodes, of rows (node, other, cost) in any order, some pairs several times."""
    import numpy as np

    found = ties[ties[:, 0] != ties[:, 1]]
    rows, others, costs = np.concatenate([found, found[:, [1, 0, 2]]]).T
    order = np.lexsort((costs, others, rows))
    rows, others, costs = rows[order], others[order], costs[order]
    cheapest = np.ones(len(rows), dtype=bool)
    cheapest[1:] = (rows[1:] != rows[:-1]) | (others[1:] != others[:-1])
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows[cheapest], minlength=nodes))])
    packed = [array.astype("<i4").tobytes() for array in (starts, others[cheapest], costs[cheapest])]
    return packed[0], packed[1], packed[2]
