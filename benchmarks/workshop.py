"""What the measurements share: the notes, a temporary folder, the peers' interpreter and one build of the notes."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from pathlib import Path
from typing import Any

from benchmarks.measure import ROOT, Usage, module, ours, python, run, say

__all__ = ["Built", "Workshop"]

_PEERS = ("jieba", "spacy", "networkx")
_VERSIONS = (
    "import platform, sys; from importlib.metadata import version; "
    "print('Python', platform.python_version() + ',', ', '.join(f'{name} {version(name)}' for name in sys.argv[1:]))"
)


@dataclass(frozen=True, slots=True)
class Built:
    """A build that was measured, and where its outputs are."""

    usage: Usage
    out: Path
    stages: dict[str, float]
    """CPU seconds of reading and writing; empty where they were not looked at."""


@dataclass
class Workshop:
    """One run of the benchmark."""

    source: Path
    """The notes as they were given; never written to."""
    folder: Path
    """A temporary folder."""
    peer_python: str
    quick: bool = False
    remarks: list[str] = field(default_factory=list)
    """What the reader of the table must know, in order."""

    @cached_property
    def notes(self) -> Path:
        """A copy of the notes, which a measurement may change and restore."""
        shutil.copytree(self.source, self.folder / "notes")
        return self.folder / "notes"

    @cached_property
    def temporary(self) -> Path:
        """What processes take for the system's temporary folder; jieba's dictionary lies there, compiled, as after a first use."""
        folder = self.folder / "tmp"
        folder.mkdir()
        empty = self.folder / "empty.jsonl"
        empty.write_text("", encoding="utf-8")
        run(python(self.peer_python, "peer_jieba.py", "cut", empty), temporary=folder)
        return folder

    @cached_property
    def whole(self) -> Built:
        """A clean build of the notes with one process."""
        # Modules are compiled at their first use; that is no part of a build.
        run(ours("build", "--help"), temporary=self.temporary)
        run(module("compileall", "-q", "kg", "pipelines"), temporary=self.temporary)
        return self.build(self.notes, self.folder / "whole")

    @cached_property
    def prose(self) -> dict[str, int]:
        """Number of notes, bytes of their prose and of their files; writes prose.jsonl and files.jsonl into the folder."""
        return self.prose_of(self.notes, "")

    def prose_of(self, notes: Path, prefix: str) -> dict[str, int]:
        """The same of other notes, into files whose names begin so."""
        targets = (self.folder / f"{prefix}prose.jsonl", self.folder / f"{prefix}files.jsonl")
        return dict(json.loads(run(module("benchmarks.prose", notes, *targets), temporary=self.temporary).printed))

    def build(self, notes: Path, out: Path, *, jobs: int = 1, timeout: float = inf, memory: float = inf) -> Built:
        """Build from scratch in a process of its own and measure it; the limits are those of `run`."""
        say(f"  kg build --force --jobs {jobs}")
        stages = self.folder / "stages.json"
        command = module("benchmarks.timed_build", stages, notes, "--out", out, "--jobs", jobs, "--quiet", "--force")
        usage = run(command, temporary=self.temporary, timeout=timeout, memory=memory)
        return Built(usage, out, json.loads(stages.read_text(encoding="utf-8")))

    def build_again(self, out: Path) -> Usage:
        """Build the notes into a folder of outputs as a user does after the first time."""
        say("  kg build --jobs 1")
        return run(ours("build", self.notes, "--out", out, "--jobs", 1, "--quiet"), temporary=self.temporary)

    def peer(self, script: str, *arguments: object) -> tuple[Usage, dict[str, Any]]:
        """Run a script of a peer, measure it and read the JSON that it prints."""
        say(f"  {script} {arguments[0]}")
        usage = run(python(self.peer_python, script, *arguments), temporary=self.temporary)
        return usage, json.loads(usage.printed)

    def peer_versions(self) -> str:
        """Of the interpreter and the packages that we measure ourselves against."""
        command = [self.peer_python, "-I", "-c", _VERSIONS, *_PEERS]
        return run(command, temporary=self.folder).printed.strip()

    def describe_notes(self) -> str:
        """Which notes, how many and how large."""
        home = ROOT.parent
        resolved = self.source.resolve()
        name = os.path.relpath(resolved, ROOT) if home in resolved.parents else resolved.name
        found = self.prose
        return f"{name}, {found['notes']} notes, {found['bytes'] / 1e6:.2f} MB, of which {found['prose'] / 1e6:.2f} MB are prose"
