"""What notes hold beside CommonMark, found before parsing so that the parser cannot trip over it.

Math, Liquid tags, kramdown attributes, tables of contents, Obsidian links and tags, footnote markers and bare URLs
become masks. The parser is given a shadow: the text with masks and all non-ASCII characters as the letter `q`. So its
byte ranges are code points, a `_` in a URL or a `|` in a formula is no markup, and bold text that ends in `）` closes
before `，`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from kg.notes.bare_urls import bare_url_at
from kg.notes.raw import RawLink
from kg.notes.urls import is_web

__all__ = ["Mask", "Shadow", "make_shadow"]


class Mask(NamedTuple):
    """A range of the text that is no prose."""

    start: int
    end: int
    glue: bool = False
    """Whether the text before and after belongs together."""
    link: RawLink | None = None


@dataclass(frozen=True, slots=True)
class Shadow:
    """The ASCII stand-in that is parsed, of the same length as the text."""

    text: str
    masks: tuple[Mask, ...]
    """Ascending, not overlapping."""
    tight_headings: frozenset[int]
    """Offsets after the `#` of headings written without a blank (`##标题`), which the shadow gives one."""


_START = re.compile(r"[`$\\{\[]|<(?=[A-Za-z/!])|!(?=\[\[)|\](?=\()|#(?=[^\s])|=(?==[^\s=])|@(?=\[)|[hH](?=[hHtT\d])")
_BLANK_LINE = re.compile(r"\n[ \t>]*\r?\n")
_FENCE = re.compile(r"^(?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)
_SPAN = 5000
"""Longest formula or code span, in code points: bounds the work on broken notes."""

_MATH = re.compile(r"\$(?![\s$])((?:[^$\n\\]|\\.){1,300}?)(?<![\s\\])\$(?![A-Za-z0-9$])")
_TEX = re.compile(r"[\\^_{}=<>+|]|^[A-Za-z]['′*]?$|^[A-Za-z0-9]\s?[-*/,]\s?[A-Za-z0-9]$|^[A-Za-z]{1,4}\(.{0,20}\)$")
_BRACKET_MATH = re.compile(r"(\\{1,2})(?:\(((?s:.){1,600}?)\\{1,2}\)|\[((?s:.){1,2000}?)\\{1,2}\])")
_BRACKET_TEX = re.compile(r"\\[A-Za-z]+|[\^_][\w{]|[=<>+*]|^\s*[A-Za-z](?:\([^)]*\))?\s*$|^\s*\d+\s*$")
_COMMAND = re.compile(
    r"\\(?:eqref|ref|cite[pt]?|label)\{[^{}\n]{0,100}\}|\\begin\{(\w+\*?)\}(?s:.){0,5000}?\\end\{\1\}"
)
_LIQUID = re.compile(
    r"\{%-?\s*(highlight|raw|comment)\b[^\n]*?%\}(?s:.){0,50000}?\{%-?\s*end\1\s*-?%\}"
    r"|\{%[^\n]{0,1000}?%\}|\{\{[^{}\n]{0,500}\}\}"
)
_ATTRIBUTE = re.compile(r"\{:[^}\n]{0,300}\}|\{[#.][\w-]+\}(?=[ \t]*\r?$)", re.MULTILINE)
_TOC_LINE = re.compile(r"(?:\A|(?<=\n))[ \t]*(?:[*+-]|\d+\.)[ \t]+[^\n]*\n[ \t]*\Z")
_TOC_START = re.compile(r"<!--\s*(?:TOC|START doctoc|(?:vim-)?markdown-?toc)\b", re.IGNORECASE)
_TOC_END = re.compile(
    r"<!--\s*(?:/TOC|tocstop|END doctoc|/(?:vim-)?markdown-?toc|vim-markdown-toc)[^>]*-->", re.IGNORECASE
)
_TAG = re.compile(r"<[A-Za-z/!][^<>\n]{0,2000}>")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_DESTINATION = re.compile(r"\]\(\s*(?:<[^<>\n]*>|(?:[^\s()<>]|\([^\s()]*\))*)")
_LOOSE_DESTINATION = re.compile(r"\]\(([^()\n\"]*(?:\([^()\n\"]*\)[^()\n\"]*)*)\)")
_DEFINITION = re.compile(r"\[[^\]\n]{1,200}\]:[ \t]*\S+")
_WIKILINK = re.compile(r"(!?)\[\[([^\[\]|#\n]*?)(\\?#[^\[\]|\n]*?)?(?:\\?\|([^\[\]\n]+?))?\]\](?!\()")
_MARKER = re.compile(r"\[(?:\^[^\]\s]{1,50}|\d{1,3}(?:\s?[-–,，、]\s?\d{1,3})*)\](?![:(\[：])")
_TOC_MARK = re.compile(r"@?\[{1,2}toc\]{1,2}(?:\([^)\n]*\))?(?=[ \t]*\r?$)", re.IGNORECASE | re.MULTILINE)
_HIGHLIGHT = re.compile(r"==([^\s=](?:[^=\n]{0,300}[^\s=])?)==(?![A-Za-z0-9=])")
_TIGHT_HEADING = re.compile(r"(#{1,6})([^\s#][^\n\r]*)")
_HASHTAG = re.compile(r"#([\w/-]*[^\W\d_][\w/-]*)(#?)")
_HEX = re.compile(r"(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)
_DIRECTIVE = re.compile(
    "include|define|ifdef|ifndef|endif|pragma|undef|elif|else|if|error|line|import|region|endregion", re.IGNORECASE
)
_IMAGE_FILE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|bmp|mp[34]|pdf|excalidraw|canvas)$", re.IGNORECASE)
_TO_LETTER = bytes(0x71 if code in b"?\0" else 0x20 if code in b"\x0b\x0c" else code for code in range(256))


def make_shadow(text: str, offset: int) -> Shadow:
    """The shadow of `text[offset:]` with masks in offsets of that part."""
    finder = _Finder(text[offset:])
    finder.run()
    return Shadow(finder.shadow.decode("ascii"), tuple(finder.masks), frozenset(finder.tight_headings))


class _Finder:
    """One pass from left to right; what starts first wins."""

    def __init__(self, text: str) -> None:
        self.text = text
        # Every character outside ASCII becomes `?` and then, with `?` itself, the letter `q`.
        self.shadow = bytearray(text.encode("ascii", "replace").translate(_TO_LETTER))
        self.masks: list[Mask] = []
        self.tight_headings: set[int] = set()
        self.fences = _fences(text)
        self.no_comment_end = False
        self.hash_is_heading = self._hash_is_heading()
        self.handlers: dict[str, Callable[[int], int]] = {
            "`": self._code,
            "$": self._dollar,
            "\\": self._backslash,
            "{": self._brace,
            "<": self._angle,
            "[": self._bracket,
            "!": self._embed,
            "]": self._destination,
            "#": self._hash,
            "=": self._highlight,
            "@": self._toc_mark,
            "h": self._url,
            "H": self._url,
        }

    def run(self) -> None:
        pos, fence = 0, 0
        search, handlers, fences = _START.search, self.handlers, self.fences
        while match := search(self.text, pos):
            start = match.start()
            while fence < len(fences) and fences[fence][1] <= start:
                fence += 1
            if fence < len(fences) and fences[fence][0] <= start:
                pos = fences[fence][1]
                continue
            pos = max(handlers[match.group()](start), start + 1)

    def _mask(self, start: int, end: int, *, glue: bool = False, link: RawLink | None = None) -> int:
        while self.masks and self.masks[-1].end > start:
            self.masks.pop()
        self.masks.append(Mask(start, end, glue, link))
        self.shadow[start:end] = b"q" * (end - start)
        return end

    def _at_line_start(self, pos: int) -> bool:
        before = self.text[max(0, pos - 8) : pos].rstrip(" ")
        return before.endswith("\n") or (not before and pos <= 8)

    def _code(self, start: int) -> int:
        text = self.text
        end = start
        while text.startswith("`", end):
            end += 1
        ticks, limit = text[start:end], min(len(text), end + _SPAN)
        close = end
        while (close := text.find(ticks, close, limit)) >= 0:
            after = close + len(ticks)
            if text[close - 1] != "`" and not text.startswith("`", after):
                return end if _BLANK_LINE.search(text, end, close) else after
            while text.startswith("`", after):
                after += 1
            close = after
        return end

    def _dollar(self, start: int) -> int:
        text = self.text
        if text.startswith("$$", start):
            close = text.find("$$", start + 2, start + _SPAN)
            if close < 0:
                return start + 2
            blank = _BLANK_LINE.search(text, start + 2, close)
            alone = (
                text.startswith(("\n", "\r"), start + 2) and self._at_line_start(start) and self._at_line_start(close)
            )
            if blank and not alone:
                return start + 2
            return self._mask(start, close + 2)
        match = _MATH.match(text, start)
        if match and _TEX.search(match.group(1)) and not re.search("[。，；！？]", match.group(1)):
            return self._mask(start, match.end())
        return start + 1

    def _is_display(self, start: int, close: int) -> bool:
        """Whether `$$` to `$$` with blank lines between is one formula: alone on its lines, or TeX without prose."""
        if not self._at_line_start(start):
            return False
        inner = self.text[start + 2 : close]
        alone = inner.startswith(("\n", "\r")) and self._at_line_start(close)
        return "://" not in inner and (alone or ("\\" in inner and not re.search("[\u4e00-\u9fff]{4}", inner)))

    def _backslash(self, start: int) -> int:
        limit = start + 2 * _SPAN
        closed = any(self.text.find(mark, start + 2, limit) >= 0 for mark in ("\\)", "\\]"))
        match = _BRACKET_MATH.match(self.text, start) if closed else None
        if match:
            inner = match.group(2) or match.group(3)
            if _BRACKET_TEX.search(inner) and not _BLANK_LINE.search(inner) and "](" not in match.group():
                return self._mask(start, match.end())
        match = _COMMAND.match(self.text, start)
        return self._mask(start, match.end()) if match else start + 2

    def _brace(self, start: int) -> int:
        match = _LIQUID.match(self.text, start)
        if match:
            return self._mask(start, match.end())
        match = _ATTRIBUTE.match(self.text, start)
        if match is None:
            return start + 1
        if "toc" in match.group():
            line = self.text.rfind("\n", 0, start) + 1
            before = _TOC_LINE.search(self.text, self.text.rfind("\n", 0, max(0, line - 1)) + 1, start)
            if before:
                return self._mask(before.start(), match.end())
        return self._mask(start, match.end(), glue=True)

    def _angle(self, start: int) -> int:
        text = self.text
        if text.startswith("<!--", start):
            if _TOC_START.match(text, start):
                end = _TOC_END.search(text, start + 4)
                if end:
                    return self._mask(start, end.end())
            close = -1 if self.no_comment_end else text.find("-->", start)
            if close < 0:
                self.no_comment_end = True
                return start + 4
            # A comment that starts a line is a block of its own for the parser; others may hold blank lines.
            return close + 3 if self._at_line_start(start) else self._mask(start, close + 3)
        match = _TAG.match(text, start)
        if match is None:
            return start + 1
        if is_web(match.group()[1:]):
            return match.end()
        if not _QUOTED.sub("", match.group()).isascii():
            # Not HTML, only the shadow would look like it: `<作者>`, `a <b 且 c> d`.
            self.shadow[start] = 0x71
            return start + 1
        return match.end()

    def _bracket(self, start: int) -> int:
        match = _WIKILINK.match(self.text, start)
        if match and (end := self._wikilink(match)):
            return end
        if match := _TOC_MARK.match(self.text, start):
            if self._at_line_start(start):
                return self._mask(start, match.end())
        elif (match := _MARKER.match(self.text, start)) and not self.text.endswith("]", 0, start):
            end = match.end()
            before = self.text[max(0, start - 8) : start].rstrip(" \t")
            if self.text.startswith((". ", "、"), end) and (not before or before[-1] in "\n>*-"):
                end += 1
            return self._mask(start, end, glue=True)
        elif (match := _DEFINITION.match(self.text, start)) and self._may_define(start):
            return match.end()
        return start + 1

    def _may_define(self, start: int) -> bool:
        return self._at_line_start(start) or self.text.endswith("> ", 0, start)

    def _embed(self, start: int) -> int:
        match = _WIKILINK.match(self.text, start)
        return (self._wikilink(match) if match else 0) or start + 1

    def _wikilink(self, match: re.Match[str]) -> int:
        embed, target, heading, shown = match.groups()
        if not re.search(r"[^\W\d_]", target + (heading or "")) or target != target.strip() or target.startswith("-"):
            return 0
        if target.lower() == "toc":
            return self._mask(match.start(), match.end())
        if embed and _IMAGE_FILE.search(target):
            return self._mask(match.start(), match.end())
        group = 4 if shown else 2 if target else 3
        title_start, title_end = match.span(group)
        if group == 3:
            title_start += len(match.group(3)) - len(match.group(3).lstrip("\\# "))
        name = re.sub(r"\.(?:md|markdown)$", "", target, flags=re.IGNORECASE)
        title = self.text[title_start:title_end].strip()
        link = RawLink(name, "wikilink", match.start(), match.end(), title, title_start, title_end) if name else None
        self._mask(match.start(), title_start, glue=True, link=link)
        return self._mask(title_end, match.end(), glue=True)

    def _toc_mark(self, start: int) -> int:
        match = _TOC_MARK.match(self.text, start)
        return self._mask(start, match.end()) if match else start + 1

    def _destination(self, start: int) -> int:
        loose = _LOOSE_DESTINATION.match(self.text, start)
        if loose and " " in loose.group(1).strip() and not loose.group(1).strip().startswith("<"):
            # `![](my figure.png)`: what the author meant, though a target may hold no blanks.
            low, high = loose.span(1)
            while self.text[low] == " ":
                low += 1
            while self.text[high - 1] == " ":
                high -= 1
            self.shadow[low:high] = self.shadow[low:high].replace(b" ", b"q").replace(b"'", b"q")
            return loose.end()
        match = _DESTINATION.match(self.text, start)
        return match.end() if match else start + 1

    def _highlight(self, start: int) -> int:
        match = _HIGHLIGHT.match(self.text, start)
        before = self.text[start - 1 : start]
        if match is None or ((before.isascii() and (before.isalnum() or before in "=!<>")) and before):
            return start + 2
        self._mask(start, start + 2, glue=True)
        # The second mark is masked now; what stands between is read by the parser as it is.
        return self._mask(match.end() - 2, match.end(), glue=True)

    def _hash_is_heading(self) -> bool:
        """Whether `#标题` alone on a line is a heading here: the note has `##小节` too, and no wikilinks."""
        return "[[" not in self.text and re.search(r"^ {0,3}##+[^\s#\x00-\x7f]", self.text, re.MULTILINE) is not None

    def _hash(self, start: int) -> int:
        text = self.text
        before = text[start - 1 : start]
        if before in ("", "\n", " ") and self._at_line_start(start):
            match = _TIGHT_HEADING.match(text, start)
            if match and self._is_tight_heading(match.group(1), match.group(2).rstrip()):
                after = match.end(1)
                self.shadow[after] = 0x20
                self.tight_headings.add(after)
                return after
        if before and not (before.isspace() or before in "（(，,、；;：。|>“\"'"):
            return start + 1
        match = _HASHTAG.match(text, start)
        if match is None:
            return start + 1
        name = match.group(1).rstrip("/-")
        follower = text[match.end() : match.end() + 1]
        if _DIRECTIVE.fullmatch(name) or (follower and follower in "([<=&\"'`+*#@"):
            return match.end()
        if _HEX.fullmatch(name) and (any(char.isdigit() for char in name) or len(set(name.lower())) == 1):
            return match.end()
        end = match.end() if match.group(2) else match.start(1) + len(name)
        title_end = match.start(1) + len(name)
        return self._mask(start, end, link=RawLink(name, "tag", start, end, name, match.start(1), title_end))

    def _is_tight_heading(self, marks: str, rest: str) -> bool:
        if not rest[0].isalnum() or len(rest) < 2:
            return False
        if len(marks) > 1:
            return any(char > "\u2fff" for char in rest) or rest[0].isupper()
        if rest[0].isascii():
            return False
        # `#标签` and `#标签 #另一个` are tags; `#一、简介`, `#标题#` and `#第一章 绪论` are headings.
        words = rest.split()
        if any(word.startswith("#") for word in words[1:]) or "[[" in rest:
            return False
        return rest.endswith("#") or self.hash_is_heading or not _HASHTAG.fullmatch("#" + rest)

    def _url(self, start: int) -> int:
        end = bare_url_at(self.text, start, start + _SPAN)
        return self._mask(start, end, link=RawLink(self.text[start:end], "web", start, end)) if end else start + 1


def _fences(text: str) -> list[tuple[int, int]]:
    """Ranges of closed code fences; an unclosed one is left to the parser."""
    fences: list[tuple[int, int]] = []
    opened: tuple[int, str] | None = None
    if "```" not in text and "~~~" not in text:
        return fences
    for match in _FENCE.finditer(text):
        marks, info = match.groups()
        if opened is None:
            if "`" not in info or marks[0] == "~":
                opened = (match.start(), marks)
        elif marks.startswith(opened[1]) and not info.strip():
            fences.append((opened[0], match.end()))
            opened = None
    return fences
