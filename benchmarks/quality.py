"""The mirror: how well annotated notes are read with the lexicon, with half of it, and with nothing known beforehand.

    python benchmarks/quality.py ../shared/dev ../shared/eval/score.py [--unseen --silver ../shared/corpus]

The last figures say what to expect where the notes name things that nobody listed. The shipped weights were fitted on
annotated notes too, so `--unseen` fits them anew for each fifth of the notes without it (needs scikit-learn).
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import kg.weights
import pipelines.stages
from kg.lexicon import COLUMNS, lexicon_dir
from pipelines.build import run_build

_FOLDS = 5


def score(notes: Path, scorer: Path, lexicon: Path) -> dict[str, dict[str, float]]:
    """Build the notes with the lexicon of a folder and return the scorer's figures."""
    with TemporaryDirectory() as folder:
        pipelines.stages.lexicon_dir = lambda: lexicon  # type: ignore[attr-defined]
        run_build([notes], Path(folder) / "out", jobs=1)
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


def unseen(notes: Path, silver: Path | None, folder: Path) -> Iterator[Path]:
    """Folders with a fifth of the notes each, while the weights in force were fitted on the other four fifths."""
    import train

    every = sorted(notes.rglob("*.json"))
    for number in range(_FOLDS):
        sides = {"seen": [], "unseen": every[number::_FOLDS]}  # type: dict[str, list[Path]]
        sides["seen"] = [path for path in every if path not in sides["unseen"]]
        for side, paths in sides.items():
            (folder / f"{side}-{number}").mkdir()
            for path in paths:
                for file in (path, path.with_suffix(".md")):
                    shutil.copy(file, folder / f"{side}-{number}" / file.name)
        weights = folder / f"weights-{number}"
        kg.weights.weights_dir = lambda weights=weights: weights  # type: ignore[misc]
        with redirect_stdout(StringIO()):
            train.train_all([folder / f"seen-{number}"], silver, weights)
        kg.weights.read_weights.cache_clear()
        yield folder / f"unseen-{number}"


def show(name: str, found: dict[str, dict[str, float]]) -> None:
    entities, relations = found["ALL (without Topic)"], found["relations"]
    print(
        f"{name:>14}: F1 {entities['f1']:.3f} (P {entities['precision']:.3f} R {entities['recall']:.3f}), "
        f"Topic F1 {found['Topic']['f1']:.3f}, pairs R {relations['pair_recall']:.3f} "
        f"P {relations['pair_precision']:.3f}, typed R {relations['typed_recall']:.3f}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("notes", type=Path)
    parser.add_argument("scorer", type=Path)
    parser.add_argument("--unseen", action="store_true", help="fit the weights without the notes that are scored")
    parser.add_argument("--silver", type=Path, help="notes for silver examples, with --unseen")
    given = parser.parse_args()
    with TemporaryDirectory() as name:
        folder = Path(name)
        empty = folder / "empty"
        empty.mkdir()
        (empty / "empty.csv").write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
        ours = lexicon_dir()
        runs = [("whole", ours)]
        runs += [(f"half, seed {seed}", halves(folder, seed)) for seed in (1, 2, 3)]
        parts = unseen(given.notes, given.silver, folder) if given.unseen else [given.notes]
        for part in parts:
            for title, lexicon in [*runs, ("empty", empty)]:
                show(f"{part.name} {title}", score(part, given.scorer, lexicon))
            pipelines.stages.lexicon_dir = lambda: ours  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
