"""A build that will not fit into memory is warned of before it is begun."""

from __future__ import annotations

from pipelines.memory import warn_of


def test_only_what_does_not_fit_is_warned_of() -> None:
    said: list[tuple[str, str]] = []
    seen: list[tuple[str, int, int]] = []
    report = warn_of(lambda *step: seen.append(step), lambda *warning: said.append(warning))
    report("Reading notes", 0, 10)
    report("Linking", 0, 10**9)
    assert said == []
    report("Reading notes", 0, 10**9)
    report("Reading notes", 1, 10**9)
    ((message, hint),) = said
    assert "1,000,000,000 notes" in message
    assert "GB are free" in message
    assert "--cluster local" in hint
    assert [step[0] for step in seen] == ["Reading notes", "Linking", "Reading notes", "Reading notes"]
