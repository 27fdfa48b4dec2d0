"""What a build writes, and whether it would write what is there already."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import kg
from kg.model import Build, Problem
from kg.remote import Source
from kg.text import plain

__all__ = [
    "CONTRACT",
    "READING",
    "SUMMARY",
    "code_digest",
    "counts_json",
    "files_of",
    "fingerprint",
    "fingerprint_of",
    "is_settled",
    "library_versions",
    "problem_lines",
    "read_summary",
    "summary_json",
    "write_fingerprint",
    "write_summary",
]

CONTRACT = (
    "entities.csv",
    "mentions.csv",
    "relations.csv",
    "links.csv",
    "documents.csv",
    "problems.csv",
    "merges.csv",
    "graph.nq",
    "graph.ttl",
    "graph.jsonld",
    "graph.gexf",
    "graph.graphml",
    "index.html",
    "index.db",
    "store",
    "build.json",
)
"""What every build writes."""

SUMMARY = "build.json"
"""What a build was made of; a folder without it was not written by one."""


_STAGES = ("build", "cache", "families", "home", "incremental", "outputs", "packed", "parts", "stages", "write")
"""Modules of ours, beside the library, that decide what a build writes and what is kept for the next one."""
READING = ("ahocorasick-rs", "opencc", "pypinyin", "pyromark", "pyyaml", "rapidfuzz", "rdflib", "rjieba", "spacy")
"""Names, normalised as in PEP 503, of the libraries that decide what is read in a note."""
_WRITING = ("networkx", "numpy", "pyoxigraph", "scikit-network", "scipy")


def fingerprint(
    notes: Sequence[Source], *, lexicon: Sequence[Path], corrections: Sequence[Path], settings: Mapping[str, object]
) -> str:
    """One hash of everything that decides what a build writes: notes, corrections, lexicon, settings and our own code.

    Raises SettingsError as the build would.
    """
    from kg.corrections import find_corrections
    from kg.notes.files import find_notes

    digest = hashlib.sha256(f"{sys.version_info[:2]} {json.dumps(settings, sort_keys=True)}".encode())
    files, problems = find_notes(notes)
    for file in files:
        digest.update(f"\n{file.id} {content_hash_of(file.read)}".encode())
    for problem in problems:
        digest.update(f"\n{problem}".encode("utf-8", "replace"))
    for correction in find_corrections(notes, corrections):
        digest.update(f"\n{correction.shown} {content_hash_of(correction.path.read_bytes)}".encode("utf-8", "replace"))
    for path in files_of(lexicon):
        digest.update(f"\n{path.name} {content_hash_of(path.read_bytes)}".encode("utf-8", "replace"))
    digest.update(f"\n{library_versions(READING + _WRITING)} {code_digest()}".encode())
    if settings.get("spacy"):
        # A pipeline may be any package or folder, whose parts we do not know.
        digest.update(os.urandom(20))
    return digest.hexdigest()


@cache
def library_versions(names: tuple[str, ...]) -> str:
    """Versions of some libraries, by the folders that pip made for them: that is sooner than by `importlib.metadata`."""
    found = set()
    for folder in sys.path:
        with suppress(OSError):
            for name in os.listdir(folder or "."):
                library, _, version = name.removesuffix(".dist-info").rpartition("-")
                if name.endswith(".dist-info") and re.sub(r"[-_.]+", "-", library).lower() in names:
                    found.add(f"{library.lower()} {version}")
    return ", ".join(sorted(found))


@cache
def code_digest() -> str:
    """One hash of our own code and tables, as far as they decide what a build reads and writes."""
    from kg.ontology import ontologies_dir

    ours = Path(__file__).resolve().parent
    stages = [ours / f"{name}.py" for name in _STAGES]
    # Where it is installed the ontologies lie inside the library.
    files = {path for path in files_of([ours.parent / "kg", *stages, ontologies_dir()]) if path.suffix != ".pyc"}
    lines = sorted(f"{path.name} {content_hash_of(path.read_bytes)}\n" for path in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def files_of(roots: Iterable[Path]) -> Iterator[Path]:
    """Files, and all files under folders, in order; what is missing is left out."""
    for root in roots:
        yield from sorted(path for path in (root.rglob("*") if root.is_dir() else [root]) if path.is_file())


def content_hash_of(read: Callable[[], bytes]) -> str:
    """SHA-256 of what is read, hexadecimal; where it cannot be read, why."""
    try:
        return hashlib.sha256(read()).hexdigest()
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def is_settled(build: Build, before: str, after: str) -> bool:
    """Whether a build is what fingerprints taken before and after it say: nothing was saved or out of reach meanwhile."""
    from kg.notes.files import UNREADABLE

    return before == after and not any(problem.message.startswith(UNREADABLE) for problem in build.problems)


def write_fingerprint(folder: Path, value: str, build: Build) -> None:
    """Write build.json into a folder of outputs: the fingerprint and what the build sums up to."""
    write_summary(folder, value, summary_json(build))


def write_summary(folder: Path, value: str, summary: Mapping[str, Any]) -> None:
    """Write build.json of a fingerprint and of counts and problems as `summary_json` gives them."""
    found = {"zhitu": kg.__version__, "fingerprint": value, **summary}
    text = json.dumps(found, ensure_ascii=True, indent=2)
    (folder / SUMMARY).write_text(text + "\n", encoding="utf-8", newline="\n")


def read_summary(folder: Path) -> dict[str, Any]:
    """What `write_fingerprint` wrote, without the fingerprint."""
    found: dict[str, Any] = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    return {name: value for name, value in found.items() if name not in ("zhitu", "fingerprint")}


def summary_json(build: Build) -> dict[str, Any]:
    """Counts and problems of a build."""
    links = sum(link.kind == "web" for document in build.documents for link in document.links)
    predicates = Counter(claim.predicate for claim in build.claims)
    types = Counter(entity.type for entity in build.entities)
    return counts_json(len(build.documents), types, predicates, links, build.problems)


def counts_json(
    notes: int, types: Mapping[str, int], predicates: Mapping[str, int], links: int, problems: Iterable[Problem]
) -> dict[str, Any]:
    """The same of counts that were taken elsewhere."""
    return {
        "notes": notes,
        "entities": dict(sorted(types.items())),
        "claims": dict(sorted(predicates.items())),
        "links": links,
        "problems": [asdict(problem) for problem in problems],
    }


def problem_lines(summary: Mapping[str, Any], out: str, shown: int = 5) -> list[str]:
    """The worst problems of a build as `path:line: message (hint)`, fit for a terminal."""
    order = {"error": 0, "warning": 1, "info": 2}
    problems = summary["problems"]
    lines = []
    for problem in sorted(problems, key=lambda problem: order[problem["severity"]])[:shown]:
        where = f"{problem['path']}:{problem['line']}" if problem["line"] else problem["path"]
        lines.append(plain(f"{where}: {problem['message']}" + (f" ({problem['hint']})" if problem["hint"] else "")))
    if len(problems) > shown:
        table = "problems.csv" if (Path(out) / "problems.csv").exists() else "parts/problems"
        lines.append(f"... and {len(problems) - shown} more in {out}/{table}")
    return lines


def fingerprint_of(folder: Path) -> str:
    """The fingerprint of the build that a folder of outputs comes from; empty where there is none or a file is missing."""
    try:
        written = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))["fingerprint"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return str(written) if all((folder / name).exists() for name in CONTRACT) else ""
