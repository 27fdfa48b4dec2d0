"""What one would do with graph.graphml and NetworkX alone; knows nothing of Zhitu.

    python benchmarks/peer_networkx.py gexf GRAPHML TARGET.gexf TIMES
    python benchmarks/peer_networkx.py questions GRAPHML ASKED.json
    python benchmarks/peer_networkx.py search GRAPHML TEXT
    python benchmarks/peer_networkx.py path GRAPHML FROM TO

The first two print seconds as JSON, the others their answer.
"""

import json
import sys
import time
from itertools import islice

import networkx as nx


def find(graph: nx.Graph, text: str) -> list[str]:
    """Nodes whose label holds a text, in any case: a look at every node."""
    wanted = text.lower()
    return [node for node, data in graph.nodes(data=True) if wanted in data["label"].lower()]


def write(graph: nx.Graph, target: str, times: int) -> dict[str, object]:
    """Seconds of each writing, CPU."""
    spent = []
    for _ in range(times):
        begin = time.process_time()
        nx.write_gexf(graph, target)
        spent.append(time.process_time() - begin)
    return {"write": spent}


def answer(graph: nx.Graph, asked: dict[str, list[list[str]]]) -> dict[str, object]:
    """Seconds of each search, of each shortest path and of each three best paths by weight, and how many were found."""
    spent: dict[str, object] = {}
    either_way = nx.Graph(graph)
    weighted = nx.Graph()
    for left, right, data in graph.edges(data=True):
        # What is stated is nearer than what only occurs together, what is sure nearer than what is not.
        cost = 2 - data["confidence"] + 5 * (data["kind"] == "cooccurrence")
        if cost < weighted.get_edge_data(left, right, {"weight": 100})["weight"]:
            weighted.add_edge(left, right, weight=cost)
    kinds = {
        "search": lambda text: find(graph, text),
        "path": lambda a, b: nx.shortest_path(either_way, a, b),
        "best": lambda a, b: list(islice(nx.shortest_simple_paths(weighted, a, b, "weight"), 3)),
    }
    for kind, ask in kinds.items():
        times, found = [], 0
        for question in asked[kind]:
            begin = time.perf_counter()
            found += bool(ask(*question))
            times.append(time.perf_counter() - begin)
        spent |= {kind: times, f"{kind} found": found}
    return spent


def main() -> None:
    kind, file, *more = sys.argv[1:]
    begin = time.perf_counter()
    graph = nx.read_graphml(file, force_multigraph=True)
    load = time.perf_counter() - begin
    if kind == "gexf":
        print(json.dumps(write(graph, more[0], int(more[1]))))
    elif kind == "questions":
        with open(more[0], encoding="utf-8") as handle:
            asked = json.load(handle)
        print(json.dumps({"load": load, **answer(graph, asked)}))
    elif kind == "search":
        print("\n".join(find(graph, *more)))
    else:
        print("\n".join(nx.shortest_path(nx.Graph(graph), *more)))


if __name__ == "__main__":
    main()
