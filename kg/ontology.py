"""Entity types and predicates with their signatures and bilingual names, read from ontologies/kg.ttl."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from kg.errors import OntologyError
from kg.identity import term_iri
from kg.model import ENTITY_TYPES

__all__ = ["Ontology", "Predicate", "ontologies_dir", "read_ontology"]

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_OWL = "http://www.w3.org/2002/07/owl#"
_NAMESPACE = term_iri("")
_NEEDED = [
    "proposes",
    "authorOf",
    "affiliatedWith",
    "introduces",
    "publishedIn",
    "variantOf",
    "outperforms",
    "uses",
    "evaluatedOn",
    "appliedTo",
    "broader",
    "implementedBy",
    "relatedTo",
    "coOccursWith",
]


@dataclass(frozen=True, slots=True)
class Predicate:
    """A relation between entities."""

    name: str
    domain: frozenset[str]
    """Types that the subject may have."""
    range: frozenset[str]
    """Types that the object may have."""
    weak: bool
    """Whether nobody stated it: things merely stand together."""
    symmetric: bool
    label_en: str
    label_zh: str
    inverse_en: str
    inverse_zh: str


@dataclass(frozen=True, slots=True)
class Ontology:
    """What may be said."""

    types: tuple[str, ...]
    """The eight entity types."""
    predicates: Mapping[str, Predicate]
    """Name -> predicate, for relations between entities."""
    type_labels: Mapping[str, tuple[str, str]]
    """Type -> English and Chinese name."""

    def allows(self, subject_type: str, predicate: str, object_type: str) -> bool:
        """Whether the signature of a predicate admits the two types; raises KeyError for an unknown predicate."""
        known = self.predicates[predicate]
        return subject_type in known.domain and object_type in known.range


def ontologies_dir() -> Path:
    """The folder of kg.ttl and shapes.ttl: inside the wheel, or beside the sources."""
    inside = Path(__file__).parent / "ontologies"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "ontologies"


@cache
def read_ontology(path: Path | None = None) -> Ontology:
    """Read an ontology (the shipped one by default); raises OntologyError when something that the code relies on is missing."""
    import pyoxigraph as ox

    source = path or ontologies_dir() / "kg.ttl"
    try:
        store = ox.Store()
        store.load(source.read_bytes(), format=ox.RdfFormat.TURTLE)
    except (OSError, SyntaxError, ValueError) as error:
        raise OntologyError(f"{source}: {error}", "Restore ontologies/kg.ttl") from error

    def objects(
        subject: ox.NamedNode | ox.BlankNode, iri: str
    ) -> list[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]:
        return [quad.object for quad in store.quads_for_pattern(subject, ox.NamedNode(iri), None)]

    def text(subject: ox.NamedNode, iri: str, language: str) -> str:
        found = [
            o.value
            for o in objects(subject, iri)
            if isinstance(o, ox.Literal) and (o.language or "").startswith(language)
        ]
        return min(found, default="")

    def classes(node: ox.NamedNode | ox.BlankNode) -> list[str]:
        if isinstance(node, ox.NamedNode):
            return [node.value.removeprefix(_NAMESPACE)]
        members: list[str] = []
        for head in objects(node, _OWL + "unionOf"):
            while isinstance(head, ox.BlankNode):
                members += [
                    o.value.removeprefix(_NAMESPACE)
                    for o in objects(head, _RDF + "first")
                    if isinstance(o, ox.NamedNode)
                ]
                head = next(iter(objects(head, _RDF + "rest")))
        return members

    def signature(subject: ox.NamedNode, iri: str) -> frozenset[str]:
        names = [
            name
            for node in objects(subject, iri)
            if isinstance(node, (ox.NamedNode, ox.BlankNode))
            for name in classes(node)
        ]
        return frozenset(ENTITY_TYPES) if names == ["Entity"] else frozenset(names) & frozenset(ENTITY_TYPES)

    predicates = {}
    for quad in store.quads_for_pattern(None, ox.NamedNode(_RDF + "type"), ox.NamedNode(_OWL + "ObjectProperty")):
        node = quad.subject
        if not isinstance(node, ox.NamedNode) or not node.value.startswith(_NAMESPACE):
            continue
        name = node.value.removeprefix(_NAMESPACE)
        domain, range_ = signature(node, _RDFS + "domain"), signature(node, _RDFS + "range")
        if not (domain and range_):
            continue
        kinds = {o.value for o in objects(node, _RDF + "type") if isinstance(o, ox.NamedNode)}
        weak = any(isinstance(o, ox.Literal) and o.value == "true" for o in objects(node, term_iri("weak")))
        predicates[name] = Predicate(
            name, domain, range_, weak, _OWL + "SymmetricProperty" in kinds,
            text(node, _RDFS + "label", "en"), text(node, _RDFS + "label", "zh"),
            text(node, term_iri("inverseLabel"), "en"), text(node, term_iri("inverseLabel"), "zh"),
        )  # fmt: skip
    missing = [name for name in _NEEDED if name not in predicates]
    if missing:
        raise OntologyError(f"{source}: no usable definition of {', '.join(missing)}", "Give label, domain and range")
    labels = {}
    for type_ in ENTITY_TYPES:
        node = ox.NamedNode(term_iri(type_))
        names = (text(node, _RDFS + "label", "en"), text(node, _RDFS + "label", "zh"))
        if not all(names):
            raise OntologyError(f"{source}: class {type_} has no label in en and zh", "Give rdfs:label in both")
        labels[type_] = names
    ordered = {name: predicates[name] for name in (*_NEEDED, *sorted(set(predicates) - set(_NEEDED)))}
    return Ontology(ENTITY_TYPES, MappingProxyType(ordered), MappingProxyType(labels))
