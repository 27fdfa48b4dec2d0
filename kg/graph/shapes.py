"""Check a written graph against ontologies/shapes.ttl."""

from __future__ import annotations

from pathlib import Path

from kg.errors import SettingsError
from kg.ontology import ontologies_dir

__all__ = ["validate"]


def validate(source: Path) -> tuple[bool, str]:
    """Whether graph.nq, all notes united, conforms to the shapes, and pySHACL's report; raises SettingsError without pySHACL."""
    try:
        import pyshacl
        import rdflib
    except ImportError as error:
        raise SettingsError("pyshacl is not installed", "In the folder of Zhitu: pip install -e '.[test]'") from error
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(source, format="nquads")
    data = rdflib.Graph()
    for triple in dataset.triples((None, None, None)):
        data.add(triple)
    shapes = rdflib.Graph().parse(ontologies_dir() / "shapes.ttl", format="turtle")
    conforms, _, report = pyshacl.validate(data, shacl_graph=shapes, advanced=False, inference="none")
    return bool(conforms), str(report)
