"""What the explorer shows, as columns: one small block that is read at once, and pieces that are read when first needed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from kg.graph import TYPE_COLORS
from kg.model import Build, Claim, Entity, Evidence, Link
from kg.ontology import Ontology
from kg.text import has_cjk, key, script_pairs, simplify, strip_markup

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["PIECE", "evidence_pieces", "graph_columns", "link_columns", "place_columns"]

PIECE = 4000
"""Claims whose sentences stand in one piece."""
_STATED, _WEAK = 20, 2
"""Sentences of a stated claim and of a mere co-occurrence that the page shows; relations.csv holds all."""
_LONGEST = 600
"""Characters of a sentence that the page shows."""
_NOTES = 60
"""Notes of an entity that the page lists."""

Columns = dict[str, list[Any]]


def graph_columns(build: Build, network: nx.MultiDiGraph, ontology: Ontology) -> dict[str, Any]:
    """Entities, claims and notes without the sentences; positions are in tenths, confidences in hundredths."""
    number = {entity.id: index for index, entity in enumerate(build.entities)}
    predicates = list(ontology.predicates.values())
    order = {predicate.name: index for index, predicate in enumerate(predicates)}
    types = {name: index for index, name in enumerate(TYPE_COLORS)}
    claims = [(number[claim.subject], order[claim.predicate], number[claim.object], claim) for claim in build.claims]
    data = [network.nodes[entity.id] for entity in build.entities]
    return {
        "types": [[name, *ontology.type_labels[name], color] for name, color in TYPE_COLORS.items()],
        "predicates": [
            [item.name, item.label_en, item.label_zh, item.inverse_en, item.inverse_zh, item.symmetric, item.weak]
            for item in predicates
        ],
        "notes": {
            "path": [document.id for document in build.documents],
            "title": [document.title for document in build.documents],
            "date": [document.front_matter.date for document in build.documents],
        },
        "nodes": {
            "id": [entity.id for entity in build.entities],
            "type": [types[entity.type] for entity in build.entities],
            "label": [entity.label for entity in build.entities],
            "zh": [entity.label_zh if entity.label_zh != entity.label else "" for entity in build.entities],
            "en": [entity.label_en if entity.label_en != entity.label else "" for entity in build.entities],
            "aliases": ["|".join(sorted(entity.aliases)) for entity in build.entities],
            "pinyin": [_pinyin(entity) for entity in build.entities],
            "mentions": [item["mentions"] for item in data],
            "notes": [item["notes"] for item in data],
            "community": [item["community"] for item in data],
            "x": [round(item["x"] * 10) for item in data],
            "y": [round(item["y"] * 10) for item in data],
            "year": [int(item["start"][:4]) if item["start"][:4].isdigit() else 0 for item in data],
        },
        "claims": {
            "s": [item[0] for item in claims],
            "p": [item[1] for item in claims],
            "o": [item[2] for item in claims],
            "c": [round(item[3].confidence * 100) for item in claims],
            "n": [len(item[3].evidence) for item in claims],
        },
        "piece": PIECE,
        "script": _script(build.entities),
    }


def evidence_pieces(build: Build, ontology: Ontology) -> Iterator[dict[str, Any]]:
    """For every `PIECE` claims the sentences, each once, and for every claim, the surest first, (sentence, note, line, hundredths)."""
    notes = {document.id: index for index, document in enumerate(build.documents)}
    for start in range(0, len(build.claims), PIECE):
        quotes: dict[str, int] = {}
        shown, rows = [], []
        for claim in build.claims[start : start + PIECE]:
            best = _best(claim, _WEAK if ontology.predicates[claim.predicate].weak else _STATED)
            shown.append(len(best))
            for piece in best:
                text = strip_markup(piece.quote)
                text = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
                quote = quotes.setdefault(text, len(quotes))
                rows += [quote, notes[piece.document_id], piece.line, round(piece.confidence * 100)]
        yield {"quotes": list(quotes), "shown": shown, "rows": rows}


def _best(claim: Claim, most: int) -> Sequence[Evidence]:
    if len(claim.evidence) == 1:
        return claim.evidence
    pieces = sorted(claim.evidence, key=lambda piece: (-piece.confidence, piece.document_id, piece.line, piece.quote))
    return pieces[:most]


def place_columns(build: Build) -> Columns:
    """For every entity the notes that name it, the most mentions first: how many notes, then (note, first line, mentions) of each."""
    notes = {document.id: index for index, document in enumerate(build.documents)}
    documents = {document.id: document for document in build.documents}
    places: dict[str, dict[int, list[int]]] = defaultdict(dict)
    for item in build.resolutions:
        if item.entity_id is None:
            continue
        mention = item.mention
        line = documents[mention.document_id].position(mention.span.start)[0]
        found = places[item.entity_id].setdefault(notes[mention.document_id], [line, 0])
        found[0] = min(found[0], line)
        found[1] += 1
    shown, rows = [], []
    for entity in build.entities:
        ranked = sorted(places[entity.id].items(), key=lambda place: (-place[1][1], place[0]))[:_NOTES]
        shown.append(len(ranked))
        for note, (line, count) in ranked:
            rows += [note, line, count]
    return {"shown": shown, "rows": rows}


def link_columns(build: Build) -> Columns:
    """Linked pages with a title, and the entities that the title or the heading above names."""
    number = {entity.id: index for index, entity in enumerate(build.entities)}
    named = _by_name(build.entities)
    mentions: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for item in build.resolutions:
        if item.entity_id is not None:
            mentions[item.mention.document_id].append((item.mention.span.start, number[item.entity_id]))
    columns: Columns = {"url": [], "title": [], "note": [], "line": [], "title_names": [], "heading_names": []}
    for index, document in enumerate(build.documents):
        places = sorted(mentions[document.id])
        for link in document.links:
            if link.kind != "web" or not link.title or not link.url.startswith(("http://", "https://")):
                continue
            columns["url"].append(link.url)
            columns["title"].append(strip_markup(link.title)[:200])
            columns["note"].append(index)
            columns["line"].append(document.position(link.span.start)[0])
            columns["title_names"].append(_inside(link, places))
            columns["heading_names"].append(named.get(key(document.sections[link.section].heading), []))
    return columns


def _inside(link: Link, places: list[tuple[int, int]]) -> list[int]:
    span = link.title_span
    if span is None:
        return []
    low, high = bisect_left(places, (span.start,)), bisect_right(places, (span.end,))
    return sorted({entity for _, entity in places[low:high]})


def _by_name(entities: tuple[Entity, ...]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for index, entity in enumerate(entities):
        for name in {key(name) for name in (entity.label, entity.label_zh, entity.label_en, *entity.aliases)} - {""}:
            found[name].append(index)
    return found


def _script(entities: tuple[Entity, ...]) -> list[str]:
    """Traditional characters and, in the same order, the simplified ones of names for which they stand in a query."""
    used = {char for entity in entities for name in (entity.label, entity.label_zh, *entity.aliases) for char in name}
    pairs = sorted((old, new) for old, new in script_pairs() if new in used)
    return ["".join(old for old, _ in pairs), "".join(new for _, new in pairs)]


def _pinyin(entity: Entity) -> str:
    """Chinese names in pinyin without tones, whole and by initials: 残差 -> `cancha cc`."""
    from pypinyin import lazy_pinyin

    found: dict[str, None] = {}
    for name in dict.fromkeys((entity.label_zh, entity.label, *sorted(entity.aliases))):
        if has_cjk(name) and len(name) <= 16:
            syllables = lazy_pinyin(simplify(name), v_to_u=False)
            found["".join(syllables).lower().replace(" ", "")] = None
            found["".join(syllable[:1] for syllable in syllables).lower().strip()] = None
    return " ".join(list(found)[:8])
