"""Families are found from hashes alone: whoever is tied, through others too, goes into one bucket."""

from __future__ import annotations

from itertools import chain

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipelines.families import Families, hashes_of

BUCKETS = 97
TOUCHES = [f"name {number}" for number in range(40)]
touch = st.sampled_from(TOUCHES)
uses = st.lists(st.lists(st.lists(touch, min_size=1, max_size=3, unique=True), max_size=6), min_size=1, max_size=3)
ties = st.lists(st.tuples(touch, touch), max_size=8)


@given(uses=uses, ties=ties)
def test_they_are_the_components_of_what_is_tied(uses: list[list[list[str]]], ties: list[tuple[str, str]]) -> None:
    felt = [(np.array([len(each) for each in some], np.uint16), hashes_of(chain.from_iterable(some))) for some in uses]
    pairs = hashes_of(chain.from_iterable(ties)).reshape(-1, 2)
    families = Families(felt, [pairs], BUCKETS)
    known = set(chain.from_iterable(chain.from_iterable(uses)))
    tied = nx.Graph()
    tied.add_nodes_from(known)
    for each in chain.from_iterable(uses):
        nx.add_path(tied, each)
    tied.add_edges_from(tie for tie in ties if known.issuperset(tie))
    for family in nx.connected_components(tied):
        least = min(int(value) for value in hashes_of(family))
        assert set(families.of(hashes_of(family)).tolist()) == {least % BUCKETS}
    for tie, bucket in zip(ties, families.of_ties(pairs).tolist(), strict=True):
        assert bucket == (families.of(hashes_of(tie[:1]))[0] if known.issuperset(tie) else BUCKETS)
