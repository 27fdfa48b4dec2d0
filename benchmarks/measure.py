"""Run a command as a process of its own: its CPU seconds, wall seconds and memory, and what it printed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

__all__ = ["ROOT", "CommandError", "LimitError", "Usage", "module", "ours", "python", "run", "say"]

ROOT = Path(__file__).resolve().parent.parent
_LOOK = 0.2
"""Seconds between two looks at the memory of the processes."""


class CommandError(Exception):
    """The command ended with an error; the message is the last thing that it said."""


class LimitError(Exception):
    """The command needed more memory or time than it was allowed."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a command cost."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of user and system, of the process and of all its children that it waited for (wait4)."""
    peak: int
    """Bytes: the greatest resident set of one process (wait4), or the greatest sum over the tree of processes that was
    seen, if that is more. Where there are several processes, pages that they share count once (PSS)."""
    top: int
    """Bytes: the greatest resident set of the process itself."""
    below: int
    """Bytes: the greatest resident set that was seen of a process that it started, 0 if it started none."""
    printed: str


def say(message: str) -> None:
    """Progress, on stderr."""
    print(message, file=sys.stderr, flush=True)


def ours(*arguments: object) -> list[str]:
    """The command `kg` of this working tree."""
    return module("pipelines.cli", *arguments)


def module(name: str, *arguments: object) -> list[str]:
    """A module of this working tree in the interpreter of this process."""
    return [sys.executable, "-m", name, *map(str, arguments)]


def python(interpreter: Path | str, script: str, *arguments: object) -> list[str]:
    """A script of benchmarks/ that sees nothing but the packages of its interpreter: peers know nothing of us."""
    return [str(interpreter), "-I", "-X", "utf8", str(ROOT / "benchmarks" / script), *map(str, arguments)]


def run(
    command: Sequence[str],
    *,
    temporary: Path,
    timeout: float = float("inf"),
    memory: float = float("inf"),
) -> Usage:
    """Run to the end; raises CommandError, or LimitError beyond `timeout` seconds or `memory` bytes of the whole tree.

    What it leaves in the system's temporary folder (jieba its dictionary, compiled) and in the user's cache goes to
    `temporary`.
    """
    # The `kg` of this working tree, whatever is installed.
    mine = {"PYTHONUTF8": "1", "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary), "XDG_CACHE_HOME": str(temporary)}
    settings = {**os.environ, **mine}
    with TemporaryFile() as out, TemporaryFile() as err:
        begin = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=ROOT, env=settings, start_new_session=True
        )
        watch = _Watch(process.pid, begin + timeout, memory)
        try:
            watch.start()
            _, status, used = os.wait4(process.pid, 0)
            wall = time.perf_counter() - begin
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            watch.ended.set()
            # Also the workers of a process that was killed, or of one that we no longer wait for.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            if process.returncode is None:
                process.wait()
            watch.join()
        out.seek(0)
        err.seek(0)
        printed, complaints = (file.read().decode("utf-8", "replace") for file in (out, err))
    if watch.why:
        raise LimitError(watch.why)
    if process.returncode != 0:
        last = complaints.strip().splitlines() or [f"ended with {process.returncode}, saying nothing"]
        raise CommandError(f"{' '.join(map(str, command[1:4]))}: {last[-1]}")
    cpu, peak = used.ru_utime + used.ru_stime, max(used.ru_maxrss * 1024, watch.peak)
    return Usage(wall, cpu, peak, watch.top, watch.below, printed)


class _Watch(threading.Thread):
    """Looks at the memory of a tree of processes, and ends it where it grows too large or takes too long."""

    def __init__(self, pid: int, until: float, memory: float) -> None:
        super().__init__(daemon=True)
        self.pid, self.until, self.memory = pid, until, memory
        self.ended = threading.Event()
        self.peak = self.top = self.below = 0
        self.why = ""

    def run(self) -> None:
        begin = time.perf_counter()
        while not self.ended.wait(_LOOK):
            tree = list(_tree(self.pid))
            used = sum(_proportional(pid) for pid in tree) if len(tree) > 1 else _resident(self.pid)
            self.peak = max(self.peak, used)
            self.top = max(self.top, _resident(self.pid))
            self.below = max([self.below, *map(_resident, tree[1:])])
            spent = time.perf_counter() - begin
            if used > self.memory:
                self.why = (
                    f"stopped at {used / 2**30:.1f} GiB after {spent:.0f} s: it may take {self.memory / 2**30:.1f} GiB"
                )
            elif time.perf_counter() > self.until:
                self.why = f"stopped after {spent:.0f} s at {used / 2**30:.1f} GiB: it may take no longer"
            if self.why and not self.ended.is_set():
                with suppress(ProcessLookupError):
                    os.killpg(self.pid, signal.SIGKILL)
                return


def _tree(pid: int) -> Iterator[int]:
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _tree(int(child))


def _resident(pid: int) -> int:
    with suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _proportional(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
