"""The mirror: how well annotated notes are read with the lexicon, and with nothing known beforehand.

    python benchmarks/quality.py ../shared/dev ../shared/eval/score.py

The second figure is what to expect where the notes name things that nobody listed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
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


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("notes", type=Path)
    parser.add_argument("scorer", type=Path)
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        (Path(folder) / "empty.csv").write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
        for name, lexicon in (("with the lexicon", lexicon_dir()), ("without", Path(folder))):
            print(name, json.dumps(score(given.notes, given.scorer, lexicon), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
