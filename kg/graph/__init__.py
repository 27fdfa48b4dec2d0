"""Projections of the claims: RDF and a NetworkX multigraph. Never the source of truth."""

from kg.graph.network import TYPE_COLORS, to_network
from kg.graph.quads import difference, said_of
from kg.graph.rdf import (
    article_iri,
    broader_topics,
    claim_iri,
    default_graph,
    evidence_iri,
    note_graphs,
    note_marks,
    taxonomy,
    to_quads,
    update_nquads,
    write_nquads,
)
from kg.graph.serialise import update_merged, write_jsonld, write_turtle
from kg.graph.shapes import validate
from kg.graph.store import build_store, update_store

__all__ = [
    "TYPE_COLORS",
    "article_iri",
    "broader_topics",
    "build_store",
    "claim_iri",
    "default_graph",
    "difference",
    "evidence_iri",
    "note_graphs",
    "note_marks",
    "said_of",
    "taxonomy",
    "to_network",
    "to_quads",
    "update_merged",
    "update_nquads",
    "update_store",
    "validate",
    "write_jsonld",
    "write_nquads",
    "write_turtle",
]
