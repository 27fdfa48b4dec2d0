"""Folding of width, case and script for lookup; the original text is never changed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, lru_cache

__all__ = [
    "HAN",
    "fold",
    "has_cjk",
    "is_cjk",
    "is_word",
    "key",
    "letters",
    "plain",
    "script_pairs",
    "simplify",
    "strip_markup",
    "taiwan_terms",
    "traditional_share",
]

_CJK = ((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
# Notes are untrusted: escape sequences would drive the terminal, and direction marks would show one text for another.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
HAN = "\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff\U00020000-\U0003ffff"
"""Chinese ideographs, as the inside of a character class."""
_HAS_CJK = re.compile(f"[{HAN}]").search
_SIGNS = re.compile(r"[^\w+#]+|_+")


def is_cjk(char: str) -> bool:
    """Whether a character is a Chinese ideograph (kana, hangul and punctuation are not)."""
    code = ord(char)
    return (
        0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF or 0xF900 <= code <= 0xFAFF or 0x20000 <= code <= 0x3FFFF
    )


def has_cjk(text: str) -> bool:
    """Whether a text has at least one Chinese ideograph."""
    return not text.isascii() and _HAS_CJK(text) is not None


def is_word(char: str) -> bool:
    """Whether a character continues a Latin-script name (Python's `\\w` would take Chinese too)."""
    return char.isalnum() and not is_cjk(char)


@cache
def _script_table() -> dict[int, str]:
    """Traditional -> simplified, one character for one, from OpenCC."""
    import opencc

    chars = [chr(code) for low, high in _CJK[:3] for code in range(low, high + 1)]
    simplified = opencc.OpenCC("t2s").convert("\n".join(chars)).split("\n")
    # OpenCC keeps 乾 (乾坤) and 著 (著名) apart from 干 and 着; such pairs are no business of a character table.
    return {ord(a): b for a, b in zip(chars, simplified, strict=True) if a != b and len(b) == 1}


def script_pairs() -> list[tuple[str, str]]:
    """Traditional characters with their simplified counterparts."""
    return [(chr(old), new) for old, new in _script_table().items()]


@cache
def _fold_table() -> dict[int, str]:
    """Script, width and punctuation variants, each one code point for one."""
    table = dict(_script_table())
    for code in [*range(0xFF01, 0xFF5F), *range(0x2070, 0x208F), 0xB2, 0xB3, 0xB9, *range(0xFB00, 0xFB07)]:
        folded = unicodedata.normalize("NFKC", chr(code))
        if len(folded) == 1:
            table[code] = folded
    table.update(dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-"))
    table.update(dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2009\u200a\u3000\t\n\r"), " "))
    table.update({ord("\u2019"): "'", ord("\u2018"): "'"})
    return table


def simplify(text: str) -> str:
    """Traditional characters to simplified ones, keeping the length."""
    return text.translate(_script_table()) if not text.isascii() and _traditional()(text) else text


@cache
def _traditional() -> Callable[[str], re.Match[str] | None]:
    """Searches for a character that `simplify` changes: most texts have none, and searching is faster than translating."""
    return re.compile("[" + "".join(map(chr, _script_table())) + "]").search


def taiwan_terms(names: Sequence[str]) -> list[str]:
    """Chinese names in the words that Taiwan uses for them, by OpenCC: 卷积神经网络 -> 卷積神經網路, 图像分类 -> 影像分類."""
    # One call for all: no word of the dictionary runs across the end of a line.
    found = _to_taiwan()("\n".join(names)).split("\n") if names else []
    return found if len(found) == len(names) else [_to_taiwan()(name) for name in names]


@cache
def _to_taiwan() -> Callable[[str], str]:
    import opencc

    return opencc.OpenCC("s2twp").convert


def fold(text: str) -> str:
    """Lower case, half width, simplified script, plain hyphens and blanks; the length is kept, so offsets hold."""
    folded = text if text.isascii() else text.translate(_fold_table())
    lowered = folded.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in folded)


@lru_cache(maxsize=1 << 16)
def key(name: str) -> str:
    """A name for comparison: NFKC, case-folded, simplified, without blanks and punctuation but `+` and `#`."""
    text = name.lower() if name.isascii() else simplify(unicodedata.normalize("NFKC", name)).casefold()
    return letters(text)


def letters(text: str) -> str:
    """A text without blanks and signs: letters and digits as `isalnum` has them, `+` and `#`."""
    return text if text.isalnum() else _SIGNS.sub("", text)


def romanised(name: str) -> tuple[str, str] | None:
    """(surname, given name) of a Chinese person in pinyin without tones: 陈天琦 -> chen, tianqi; None for other names."""
    from pypinyin import lazy_pinyin

    if not 2 <= len(name) <= 3 or not all(map(is_cjk, name)):
        return None
    first, *rest = lazy_pinyin(simplify(name), v_to_u=False)
    return first, "".join(rest)


def traditional_share(text: str) -> float:
    """Share of ideographs that have another simplified form; mixed or traditional pages are above 0.1."""
    table = _script_table()
    ideographs = [char for char in text if is_cjk(char)]
    return sum(ord(char) in table for char in ideographs) / len(ideographs) if ideographs else 0.0


def plain(text: str) -> str:
    """A text of a note without control and direction characters, fit for a terminal."""
    return _CONTROL.sub("\ufffd", text)


_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_WIKILINK = re.compile(r"\[\[(?:[^\]|]*\|)?([^\]]+)\]\]")
_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\((?:[^()]|\([^)]*\))*\)")
_QUOTE_MARK = re.compile(r"\n[ \t]*(?:>[ \t]?)+")
_EMPHASIS = re.compile(r"\*\*\*|\*\*|__|`")


@lru_cache(maxsize=1 << 14)
def strip_markup(quote: str) -> str:
    """A verbatim quote as a person reads it: emphasis, link targets, quote marks and line breaks taken out."""
    text = quote
    if "[" in text:
        text = _LINK.sub(r"\1", _WIKILINK.sub(r"\1", _IMAGE.sub("", text)))
    if "\n" in text:
        text = _QUOTE_MARK.sub("\n", text)
    return " ".join(_EMPHASIS.sub("", text).split())
