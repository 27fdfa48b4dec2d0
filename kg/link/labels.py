"""The names under which an entity is shown: from the lexicon, else the spelling that the notes use most."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from kg.lexicon import Entry
from kg.text import has_cjk, simplify

_YEAR = re.compile(r"(?P<name>.*[^\W\d])[ '’-]*(?P<year>(?:19|20)\d\d)")

__all__ = ["Labels", "choose_labels"]


@dataclass(frozen=True, slots=True)
class Labels:
    """Names of one entity."""

    label: str
    label_zh: str
    label_en: str
    aliases: tuple[str, ...]


def choose_labels(surfaces: Counter[str], entry: Entry | None) -> Labels:
    """Labels from the lexicon entry if there is one; aliases are all other spellings that occur, plus the entry's labels."""
    if entry is None and len(surfaces) > 1:
        surfaces = surfaces + _without_years(surfaces)
    chinese = {name: count for name, count in surfaces.items() if has_cjk(name)}
    latin = {name: count for name, count in surfaces.items() if name not in chinese}
    label_zh, label_en = _most_used(chinese), _most_used(latin)
    if entry is not None:
        label = entry.label
        label_zh = entry.label_zh or (entry.label if has_cjk(entry.label) else label_zh)
        label_en = "" if has_cjk(entry.label) else entry.label
    else:
        label = label_en or label_zh
        label_zh = simplify(label_zh) if label_zh not in (label,) else label_zh
    others = {name for name in surfaces if name not in (label, label_zh, label_en)}
    return Labels(label, label_zh, label_en, tuple(sorted(others)))


def _without_years(surfaces: Counter[str]) -> Counter[str]:
    """`XConf` for `XConf 2018` and `XConf2019`: what names of several years have in common outweighs each of them."""
    bare: Counter[str] = Counter()
    years = set()
    for name, count in surfaces.items():
        match = _YEAR.fullmatch(name)
        if match:
            bare[match["name"]] += count
            years.add(match["year"])
    return bare if len(years) > 1 else Counter()


def _most_used(names: Mapping[str, int]) -> str:
    if len(names) < 2:
        return next(iter(names), "")
    return min(names, key=lambda name: (-names[name], not any(map(str.isupper, name)), len(name), name))
