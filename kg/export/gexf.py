"""GEXF 1.3 for Gephi and Gephi Lite, written as a stream with the default namespace and opaque colours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.export.xml import attribute

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["write_gexf"]

_NODE_ATTRIBUTES = (
    ("type", "string", "type"),
    ("label_zh", "string", "label_zh"),
    ("label_en", "string", "label_en"),
    ("mentions", "integer", "mentions"),
    ("notes", "integer", "notes"),
    ("degree", "integer", "degree"),
    ("community", "integer", "community"),
    ("year", "integer", "year"),
)
_EDGE_ATTRIBUTES = (
    ("predicate", "string", "predicate"),
    ("relation", "string", "kind"),
    ("confidence", "double", "confidence"),
    ("notes", "integer", "notes"),
)
"""Names in the file, their types, and names in the network."""
_DATE = re.compile(r"^\d{4}(-\d{2}-\d{2})?$")


def write_gexf(
    network: nx.MultiDiGraph, path: Path, *, keep: Callable[[str, Mapping[str, Any]], bool] | None = None
) -> None:
    """Write the network, or those of its nodes that `keep(id, attributes)` admits with the edges between them."""
    nodes = [(node, data) for node, data in network.nodes(data=True) if keep is None or keep(node, data)]
    kept = {node for node, _ in nodes}
    mode = "dynamic" if any(_DATE.match(str(data.get("start", ""))) for _, data in nodes) else "static"
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">\n'
            "<meta><creator>Zhitu</creator><description>A knowledge graph read from notes</description></meta>\n"
            f'<graph mode="{mode}" defaultedgetype="directed" timeformat="date" timerepresentation="interval">\n'
        )
        for kind, declared in (("node", _NODE_ATTRIBUTES), ("edge", _EDGE_ATTRIBUTES)):
            out.write(f'<attributes class="{kind}">\n')
            out.writelines(f'<attribute id="{name}" title="{name}" type="{type_}"/>\n' for name, type_, _ in declared)
            out.write("</attributes>\n")
        out.write("<nodes>\n")
        out.writelines(_node(node, data) for node, data in nodes)
        out.write("</nodes>\n<edges>\n")
        edges = (edge for edge in network.edges(keys=True, data=True) if edge[0] in kept and edge[1] in kept)
        quoted = {node: attribute(node) for node in kept}
        out.writelines(
            _edge(number, quoted[source], quoted[target], attribute(key), data)
            for number, (source, target, key, data) in enumerate(edges)
        )
        out.write("</edges>\n</graph>\n</gexf>\n")


def _values(declared: Iterable[tuple[str, str, str]], values: Iterable[object]) -> str:
    shown = [
        f'<attvalue for="{name}" value={attribute(value)}/>'
        for (name, _, _), value in zip(declared, values, strict=True)
        if value not in (None, "")
    ]
    return f"<attvalues>{''.join(shown)}</attvalues>"


@lru_cache(maxsize=1 << 14)
def _of_edge(*values: object) -> str:
    """Most edges say what others say."""
    return _values(_EDGE_ATTRIBUTES, values)


def _node(node: str, data: Mapping[str, Any]) -> str:
    start = str(data.get("start", ""))
    date = start if _DATE.match(start) else ""
    known = {**data, "year": date[:4]}
    values = _values(_NODE_ATTRIBUTES, [known.get(ours) for _, _, ours in _NODE_ATTRIBUTES])
    red, green, blue = (int(data["color"][at : at + 2], 16) for at in (1, 3, 5))
    dated = f' start="{date if len(date) > 4 else date + "-01-01"}"' if date else ""
    return (
        f"<node id={attribute(node)} label={attribute(data['label'])}{dated}>{values}"
        f'<viz:color r="{red}" g="{green}" b="{blue}"/><viz:position x="{data["x"]}" y="{data["y"]}" z="0"/>'
        f'<viz:size value="{data["size"]}"/></node>\n'
    )


def _edge(number: int, source: str, target: str, key: str, data: Mapping[str, Any]) -> str:
    """All but the number and the data is quoted already."""
    values = _of_edge(*[data.get(ours) for _, _, ours in _EDGE_ATTRIBUTES])
    return (
        f'<edge id="{number}" source={source} target={target} label={key} '
        f'kind={key} weight="{data["weight"]}">{values}</edge>\n'
    )
