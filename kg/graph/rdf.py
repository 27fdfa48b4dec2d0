"""The claims as RDF: graph.nq holds one named graph for each note, with everything that this note says.

A note's graph names the note, its links, the entities it mentions (with their types and labels), the claims it supports and
its own pieces of evidence. Types, labels and claims are repeated in every graph that needs them, so dropping one note's graph
leaves the others whole. That two things are named in one sentence (kg:coOccursWith) is a bare triple: it states nothing,
and the tables keep its sentences. The default graph only tells what made the dataset.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import quote

from kg.graph.provenance import ACTIVITY, provenance
from kg.graph.quads import graphs, mapped
from kg.graph.terms import DCTERMS, PROV, RDF, SKOS, XSD, iri, literal
from kg.identity import BASE_IRI, content_hash, document_iri, entity_iri, term_iri, type_of_id
from kg.model import Build, Claim, Document, Entity, Evidence, Link
from kg.text import has_cjk, traditional_share

__all__ = [
    "article_iri",
    "broader_topics",
    "claim_iri",
    "default_graph",
    "evidence_iri",
    "note_graphs",
    "note_marks",
    "statements",
    "taxonomy",
    "to_quads",
    "update_nquads",
    "write_nquads",
]

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
_PLAIN = frozenset({"coOccursWith"})
"""Predicates that are said without a claim of their own: the tables keep the sentences."""
_URL = re.compile(r"(?P<start>https?://)(?P<host>[^/?#]*)(?P<path>[^#]*)(?P<fragment>#?)(?P<rest>.*)", re.S)
_UNSAFE = re.compile(r"[^!$&'()*+,;=:@/?%A-Za-z0-9._~-]|%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"[A-Za-z0-9._~%-]*(?::\d*)?")

Broader = tuple[float, str, str]
"""Confidence, a topic, and what is above it."""
Said = Iterator[tuple[str, Sequence[str]]]
"""Subjects, each once, with what is said of them: sorted texts `predicate object` in terms of N-Triples."""


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
    """All statements as N-Quads lines without line ends: the default graph, then note by note, sorted in each graph."""
    for text in _graphs(build):
        yield from text[:-1].split("\n")


def write_nquads(build: Build, path: Path) -> None:
    """Write graph.nq: in a fixed order, so equal notes give equal bytes."""
    with path.open("w", encoding="utf-8", newline="\n") as handle:
        handle.writelines(_graphs(build))


def update_nquads(build: Build, before: Path, same: Set[str], path: Path) -> bool:
    """Write graph.nq with the graphs of some notes, of which `note_marks` are the same, as another one has them.

    False, with nothing written, where that one cannot be used.
    """
    try:
        with mapped(before) as old, path.open("wb") as out:
            places = dict(graphs(old))
            known = {
                document.id: places[name]
                for document in build.documents
                if document.id in same and (name := iri(document_iri(document.id, build.base))) in places
            }
            others = replace(build, documents=tuple(item for item in build.documents if item.id not in known))
            fresh = note_graphs(others, _taxonomy_of(build))
            out.write(default_graph(build.base).encode())
            for document in sorted(build.documents, key=lambda document: document.id):
                out.write(old[slice(*known[document.id])] if document.id in known else next(fresh).encode())
    except (OSError, ValueError):
        path.unlink(missing_ok=True)
        return False
    return True


def note_marks(build: Build) -> dict[str, str]:
    """For each note a hash of everything that its graph is made from: found sooner than the graph."""
    topics = _taxonomy_of(build)
    things = {entity.id: repr(entity) for entity in build.entities}
    named: dict[str, set[str]] = {document.id: set() for document in build.documents}
    parts = {document.id: [build.base, document.hash] for document in build.documents}
    for item in build.resolutions:
        if item.entity_id is not None and item.mention.document_id in named:
            note, span = item.mention.document_id, item.mention.span
            named[note].add(item.entity_id)
            parts[note].append(f"{span.start} {span.end} {item.entity_id}")
    for claim in build.claims:
        subject, object_ = claim.subject, claim.object
        wider = (subject, object_) in topics and claim.predicate == "broader"
        said = f"{subject} {claim.predicate} {object_} {claim.confidence} {wider}"
        for piece in claim.evidence:
            note, span = piece.document_id, piece.span
            if note in named:
                named[note] |= {subject, object_}
                parts[note].append(f"{said} {span.start} {span.end} {piece.line} {piece.found_by} {piece.confidence}")
    for note, lines in parts.items():
        lines += [things.get(name, name) for name in sorted(named[note])]
    return {note: content_hash("\n".join(lines).encode("utf-8", "surrogatepass")) for note, lines in parts.items()}


def statements(build: Build) -> Said:
    """What all graphs of a build say together, the subjects in no order."""
    known = {document.id for document in build.documents}
    read = ((claim, [piece for piece in claim.evidence if piece.document_id in known]) for claim in build.claims)
    claims = ((claim, pieces) for claim, pieces in read if pieces)
    return _Speaker(build, _taxonomy_of(build)).say(build.documents, claims, provenance(build.base))


def _graphs(build: Build) -> Iterator[str]:
    """The lines of each graph, joined."""
    yield default_graph(build.base)
    yield from note_graphs(build, _taxonomy_of(build))


def default_graph(base: str) -> str:
    """The lines of what made the dataset."""
    return _lines(_Speaker(Build((), (), (), (), (), (), base), set()).say((), (), provenance(base)), " .\n")


def note_graphs(build: Build, topics: Set[tuple[str, str]]) -> Iterator[str]:
    """The lines of each note's graph, notes in order.

    `topics` is the `taxonomy` of the whole graph, of which `build` may be the part that some notes speak of.
    """
    claims: dict[str, dict[int, list[Evidence]]] = {document.id: defaultdict(list) for document in build.documents}
    for number, claim in enumerate(build.claims):
        for piece in claim.evidence:
            if piece.document_id in claims:
                claims[piece.document_id][number].append(piece)
    speaker = _Speaker(build, topics)
    for document in sorted(build.documents, key=lambda document: document.id):
        here = [(build.claims[number], pieces) for number, pieces in claims[document.id].items()]
        yield _lines(speaker.say([document], here), f" {iri(document_iri(document.id, build.base))} .\n")


def _lines(said: Said, end: str) -> str:
    """Sorted lines: no term goes on with a character that sorts before the blank after it."""
    blocks = {subject: f"{subject} {f'{end}{subject} '.join(texts)}{end}" for subject, texts in said}
    return "".join([blocks[subject] for subject in sorted(blocks)])


class _Named(NamedTuple):
    """The IRI of an entity, and the texts that end in it."""

    term: str
    mentioned: str
    about: str
    as_subject: str
    as_object: str


class _Speaker:
    """Says the parts of a build, remembering what it said of entities and claims."""

    def __init__(self, build: Build, topics: Set[tuple[str, str]]) -> None:
        self._base = build.base
        self._entities = {entity.id: entity for entity in build.entities}
        self._taxonomy = topics
        self._places: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for item in build.resolutions:
            if item.entity_id is not None:
                span = item.mention.span
                self._places[item.mention.document_id].append((span.start, span.end, item.entity_id))
        self._described: dict[str, tuple[str, ...]] = {}
        self._named: dict[str, _Named] = {}
        self._heads: dict[int, tuple[str, tuple[str, ...]]] = {}

    def say(
        self,
        documents: Sequence[Document],
        claims: Iterable[tuple[Claim, Sequence[Evidence]]],
        more: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> Said:
        """What notes say, and claims (each once) by those pieces of evidence; `more` is said of some subjects besides."""
        base, name = self._base, self._name
        said: dict[str, list[str]] = defaultdict(list)
        for about, texts in more.items():
            said[about] += texts
        named: set[str] = set()
        for document in documents:
            graph, places = iri(document_iri(document.id, base)), sorted(self._places[document.id])
            said[iri(base + "build")] += (ACTIVITY, f"{_USED} {graph}")
            said[graph] += _note(document)
            for link in document.links:
                if link.kind == "web" and re.match(r"https?://[^/]", link.url):
                    article = iri(article_iri(link.url))
                    said[graph].append(f"{_LINKS_TO} {article}")
                    said[article] += _article(link)
                    said[article] += [name(entity).about for entity in _inside(link, places)]
            here = {entity for _, _, entity in places}
            said[graph] += [name(entity).mentioned for entity in here]
            named |= here
        for claim, pieces in claims:
            subject, target, predicate = name(claim.subject), name(claim.object), _term(claim.predicate)
            of_subject = said[subject.term]
            of_subject.append(f"{predicate} {target.term}")
            if claim.predicate == "broader" and (claim.subject, claim.object) in self._taxonomy:
                of_subject.append(f"{_BROADER} {target.term}")
            named |= {claim.subject, claim.object}
            if claim.predicate not in _PLAIN:
                for node, texts in self._state(claim, pieces):
                    # An address that a note links to may be anything, this node too.
                    if node in said:
                        said[node] += texts
                    else:
                        yield node, texts
        for entity in named:
            said[name(entity).term] += self._entity(entity)
        for node, found in said.items():
            yield node, sorted(dict.fromkeys(found))

    def _state(self, claim: Claim, pieces: Sequence[Evidence]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The node of a claim and those of its pieces of evidence."""
        said: dict[str, tuple[str, ...]] = {}
        for piece in pieces:
            evidence, texts = iri(evidence_iri(claim, piece, self._base)), _evidence(piece, self._base)
            # Two finders may read one claim at one place.
            said[evidence] = tuple(sorted({*said[evidence], *texts})) if evidence in said else texts
        node, head = self._head(claim)
        yield node, (*head, *sorted([f"{_HAS_EVIDENCE} {evidence}" for evidence in said]))
        yield from said.items()

    def _name(self, identifier: str) -> _Named:
        if identifier not in self._named:
            term = iri(entity_iri(identifier, self._base))
            self._named[identifier] = _Named(
                term, f"{_MENTIONS} {term}", f"{_ABOUT} {term}", f"{_SUBJECT} {term}", f"{_OBJECT} {term}"
            )
        return self._named[identifier]

    def _entity(self, identifier: str) -> tuple[str, ...]:
        if identifier not in self._described:
            entity = self._entities.get(identifier)
            self._described[identifier] = tuple(_entity(entity)) if entity else ()
        return self._described[identifier]

    def _head(self, claim: Claim) -> tuple[str, tuple[str, ...]]:
        """The node of a claim and what every note says of it, in order."""
        if id(claim) not in self._heads:
            self._heads[id(claim)] = (
                iri(claim_iri(claim, self._base)),
                (
                    self._name(claim.object).as_object,
                    f"{_PREDICATE} {_term(claim.predicate)}",
                    self._name(claim.subject).as_subject,
                    f"{_TYPE} {_CLAIM}",
                    f"{_CONFIDENCE} {_decimal(claim.confidence)}",
                ),
            )
        return self._heads[id(claim)]


def broader_topics(claims: Iterable[Claim]) -> list[Broader]:
    """What claims say of broader topics."""
    return [
        (claim.confidence, claim.subject, claim.object)
        for claim in claims
        if claim.predicate == "broader" and type_of_id(claim.subject) == type_of_id(claim.object) == "Topic"
    ]


def taxonomy(said: Iterable[Broader]) -> set[tuple[str, str]]:
    """Pairs of topics of which one is broader, without a cycle: of what closes one, the least sure is left out."""
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

    for _, narrower, wider in sorted(said, key=lambda item: (-item[0], *item[1:])):
        if not reaches(wider, narrower):
            above[narrower].append(wider)
    return {(narrower, wider) for narrower, each in above.items() for wider in each}


def _taxonomy_of(build: Build) -> set[tuple[str, str]]:
    return taxonomy(broader_topics(build.claims))


def _note(document: Document) -> Iterator[str]:
    yield f"{_TYPE} {_NOTE}"
    yield f"{_TITLE} {literal(document.title, document.language)}"
    yield f"{_IDENTIFIER} {literal(document.id)}"
    yield f"{_LANGUAGE} {literal(document.language)}"
    yield f"{_HASH} {literal(document.hash)}"
    if document.front_matter.date:
        yield f"{_DATE} {literal(document.front_matter.date)}"


def _article(link: Link) -> Iterator[str]:
    yield f"{_TYPE} {_ARTICLE}"
    if link.title:
        yield f"{_TITLE} {literal(link.title, 'en' if not has_cjk(link.title) else _script(link.title))}"


def _inside(link: Link, places: list[tuple[int, int, str]]) -> Iterable[str]:
    if link.title_span is None:
        return
    at = bisect_left(places, (link.title_span.start, 0, ""))
    while at < len(places) and places[at][0] < link.title_span.end:
        yield places[at][2]
        at += 1


def _entity(entity: Entity) -> Iterator[str]:
    yield f"{_TYPE} {_term(entity.type)}"
    preferred: dict[str, str] = {}
    for name in (entity.label, entity.label_zh, entity.label_en):
        if name:
            preferred.setdefault("en" if not has_cjk(name) else "zh", name)
    for name in preferred.values():
        yield f"{_PREF} {literal(name, _script(name))}"
    for name in entity.aliases:
        if name not in preferred.values():
            yield f"{_ALT} {literal(name, _script(name))}"
    for key, value in entity.attributes:
        if key == "year":
            yield f"{_DATE} {literal(value)}"
        else:
            yield f"{_IDENTIFIER} {literal(f'{key}:{value}')}"


def _script(name: str) -> str:
    if not has_cjk(name):
        return "en"
    return "zh-Hant" if traditional_share(name) > 0.1 else "zh-Hans"


def _evidence(piece: Evidence, base: str) -> tuple[str, ...]:
    return (
        f"{_TYPE} {_EVIDENCE}",
        _derived(piece.document_id, base),
        f"{_CONFIDENCE} {_decimal(piece.confidence)}",
        _found_by(piece.found_by),
        _line(piece.line),
        _quote(piece.quote),
    )


@cache
def _term(name: str) -> str:
    return iri(term_iri(name))


@cache
def _decimal(value: float) -> str:
    text = f"{value:.4f}".rstrip("0")
    return literal(text + "0" if text.endswith(".") else text, datatype=XSD + "decimal")


@cache
def _found_by(name: str) -> str:
    return f"{_FOUND_BY} {literal(name)}"


@lru_cache(maxsize=1 << 13)
def _line(number: int) -> str:
    return f"{_LINE} {literal(str(number), datatype=XSD + 'integer')}"


@lru_cache(maxsize=1 << 13)
def _derived(document: str, base: str) -> str:
    return f"{_DERIVED} {iri(document_iri(document, base))}"


@lru_cache(maxsize=1 << 13)
def _quote(text: str) -> str:
    """One sentence is often evidence of several claims."""
    return f"{_QUOTE} {literal(text)}"
