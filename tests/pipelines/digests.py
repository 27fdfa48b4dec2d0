"""Hashes of what a build wrote, to be compared."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pipelines.outputs import CONTRACT

FILES = [name for name in CONTRACT if name != "store"]
"""All but the database files of the store, which hold the moment of writing; what is in it is compared as N-Quads."""


def digests(out: Path) -> dict[str, str]:
    """SHA-256 of every file of the contract."""
    return {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in FILES}
