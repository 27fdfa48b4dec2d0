"""A report as lists with captions, shown on the terminal or written as one HTML page without scripts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from kg.text import plain, strip_markup
from pipelines.report import Cycle, Report

__all__ = ["report_page", "show_report"]

_SHORT = 8
"""Rows of a long list on the terminal; the page has them all."""
_PAGE_ROWS = 2000
"""Rows of a list on the page: beyond them a browser is slow, and the tables hold the rest."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One list of the report."""

    title: str
    about: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[object, ...]]
    shown: int = _SHORT
    """Rows on the terminal."""


def show_report(report: Report) -> RenderableType:
    """The report for a terminal: every list with its first rows."""
    parts: list[RenderableType] = [Text(_headline(report))]
    for sheet in _sheets(report):
        parts += [Text(), Text(sheet.title, style="bold").append(f"  {sheet.about}", style="not bold dim")]
        if sheet.rows:
            table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
            for number, name in enumerate(sheet.columns):
                table.add_column(name, overflow="fold", justify="right" if _numeric(sheet, number) else "left")
            for row in sheet.rows[: sheet.shown]:
                table.add_row(*(Text(plain(_cell(value))) for value in row))
            parts.append(table)
        if len(sheet.rows) > sheet.shown:
            parts.append(Text(f"... and {len(sheet.rows) - sheet.shown} more", style="dim"))
    return Group(*parts)


def report_page(report: Report) -> str:
    """The report as one HTML page: nothing is loaded, nothing runs, every text of the notes is escaped."""
    sheets = _sheets(report)
    items = "".join(
        f'<li><a href="#s{number}">{escape(sheet.title)}</a> <span>{len(sheet.rows)}</span></li>'
        for number, sheet in enumerate(sheets)
    )
    body = "".join(_section(number, sheet) for number, sheet in enumerate(sheets))
    return _PAGE.replace("HEADLINE", escape(_headline(report))).replace("ITEMS", items).replace("BODY", body)


def _headline(report: Report) -> str:
    return (
        f"{report.notes} notes, {report.mentions} mentions, {report.entities} entities, {report.stated} stated claims, "
        f"{report.cooccurrences} co-occurrences, {report.links} links"
    )


def _sheets(report: Report) -> list[_Sheet]:
    label = report.graph.label
    entities = report.graph.entities
    bare = [row.document_id for row in report.coverage if not row.mentions]
    unsaid = [row.document_id for row in report.coverage if row.mentions and not row.claims]
    orphaned = report.entities and round(100 * len(report.orphans) / report.entities)
    return [
        _Sheet(
            "Entities", "by type, and by the languages they have labels in",
            ("type", "zh only", "en only", "both", "all"),
            [
                *((row.type, row.zh_only, row.en_only, row.both, row.total) for row in report.languages),
                ("all", *(sum(column) for column in zip(
                    *((row.zh_only, row.en_only, row.both, row.total) for row in report.languages), strict=True
                ))),
            ],
            shown=12,
        ),
        _Sheet("Claims", "by predicate", ("predicate", "claims"), report.predicates, shown=20),
        _Sheet("Finders", "mentions by what found them", ("finder", "mentions"), report.finders, shown=20),
        _Sheet(
            "Coverage",
            f"mentions and stated claims per 1000 bytes, thinnest notes first; "
            f"{len(bare)} without a mention, {len(unsaid)} more without a claim",
            ("note", "bytes", "mentions", "claims", "mentions/1000", "claims/1000"),
            [
                (row.document_id, row.size, row.mentions, row.claims, row.mention_rate, row.claim_rate)
                for row in report.coverage
            ],
        ),
        _Sheet(
            "Orphans", f"{len(report.orphans)} entities ({orphaned}%) that no stated claim ties to another",
            ("entity", "type", "mentions", "id"),
            [(label(i), entities[i].type, entities[i].mention_count, i) for i in report.orphans],
        ),
        _Sheet(
            "One name, several types", f"{len(report.shared_names)} names that entities of different types bear",
            ("name", "entities"),
            [(item.name, ", ".join(item.entity_ids)) for item in report.shared_names],
        ),
        _Sheet(
            "Stated both ways", f"{len(report.both_ways)} pairs where only one direction can be right",
            ("predicate", "claim", "where", "sentence"),
            _cycle_rows(report, report.both_ways),
        ),
        _Sheet(
            "Circles", f"{len(report.cycles)} hierarchies that lead back to where they start",
            ("predicate", "claim", "where", "sentence"),
            _cycle_rows(report, report.cycles),
        ),
        _Sheet(
            "To review", f"the {len(report.doubts)} least sure stated claims",
            ("confidence", "claim", "where", "sentence"),
            [
                (
                    item.confidence, f"{label(item.subject)} {item.predicate} {label(item.object)}",
                    f"{item.document_id}:{item.line}", strip_markup(item.quote),
                )
                for item in report.doubts
            ],
            shown=20,
        ),
        _Sheet("Merges", "by reason", ("reason", "merges"), report.merge_reasons, shown=20),
        _Sheet(
            "Merge log", f"the {len(report.merges)} least sure merges; merges.csv has all",
            ("score", "entity", "joined", "reason", "where"),
            [
                (
                    item.score, item.entity_id, item.name, item.reason,
                    f"{item.document_id}:{item.line}" if item.document_id else "",
                )
                for item in report.merges
            ],
            shown=50,
        ),
    ]  # fmt: skip


def _cycle_rows(report: Report, cycles: Iterable[Cycle]) -> list[tuple[object, ...]]:
    """One row for each claim; the predicate stands in the first row of each circle."""
    rows: list[tuple[object, ...]] = []
    label = report.graph.label
    for cycle in cycles:
        for number, claim in enumerate(cycle.claims):
            best = claim.quotes[0]
            said = f"{label(claim.subject)} → {label(claim.object)}"
            where = f"{best.document_id}:{best.line}"
            rows.append(("" if number else cycle.predicate, said, where, strip_markup(best.text)))
    return rows


def _cell(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _numeric(sheet: _Sheet, column: int) -> bool:
    return bool(sheet.rows) and isinstance(sheet.rows[0][column], (int, float))


def _section(number: int, sheet: _Sheet) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in sheet.columns)
    marks = ['<td class="n">' if _numeric(sheet, column) else "<td>" for column in range(len(sheet.columns))]
    rows = "".join(
        "<tr>"
        + "".join(f"{mark}{escape(plain(_cell(value)))}</td>" for mark, value in zip(marks, row, strict=True))
        + "</tr>\n"
        for row in sheet.rows[:_PAGE_ROWS]
    )
    left = len(sheet.rows) - _PAGE_ROWS
    more = f"<p>... and {left} more in the tables</p>" if left > 0 else ""
    table = f"<table><thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table>" if rows else "<p>none</p>"
    return (
        f'<section id="s{number}"><h2>{escape(sheet.title)}</h2><p>{escape(sheet.about)}</p>{table}{more}</section>\n'
    )


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>知图 Zhitu: report</title>
<style>
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, "Noto Sans CJK SC", sans-serif; }
  body { max-width: 72rem; margin: 0 auto; padding: 1rem; }
  h1 { font-size: 1.3rem; margin-bottom: 0; }
  h2 { font-size: 1.1rem; margin: 2rem 0 0; }
  p { margin: .2rem 0 .6rem; }
  p, nav span { opacity: .75; }
  nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; padding: 0; list-style: none; }
  section { overflow-x: auto; }
  table { border-collapse: collapse; }
  th, td { text-align: left; vertical-align: top; padding: .15rem .9rem .15rem 0; border-bottom: 1px solid #8884; }
  th { font-weight: 600; white-space: nowrap; }
  td { overflow-wrap: anywhere; }
  td.n { text-align: right; font-variant-numeric: tabular-nums; }
</style>
</head>
<body>
<h1>知图 Zhitu</h1>
<p>HEADLINE</p>
<nav><ul>ITEMS</ul></nav>
BODY</body>
</html>
"""
