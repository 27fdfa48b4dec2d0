"""How a build compares with cutting the same text into words: CPU seconds of both, in one run, as a ratio.

    python benchmarks/speed.py ../shared/corpus

`jieba.cut` is what everybody runs first over Chinese notes, so it is the yardstick. CPU seconds of all processes count.
"""

from __future__ import annotations

import argparse
import resource
from pathlib import Path
from tempfile import TemporaryDirectory

import jieba

from kg.notes import find_notes, read_note
from pipelines.build import build_graph, write_outputs


def cpu() -> float:
    """CPU seconds of this process and of its children that have ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("notes", type=Path)
    parser.add_argument("--jobs", type=int, default=1)
    given = parser.parse_args()
    files, _ = find_notes([given.notes])
    texts = [document.text for document, _ in map(read_note, files) if document is not None]
    jieba.initialize()
    start = cpu()
    words = sum(1 for text in texts for _ in jieba.cut(text))
    cut = cpu() - start
    start = cpu()
    build = build_graph([given.notes], jobs=given.jobs)
    read = cpu() - start
    start = cpu()
    with TemporaryDirectory() as folder:
        write_outputs(build, Path(folder))
        written = cpu() - start
    size = sum(len(text.encode()) for text in texts) / 1e6
    print(f"{len(texts)} notes, {size:.1f} MB, {words} words")
    print(f"jieba.cut     {cut:7.1f} CPU s    1.00")
    print(f"reading       {read:7.1f} CPU s  {read / cut:6.2f}   notes -> entities and claims")
    print(f"writing       {written:7.1f} CPU s  {written / cut:6.2f}   tables, RDF, store, GEXF, page")


if __name__ == "__main__":
    main()
