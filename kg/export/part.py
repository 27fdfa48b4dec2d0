"""A part of a finished graph, as the map has it: chosen by type, predicate, year, confidence and degree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import GraphError, SettingsError, build_hint

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["FILTERS", "read_part"]

FILTERS: Mapping[str, str] = {
    "type": "types of things: type=Model,Topic",
    "community": "numbers of communities: community=0,3",
    "year": "years of things, of a reference or else of the first note that names them: year=2015..2020",
    "predicate": "relations: predicate=uses,variantOf",
    "relation": "relation=typed or relation=cooccurrence",
    "confidence": "least confidence of relations: confidence=0.8",
}
"""What a filter may be, with an example."""

_OF_NODES = frozenset({"type", "community", "year"})
_YEARS = re.compile(r"\d{4}(?:\.\.\d{4})?")


def read_part(folder: Path, filters: Sequence[str] = (), min_degree: int = 0) -> nx.MultiDiGraph:
    """Read graph.graphml of an output folder and keep what all filters admit; the degree is that within the part.

    Raises SettingsError for a filter that does not exist, GraphError where the file is missing or broken.
    """
    import networkx as nx

    path = folder / "graph.graphml"
    wanted = [_parse(given) for given in filters]
    try:
        read = nx.read_graphml(path, force_multigraph=True)
    except FileNotFoundError as error:
        raise GraphError(f"{folder}: no {path.name}", build_hint(folder)) from error
    except (OSError, SyntaxError, nx.NetworkXError) as error:
        raise GraphError(f"{path}: {error}", build_hint(folder)) from error
    nodes = [_test(read.nodes(data=True), *item) for item in wanted if item[0] in _OF_NODES]
    edges = [_test(read.edges(data=True), *item) for item in wanted if item[0] not in _OF_NODES]
    part = nx.MultiDiGraph(name="Zhitu")
    part.add_nodes_from((node, data) for node, data in read.nodes(data=True) if all(test(data) for test in nodes))
    part.add_edges_from(
        (source, target, data["predicate"], data)
        for source, target, data in read.edges(data=True)
        if source in part and target in part and all(test(data) for test in edges)
    )
    while low := [node for node, degree in part.degree() if degree < min_degree]:
        part.remove_nodes_from(low)
    return part


def _parse(given: str) -> tuple[str, str]:
    name, _, value = given.partition("=")
    if name not in FILTERS or not value.strip(" ,"):
        raise SettingsError(f"no filter {given!r}", "there are " + "; ".join(FILTERS.values()))
    if name == "year" and not _YEARS.fullmatch(value.strip()):
        raise SettingsError(f"no years in {given!r}", "e.g. year=2015..2020")
    if name == "confidence" and not _is_share(value):
        raise SettingsError(f"no confidence in {given!r}", "a number between 0 and 1, e.g. confidence=0.8")
    return name, value.strip()


def _is_share(text: str) -> bool:
    try:
        return 0.0 <= float(text) <= 1.0
    except ValueError:
        return False


def _test(rows: Iterable[tuple[Any, ...]], name: str, value: str) -> Callable[[Mapping[str, Any]], bool]:
    """Whether the data of a node or an edge fit a filter; a value that no row has is a slip."""
    if name == "year":
        low, _, high = value.partition("..")
        return lambda data: low <= str(data.get("start", ""))[:4] <= (high or low)
    if name == "confidence":
        return lambda data: bool(data["confidence"] >= float(value))
    key = "kind" if name == "relation" else name
    known = sorted({str(row[-1][key]) for row in rows})
    wanted = {part.strip() for part in value.split(",") if part.strip()}
    if unknown := sorted(wanted.difference(known)):
        raise SettingsError(f"the graph has no {name} {unknown[0]}", "it has " + ", ".join(known))
    return lambda data: str(data[key]) in wanted
