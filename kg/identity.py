"""Stable names: entity ids, IRIs and content hashes."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import quote

from kg.model import BASE_IRI, ENTITY_TYPES

__all__ = ["BASE_IRI", "content_hash", "document_iri", "entity_id", "entity_iri", "term_iri", "type_of_id"]

_TYPES = {type_.lower(): type_ for type_ in ENTITY_TYPES}


def content_hash(data: bytes) -> str:
    """SHA-256 of bytes, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def entity_id(type_: str, label: str) -> str:
    """A readable id such as `model:faster-r-cnn` or `person:何恺明`; long labels end in a hash of the whole."""
    text = unicodedata.normalize("NFKC", label).casefold()
    slug = re.sub(r"[^\w+#]+", "-", text).strip("-_") or "x"
    slug = slug.replace("#", "sharp").replace("+", "plus")
    if len(slug) > 80:
        slug = f"{slug[:70].rstrip('-')}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    return f"{type_.lower()}:{slug}"


def type_of_id(identifier: str) -> str:
    """The type that an entity id begins with; empty where it begins with none."""
    prefix, colon, _ = identifier.partition(":")
    return _TYPES.get(prefix, "") if colon else ""


def entity_iri(identifier: str, base: str = BASE_IRI) -> str:
    """`model:resnet` -> `<base>id/model/resnet`, percent-encoded."""
    return f"{base}id/{quote(identifier.replace(':', '/', 1), safe='/-._~')}"


def document_iri(document_id: str, base: str = BASE_IRI) -> str:
    """The IRI of a note, which is also the name of its graph in graph.nq."""
    return f"{base}note/{quote(document_id, safe='/-._~')}"


def term_iri(name: str) -> str:
    """The IRI of a class or predicate of ontologies/kg.ttl."""
    return f"{BASE_IRI}ontology#{name}"
