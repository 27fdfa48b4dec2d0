"""The explorer's page as it is served: what it needs later comes in pieces, and its policy names its own scripts."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

__all__ = ["page_pieces"]

_BLOCK = re.compile(rb'<script type="application/gzip" id="(?!graph")([\w-]+)">([A-Za-z0-9+/=]*)</script>\n')
"""What the explorer's page reads when it first needs it."""
_SCRIPT = re.compile(rb"<script\b([^>]*)>(.*?)</script\s*>", re.IGNORECASE | re.DOTALL)


def page_pieces(path: Path) -> tuple[bytes, str, Mapping[str, bytes]]:
    """The page without the blocks that are needed later, its policy, and those blocks by name, gzipped."""
    state = path.stat()
    return _split(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=2)
def _split(path: Path, _changed: int, _size: int) -> tuple[bytes, str, Mapping[str, bytes]]:
    content = path.read_bytes()
    later = {match[1].decode(): base64.b64decode(match[2]) for match in _BLOCK.finditer(content)}
    page = _BLOCK.sub(b"", content)
    return page, _content_policy(page), later


def _content_policy(page: bytes) -> str:
    """A policy under which the page's script elements run, by their hashes, but no event handlers, no script URLs and
    nothing from elsewhere; what the elements hold is for `kg.export` to keep clean."""
    hashes = []
    for attributes, code in _SCRIPT.findall(page):
        if b"src=" in attributes.lower() or b"application/" in attributes.lower():
            continue
        digest = hashlib.sha256(code.replace(b"\r\n", b"\n")).digest()
        hashes.append(f"'sha256-{base64.b64encode(digest).decode()}'")
    scripts = " ".join(dict.fromkeys(hashes)) or "'none'"
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
        "connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
