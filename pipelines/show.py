"""What the command line shows: matches, cards, paths, tables and build summaries, as text and as JSON values."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from kg.text import plain, strip_markup
from pipelines.outputs import problem_lines

if TYPE_CHECKING:
    from kg.explore.graph import Graph, Node, Quote, ReadClaim
    from kg.explore.indexed import IndexedGraph
    from kg.explore.paths import ExplainedPath, Hop
    from kg.explore.search import Match
    from kg.explore.topic import TopicCard

__all__ = [
    "card_json",
    "counted",
    "matches_json",
    "path_json",
    "show_answer",
    "show_card",
    "show_matches",
    "show_path",
    "show_summary",
]

_QUOTES = 2
"""Sentences shown for each hop or statement."""
_ROWS = 12
"""Rows shown of each list of a card."""


def counted(values: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Values with how often they come, the most frequent first."""
    return tuple(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))


def show_summary(summary: Mapping[str, Any], out: str, shown: int = 5) -> RenderableType:
    """Counts of a build, as `summary_json` gives them, and its first problems as `path:line: message (hint)`."""
    table = Table.grid(padding=(0, 2))
    table.add_row("notes", str(summary["notes"]))
    for name in ("entities", "claims"):
        counts: Mapping[str, int] = summary[name]
        parts = ", ".join(f"{n} {kind}" for kind, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])))
        table.add_row(name, f"{sum(counts.values())}" + (f" ({parts})" if parts else ""))
    table.add_row("links", str(summary["links"]))
    table.add_row("problems", str(len(summary["problems"])))
    lines = [Text(f"  {line}") for line in problem_lines(summary, out, shown)]
    ask = f"look around: kg serve {out}" if (Path(out) / "store").exists() else f"ask it: kg search NAME --graph {out}"
    return Group(table, *lines, Text(f"written to {out}; {ask}"))


def matches_json(graph: Graph | IndexedGraph, matches: Sequence[Match]) -> list[dict[str, Any]]:
    """Matches with the names and counts of their entities."""
    return [{**asdict(match), **_node_json(graph.entities[match.entity_id])} for match in matches]


def show_matches(graph: Graph | IndexedGraph, matches: Sequence[Match]) -> RenderableType:
    """A table of matches, best first."""
    table = Table(box=None, pad_edge=False)
    for column in ("score", "type", "name", "notes", "why", "id"):
        table.add_column(column, overflow="fold", justify="right" if column in ("score", "notes") else "left")
    for match in matches:
        node = graph.entities[match.entity_id]
        why = match.reason if match.matched_name == node.label else f"{match.reason}: {match.matched_name}"
        cells = (f"{match.score:.2f}", node.type, _names(node), str(node.note_count), why, node.id)
        table.add_row(*(Text(plain(cell)) for cell in cells))
    return table


def path_json(graph: Graph | IndexedGraph, path: ExplainedPath) -> dict[str, Any]:
    """A path with its sentences verbatim."""
    return {
        "nodes": [{"id": node, "label": graph.label(node)} for node in path.nodes],
        "cost": path.cost,
        "only_cooccurrence": path.only_cooccurrence,
        "hops": [_hop_json(hop) for hop in path.hops],
    }


def _hop_json(hop: Hop) -> dict[str, Any]:
    """A hop with every sentence that states how the two are tied; each says what it states."""
    return {
        **_ends_json(hop.claim),
        "direction": hop.direction,
        "typed": hop.typed,
        "confidence": hop.claim.confidence,
        "evidence": [{**_ends_json(claim), **asdict(quote)} for claim in hop.claims for quote in claim.quotes],
    }


def _ends_json(claim: ReadClaim) -> dict[str, str]:
    return {"subject": claim.subject, "predicate": claim.predicate, "object": claim.object}


def show_path(graph: Graph | IndexedGraph, path: ExplainedPath, number: int) -> RenderableType:
    """A block for one path: the chain, then each hop with its predicate, `note:line` and sentence."""
    chain = Text(f"{number}. ", style="bold")
    for place, node in enumerate(path.nodes):
        if place:
            hop = path.hops[place - 1]
            tie = hop.claim.predicate
            chain.append(f" —{tie}→ " if hop.direction == "forward" else f" ←{tie}— ")
        chain.append(plain(graph.label(node)), style="bold cyan")
    lines = [chain]
    for hop in path.hops:
        lines += _hop_lines(graph, hop)
    if path.only_cooccurrence:
        lines.append(Text("   Only co-occurrence ties these: no note states how they are related.", style="yellow"))
    return Group(*lines, Text())


def _hop_lines(graph: Graph | IndexedGraph, hop: Hop) -> list[Text]:
    lines: list[Text] = []
    ends = (hop.claim.subject, hop.claim.object)
    names = [name for end in ends for name in graph.entities[end].names]
    for claim in hop.claims:
        head = Text("   ")
        head.append(plain(graph.label(claim.subject)), style="cyan")
        head.append(f" {claim.predicate} ")
        lines.append(head.append(plain(graph.label(claim.object)), style="cyan"))
        if not hop.typed:
            lines.append(Text("      warning: co-occurrence only; the notes name both, none says how", style="yellow"))
        lines += _quote_lines(claim.quotes, names, "      ")
    return lines


def _quote_lines(quotes: Sequence[Quote], names: Iterable[str], indent: str) -> list[Text]:
    lines = []
    ordered = sorted(set(names), key=lambda name: (-len(name), name))
    for quote in quotes[:_QUOTES]:
        line = Text(f"{indent}{plain(quote.document_id)}:{quote.line}  ", style="dim")
        sentence = Text(plain(strip_markup(quote.text)), style="not dim")
        sentence.highlight_words([plain(name) for name in ordered], style="bold", case_sensitive=False)
        lines.append(line.append_text(sentence))
    if len(quotes) > _QUOTES:
        lines.append(Text(f"{indent}... and {len(quotes) - _QUOTES} more", style="dim"))
    return lines


def card_json(graph: Graph, card: TopicCard) -> dict[str, Any]:
    """A topic card; sentences are verbatim."""
    return {
        **_node_json(card.node),
        "aliases": list(card.node.aliases),
        "definition": asdict(card.definition) if card.definition else None,
        "statements": {predicate: [asdict(claim) for claim in claims] for predicate, claims in card.statements},
        "related": {
            type_: [{**asdict(other), "label": graph.label(other.entity_id)} for other in others]
            for type_, others in card.related
        },
        "articles": [asdict(article) for article in card.articles],
        "notes": [asdict(note) for note in card.notes],
        "timeline": [asdict(year) for year in card.timeline],
    }


def show_card(graph: Graph, card: TopicCard) -> RenderableType:
    """A topic card for the terminal; long lists are cut and say so."""
    node = card.node
    lines: list[Text] = [Text(plain(_names(node)), style="bold cyan").append(f"  {node.type}", style="not bold")]
    others = [name for name in node.aliases if name not in (node.label, node.label_zh, node.label_en)]
    if others:
        lines.append(Text(plain("also: " + ", ".join(others[:_ROWS]))))
    if card.definition:
        lines += _quote_lines([card.definition], node.names, "")
    for predicate, claims in card.statements:
        lines += [Text(), Text(predicate, style="bold")]
        for claim in claims[:_ROWS]:
            lines += _claim_lines(graph, claim)
        lines += _more(claims)
    for type_, related in card.related:
        names = ", ".join(graph.label(other.entity_id) for other in related[:_ROWS])
        rest = f", ... and {len(related) - _ROWS} more" if len(related) > _ROWS else ""
        lines += [Text(), Text(f"related {type_}", style="bold").append(plain(f"  {names}{rest}"), style="not bold")]
    if card.articles:
        lines += [Text(), Text("to read", style="bold")]
        for article in card.articles[:_ROWS]:
            where = f"  {article.document_id}:{article.line}"
            lines.append(Text(plain(f"  {article.title or article.url}  {article.url}")).append(plain(where), "dim"))
        lines += _more(card.articles)
    if card.notes:
        lines += [Text(), Text("notes", style="bold")]
        for note in card.notes[:_ROWS]:
            lines.append(Text(plain(f"  {note.mentions:>4}  {note.document_id}:{note.first_line}  {note.title}")))
        lines += _more(card.notes)
    if card.timeline:
        years = ", ".join(f"{year.year}: {year.mentions}" for year in card.timeline)
        lines += [Text(), Text("mentions by year", style="bold").append(f"  {years}", style="not bold")]
    return Group(*lines)


def _claim_lines(graph: Graph, claim: ReadClaim) -> list[Text]:
    ends = [graph.label(claim.subject), graph.label(claim.object)]
    head = Text(plain(f"  {ends[0]} → {ends[1]}"))
    names = [
        name for end in (claim.subject, claim.object) if end in graph.entities for name in graph.entities[end].names
    ]
    return [head, *_quote_lines(claim.quotes[:1], names, "      ")]


def _more(rows: Sequence[object]) -> list[Text]:
    return [Text(f"  ... and {len(rows) - _ROWS} more (--json has them all)", style="dim")] if len(rows) > _ROWS else []


def show_answer(console: Console, kind: str, body: bytes, prefixes: Mapping[str, str]) -> None:
    """Print SPARQL results that came as JSON: a table, or yes/no for ASK."""
    answer = json.loads(body)
    if kind == "boolean":
        console.print("yes" if answer["boolean"] else "no")
        return
    table = Table(box=None, pad_edge=False)
    for name in answer["head"]["vars"]:
        table.add_column(Text(plain(name)), overflow="fold")
    for row in answer["results"]["bindings"]:
        table.add_row(*(Text(plain(_term(row.get(name), prefixes))) for name in answer["head"]["vars"]))
    console.print(table)
    count = len(answer["results"]["bindings"])
    Console(stderr=True, highlight=False).print(f"{count} row{'' if count == 1 else 's'}", style="dim")


def _term(term: dict[str, Any] | None, prefixes: Mapping[str, str]) -> str:
    if term is None:
        return ""
    value = str(term["value"]) if not isinstance(term["value"], dict) else json.dumps(term["value"], ensure_ascii=False)
    if term["type"] == "uri":
        for prefix, base in prefixes.items():
            if value.startswith(base) and re.fullmatch(r"[\w.-]*", value[len(base) :]):
                return f"{prefix}:{value[len(base) :]}"
    return value


def _names(node: Node) -> str:
    others = dict.fromkeys(name for name in (node.label_zh, node.label_en) if name and name != node.label)
    return " / ".join((node.label, *others))


def _node_json(node: Node) -> dict[str, Any]:
    fields = ("id", "type", "label", "label_zh", "label_en", "mention_count", "note_count", "iri")
    return {name: getattr(node, name) for name in fields}
