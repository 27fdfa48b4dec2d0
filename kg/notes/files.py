"""Which files are notes: recursive discovery with stable ids."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import SettingsError
from kg.model import Problem
from kg.remote import RemotePath, Source, order_of

__all__ = ["SUFFIXES", "UNREADABLE", "NoteFile", "find_notes"]

SUFFIXES = (".md", ".markdown", ".txt")
"""Suffixes of files that are read, in any case."""

UNREADABLE = "cannot be read"
"""What the problem of a file begins with that is out of reach, be it for a moment."""
_SKIPPED_FOLDERS = frozenset({"node_modules", "__MACOSX"})


@dataclass(frozen=True, slots=True)
class NoteFile:
    """A file to be read."""

    id: str
    """Path relative to the folder given, with `/`; the `doc` column of every table."""
    path: Source

    def size(self) -> int:
        """Bytes of the file; raises OSError."""
        return self.path.size() if isinstance(self.path, RemotePath) else self.path.stat().st_size

    def read(self) -> bytes:
        """What is in the file; raises OSError."""
        return self.path.read_bytes()


def find_notes(paths: Sequence[Source]) -> tuple[tuple[NoteFile, ...], tuple[Problem, ...]]:
    """Notes under folders, in archives and single files, sorted by id; SettingsError for a missing path or when nothing is found."""
    problems: list[Problem] = []
    found: list[tuple[Source, str, Source]] = []
    seen: set[str] = set()
    # A fixed order of the roots, so that the order on the command line changes no id.
    for root in sorted(set(paths), key=order_of):
        for relative, path in _notes_under(root, problems):
            real = str(path) if isinstance(path, RemotePath) else os.path.realpath(path)
            if real not in seen:
                seen.add(real)
                found.append((root, relative, path))
    if not found:
        given = ", ".join(str(path) for path in paths) or "no path given"
        raise SettingsError(f"{given}: no notes found", f"Files with these suffixes are read: {', '.join(SUFFIXES)}")
    notes = sorted((NoteFile(id_, path) for id_, path in _ids(found)), key=lambda note: note.id)
    return tuple(notes), tuple(sorted(problems, key=lambda problem: (problem.path, problem.message)))


def _notes_under(root: Source, problems: list[Problem]) -> Sequence[tuple[str, Source]]:
    if isinstance(root, RemotePath):
        return [
            (path.inside, path)
            for path in root.files()
            if path.inside.lower().endswith(SUFFIXES) and not _left_out(path.inside)
        ]
    if root.is_dir():
        return _walk(root, problems)
    if not root.exists():
        raise SettingsError(f"{root}: no such file or folder", "Check the path, or quote it if it holds blanks")
    if root.suffix.lower() not in SUFFIXES:
        raise SettingsError(f"{root}: not a note", f"Files with these suffixes are read: {', '.join(SUFFIXES)}")
    return [(_readable(root.name), root)]


def _walk(root: Path, problems: list[Problem]) -> list[tuple[str, Path]]:
    notes: list[tuple[str, Path]] = []
    visited: set[str] = set()
    # Symbolic links wait until every real folder was seen, so that a real folder always wins over a link to it.
    waiting, links = [("", root)], list[tuple[str, Path]]()
    while waiting or links:
        relative, folder = waiting.pop() if waiting else links.pop(0)
        real = os.path.realpath(folder)
        if real in visited:
            message = (
                f"symbolic link to {_readable(os.path.relpath(real, os.path.realpath(root)))}, which is read already"
            )
            problems.append(Problem("info", relative, 0, message, "Nothing to do; the link is skipped"))
            continue
        visited.add(real)
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            message = f"folder cannot be read: {error.strerror}"
            problems.append(Problem("error", relative or str(root), 0, message, "Check its permissions"))
            continue
        for entry in entries:
            name = f"{relative}/{_readable(entry.name)}" if relative else _readable(entry.name)
            if entry.name.startswith(".") or entry.name in _SKIPPED_FOLDERS:
                continue
            if _is(entry.is_dir):
                (links if entry.is_symlink() else waiting).append((name, Path(entry.path)))
            elif entry.name.lower().endswith(SUFFIXES):
                if _is(entry.is_file):
                    notes.append((name, Path(entry.path)))
                elif entry.is_symlink():
                    message = "symbolic link that leads nowhere"
                    problems.append(Problem("warning", name, 0, message, "Remove it or restore its target"))
    return notes


def _left_out(name: str) -> bool:
    return any(part.startswith(".") or part in _SKIPPED_FOLDERS for part in name.split("/"))


def _is(test: Callable[[], bool]) -> bool:
    """A test of a directory entry; a symbolic link to itself is nothing."""
    try:
        return test()
    except OSError:
        return False


def _readable(name: str) -> str:
    """A file name as text that can be written as UTF-8, whatever its bytes, with `/` between folders."""
    return os.fsencode(name).decode("utf-8", "replace").replace(os.sep, "/")


def _ids(found: list[tuple[Source, str, Source]]) -> list[tuple[str, Source]]:
    count = Counter(relative for _, relative, _ in found)
    taken = {relative for relative, number in count.items() if number == 1}
    result = []
    for root, relative, path in found:
        name = relative
        if count[relative] > 1:
            folder = _folder_of(root)
            name, number = f"{folder}/{relative}", 1
            while name in taken:
                number += 1
                name = f"{folder}-{number}/{relative}"
            taken.add(name)
        result.append((name, path))
    return result


def _folder_of(root: Source) -> str:
    if isinstance(root, RemotePath):
        return Path(root.root.split("::")[-1].rstrip("/")).stem or "notes"
    return _readable((root.absolute() if root.is_dir() else root.absolute().parent).name)
