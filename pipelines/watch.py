"""Waiting for notes to change."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from kg.corrections import find_corrections
from kg.errors import SettingsError
from kg.notes.files import find_notes
from kg.remote import RemotePath, Source
from pipelines.outputs import files_of

__all__ = ["changes"]

_EVERY = 0.5
"""Seconds between two looks at the notes."""


def changes(notes: Sequence[Source], others: Sequence[Path]) -> Iterator[None]:
    """Yields each time that notes, corrections or other files have changed since this was called, or since it last
    yielded, and have come to rest; until interrupted. Raises SettingsError for notes that lie elsewhere.
    """
    if any(isinstance(path, RemotePath) for path in notes):
        raise SettingsError("--watch sees only folders on this computer", "Give such a folder, or leave --watch away")
    return _changes(notes, others, _seen(notes, others))


def _changes(
    notes: Sequence[Source], others: Sequence[Path], known: tuple[tuple[str, int, int], ...]
) -> Iterator[None]:
    # A shell starts what runs in the background deaf to Ctrl-C, and a service is ended by SIGTERM.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    while True:
        time.sleep(_EVERY)
        now = _seen(notes, others)
        if now != known:
            # An editor may save in several steps.
            time.sleep(_EVERY / 2)
            while (later := _seen(notes, others)) != now:
                now = later
                time.sleep(_EVERY / 2)
            known = now
            yield


def _seen(notes: Sequence[Source], others: Sequence[Path]) -> tuple[tuple[str, int, int], ...]:
    """Paths, sizes and times of change, in nanoseconds."""
    try:
        here = [path for path in notes if isinstance(path, Path)]
        paths = [Path(str(file.path)) for file in find_notes(here)[0]]
        paths += [Path(str(file.path)) for file in find_corrections(here)]
    except SettingsError:
        # Everything may be gone for a moment while it is synchronised.
        paths = []
    found = []
    for path in (*paths, *files_of(others)):
        try:
            state = os.stat(path)
        except OSError:
            continue
        found.append((str(path), state.st_size, state.st_mtime_ns))
    return tuple(found)
