"""The YAML head of a note."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import yaml

from kg.model import FrontMatter, Problem

__all__ = ["Head", "iso_date", "read_front_matter"]

_HEAD = re.compile(r"---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_PAIR = re.compile(r"^(title|date)[ \t]*:[ \t]*(.*?)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_KEY = re.compile(r"^[A-Za-z_][\w-]*[ \t]*:", re.MULTILINE)
_TITLE_KEY = re.compile(r"""^(["']?)title\1[ \t]*:""", re.IGNORECASE | re.MULTILINE)
_DATE = re.compile(r"(?<!\d)(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?!\d)")
_MAX_HEAD = 100_000
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True, slots=True)
class Head:
    """The front matter of a note and where it stands."""

    front_matter: FrontMatter
    end: int
    """Offset of the first code point after the closing line; 0 where there is none."""
    title_runs: tuple[tuple[int, int, int], ...] = ()
    """Where the title stands, as `Block.runs`; empty when it has none."""


def read_front_matter(text: str, path: str, file_name: str) -> tuple[Head, tuple[Problem, ...]]:
    """Read the head of a note; broken YAML is a warning, and title and date are saved from it line by line."""
    named = _DATE.match(file_name)
    fallback = iso_date(named.group()) if named else ""
    match = _HEAD.match(text[:_MAX_HEAD])
    if match is None:
        return Head(FrontMatter(date=fallback), 0), ()
    problems: tuple[Problem, ...] = ()
    try:
        # BaseLoader makes strings, lists and dicts only: no dates that fail, no booleans out of `no`, no objects.
        values = yaml.load(match.group(1), Loader=_Loader)
    except (yaml.YAMLError, RecursionError) as error:
        if not _KEY.search(match.group(1)):
            return Head(FrontMatter(date=fallback), 0), ()
        values = {m.group(1).lower(): m.group(2).strip("\"'") for m in reversed([*_PAIR.finditer(match.group(1))])}
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "it cannot be read"
        line = 2 + (mark.line if mark else 0)
        hint = "Quote values that hold `: `, `#` or quotes; title and date were saved"
        problems = (Problem("warning", path, line, f"front matter is not valid YAML: {reason}", hint),)
    if not isinstance(values, dict):
        if values:
            return Head(FrontMatter(date=fallback), 0), ()
        values = {}
    fields = {key.lower(): value for key, value in values.items() if isinstance(key, str)}
    front_matter = FrontMatter(
        title=" ".join(_text(fields.get("title")).split()),
        date=iso_date(_text(fields.get("date"))) or fallback,
        category=", ".join(_names(fields.get("category") or fields.get("categories"), blanks=False)),
        tags=_names(fields.get("tags") or fields.get("tag"), blanks=True),
        # An alias may hold blanks, so only commas part them.
        aliases=_names(fields.get("aliases") or fields.get("alias"), blanks=False),
    )
    return Head(front_matter, match.end(), _title_runs(text[: match.end()], front_matter.title)), problems


def iso_date(text: str) -> str:
    """The first valid date (`2018-3-9`, `2018/03/09 10:00`, `2018年3月9日`) as `2018-03-09`, or an empty string."""
    match = _DATE.search(text)
    if match is None:
        return ""
    try:
        return date(*map(int, match.groups())).isoformat()
    except ValueError:
        return ""


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _names(value: object, *, blanks: bool) -> tuple[str, ...]:
    if isinstance(value, str):
        parts = re.split(r"[,，、;；]", value.strip("[] "))
        if len(parts) == 1 and blanks:
            parts = value.split()
    elif isinstance(value, list):
        parts = [item for item in value if isinstance(item, str)]
    else:
        return ()
    return tuple(dict.fromkeys(name for name in (part.strip().lstrip("#") for part in parts) if name))


def _title_runs(head: str, title: str) -> tuple[tuple[int, int, int], ...]:
    """Word by word, since YAML may fold lines; a word that YAML wrote otherwise (escapes) ends the search."""
    key = _TITLE_KEY.search(head)
    runs: list[tuple[int, int, int]] = []
    if key is None:
        return ()
    plain, source = 0, key.end()
    for word in title.split():
        found = head.find(word, source)
        if found < 0 or (runs and head[source:found].strip("\\").strip()):
            return ()
        if runs:
            last = runs[-1]
            if found == source + 1 and head[source] == " ":
                runs[-1] = (last[0], last[1], last[2] + 1 + len(word))
            else:
                runs += [(plain, source, 1), (plain + 1, found, len(word))]
            plain += 1 + len(word)
        else:
            runs.append((0, found, len(word)))
            plain = len(word)
        source = found + len(word)
    return tuple(runs)
