"""Replace a folder of outputs in one step, so that a failed or killed build leaves the last good one untouched."""

from __future__ import annotations

import ctypes
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import SettingsError

__all__ = ["replaced_folder"]

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@contextmanager
def replaced_folder(folder: Path, ours: frozenset[str]) -> Iterator[Path]:
    """A fresh folder beside `folder` that takes its place when the block ends well, and is removed when it does not.

    Files in the old folder whose names are not in `ours` are kept: they are the user's. A link to a folder stays a link.
    """
    # A link would be replaced in place of what it leads to.
    folder = folder.resolve()
    if folder.exists() and not folder.is_dir():
        raise SettingsError(f"{folder} is a file", "Give a folder with --out")
    here = Path.cwd()
    if folder in (here, *here.parents) or os.path.ismount(folder):
        raise SettingsError(f"{folder} cannot be replaced as a whole", "Give a folder inside it with --out")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.new-", dir=folder.parent))
    except OSError as error:
        raise SettingsError(
            f"cannot write beside {folder}: {error.strerror}", "Give a writable folder with --out"
        ) from error
    try:
        yield fresh
        fresh.chmod(0o777 & ~_umask())
        if folder.exists():
            for item in sorted(folder.iterdir()):
                if item.name not in ours and not (fresh / item.name).exists():
                    _keep(item, fresh / item.name)
            _exchange(fresh, folder)
        else:
            fresh.rename(folder)
    finally:
        if fresh.exists():
            shutil.rmtree(fresh, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _keep(source: Path, target: Path) -> None:
    if source.is_dir() and not source.is_symlink():
        shutil.copytree(source, target, symlinks=True, copy_function=_link)
    else:
        _link(source, target)


def _link(source: str | Path, target: str | Path) -> None:
    """The same file under another name, so that what is written to it meanwhile is not lost; a copy where there are no links."""
    try:
        os.link(source, target, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(source, target, follow_symlinks=False)


def _exchange(fresh: Path, folder: Path) -> None:
    """Swap two folders; on systems without renameat2 there is a moment in which neither name exists."""
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
        if call(_AT_FDCWD, os.fsencode(fresh), _AT_FDCWD, os.fsencode(folder), _RENAME_EXCHANGE) == 0:
            return
    except (OSError, AttributeError, TypeError):
        # Windows has no library of that kind, which is a TypeError there.
        pass
    old = fresh.with_name(fresh.name + ".old")
    folder.rename(old)
    try:
        fresh.rename(folder)
    except BaseException:
        old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
