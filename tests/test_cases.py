"""Each tests/cases/NAME.md is a small note; NAME.expected lists every link, mention and claim that it must give."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.model import Build
from kg.text import strip_markup
from pipelines.build import build_graph

CASES = sorted(Path(__file__).parent.glob("cases/*.md"))


def render(build: Build) -> str:
    """A build as lines that a person can read in a diff."""
    (document,) = build.documents
    entities = {entity.id: entity for entity in build.entities}
    lines = [f"link {link.kind} {link.url} | {link.title}" for link in document.links]
    for item in build.resolutions:
        line, column = document.position(item.mention.span.start)
        target = entities[item.entity_id] if item.entity_id else None
        names = target.id if target else "-"
        lines.append(f"mention {line}:{column} {item.mention.surface!r} -> {names} [{item.mention.found_by}]")
    for claim in build.claims:
        if claim.predicate != "coOccursWith":
            for piece in claim.evidence:
                quote = strip_markup(piece.quote)
                shown = quote if len(quote) <= 60 else quote[:57] + "..."
                lines.append(
                    f"claim {claim.subject} {claim.predicate} {claim.object} @{piece.line} [{piece.found_by}] {shown}"
                )
    lines += [f"problem {problem.severity} {problem.line}: {problem.message}" for problem in build.problems]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_case(case: Path, request: pytest.FixtureRequest) -> None:
    expected = case.with_suffix(".expected")
    found = render(build_graph([case], jobs=1))
    if request.config.getoption("--update-cases"):
        expected.write_text(found, encoding="utf-8")
    assert found == expected.read_text(encoding="utf-8"), "run `pytest --update-cases` and read the diff"


def test_there_are_cases() -> None:
    assert len(CASES) >= 10
