"""`kg serve` in a process of its own on a free port of this computer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pyoxigraph as ox


@contextmanager
def running(folder: Path, *options: str, stop: bool = True) -> Iterator[str]:
    """The address of a server over an output folder; a traceback on stderr or a bad exit fails the test."""
    with started(folder, *options) as (address, process):
        yield address
        if stop:
            process.send_signal(signal.SIGINT)
            _, complaints = process.communicate(timeout=20)
            assert "Traceback" not in complaints, complaints
            assert process.returncode == 0


@contextmanager
def started(folder: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a server and its process, which is killed at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", "serve", str(folder), "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    try:
        address = process.stdout.readline().split()[-1].rstrip("/")
        for _ in range(100):
            try:
                if httpx.get(f"{address}/healthz", timeout=5).status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        yield address, process
    finally:
        process.kill()
        process.communicate()


def store_of(folder: Path, nquads: Sequence[str]) -> Path:
    """An output folder with nothing but a store of some N-Quads."""
    store = ox.Store(str(folder / "store"))
    store.bulk_load("\n".join(nquads) + "\n", format=ox.RdfFormat.N_QUADS)
    store.flush()
    del store
    return folder


def children_of(process: subprocess.Popen[str]) -> list[int]:
    """Ids of the living children of a process."""
    listed = subprocess.run(["ps", "-o", "pid=,stat=", "--ppid", str(process.pid)], capture_output=True, text=True)
    return [int(line.split()[0]) for line in listed.stdout.splitlines() if "Z" not in line.split()[1]]
