"""Questions to a finished graph: search, topic cards, explained paths; every answer carries its sentences."""

from kg.explore.graph import Graph, read_graph
from kg.explore.indexed import IndexedGraph, open_graph
from kg.explore.paths import ExplainedPath, Hop, find_paths
from kg.explore.search import Match, find_entity, search
from kg.explore.topic import TopicCard, topic_card

__all__ = [
    "ExplainedPath",
    "Graph",
    "Hop",
    "IndexedGraph",
    "Match",
    "TopicCard",
    "find_entity",
    "find_paths",
    "open_graph",
    "read_graph",
    "search",
    "topic_card",
]
