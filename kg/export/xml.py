"""Escaping for the XML writers."""

from __future__ import annotations

import re
from xml.sax.saxutils import quoteattr

__all__ = ["attribute"]

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def attribute(value: object) -> str:
    """A quoted attribute value; characters that XML 1.0 does not allow are left out."""
    return quoteattr(_FORBIDDEN.sub("", str(value)))
