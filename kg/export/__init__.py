"""Ways to take the graph along: tables, GEXF, GraphML, a pyvis page and the explorer."""

from kg.export.explorer import write_explorer
from kg.export.gexf import write_gexf
from kg.export.graphml import write_graphml
from kg.export.index import fill_index, write_index
from kg.export.parquet import to_parquet
from kg.export.part import read_part
from kg.export.pyvis_page import write_pyvis
from kg.export.rdf import RDF_FORMATS, write_rdf
from kg.export.tables import COLUMNS, entity_row, table_rows, to_frames, write_tables

__all__ = [
    "COLUMNS",
    "RDF_FORMATS",
    "entity_row",
    "fill_index",
    "read_part",
    "table_rows",
    "to_frames",
    "to_parquet",
    "write_explorer",
    "write_gexf",
    "write_graphml",
    "write_index",
    "write_pyvis",
    "write_rdf",
    "write_tables",
]
