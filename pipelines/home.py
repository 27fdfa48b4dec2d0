"""What a user's computer keeps because it takes long to make: a folder that is the user's alone, and what its values depend on."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from pipelines.outputs import READING, code_digest, files_of, library_versions

__all__ = ["cache_folder", "digest", "sealed", "shared_version", "unsealed", "version_of"]

_OLD = 90 * 24 * 3600
"""Seconds after which what is kept is given up, unless it was used again."""


def digest(*parts: bytes | str) -> bytes:
    """One hash of several parts, none of which can pass for a part of another."""
    found = hashlib.blake2b(digest_size=20)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        found.update(len(data).to_bytes(8, "little"))
        found.update(data)
    return found.digest()


_SEAL = len(digest())


def sealed(data: bytes) -> bytes:
    """Bytes to be kept, with their hash before them."""
    return digest(data) + data


def unsealed(kept: bytes) -> bytes | None:
    """What was sealed; None where it is not that any more."""
    data = kept[_SEAL:]
    return data if kept[:_SEAL] == digest(data) else None


def cache_folder() -> Path:
    """Where pickled values may lie: in the user's cache, nobody else may write there. Raises OSError where there is no such place."""
    root = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or os.path.expanduser("~/.cache")
    if not os.path.isabs(root):
        raise FileNotFoundError("there is no home")
    folder = Path(root) / "zhitu"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if hasattr(os, "getuid"):
        found = folder.stat()
        if found.st_uid != os.getuid():
            raise PermissionError(f"{folder} is another user's")
        if stat.S_IMODE(found.st_mode) & 0o077:
            folder.chmod(0o700)
    for file in folder.iterdir():
        if file.suffix in (".db", ".lexicon") and file.stat().st_mtime < time.time() - _OLD:
            file.unlink()
    return folder


def version_of(lexicon: Sequence[Path]) -> bytes:
    """Everything but the notes that decides what is read in them here: code, libraries, lexicon files and folders."""
    return digest(sys.version, shared_version(lexicon))


def shared_version(lexicon: Sequence[Path]) -> bytes:
    """The same without what may differ between computers that read alike."""
    return _version(tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in files_of(lexicon)))


@lru_cache(maxsize=4)
def _version(lexicon: tuple[tuple[Path, int, int], ...]) -> bytes:
    parts: list[bytes | str] = [library_versions(READING), code_digest()]
    for path, _, _ in lexicon:
        parts += [path.name, path.read_bytes()]
    return digest(*parts)
