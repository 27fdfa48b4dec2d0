"""The command `kg` as a user runs it: in its own process, with its exit code and both streams."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def kg(
    *arguments: object, cwd: Path | None = None, stdin: str | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `kg` and return what it said; a traceback on stderr is always a failure."""
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *map(str, arguments)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done
