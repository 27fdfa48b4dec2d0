"""Where a bare URL ends: before prose that runs on without a blank, and before closing punctuation."""

from __future__ import annotations

import re

__all__ = ["bare_url_at", "find_bare_urls"]

_BARE_URL = re.compile(
    r"[hH]{1,3}\d?[tT]{1,4}\d?[pP]{1,2}[sS]{0,2}\d?(?::/{1,3}|//|：//)(?=[A-Za-z0-9])"
    r"[^\s<>\[\]\"`|\\^{}\x00-\x1f，。；：！？、（）【】《》〈〉“”‘’「」『』…\u3000]+"
)
_HAN = re.compile("[\u3400-\u9fff]")
_HAN_PATH = re.compile(r"/(?:wiki|item|tags?|categor(?:y|ies)|topics?|search)/[^/]*\Z|=[^=&]*\Z")


def find_bare_urls(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Ranges of bare http(s) URLs, misspelt ones too, in `text[start:end]`."""
    found = []
    pos = start
    while match := _BARE_URL.search(text, pos, end):
        pos = _url_end(text, match)
        if pos:
            found.append((match.start(), pos))
        pos = pos or match.start() + 1
    return found


def _url_end(text: str, match: re.Match[str]) -> int:
    """Past the last character of a URL; 0 where the match is the tail of a word."""
    before = text[match.start() - 1 : match.start()]
    return 0 if before.isascii() and before.isalnum() else match.start() + len(_trim_url(match.group()))


def _trim_url(url: str) -> str:
    """A URL without the prose that runs on after it: ideographs (but for wiki paths and queries) and punctuation."""
    first = _HAN.search(url)
    if first and not _HAN_PATH.search(url[: first.start()]):
        url = url[: first.start()]
    while True:
        trimmed = url.rstrip(".,;:!?'*~_$")
        if trimmed.endswith(")") and trimmed.count(")") > trimmed.count("("):
            trimmed = trimmed[:-1]
        if trimmed == url:
            return url
        url = trimmed


def bare_url_at(text: str, start: int, limit: int) -> int:
    """Past the last character of the bare URL that starts at `start`; 0 where none does."""
    match = _BARE_URL.match(text, start, limit)
    return _url_end(text, match) if match else 0
