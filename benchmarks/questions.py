"""Search and paths beside NetworkX on the same graph: as calls of a library, and as commands from a cold start."""

from __future__ import annotations

import csv
import json
import sys
import time
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from benchmarks.measure import CommandError, module, ours, python, run, say
from benchmarks.table import Row
from benchmarks.workshop import Workshop
from kg.explore import find_paths, open_graph, search

__all__ = ["measure_questions"]

_ASKED = 50
"""Searches, and paths."""
_BEST = 10
"""Pairs for which NetworkX looks for three paths by weight, which takes it seconds in a large graph."""


def measure_questions(shop: Workshop) -> list[Row]:
    """Searches and paths, in a graph that is open and from a cold start."""
    out, file = shop.whole.out, shop.folder / "asked.json"
    graphml = out / "graph.graphml"
    asked = questions(out)
    file.write_text(json.dumps(asked), encoding="utf-8")
    mine = json.loads(run(module("benchmarks.questions", out, file), temporary=shop.temporary).printed)
    _, other = shop.peer("peer_networkx.py", "questions", graphml, file)
    rows = [Row("search", "open_graph", 1000 * mine["load"], "nx.read_graphml", 1000 * other["load"], "wall ms")]
    for kind, what, name in (
        ("search", "kg.explore.search", "a scan over all labels"),
        ("path", "kg.explore.find_paths (3, explained)", "nx.shortest_path (1, unweighted)"),
        ("best", "kg.explore.find_paths (3, explained)", "nx.shortest_simple_paths (3, weighted)"),
    ):
        note = f"found: {mine[f'{kind} found']} and {other[f'{kind} found']} of {len(asked[kind])}"
        took, peer_took = (1000 * median(each[kind]) for each in (mine, other))
        rows.append(Row("search", what, took, name, peer_took, "wall ms, median", note))
    text = next((text for text in asked["search"] if text[0][:1].isalnum()), ["x"])
    ends = asked["path"][0]
    times = 3 if shop.quick else 7
    for what, command, script in (
        (f"kg search {text[0]}", ours("search", *text, "--graph", out), ("search", graphml, *text)),
        ("kg path FROM TO", ours("path", *ends, "--graph", out), ("path", graphml, *ends)),
    ):
        cold = _cold(shop, command, times)
        peer = _cold(shop, python(shop.peer_python, "peer_networkx.py", *script), times)
        name = "read_graphml and the same by NetworkX"
        rows.append(Row("search", f"{what}, cold", cold, name, peer, "wall s, median"))
    help_, bare = _cold(shop, ours("--help"), times), _cold(shop, [sys.executable, "-c", "pass"], times)
    rows.append(Row("search", "kg --help, cold", help_, "python -c pass", bare, "wall s, median"))
    return rows


def _cold(shop: Workshop, command: list[str], times: int) -> float:
    """Wall seconds of a command, the middle one of several runs after a first one."""
    say(f"  {times} times {' '.join(command[2:5])}")
    run(command, temporary=shop.temporary)
    return median(run(command, temporary=shop.temporary).wall for _ in range(times))


def questions(out: Path) -> dict[str, list[list[str]]]:
    """Names and parts of names to look for; pairs of things that claims tie, at some distance, to find paths between."""
    with (out / "entities.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    ties: dict[str, list[str]] = {}
    with (out / "relations.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            ties.setdefault(row["subject"], []).append(row["object"])
            ties.setdefault(row["object"], []).append(row["subject"])
    known = {row["id"] for row in rows}
    random = Random(20261126)
    texts: list[list[str]] = []
    for row in random.sample(rows, min(_ASKED, len(rows))):
        # Every other time the beginning of a name; one Latin letter would be no search.
        label = row["label"]
        texts.append([label if len(texts) % 2 or len(label) < 4 else label[: len(label) // 2 + 1].strip()])
    ends: list[list[str]] = []
    starts = sorted(node for node in ties if node in known)
    for start in random.choices(starts or [""], k=10 * _ASKED):
        at = start
        for _ in range(4):
            at = random.choice([node for node in ties.get(at, ()) if node in known] or [at])
        if at != start and len(ends) < _ASKED:
            ends.append([start, at])
    if not ends:
        raise CommandError("the notes tie no two things, so there is nothing to ask; give more notes")
    return {"search": texts, "path": ends, "best": ends[:_BEST]}


def main() -> None:
    """Answer the questions in a process of its own; seconds as JSON."""
    folder, file = map(Path, sys.argv[1:])
    asked = json.loads(file.read_text(encoding="utf-8"))
    begin = time.perf_counter()
    graph = open_graph(folder)
    spent: dict[str, Any] = {"load": time.perf_counter() - begin}
    for kind, every in asked.items():
        times, found = [], 0
        for question in every:
            begin = time.perf_counter()
            found += bool(search(graph, *question) if kind == "search" else find_paths(graph, question))
            times.append(time.perf_counter() - begin)
        spent |= {kind: times, f"{kind} found": found}
    print(json.dumps(spent))


if __name__ == "__main__":
    main()
