"""Groups of entities that belong together, by Louvain (Blondel et al. 2008) as scikit-network has it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["communities"]


def communities(count: int, edges: NDArray[np.int64], weights: NDArray[np.float64]) -> list[int]:
    """Community of every node, numbered from 0 by falling size; the same for the same input in every process.

    `edges` is (m, 2), `weights` is (m,); edges between the same two nodes add up.
    """
    from scipy.sparse import csr_matrix
    from sknetwork.clustering import Louvain

    if len(edges) != len(weights):
        raise ValueError(f"{len(edges)} edges have {len(weights)} weights")
    found = np.arange(count)
    if len(edges):
        ends, others = np.concatenate([edges, edges[:, ::-1]]).T
        matrix = csr_matrix((np.concatenate([weights, weights]), (ends, others)), shape=(count, count))
        # Nodes are taken in their own order, so that there is nothing random.
        found = Louvain(shuffle_nodes=False).fit_predict(matrix)
    labels, first, sizes = np.unique(found, return_index=True, return_counts=True)
    number = np.empty(len(labels), dtype=np.int64)
    number[np.lexsort((first, -sizes))] = np.arange(len(labels))
    return [int(label) for label in number[np.searchsorted(labels, found)]]
