"""How much memory there is, and whether a build in one process will do with it."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pipelines.incremental import Progress

__all__ = ["available_memory", "give_back", "warn_of"]

_OF_A_NOTE = 1_000_000
"""Bytes that a note takes at the peak of a build: measured on 816 and 3,264 notes of some 9 KB."""


def available_memory() -> int:
    """Bytes that processes can have now."""
    with suppress(OSError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def give_back() -> None:
    """Give back to the system what is free inside this process: its allocator keeps it, and Dask counts it as used."""
    with suppress(OSError, AttributeError, TypeError):
        # The GNU library alone has it.
        ctypes.CDLL(None).malloc_trim(0)


def warn_of(progress: Progress, warn: Callable[[str, str], None]) -> Progress:
    """The same progress, with a warning and its hint when more notes are about to be read than there is memory for."""

    def report(stage: str, done: int, total: int) -> None:
        if stage == "Reading notes" and done == 0 and hasattr(os, "sysconf"):
            needed, free = total * _OF_A_NOTE, available_memory()
            if needed > free:
                warn(
                    f"{total:,} notes may take {needed / 1e9:.0f} GB of memory, and {free / 1e9:.0f} GB are free",
                    "kg build --cluster local --parts-only takes them part by part",
                )
        progress(stage, done, total)

    return report
