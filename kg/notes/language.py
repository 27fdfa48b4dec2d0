"""Which language a stretch of prose is in: zh-Hans, zh-Hant or en."""

from __future__ import annotations

import re
from operator import ne

from kg.text import simplify

__all__ = ["language_of"]

_HAN = re.compile("[\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff\U00020000-\U0003ffff]")
_WORD = re.compile("[A-Za-z]+")
_LIMIT = 50_000
"""Code points looked at; a longer text does not change its mind."""


def language_of(text: str) -> str:
    """`zh-Hans` or `zh-Hant` where there is at least one ideograph for two Latin words, else `en`."""
    if text.isascii():
        return "en"
    text = text[:_LIMIT]
    han = len(_HAN.findall(text))
    if not han or 2 * han < len(_WORD.findall(text)):
        return "en"
    # The same as kg.text.traditional_share(text) > 0.1, without a call for each character.
    traditional = sum(map(ne, text, simplify(text)))
    return "zh-Hant" if traditional > 0.1 * han else "zh-Hans"
