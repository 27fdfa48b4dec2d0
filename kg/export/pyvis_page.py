"""A chosen neighbourhood as a pyvis page that works offline."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
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


def write_pyvis(network: nx.MultiDiGraph, path: Path, *, around: str | None, depth: int = 2, limit: int = 300) -> None:
    """Write the `limit` best connected nodes within `depth` hops of an entity, or of the whole graph when none is given.

    Raises SettingsError for an unknown entity. Labels and sentences are shown as text, never as HTML.
    """
    from pyvis.network import Network

    if around is not None and around not in network:
        raise SettingsError(f"no entity {around}", "Look it up with `kg search`")
    shown = _neighbourhood(network, around, depth, limit)
    page = Network(height="100vh", width="100%", directed=True, cdn_resources="in_line", bgcolor="#ffffff", font_color="#222222")
    for node in network:
        if node in shown:
            data = network.nodes[node]
            page.add_node(
                node,
                label=data["label"],
                title=_node_title(data),
                color=data["color"],
                size=float(data["size"]) + 4,
                borderWidth=4 if node == around else 1,
            )
    for source, target, key, data in network.edges(keys=True, data=True):
        if source in shown and target in shown:
            weak = data["kind"] == "cooccurrence"
            title = f"{network.nodes[source]['label']} {key} {network.nodes[target]['label']}"
            sentence = data.get("evidence")
            page.add_edge(
                source, target, label="" if weak else key, dashes=weak, color="#cccccc" if weak else "#888888",
                title=f"{title}\n{sentence}" if sentence else title,
            )  # fmt: skip
    page.set_options(json.dumps(_OPTIONS))
    written = page.generate_html(notebook=False)
    # pyvis links Bootstrap from a CDN even in line, and its heading is empty.
    written = _HEADING.sub("", _REMOTE.sub("", written))
    path.write_text(written, encoding="utf-8")


_OPTIONS = {
    "physics": {"solver": "forceAtlas2Based", "stabilization": {"iterations": 150, "fit": True}, "minVelocity": 1},
    "interaction": {"hover": True, "keyboard": True, "navigationButtons": False},
    "edges": {"font": {"size": 10, "align": "middle"}, "smooth": False, "arrows": {"to": {"enabled": True, "scaleFactor": 0.5}}},
    "nodes": {"shape": "dot", "font": {"size": 16}},
}


def _neighbourhood(network: nx.MultiDiGraph, around: str | None, depth: int, limit: int) -> set[str]:
    """Nodes hop by hop, the best connected first; typed claims lead further than co-occurrence."""
    degree = dict(network.degree())
    if around is None:
        return set(sorted(network, key=lambda node: (-degree[node], node))[:limit])
    shown = {around}
    front = [around]
    for _ in range(depth):
        weight: dict[str, int] = {}
        for node in front:
            for other, data in [(b, d) for _, b, d in network.out_edges(node, data=True)] + [
                (a, d) for a, _, d in network.in_edges(node, data=True)
            ]:
                weight[other] = max(weight.get(other, 0), 2 if data["kind"] == "typed" else 1)
        ordered = sorted((node for node in weight if node not in shown), key=lambda node: (-weight[node], -degree[node], node))
        front = ordered[: max(0, limit - len(shown))]
        shown.update(front)
    return shown


def _node_title(data: Mapping[str, Any]) -> str:
    names = " / ".join(dict.fromkeys(name for name in (data["label"], data["label_zh"], data["label_en"]) if name))
    return f"{names}\n{data['type']} · {data['mentions']} mentions · {data['notes']} notes"

