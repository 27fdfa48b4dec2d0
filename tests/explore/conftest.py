from __future__ import annotations

import pytest

from kg.explore.graph import Graph, read_graph
from tests.explore.sample import write_tables


@pytest.fixture(scope="session")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The sample graph, read from its tables."""
    return read_graph(write_tables(tmp_path_factory.mktemp("outputs")))
