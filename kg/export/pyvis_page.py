"""A chosen neighbourhood as a pyvis page that works offline."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import SettingsError

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["write_pyvis"]

_REMOTE = re.compile(
    r"<(?:link|script)\b[^>]*(?:href|src)\s*=\s*[\"'](?:https?:)?//[^\"']*[\"'][^>]*>(?:\s*</script>)?", re.I
)
_HEADING = re.compile(r"<center>\s*<h1>.*?</h1>\s*</center>", re.S)
_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
"""What notes hold cannot make the page fetch anything, even if it got past the escaping."""


def write_pyvis(network: nx.MultiDiGraph, path: Path, *, around: str, depth: int = 2, limit: int = 300) -> int:
    """Write the `limit` best connected nodes within `depth` hops of an entity; raises SettingsError for an unknown one.

    Labels and sentences are shown as text, never as HTML. Gives the number of nodes.
    """
    if around not in network:
        raise SettingsError(f"no entity {around}", "Look it up with `kg search`")
    picture = network.subgraph(_neighbourhood(network, around, depth, limit))
    title = f"{network.nodes[around]['label']} - Zhitu"
    path.write_text(_to_page(picture, around, title), encoding="utf-8")
    return len(picture)


def _to_page(network: nx.MultiDiGraph, middle: str, title: str) -> str:
    """One HTML page with the whole network."""
    from pyvis.network import Network

    page = Network(
        height="100vh", width="100%", directed=True, cdn_resources="in_line", bgcolor="#ffffff", font_color="#222222"
    )
    # A subgraph lists its nodes as its set does, which is another order in every process.
    for node in sorted(network):
        data = network.nodes[node]
        page.add_node(
            node,
            label=_short(data["label"]),
            title=_node_title(data),
            color=data["color"],
            size=float(data["size"]) + 4,
            borderWidth=4 if node == middle else 1,
        )
    for source, target, key in sorted(network.edges(keys=True)):
        data = network.edges[source, target, key]
        weak = data["kind"] == "cooccurrence"
        stated = f"{network.nodes[source]['label']} {key} {network.nodes[target]['label']}"
        page.add_edge(
            source,
            target,
            label="" if weak else key,
            dashes=weak,
            color="#cccccc" if weak else "#a0a0a8",
            title="\n".join(part for part in (stated, data.get("evidence")) if part),
        )
    page.set_options(json.dumps({**_OPTIONS, "physics": _PHYSICS}))
    # pyvis links Bootstrap from a CDN even in line, and its heading is empty.
    written = _HEADING.sub("", _REMOTE.sub("", page.generate_html(notebook=False)))
    head = (
        f'<head>\n<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>'
    )
    return "<!DOCTYPE html>\n" + written.lstrip().replace("<head>", head, 1)


_PHYSICS = {
    "solver": "forceAtlas2Based",
    "stabilization": {"iterations": 150, "fit": True},
    "minVelocity": 1,
}
_OPTIONS = {
    "interaction": {"hover": True, "keyboard": {"enabled": True, "bindToWindow": False}, "navigationButtons": False},
    "edges": {
        "font": {"size": 10, "align": "middle"},
        "smooth": False,
        "arrows": {"to": {"enabled": True, "scaleFactor": 0.5}},
    },
    "nodes": {"shape": "dot", "font": {"size": 14, "strokeWidth": 3}, "scaling": {"label": {"drawThreshold": 4}}},
}


def _neighbourhood(network: nx.MultiDiGraph, around: str, depth: int, limit: int) -> set[str]:
    """Nodes hop by hop, the best connected first; typed claims lead further than co-occurrence."""
    degree = dict(network.degree())
    shown = {around}
    front = [around]
    for _ in range(depth):
        weight: dict[str, int] = {}
        for node in front:
            for other, data in [(b, d) for _, b, d in network.out_edges(node, data=True)] + [
                (a, d) for a, _, d in network.in_edges(node, data=True)
            ]:
                weight[other] = max(weight.get(other, 0), 2 if data["kind"] == "typed" else 1)
        ordered = sorted(
            (node for node in weight if node not in shown), key=lambda node: (-weight[node], -degree[node], node)
        )
        front = ordered[: max(0, limit - len(shown))]
        shown.update(front)
    return shown


def _short(label: str) -> str:
    return label if len(label) <= 28 else label[:27] + "…"


def _node_title(data: Mapping[str, Any]) -> str:
    names = " / ".join(dict.fromkeys(name for name in (data["label"], data["label_zh"], data["label_en"]) if name))
    return f"{names}\n{data['type']} · {data['mentions']} mentions · {data['notes']} notes"
