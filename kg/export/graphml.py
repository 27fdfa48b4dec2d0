"""GraphML, written as a stream, for igraph, networkx, yEd and Gephi."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kg.export.xml import attribute

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["write_graphml"]

_NODE_KEYS = (
    ("label", "string"),
    ("type", "string"),
    ("label_zh", "string"),
    ("label_en", "string"),
    ("mentions", "int"),
    ("notes", "int"),
    ("degree", "int"),
    ("community", "int"),
    ("x", "double"),
    ("y", "double"),
    ("size", "double"),
    ("color", "string"),
    ("start", "string"),
)
_EDGE_KEYS = (
    ("predicate", "string"),
    ("kind", "string"),
    ("weight", "double"),
    ("confidence", "double"),
    ("notes", "int"),
)


def write_graphml(network: nx.MultiDiGraph, path: Path) -> None:
    """Write the network with typed keys; missing values are left out."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n')
        for kind, keys in (("node", _NODE_KEYS), ("edge", _EDGE_KEYS)):
            # igraph and networkx take equal ids for one key, so nodes and edges get their own.
            out.writelines(
                f'<key id="{kind[0]}_{name}" for="{kind}" attr.name="{name}" attr.type="{type_}"/>\n'
                for name, type_ in keys
            )
        out.write('<graph id="zhitu" edgedefault="directed">\n')
        for node, data in network.nodes(data=True):
            values = [data.get(name) for name, _ in _NODE_KEYS]
            out.write(f"<node id={attribute(node)}>{_data('n', _NODE_KEYS, values)}</node>\n")
        quoted = {node: attribute(node) for node in network}
        out.writelines(
            f'<edge id="e{number}" source={quoted[source]} target={quoted[target]}>'
            f"{_of_edge(*[data.get(name) for name, _ in _EDGE_KEYS])}</edge>\n"
            for number, (source, target, data) in enumerate(network.edges(data=True))
        )
        out.write("</graph>\n</graphml>\n")


@lru_cache(maxsize=1 << 14)
def _of_edge(*values: object) -> str:
    """Most edges say what others say."""
    return _data("e", _EDGE_KEYS, values)


def _data(prefix: str, keys: Iterable[tuple[str, str]], values: Iterable[object]) -> str:
    return "".join(
        [
            f'<data key="{prefix}_{name}">{attribute(value)[1:-1]}</data>'
            for (name, _), value in zip(keys, values, strict=True)
            if value is not None
        ]
    )
