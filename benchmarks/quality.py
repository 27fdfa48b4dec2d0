"""The mirror: how well annotated notes are read with the lexicon, with half of it, and with nothing known beforehand.

    python benchmarks/quality.py ../shared/dev ../shared/eval/score.py

The last figures say what to expect where the notes name things that nobody listed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pipelines.build
from kg.lexicon import COLUMNS, lexicon_dir


def score(notes: Path, scorer: Path, lexicon: Path) -> dict[str, dict[str, float]]:
    """Build the notes with the lexicon of a folder and return the scorer's figures."""
    with TemporaryDirectory() as folder:
        pipelines.build.lexicon_dir = lambda: lexicon  # type: ignore[attr-defined]
        pipelines.build.run_build([notes], Path(folder) / "out", jobs=1)
        command = [sys.executable, str(scorer), str(notes), str(Path(folder) / "out"), "--json"]
        found: dict[str, dict[str, float]] = json.loads(subprocess.check_output(command))
        return found


def halves(folder: Path, seed: int) -> Path:
    """A lexicon folder with every other row of ours, drawn at random."""
    random = Random(seed)
    half = folder / f"half-{seed}"
    half.mkdir()
    for file in sorted(lexicon_dir().glob("*.csv")):
        head, *rows = file.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = sorted(random.sample(range(len(rows)), len(rows) // 2))
        (half / file.name).write_text("".join([head, *(rows[number] for number in kept)]), encoding="utf-8")
    return half


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("notes", type=Path)
    parser.add_argument("scorer", type=Path)
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        empty = Path(folder) / "empty"
        empty.mkdir()
        (empty / "empty.csv").write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
        runs = [("whole", lexicon_dir())]
        runs += [(f"half, seed {seed}", halves(Path(folder), seed)) for seed in (1, 2, 3)]
        for name, lexicon in [*runs, ("empty", empty)]:
            found = score(given.notes, given.scorer, lexicon)
            entities, relations = found["ALL (without Topic)"], found["relations"]
            print(
                f"{name:>14}: F1 {entities['f1']:.3f} (P {entities['precision']:.3f} R {entities['recall']:.3f}), "
                f"Topic F1 {found['Topic']['f1']:.3f}, pairs R {relations['pair_recall']:.3f} "
                f"P {relations['pair_precision']:.3f}, typed R {relations['typed_recall']:.3f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
