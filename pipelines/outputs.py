"""What a build writes, and whether it would write what is there already."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import kg
from kg.corrections import find_corrections
from kg.model import Build
from kg.notes.files import find_notes
from kg.ontology import ontologies_dir

__all__ = ["CONTRACT", "files_of", "fingerprint", "is_unchanged", "write_fingerprint"]

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

FILE = "build.json"


def fingerprint(
    notes: Sequence[Path], *, lexicon: Sequence[Path], corrections: Sequence[Path], settings: Mapping[str, object]
) -> str:
    """One hash of everything that decides what a build writes: notes, corrections, lexicon, settings and our own code.

    Raises SettingsError as the build would.
    """
    digest = hashlib.sha256(f"{sys.version_info[:2]} {json.dumps(settings, sort_keys=True)}".encode())
    files, problems = find_notes(notes)
    for file in files:
        digest.update(f"\n{file.id} {_content(file.path)}".encode())
    for problem in problems:
        digest.update(f"\n{problem}".encode("utf-8", "replace"))
    for correction in find_corrections(notes, corrections):
        digest.update(f"\n{correction.shown} {_content(correction.path)}".encode("utf-8", "replace"))
    for path in files_of(lexicon):
        digest.update(f"\n{path.name} {_content(path)}".encode("utf-8", "replace"))
    ours = Path(__file__).resolve().parent
    for path in files_of([ours.parent / "kg", ours / "build.py", ontologies_dir()]):
        if path.suffix != ".pyc":
            digest.update(_content(path).encode())
    return digest.hexdigest()


def files_of(roots: Iterable[Path]) -> Iterator[Path]:
    """Files, and all files under folders, in order."""
    for root in roots:
        yield from sorted(path for path in root.rglob("*") if path.is_file()) if root.is_dir() else [root]


def _content(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def write_fingerprint(folder: Path, value: str, build: Build) -> None:
    """Write build.json into a folder of outputs: the fingerprint and a few counts."""
    counts = {"notes": len(build.documents), "entities": len(build.entities), "claims": len(build.claims)}
    text = json.dumps(
        {"zhitu": kg.__version__, "fingerprint": value, **counts, "problems": len(build.problems)}, indent=2
    )
    (folder / FILE).write_text(text + "\n", encoding="utf-8", newline="\n")


def is_unchanged(folder: Path, value: str) -> bool:
    """Whether a folder of outputs has all its files and comes from a build with this fingerprint."""
    try:
        written = json.loads((folder / FILE).read_text(encoding="utf-8"))["fingerprint"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return bool(written == value) and all((folder / name).exists() for name in CONTRACT)
