"""What made the dataset and where to get it: PROV-O, VoID and DCAT, the default graph of graph.nq."""

from __future__ import annotations

from collections import defaultdict

import kg
from kg.graph.terms import DCAT, DCTERMS, PROV, RDF, VOID, iri, literal
from kg.identity import term_iri

__all__ = ["ACTIVITY", "provenance"]

_TYPE, _TITLE = iri(RDF + "type"), iri(DCTERMS + "title")
ACTIVITY = f"{_TYPE} {iri(PROV + 'Activity')}"
"""What is said of `<base>build` wherever it is named."""
_DISTRIBUTIONS = {
    "graph.nq": "application/n-quads",
    "graph.ttl": "text/turtle",
    "graph.jsonld": "application/ld+json",
}
"""Files of a build that hold the dataset, with their media types."""


def provenance(base: str) -> dict[str, list[str]]:
    """Texts `predicate object` by subject, in no order."""
    activity, agent, dataset = iri(base + "build"), iri(f"{base}software/{kg.__version__}"), iri(base + "graph")
    said: dict[str, list[str]] = defaultdict(list)
    said[activity] += [ACTIVITY, f"{iri(PROV + 'wasAssociatedWith')} {agent}"]
    said[agent] += [f"{_TYPE} {iri(PROV + 'SoftwareAgent')}", f"{_TITLE} {literal('Zhitu ' + kg.__version__)}"]
    said[dataset] += [f"{_TYPE} {iri(kind)}" for kind in (PROV + "Entity", VOID + "Dataset", DCAT + "Dataset")]
    said[dataset] += [
        f"{_TITLE} {literal('Knowledge graph of notes', 'en')}",
        f"{_TITLE} {literal('笔记的知识图谱', 'zh-Hans')}",
        f"{iri(PROV + 'wasGeneratedBy')} {activity}",
        f"{iri(DCTERMS + 'conformsTo')} {iri(term_iri('').removesuffix('#'))}",
        f"{iri(VOID + 'uriSpace')} {literal(base)}",
        f"{iri(VOID + 'vocabulary')} {iri(term_iri(''))}",
    ]
    for name, media_type in _DISTRIBUTIONS.items():
        file = iri(f"{base}outputs/{name}")
        said[dataset] += [f"{iri(DCAT + 'distribution')} {file}", f"{iri(VOID + 'dataDump')} {file}"]
        said[file] += [
            f"{_TYPE} {iri(DCAT + 'Distribution')}",
            f"{_TITLE} {literal(name)}",
            f"{iri(DCAT + 'downloadURL')} {file}",
            f"{iri(DCAT + 'mediaType')} {iri('https://www.iana.org/assignments/media-types/' + media_type)}",
        ]
    return said
