"""Escaping for the XML writers."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

__all__ = ["attribute", "content"]

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPECIAL = re.compile("[^ !#-%\x27-;=?-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What cannot stand between double quotes as it is."""


def attribute(value: object) -> str:
    """A quoted attribute value; characters that XML 1.0 does not allow are left out."""
    text = str(value)
    return quoteattr(_FORBIDDEN.sub("", text)) if _SPECIAL.search(text) else f'"{text}"'


def content(value: str) -> str:
    """The text of an element; characters that XML 1.0 does not allow become U+FFFD, carriage returns stay what they are."""
    return escape(_FORBIDDEN.sub("\ufffd", value), {"\r": "&#13;"})
