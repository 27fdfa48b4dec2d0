"""graph.gexf as graphology reads it, the library behind Gephi Lite; skipped where there is no node or npm."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from kg.export import to_frames
from kg.graph import TYPE_COLORS
from tests.node import installed

HERE = Path(__file__).parent / "graphology"


@pytest.fixture(scope="session")
def graphology() -> Path:
    return installed(HERE)


def read(packages: Path, file: Path) -> dict[str, Any]:
    command = ["node", str(HERE / "read.mjs"), str(packages), str(file)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_graphology_reads_what_the_tables_say(graphology: Path, outputs: Path) -> None:
    tables = to_frames(outputs)
    graph = read(graphology, outputs / "graph.gexf")
    assert (graph["type"], graph["multi"]) == ("directed", True)
    nodes = dict(graph["nodes"])
    assert len(nodes) == len(graph["nodes"]) == len(tables["entities"])
    for row in tables["entities"].itertuples():
        node = nodes[row.id]
        assert (node["label"], node["type"], node["degree"]) == (row.label, row.type, row.degree)
        red, green, blue = bytes.fromhex(TYPE_COLORS[row.type][1:])
        assert node["color"] == f"rgb({red},{green},{blue})"
        assert all(isinstance(node[name], int | float) for name in ("x", "y", "size"))
    evidence = tables["relations"].groupby(["subject", "predicate", "object"]).size().to_dict()
    read_edges = {(source, predicate, target): data["weight"] for source, predicate, target, data in graph["edges"]}
    assert len(graph["edges"]) == len(read_edges)
    assert read_edges == evidence


def test_graphology_refuses_an_edge_to_nowhere(graphology: Path, outputs: Path, tmp_path: Path) -> None:
    """The reader is strict enough for the test above to mean something."""
    text = (outputs / "graph.gexf").read_text(encoding="utf-8")
    broken = tmp_path / "broken.gexf"
    broken.write_text(text.replace(' target="', ' target="nowhere', 1), encoding="utf-8")
    command = ["node", str(HERE / "read.mjs"), str(graphology), str(broken)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert done.returncode != 0
    assert "inexisting node" in done.stderr
