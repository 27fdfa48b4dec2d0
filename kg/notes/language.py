"""Which language a stretch of prose is in: zh-Hans, zh-Hant or en."""

from __future__ import annotations

import re
from functools import cache

from kg.text import HAN, simplify

__all__ = ["language_of"]

_HAN = re.compile(f"[{HAN}]+")
_WORD = re.compile("[A-Za-z]+")
_IDEOGRAPHS = "".join(map(chr, [*range(0x4E00, 0xA000), *range(0x3400, 0x4DC0), *range(0xF900, 0xFB00)]))
_LIMIT = 50_000
"""Code points looked at; a longer text does not change its mind."""


def language_of(text: str) -> str:
    """`zh-Hans` or `zh-Hant` where there is at least one ideograph for two Latin words, else `en`."""
    if text.isascii():
        return "en"
    text = text[:_LIMIT]
    han = sum(map(len, _HAN.findall(text)))
    if not han or 2 * han < len(_WORD.findall(text)):
        return "en"
    # The same as kg.text.traditional_share(text) > 0.1, without a call for each character.
    traditional = len(_traditional().findall(text))
    return "zh-Hant" if traditional > 0.1 * han else "zh-Hans"


@cache
def _traditional() -> re.Pattern[str]:
    """Any ideograph that has another simplified form."""
    pairs = zip(_IDEOGRAPHS, simplify(_IDEOGRAPHS), strict=True)
    return re.compile("[" + "".join(char for char, other in pairs if char != other) + "]")
