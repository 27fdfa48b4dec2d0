"""What stands in a graph.nq is found without reading it whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.graph.quads import graphs, mapped


@pytest.mark.parametrize("last", [40, 4000])
def test_graphs_are_found_wherever_a_file_ends(tmp_path: Path, last: int) -> None:
    """Probes are made 4096, 12288, ... bytes after the beginning of a graph; they may fall into the last line."""
    path = tmp_path / "graph.nq"
    for size in range(4000, 12400, 37):
        line = b"<urn:a> <urn:b> <urn:c> <urn:g> .\n"
        body = line * (size // len(line))
        end = b'<urn:a> <urn:b> "%b" <urn:g> .\n' % (b"x" * last)
        head = b"<urn:a> <urn:b> <urn:c> .\n"
        path.write_bytes(head + body + end)
        with mapped(path) as text:
            found = list(graphs(text))
        assert found == [("", (0, len(head))), ("<urn:g>", (len(head), len(head + body + end)))]
