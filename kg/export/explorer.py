"""`index.html`: the best connected part of the graph on one page, with the sentence behind every statement."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from kg.export.pyvis_page import most_connected, to_page
from kg.graph import TYPE_COLORS
from kg.model import Build
from kg.text import strip_markup

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["write_explorer"]

_NODES = 200
"""Nodes on the page: a vis.js page of more takes long to draw and is not readable (the tables hold all of them)."""


def write_explorer(build: Build, network: nx.MultiDiGraph, path: Path) -> None:
    """Write one file that opens from disk without a network: the map, a search box, and the sentences of each node."""
    shown = most_connected(network, _NODES)
    picture = network.subgraph(shown).copy()
    picture.remove_edges_from(
        [edge[:3] for edge in network.subgraph(shown).edges(keys=True, data="kind") if edge[3] == "cooccurrence"]
    )
    entities = [entity for entity in build.entities if entity.id in shown]
    claims = []
    for claim in build.claims:
        if picture.has_edge(claim.subject, claim.object, claim.predicate):
            best = max(claim.evidence, key=lambda piece: piece.confidence)
            where = f"{best.document_id}:{best.line}"
            claims.append((claim.subject, claim.predicate, claim.object, where, strip_markup(best.quote)))
    data = {
        "intro": f"{len(build.documents)} notes, {len(build.entities)} things, {len(build.claims)} ties; "
        f"the {len(shown)} best connected things are shown.",
        "types": [item for item in TYPE_COLORS.items() if any(entity.type == item[0] for entity in entities)],
        "nodes": [
            {
                "id": entity.id,
                "type": entity.type,
                "names": list(
                    dict.fromkeys(
                        name
                        for name in (entity.label, entity.label_zh, entity.label_en, *sorted(entity.aliases))
                        if name
                    )
                ),
                "mentions": network.nodes[entity.id]["mentions"],
                "notes": network.nodes[entity.id]["notes"],
            }
            for entity in entities
        ],
        "claims": claims,
    }
    # In a script element only "<" can end it.
    embedded = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    overlay = files("kg.export").joinpath("overview.html").read_text(encoding="utf-8").replace("STATEMENTS", embedded)
    path.write_text(to_page(picture, still=True, overlay=overlay, title="知图 Zhitu"), encoding="utf-8")
