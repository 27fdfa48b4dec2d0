"""Our GEXF writer beside NetworkX's, on the same graph."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from benchmarks.measure import module, run
from benchmarks.table import Row
from benchmarks.workshop import Workshop
from kg.export import read_part, write_gexf

__all__ = ["measure_gexf"]

_TIMES = 3
"""How often each writes; the quickest counts."""


def measure_gexf(shop: Workshop) -> list[Row]:
    """Write the graph of the notes as GEXF, ours and NetworkX's from the same graph.graphml."""
    graphml = shop.whole.out / "graph.graphml"
    mine, theirs = shop.folder / "ours.gexf", shop.folder / "theirs.gexf"
    found = json.loads(run(module("benchmarks.gexf", shop.whole.out, mine), temporary=shop.temporary).printed)
    _, other = shop.peer("peer_networkx.py", "gexf", graphml, theirs, _TIMES)
    sizes = f"{mine.stat().st_size / 1e6:.1f} and {theirs.stat().st_size / 1e6:.1f} MB"
    note = f"{found['nodes']:,} nodes, {found['edges']:,} edges; {sizes}; reading the graph not counted"
    return [Row("gexf", "write_gexf", min(found["write"]), "networkx.write_gexf", min(other["write"]), "CPU s", note)]


def main() -> None:
    """Write it in a process of its own; CPU seconds as JSON."""
    folder, target = map(Path, sys.argv[1:])
    network = read_part(folder)
    spent = []
    for _ in range(_TIMES):
        begin = time.process_time()
        write_gexf(network, target)
        spent.append(time.process_time() - begin)
    print(json.dumps({"write": spent, "nodes": len(network), "edges": network.size()}))


if __name__ == "__main__":
    main()
