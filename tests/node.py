"""Packages of npm for a test, locked beside it; where there is no node or npm the test skips and says so."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import gettempdir, mkdtemp

import pytest


def installed(folder: Path) -> Path:
    """A folder with what `folder` locks installed, kept in the virtual environment for the next run."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("node and npm are not installed")
    lock = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()[:12]
    home = Path(sys.prefix if sys.prefix != sys.base_prefix else gettempdir())
    kept = home / f"{folder.name}-{lock}"
    if not kept.is_dir():
        fresh = Path(mkdtemp(prefix=f"{folder.name}-", dir=home))
        for name in ("package.json", "package-lock.json"):
            shutil.copy(folder / name, fresh)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=fresh, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode:
            shutil.rmtree(fresh)
            pytest.fail(f"npm ci: {done.stderr}")
        try:
            # Only a whole installation gets the name, and of two at once the first stays.
            os.rename(fresh, kept)
        except OSError:
            shutil.rmtree(fresh)
    return kept
