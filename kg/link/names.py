"""Spellings of one name brought to one key, by what varies in names of that type."""

from __future__ import annotations

import re

from kg.text import has_cjk, key

__all__ = ["name_key", "person_key", "venue_key"]

_YEAR = re.compile(r"\s*[-'’]?\s*(?:(?:19|20)\d\d|(?<=[A-Za-z'’])\d\d)$")
_TITLE = re.compile(r"(?:老师|教授|院士|博士|先生)$")


def name_key(surface: str, type_: str) -> str:
    """The key under which all spellings of a name of this type meet."""
    if type_ == "Person":
        return person_key(surface)
    if type_ == "Venue":
        return venue_key(surface)
    return key(surface) or surface


def person_key(surface: str) -> str:
    """Parts of a Latin name in alphabetical order, so that `Lu, Yiping` meets `Yiping Lu`; a Chinese name as it is."""
    if has_cjk(surface):
        bare = _TITLE.sub("", surface)
        return key(bare if len(bare) >= 2 else surface)
    parts = [key(part) for part in re.split(r"[\s,.]+", surface)]
    return " ".join(sorted(part for part in parts if part))


def venue_key(surface: str) -> str:
    """A venue without its year: `ECCV2018`, `ECCV'18` and `ECCV 2018` meet in `eccv`."""
    bare = _YEAR.sub("", surface.strip())
    return key(bare) or key(surface)
