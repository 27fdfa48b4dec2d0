"""`kg build` as it is, which also says what reading and writing cost in that very run.

    python -m benchmarks.timed_build STAGES.json NOTES --out FOLDER ...

STAGES.json gets CPU seconds of notes -> claims and of claims -> files; imports and the rest of the command are in neither.
"""

from __future__ import annotations

import atexit
import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pipelines.build
from pipelines.cli import main

__all__: list[str] = []

_STAGES = {"build_graph": "reading", "write_outputs": "writing"}


def _cpu() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _timed(function: Callable[..., Any], stage: str, spent: dict[str, float]) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        begin = _cpu()
        try:
            return function(*arguments, **named)
        finally:
            spent[stage] = spent.get(stage, 0.0) + _cpu() - begin

    return call


if __name__ == "__main__":
    target = Path(sys.argv.pop(1))
    sys.argv.insert(1, "build")
    seconds: dict[str, float] = {}
    for name, stage in _STAGES.items():
        setattr(pipelines.build, name, _timed(getattr(pipelines.build, name), stage, seconds))
    # `main` ends the process.
    atexit.register(lambda: target.write_text(json.dumps(seconds), encoding="utf-8"))
    main()
