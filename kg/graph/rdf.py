"""The claims as RDF: graph.nq holds one named graph for each note, with everything that this note says.

A note's graph names the note, its links, the entities it mentions (with their types and labels), the claims it supports and
its own pieces of evidence. Types, labels and claims are repeated in every graph that needs them, so dropping one note's graph
leaves the others whole. That two things are named in one sentence (kg:coOccursWith) is a bare triple: it states nothing,
and the tables keep its sentences. The default graph only tells what made the dataset.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from heapq import merge
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import kg
from kg.graph.terms import DCAT, DCTERMS, PROV, RDF, SKOS, VOID, XSD, iri, literal
from kg.identity import BASE_IRI, document_iri, entity_iri, term_iri
from kg.model import Build, Claim, Document, Entity, Evidence, Link
from kg.text import has_cjk, traditional_share

__all__ = ["article_iri", "claim_iri", "evidence_iri", "to_quads", "write_nquads"]

_TYPE = iri(RDF + "type")
_CLAIM, _EVIDENCE, _ARTICLE, _NOTE = (iri(term_iri(name)) for name in ("Claim", "Evidence", "Article", "Note"))
_CONFIDENCE, _HAS_EVIDENCE, _LINE, _QUOTE, _FOUND_BY, _MENTIONS, _LINKS_TO, _ABOUT, _HASH = (
    iri(term_iri(name))
    for name in ("confidence", "evidence", "line", "quote", "foundBy", "mentions", "linksTo", "about", "hash")
)
_SUBJECT, _PREDICATE, _OBJECT = (iri(RDF + name) for name in ("subject", "predicate", "object"))
_TITLE, _IDENTIFIER, _LANGUAGE, _DATE = (iri(DCTERMS + name) for name in ("title", "identifier", "language", "date"))
_PREF, _ALT, _BROADER = (iri(SKOS + name) for name in ("prefLabel", "altLabel", "broader"))
_DERIVED, _USED = iri(PROV + "wasDerivedFrom"), iri(PROV + "used")
_DISTRIBUTIONS = {
    "graph.nq": "application/n-quads",
    "graph.ttl": "text/turtle",
    "graph.jsonld": "application/ld+json",
}
"""Files of a build that hold the dataset, with their media types."""
_PLAIN = frozenset({"coOccursWith"})
"""Predicates that are said without a claim of their own: the tables keep the sentences."""
_URL = re.compile(r"(?P<start>https?://)(?P<host>[^/?#]*)(?P<path>[^#]*)(?P<fragment>#?)(?P<rest>.*)", re.S)
_UNSAFE = re.compile(r"[^!$&'()*+,;=:@/?%A-Za-z0-9._~-]|%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"[A-Za-z0-9._~%-]*(?::\d*)?")


def article_iri(url: str) -> str:
    """A canonical http(s) URL as an IRI: what RFC 3986 does not allow in its place is percent-encoded."""
    parts = _URL.fullmatch(url)
    if parts is None:
        raise ValueError(f"not a web address: {url!r}")

    def encode(text: str) -> str:
        return _UNSAFE.sub(lambda match: quote(match[0], safe=""), text)

    host = encode(parts["host"])
    if not _HOST.fullmatch(host):
        host = re.sub(r"[^A-Za-z0-9._~%-]", lambda match: quote(match[0], safe=""), host)
    return parts["start"] + host + encode(parts["path"]) + parts["fragment"] + encode(parts["rest"])


def claim_iri(claim: Claim, base: str = BASE_IRI) -> str:
    """Stable for the same subject, predicate and object, whatever the evidence."""
    digest = hashlib.sha256(f"{claim.subject}|{claim.predicate}|{claim.object}".encode()).hexdigest()[:16]
    return f"{base}claim/{digest}"


def evidence_iri(claim: Claim, piece: Evidence, base: str = BASE_IRI) -> str:
    """Stable for the same claim read at the same place of the same note."""
    place = f"{claim.subject}|{claim.predicate}|{claim.object}|{piece.document_id}|{piece.span.start}|{piece.span.end}"
    return f"{base}evidence/{hashlib.sha256(place.encode()).hexdigest()[:16]}"


def to_quads(build: Build) -> Iterator[str]:
    """All statements as sorted N-Quads lines without line ends, each once."""
    batches = _batches(build)
    first = next(batches)
    second = next(batches, None)
    if second is None:
        yield from sorted(first)
        return
    with TemporaryDirectory() as folder:
        runs = [_run(lines, Path(folder) / str(number)) for number, lines in enumerate(chain((first, second), batches))]
        last = ""
        for line in merge(*runs):
            if line != last:
                yield line
            last = line


def write_nquads(build: Build, path: Path) -> None:
    """Write graph.nq: sorted, so equal notes give equal bytes."""
    with path.open("w", encoding="utf-8", newline="\n") as handle:
        handle.writelines(line + "\n" for line in to_quads(build))


_BATCH = 600_000
"""Lines sorted in memory at a time; more wait in temporary files and are merged."""


def _run(lines: set[str], path: Path) -> Iterator[str]:
    with path.open("w", encoding="utf-8", newline="\n") as handle:
        handle.writelines(line + "\n" for line in sorted(lines))
    return _lines(path)


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="\n") as handle:
        for line in handle:
            yield line[:-1]


def _batches(build: Build) -> Iterator[set[str]]:
    lines: set[str] = set(_provenance(build.base))
    for statements in _notes(build):
        lines.update(statements)
        if len(lines) >= _BATCH:
            yield lines
            lines = set()
    yield lines


def _notes(build: Build) -> Iterator[Iterator[str]]:
    """What each note says, as lines."""
    entities = {entity.id: entity for entity in build.entities}
    base = build.base
    labels = {entity.id: list(_entity(entity, base)) for entity in build.entities}
    taxonomy = _taxonomy(build.claims, entities)
    places: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for item in build.resolutions:
        if item.entity_id is not None:
            places[item.mention.document_id].append((item.mention.span.start, item.mention.span.end, item.entity_id))
    claims: dict[str, list[tuple[Claim, Evidence]]] = defaultdict(list)
    for claim in build.claims:
        for piece in claim.evidence:
            claims[piece.document_id].append((claim, piece))
    for document in build.documents:
        graph = iri(document_iri(document.id, base))
        said = [*_note(document, graph, base), *_articles(document, graph, sorted(places[document.id]), base)]
        named = {entity for _, _, entity in places[document.id]}
        said += (f"{graph} {_MENTIONS} {_entity_iri(entity, base)}" for entity in named)
        for claim, piece in claims[document.id]:
            said += _claim(claim, piece, graph, base)
            if (claim.subject, claim.object) in taxonomy and claim.predicate == "broader":
                said.append(f"{_entity_iri(claim.subject, base)} {_BROADER} {_entity_iri(claim.object, base)}")
            named |= {claim.subject, claim.object}
        for entity_id in named:
            if entity_id in entities:
                said += labels[entity_id]
        yield (f"{statement} {graph} ." for statement in said)


def _provenance(base: str) -> Iterator[str]:
    """What made the dataset and where to get it: PROV-O, VoID and DCAT."""
    activity, agent, dataset = iri(base + "build"), iri(f"{base}software/{kg.__version__}"), iri(base + "graph")
    yield f"{activity} {_TYPE} {iri(PROV + 'Activity')} ."
    yield f"{activity} {iri(PROV + 'wasAssociatedWith')} {agent} ."
    yield f"{agent} {_TYPE} {iri(PROV + 'SoftwareAgent')} ."
    yield f"{agent} {_TITLE} {literal('Zhitu ' + kg.__version__)} ."
    for kind in (PROV + "Entity", VOID + "Dataset", DCAT + "Dataset"):
        yield f"{dataset} {_TYPE} {iri(kind)} ."
    yield f"{dataset} {_TITLE} {literal('Knowledge graph of notes', 'en')} ."
    yield f"{dataset} {_TITLE} {literal('笔记的知识图谱', 'zh-Hans')} ."
    yield f"{dataset} {iri(PROV + 'wasGeneratedBy')} {activity} ."
    yield f"{dataset} {iri(DCTERMS + 'conformsTo')} {iri(term_iri('').removesuffix('#'))} ."
    yield f"{dataset} {iri(VOID + 'uriSpace')} {literal(base)} ."
    yield f"{dataset} {iri(VOID + 'vocabulary')} {iri(term_iri(''))} ."
    for name, media_type in _DISTRIBUTIONS.items():
        file = iri(f"{base}outputs/{name}")
        yield f"{dataset} {iri(DCAT + 'distribution')} {file} ."
        yield f"{dataset} {iri(VOID + 'dataDump')} {file} ."
        yield f"{file} {_TYPE} {iri(DCAT + 'Distribution')} ."
        yield f"{file} {_TITLE} {literal(name)} ."
        yield f"{file} {iri(DCAT + 'downloadURL')} {file} ."
        yield f"{file} {iri(DCAT + 'mediaType')} {iri('https://www.iana.org/assignments/media-types/' + media_type)} ."


def _taxonomy(claims: Iterable[Claim], entities: Mapping[str, Entity]) -> set[tuple[str, str]]:
    """Pairs of topics of which one is broader, without a cycle: of claims that close one, the least sure are left out."""
    said = [
        (-claim.confidence, claim.subject, claim.object)
        for claim in claims
        if claim.predicate == "broader" and entities[claim.subject].type == entities[claim.object].type == "Topic"
    ]
    above: dict[str, list[str]] = defaultdict(list)

    def reaches(start: str, end: str) -> bool:
        waiting, seen = [start], {start}
        while waiting:
            topic = waiting.pop()
            if topic == end:
                return True
            new = [wider for wider in above[topic] if wider not in seen]
            seen.update(new)
            waiting += new
        return False

    for _, narrower, wider in sorted(said):
        if not reaches(wider, narrower):
            above[narrower].append(wider)
    return {(narrower, wider) for narrower, each in above.items() for wider in each}


def _note(document: Document, graph: str, base: str) -> Iterator[str]:
    activity = iri(base + "build")
    yield f"{activity} {_TYPE} {iri(PROV + 'Activity')}"
    yield f"{activity} {_USED} {graph}"
    yield f"{graph} {_TYPE} {_NOTE}"
    yield f"{graph} {_TITLE} {literal(document.title, document.language)}"
    yield f"{graph} {_IDENTIFIER} {literal(document.id)}"
    yield f"{graph} {_LANGUAGE} {literal(document.language)}"
    yield f"{graph} {_HASH} {literal(document.hash)}"
    if document.front_matter.date:
        yield f"{graph} {_DATE} {literal(document.front_matter.date)}"


def _articles(document: Document, graph: str, places: list[tuple[int, int, str]], base: str) -> Iterator[str]:
    for link in document.links:
        if link.kind != "web" or not re.match(r"https?://[^/]", link.url):
            continue
        article = iri(article_iri(link.url))
        yield f"{article} {_TYPE} {_ARTICLE}"
        yield f"{graph} {_LINKS_TO} {article}"
        if link.title:
            language = "en" if not has_cjk(link.title) else _script(link.title)
            yield f"{article} {_TITLE} {literal(link.title, language)}"
        for entity in _inside(link, places):
            yield f"{article} {_ABOUT} {_entity_iri(entity, base)}"


def _inside(link: Link, places: list[tuple[int, int, str]]) -> Iterable[str]:
    from bisect import bisect_left

    if link.title_span is None:
        return
    at = bisect_left(places, (link.title_span.start, 0, ""))
    while at < len(places) and places[at][0] < link.title_span.end:
        yield places[at][2]
        at += 1


def _entity(entity: Entity, base: str) -> Iterator[str]:
    subject = _entity_iri(entity.id, base)
    yield f"{subject} {_TYPE} {_term(entity.type)}"
    preferred: dict[str, str] = {}
    for name in (entity.label, entity.label_zh, entity.label_en):
        if name:
            preferred.setdefault("en" if not has_cjk(name) else "zh", name)
    for name in preferred.values():
        yield f"{subject} {_PREF} {literal(name, _script(name))}"
    for name in entity.aliases:
        if name not in preferred.values():
            yield f"{subject} {_ALT} {literal(name, _script(name))}"
    for key, value in entity.attributes:
        if key == "year":
            yield f"{subject} {_DATE} {literal(value)}"
        else:
            yield f"{subject} {_IDENTIFIER} {literal(f'{key}:{value}')}"


def _script(name: str) -> str:
    if not has_cjk(name):
        return "en"
    return "zh-Hant" if traditional_share(name) > 0.1 else "zh-Hans"


def _claim(claim: Claim, piece: Evidence, graph: str, base: str) -> Iterator[str]:
    subject, predicate = _entity_iri(claim.subject, base), _term(claim.predicate)
    target = _entity_iri(claim.object, base)
    yield f"{subject} {predicate} {target}"
    if claim.predicate in _PLAIN:
        return
    node, evidence = iri(claim_iri(claim, base)), iri(evidence_iri(claim, piece, base))
    yield f"{node} {_TYPE} {_CLAIM}"
    yield f"{node} {_SUBJECT} {subject}"
    yield f"{node} {_PREDICATE} {predicate}"
    yield f"{node} {_OBJECT} {target}"
    yield f"{node} {_CONFIDENCE} {_decimal(claim.confidence)}"
    yield f"{node} {_HAS_EVIDENCE} {evidence}"
    yield f"{evidence} {_TYPE} {_EVIDENCE}"
    yield f"{evidence} {_DERIVED} {graph}"
    yield f"{evidence} {_LINE} {literal(str(piece.line), datatype=XSD + 'integer')}"
    yield f"{evidence} {_QUOTE} {literal(piece.quote)}"
    yield f"{evidence} {_FOUND_BY} {literal(piece.found_by)}"
    yield f"{evidence} {_CONFIDENCE} {_decimal(piece.confidence)}"


@lru_cache(maxsize=1 << 17)
def _entity_iri(entity: str, base: str) -> str:
    return iri(entity_iri(entity, base))


@cache
def _term(name: str) -> str:
    return iri(term_iri(name))


@cache
def _decimal(value: float) -> str:
    text = f"{value:.4f}".rstrip("0")
    return literal(text + "0" if text.endswith(".") else text, datatype=XSD + "decimal")
