"""Notes that lie elsewhere: in a zip archive, in an object store (s3://, gs://), on any file system that fsspec knows."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias

from kg.errors import SettingsError

__all__ = ["RemotePath", "Source", "order_of", "source_of"]


@dataclass(frozen=True, slots=True)
class RemotePath:
    """A file or folder under an fsspec URL; read like a `Path`."""

    root: str
    """URL that the user gave, e.g. `s3://bucket/notes` or `zip://::notes.zip`."""
    inside: str = ""
    """Path below it, with `/`; empty for the root itself."""
    listed: int | None = None
    """Bytes, where a listing said so."""

    def __str__(self) -> str:
        return f"{self.root}/{self.inside}" if self.inside else self.root

    @property
    def name(self) -> str:
        """Last part of the path."""
        return PurePosixPath(self.inside).name

    @property
    def suffix(self) -> str:
        """End of the name from its last dot."""
        return PurePosixPath(self.inside).suffix

    @property
    def stem(self) -> str:
        """The name without its suffix."""
        return PurePosixPath(self.inside).stem

    def files(self) -> list[RemotePath]:
        """All files below, sorted; SettingsError where it cannot be listed."""
        system, base = _opened(self.root)
        try:
            found = {str(path): about.get("size") for path, about in system.find(base, detail=True).items()}
        except Exception as error:
            raise SettingsError(f"{self.root}: cannot be listed: {_why(error)}", "Check address and access") from error
        start = f"{base.rstrip('/')}/" if base.strip("/") else base
        listed = ((path.removeprefix(start).lstrip("/"), size) for path, size in found.items())
        return [RemotePath(self.root, path, size) for path, size in sorted(listed)]

    def exists(self) -> bool:
        """Whether there is such a file, as far as can be told."""
        system, base = _opened(self.root)
        try:
            return bool(system.exists(_join(base, self.inside)))
        except Exception:
            return False

    def size(self) -> int:
        """Bytes of the file; raises OSError."""
        if self.listed is not None:
            return self.listed
        system, base = _opened(self.root)
        try:
            return int(system.size(_join(base, self.inside)) or 0)
        except OSError:
            raise
        except Exception as error:
            raise OSError(_why(error)) from error

    def read_bytes(self) -> bytes:
        """What is in the file; raises OSError."""
        system, base = _opened(self.root)
        try:
            return bytes(system.cat_file(_join(base, self.inside)))
        except OSError:
            raise
        except Exception as error:
            # Object stores raise errors of their own.
            raise OSError(_why(error)) from error


Source: TypeAlias = Path | RemotePath
"""Where notes may come from."""


def source_of(text: str) -> Source:
    """What a user gave on the command line: a path, an fsspec URL, or a zip archive."""
    if "://" in text:
        return RemotePath(text)
    path = Path(text)
    return RemotePath(f"zip://::{path.absolute()}") if path.suffix.lower() == ".zip" and path.is_file() else path


def order_of(source: Source) -> tuple[bool, int, str]:
    """Sorts sources so that the order in which they were given changes nothing."""
    if isinstance(source, RemotePath):
        return True, 0, str(source)
    return False, len(source.absolute().parts), str(source.absolute())


def _join(base: str, inside: str) -> str:
    return f"{base.rstrip('/')}/{inside}" if base.strip("/") else f"{base}{inside}"


def _opened(url: str) -> tuple[Any, str]:
    return _system(url, os.getpid())


@lru_cache(maxsize=16)
def _system(url: str, _process: int) -> tuple[Any, str]:
    """A file system with a path in it. A forked process has its own: two would share one place in an open archive."""
    from fsspec.core import url_to_fs

    try:
        system, base = url_to_fs(url)
    except Exception as error:
        raise SettingsError(f"{url}: {_why(error)}", "Give a path, a zip archive or a URL that fsspec knows") from error
    return system, str(base)


def _why(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
