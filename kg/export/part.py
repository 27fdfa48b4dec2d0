"""A part of a finished graph, as the map has it: chosen by type, predicate, year, confidence and degree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import GraphError, SettingsError

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["FILTERS", "read_part"]

FILTERS: Mapping[str, str] = {
    "type": "types of things: type=Model,Topic",
    "community": "numbers of communities: community=0,3",
    "year": "years of things: year=2015..2020",
    "predicate": "relations: predicate=uses,variantOf",
    "relation": "relation=typed or relation=cooccurrence",
    "confidence": "least confidence of relations: confidence=0.8",
}
"""What a filter may be, with an example."""

_Keep = Callable[[Mapping[str, Any]], bool]


def read_part(folder: Path, filters: Sequence[str] = (), min_degree: int = 0) -> nx.MultiDiGraph:
    """Read graph.graphml of an output folder and keep what all filters admit; the degree is that within the part.

    Raises SettingsError for a filter that does not exist, GraphError where the file is missing or broken.
    """
    import networkx as nx

    path = folder / "graph.graphml"
    node_tests, edge_tests = _tests(filters)
    try:
        read = nx.read_graphml(path, force_multigraph=True)
    except (OSError, SyntaxError, nx.NetworkXError) as error:
        raise GraphError(f"{path}: {error}", f"Build it again: kg build NOTES --out {folder}") from error
    _check_values(filters, read)
    part = nx.MultiDiGraph(name="Zhitu")
    part.add_nodes_from((node, data) for node, data in read.nodes(data=True) if all(test(data) for test in node_tests))
    part.add_edges_from(
        (source, target, data["predicate"], data)
        for source, target, data in read.edges(data=True)
        if source in part and target in part and all(test(data) for test in edge_tests)
    )
    while low := [node for node, degree in part.degree() if degree < min_degree]:
        part.remove_nodes_from(low)
    return part


def _tests(filters: Iterable[str]) -> tuple[list[_Keep], list[_Keep]]:
    nodes: list[_Keep] = []
    edges: list[_Keep] = []
    for given in filters:
        name, equals, value = given.partition("=")
        wanted = frozenset(part.strip() for part in value.split(",") if part.strip())
        if name not in FILTERS or not equals or not wanted:
            raise SettingsError(f"no filter {given!r}", "there are " + "; ".join(FILTERS.values()))
        if name == "type":
            nodes.append(lambda data, wanted=wanted: data["type"] in wanted)  # type: ignore[misc]
        elif name == "community":
            nodes.append(lambda data, wanted=wanted: str(data["community"]) in wanted)  # type: ignore[misc]
        elif name == "year":
            low, high = _years(given, value)
            nodes.append(lambda data, low=low, high=high: low <= str(data.get("start", ""))[:4] <= high)  # type: ignore[misc]
        elif name == "confidence":
            least = _share(given, value)
            edges.append(lambda data, least=least: data["confidence"] >= least)  # type: ignore[misc]
        else:
            key = "kind" if name == "relation" else "predicate"
            edges.append(lambda data, key=key, wanted=wanted: data[key] in wanted)  # type: ignore[misc]
    return nodes, edges


def _check_values(filters: Iterable[str], network: nx.MultiDiGraph) -> None:
    """A type or predicate that the graph does not have is a slip."""
    for given in filters:
        name, _, value = given.partition("=")
        if name not in ("type", "predicate", "relation"):
            continue
        data = network.nodes(data=True) if name == "type" else network.edges(data=True)
        key = "kind" if name == "relation" else name
        known = sorted({item[-1][key] for item in data})
        unknown = [part.strip() for part in value.split(",") if part.strip() and part.strip() not in known]
        if unknown:
            raise SettingsError(f"the graph has no {name} {unknown[0]}", "it has " + ", ".join(known))


def _years(given: str, value: str) -> tuple[str, str]:
    match = re.fullmatch(r"(\d{4})(?:\.\.(\d{4}))?", value.strip())
    if match is None:
        raise SettingsError(f"no years in {given!r}", "e.g. year=2015..2020")
    return match[1], match[2] or match[1]


def _share(given: str, value: str) -> float:
    try:
        share = float(value)
    except ValueError:
        share = -1.0
    if not 0.0 <= share <= 1.0:
        raise SettingsError(f"no confidence in {given!r}", "a number between 0 and 1, e.g. confidence=0.8")
    return share
