"""Zhitu beside its peers, everything in one run on the same notes: a table of ratios.

    make bench                                     # the real notes beside the project, growth of 1 and 4 times
    make bench GROWTH=1,4,16,64
    python -m benchmarks.bench NOTES --only whole,search
    python -m benchmarks.bench --quick             # five notes, all but growth and cluster, in under a minute

Peers run in processes of their own, with the interpreter of .venv-peers (`--peer-python`). The table is printed and
kept in benchmarks/results/; everything else that is written lies in a temporary folder and goes with it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial, update_wrapper
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.again import measure_again
from benchmarks.builds import measure_jobs, measure_posseg, measure_spacy, measure_whole
from benchmarks.gexf import measure_gexf
from benchmarks.growth import Limits, measure_cluster, measure_growth
from benchmarks.measure import ROOT, CommandError, LimitError, say
from benchmarks.questions import measure_questions
from benchmarks.table import Row, machine, markdown, save
from benchmarks.workshop import Workshop
from pipelines.memory import available_memory

__all__ = ["GROWING", "PARTS", "main"]

_SHARED = ROOT.parent / "shared"
_PEERS = ROOT / ".venv-peers" / "bin" / "python"

PARTS: Sequence[tuple[str, Callable[[Workshop], list[Row]]]] = (
    ("whole", measure_whole),
    ("spacy", measure_spacy),
    ("posseg", measure_posseg),
    ("again", measure_again),
    ("jobs", measure_jobs),
    ("gexf", measure_gexf),
    ("search", measure_questions),
)
"""What is measured, in this order."""
GROWING: Sequence[tuple[str, Callable[[Workshop, Limits], list[Row]]]] = (
    ("growth", measure_growth),
    ("cluster", measure_cluster),
)
"""What is measured then, of the notes multiplied."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and keep; 1 where something could not be measured."""
    given = _parse(arguments)
    wanted = given.only or [name for name, _ in (*PARTS, *([] if given.quick else GROWING))]
    limits = Limits(given.growth, given.growth_timeout, given.growth_memory)
    rows: list[Row] = []
    remarks: list[str] = []
    failed = False
    with TemporaryDirectory(prefix="zhitu-bench-") as folder:
        shop = Workshop(given.notes, Path(folder), str(given.peer_python), quick=given.quick)
        facts = [*machine(shop.peer_versions()), ("notes", shop.describe_notes())]
        parts: list[tuple[str, Callable[[Workshop], list[Row]]]] = [
            *PARTS,
            *((name, update_wrapper(partial(measure, limits=limits), measure)) for name, measure in GROWING),
        ]
        for name, measure in parts:
            if name not in wanted:
                continue
            say(f"{name}: {(measure.__doc__ or 'notes multiplied').splitlines()[0]}")
            try:
                rows += measure(shop)
            except (CommandError, LimitError) as error:
                say(f"{name}: could not be measured: {error}")
                remarks.append(f"{name} could not be measured: {error}")
                failed = True
        remarks += shop.remarks
    print(markdown(rows, facts, remarks), end="")
    if given.results or not given.quick:
        for path in save(rows, facts, remarks, given.results or ROOT / "benchmarks" / "results"):
            say(f"written to {path}")
    return int(failed)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    names = [name for name, _ in (*PARTS, *GROWING)]
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("notes", type=Path, nargs="?", help="a folder; ../shared/corpus where it is there, else notes/")
    parser.add_argument("--only", type=lambda text: text.split(","), help=f"of {', '.join(names)}")
    parser.add_argument(
        "--quick", action="store_true", help="few notes, all but growth and cluster, nothing kept without --results"
    )
    parser.add_argument("--results", type=Path, help="a folder for the table, instead of benchmarks/results")
    parser.add_argument("--peer-python", type=Path, default=_PEERS if _PEERS.exists() else Path(sys.executable))
    parser.add_argument("--growth", type=_factors, default=(1, 4), metavar="1,4,16,64", help="times the notes")
    parser.add_argument(
        "--growth-timeout", type=float, default=3600.0, metavar="SECONDS", help="of one build, then growth stops"
    )
    parser.add_argument(
        "--growth-memory", type=float, metavar="GIB", help="of one build; 90 %% of what is free", default=0.0
    )
    given = parser.parse_args(arguments)
    if unknown := set(given.only or ()).difference(names):
        parser.error(f"nothing is called {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    given.growth_memory = given.growth_memory * 2**30 or 0.9 * available_memory()
    if given.notes is None:
        small = _SHARED / "seeds" if (_SHARED / "seeds").is_dir() else ROOT / "notes"
        large = _SHARED / "corpus" if (_SHARED / "corpus").is_dir() else ROOT / "notes"
        given.notes = small if given.quick else large
    if not given.notes.is_dir():
        parser.error(f"{given.notes} is no folder of notes")
    return given


def _factors(text: str) -> tuple[int, ...]:
    try:
        found = tuple(sorted({int(part) for part in text.split(",")}))
    except ValueError:
        found = ()
    if not found or found[0] < 1:
        raise argparse.ArgumentTypeError(f"{text} are no numbers of copies, e.g. 1,4,16")
    return found


if __name__ == "__main__":
    sys.exit(main())
