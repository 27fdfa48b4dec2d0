"""The claims as a NetworkX multigraph, with what a picture needs: community, position, size and colour."""

from __future__ import annotations

from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from kg.graph.communities import communities
from kg.graph.layout import layout
from kg.model import Build

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["TYPE_COLORS", "WEAK", "to_network"]

TYPE_COLORS = MappingProxyType(
    {
        "Model": "#0072b2",
        "Paper": "#56b4e9",
        "Person": "#d55e00",
        "Institution": "#e69f00",
        "Dataset": "#009e73",
        "Venue": "#cc79a7",
        "Tool": "#8c6d31",
        "Topic": "#7570b3",
    }
)
"""Colour-blind-safe (after Okabe and Ito 2008, and ColorBrewer's Dark2 for the eighth)."""

WEAK = "coOccursWith"
_WEAK_WEIGHT = 0.15


def to_network(build: Build) -> nx.MultiDiGraph:
    """Entities as nodes in build order; claims as edges keyed by predicate, with weight, confidence, kind and note count."""
    import networkx as nx

    graph = nx.MultiDiGraph(name="Zhitu")
    mentions: Counter[str] = Counter()
    notes: dict[str, set[str]] = {entity.id: set() for entity in build.entities}
    for item in build.resolutions:
        if item.entity_id is not None:
            mentions[item.entity_id] += 1
            notes[item.entity_id].add(item.mention.document_id)
    number = {entity.id: index for index, entity in enumerate(build.entities)}
    pairs = [(number[claim.subject], number[claim.object]) for claim in build.claims]
    edges = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    weights = np.array(
        [_WEAK_WEIGHT if claim.predicate == WEAK else 1.0 + 0.2 * (len(claim.evidence) - 1) for claim in build.claims],
        dtype=np.float64,
    )
    degree = Counter(index for pair in pairs for index in pair)
    community = communities(len(number), edges, weights)
    place = layout(list(number), edges, weights)
    dates = {document.id: document.front_matter.date for document in build.documents}
    most = max(degree.values(), default=1)
    for entity in build.entities:
        index = number[entity.id]
        years = [value for name, value in entity.attributes if name == "year"]
        dated = sorted(dates[note] for note in notes[entity.id] if dates[note])
        graph.add_node(
            entity.id,
            type=entity.type,
            label=entity.label,
            label_zh=entity.label_zh,
            label_en=entity.label_en,
            mentions=mentions[entity.id],
            notes=len(notes[entity.id]),
            degree=degree[index],
            community=community[index],
            x=float(place[index, 0]),
            y=float(place[index, 1]),
            size=round(4.0 + 20.0 * (degree[index] / most) ** 0.5, 2),
            color=TYPE_COLORS[entity.type],
            start=years[0] if years else (dated[0] if dated else ""),
        )
    for claim in build.claims:
        graph.add_edge(
            claim.subject,
            claim.object,
            key=claim.predicate,
            predicate=claim.predicate,
            weight=len(claim.evidence),
            confidence=claim.confidence,
            kind="cooccurrence" if claim.predicate == WEAK else "typed",
            notes=len({piece.document_id for piece in claim.evidence}),
        )
    return graph
