"""Targets of Markdown links as they stand in the file; the parser saw only their shadow."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping

import pyromark

__all__ = ["Destinations"]

_HAS_DEFINITION = re.compile(r"^[ >]*\[[^\]\n]+\]:", re.MULTILINE)
_DEFINITION = re.compile(r"[ >]*\[([^\]\n]+)\]:\s*<?([^\s>]+)>?")
_INLINE = re.compile(r"\(\s*(?:<([^<>\n]*)>|((?:[^\s()]|\((?:[^\s()]|\([^\s()]*\))*\))*))")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


class Destinations:
    """Finds the target of each link of one note, and knows which reference definitions were never used."""

    def __init__(self, text: str, shadow: str) -> None:
        self.text = text
        self.definitions: dict[str, tuple[str, int, int]] = {}
        self.used: set[str] = set()
        if _HAS_DEFINITION.search(text):
            for value in pyromark.reference_definitions(shadow).values():
                start, end = value["span"]["start"], value["span"]["end"]
                match = _DEFINITION.match(text, start)
                if match:
                    self.definitions.setdefault(_label(match.group(1)), (_plain(match.group(2)), start, end))

    def of(self, link: Mapping[str, object], start: int, end: int) -> str:
        """The target of the link at `text[start:end]`, given what the parser says of its shadow."""
        source = self.text[start:end]
        style = str(link.get("link_type", ""))
        if style == "Autolink":
            return source[1:-1]
        if style == "Email":
            return "mailto:" + source[1:-1]
        if style == "Inline":
            return _inline(source, str(link.get("dest_url", "")))
        label = source[source.rfind("[") + 1 : -1] if style == "Reference" else source.strip("[]")
        key = _label(label)
        self.used.add(key)
        # Labels that differ only outside ASCII are one to the parser, so the target is looked up in the file.
        return self.definitions[key][0] if key in self.definitions else ""

    def unused(self) -> Iterator[tuple[str, int, int]]:
        """URL, start and end of every definition that no link names."""
        for key, definition in self.definitions.items():
            if key not in self.used:
                yield definition


def _inline(source: str, shadow: str) -> str:
    at = source.rfind("](")
    # The last `](` may stand inside a title or a URL with brackets: take the one whose shadow fits.
    while at > 0:
        match = _INLINE.match(source, at + 1)
        found = (match.group(1) or match.group(2) or "") if match else ""
        plain = _plain(found)
        if len(plain) == len(shadow) or len(found) == len(shadow):
            return plain
        at = source.rfind("](", 0, at)
    # A target with blanks, or one whose escapes the parser counts otherwise: it ends at the last bracket.
    return source[:-1].rstrip()[-len(shadow) :] if shadow else ""


def _plain(target: str) -> str:
    return html.unescape(_ESCAPE.sub(r"\1", target)) if "\\" in target or "&" in target else target


def _label(label: str) -> str:
    return " ".join(label.split()).casefold()
