"""Multiply a folder of notes by renaming, so that the graph grows with the text: deterministic, Markdown untouched.

    python -m benchmarks.grow NOTES OUTPUTS TARGET COPIES

OUTPUTS is a build of NOTES. Copy 0 is the notes as they are; in every other copy each name that the build found (the
surfaces of mentions.csv, where they stand) is spelled in another way, the same way throughout the copy: `ResNet` is
`ResNet-Ba` in copy 1, `残差网络` is `青江残差网络`. Files are named anew likewise. Code and markup stay as they are, and
addresses too but for the numbers of arXiv papers and the owners of repositories: papers that share a number are one
thing and would not grow. What has no mention in the table (a name that the build did not find) stays the same.
"""

from __future__ import annotations

import csv
import re
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from kg.model import Document
from kg.notes import find_notes, read_note
from kg.text import has_cjk

__all__ = ["grow", "rename", "rename_file", "rename_text"]

_FIRST, _SECOND = "青白金长云海东南西北", "城江山河湖川岭洲原泉"
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
_ADDRESS = re.compile(r"(?:https?://|\bwww\.)[^\s<>\"'()\[\]（）【】《》，。；、]+|(?<=\]\()[^)\n]*")
_PAPER = re.compile(r"(?i)(\barxiv\.org/[a-z]+/|\barxiv:\s*)(\d{4})\.(\d{4,5})(?!\d)")
_OWNER = re.compile(r"(?i)(\bgithub\.com/[\w.-]+)(?=/)")
_DATED = re.compile(r"(?:\d{4}-\d{1,2}-\d{1,2}-)?")


def rename(name: str, copy: int) -> str:
    """The name in a copy: a Chinese one gets a word before it, as compounds are made; another a syllable behind it."""
    if copy == 0 or not any(char.isalpha() for char in name):
        return name
    word = ""
    if has_cjk(name):
        while copy:
            copy, digit = divmod(copy, len(_FIRST) * len(_SECOND))
            word += _FIRST[digit // len(_SECOND)] + _SECOND[digit % len(_SECOND)]
        return word + name
    copy -= 1
    while True:
        copy, digit = divmod(copy, len(_CONSONANTS) * len(_VOWELS))
        word += _CONSONANTS[digit // len(_VOWELS)] + _VOWELS[digit % len(_VOWELS)]
        if not copy:
            return f"{name}-{word.capitalize()}"


def rename_file(path: str, copy: int) -> str:
    """The path of a note (with `/`) in its copy: a folder for each copy, and the file named as names are."""
    folder, _, file = path.rpartition("/")
    stem, dot, suffix = file.rpartition(".")
    dated = _DATED.match(stem)
    assert dated is not None
    named = dated[0] + rename(stem[dated.end() :], copy) + dot + suffix
    return "/".join(part for part in (f"copy-{copy:03d}", folder, named) if part)


def rename_text(text: str, mentions: Iterable[tuple[int, str]], copy: int) -> str:
    """A note in a copy; `mentions` are the offset and the surface of each. Raises ValueError where one is not there."""
    if copy == 0:
        return text
    inside = {at for match in _ADDRESS.finditer(text) for at in range(*match.span())}
    parts: list[str] = []
    done = 0
    # Of names that share a beginning the longest; one inside another goes with it.
    for start, surface in sorted(set(mentions), key=lambda mention: (mention[0], -len(mention[1]))):
        if not text.startswith(surface, start):
            raise ValueError(f"{surface!r} does not stand at {start}; the outputs are of other notes")
        if start < done or start in inside:
            continue
        parts += [text[done:start], rename(surface, copy)]
        done = start + len(surface)
    renamed = "".join([*parts, text[done:]])
    renamed = _PAPER.sub(lambda match: f"{match[1]}{match[2]}.{_shifted(match[3], copy)}", renamed)
    return _OWNER.sub(lambda match: rename(match[1], copy), renamed)


def _shifted(number: str, copy: int) -> str:
    """Another number with as many digits; 7919 is a prime, so that no two copies of one paper meet."""
    return f"{(int(number) + copy * 7919) % 10 ** len(number):0{len(number)}d}"


def grow(notes: Path, outputs: Path, target: Path, copies: int) -> None:
    """Write so many copies of the notes into a new folder."""
    with (outputs / "mentions.csv").open(encoding="utf-8", newline="") as handle:
        places: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for row in csv.DictReader(handle):
            places[row["doc"]].append((int(row["line"]), int(row["column"]), row["surface"]))
    for file in find_notes([notes])[0]:
        document, _ = read_note(file)
        for copy in range(copies):
            path = target / rename_file(file.id, copy)
            path.parent.mkdir(parents=True, exist_ok=True)
            if document is None or copy == 0:
                shutil.copyfile(file.path, path)
            else:
                text = rename_text(document.text, _offsets(document, places[file.id]), copy)
                path.write_text(text, encoding="utf-8", newline="")


def _offsets(document: Document, places: Iterable[tuple[int, int, str]]) -> list[tuple[int, str]]:
    return [(document.line_starts[line - 1] + column - 1, surface) for line, column, surface in places]


if __name__ == "__main__":
    grow(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
