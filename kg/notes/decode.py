"""Bytes -> text: UTF-8, UTF-16/32, GB18030 and Big5, without guessing where the bytes say it themselves."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

__all__ = ["Decoded", "decode"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = (b"%PDF-", b"\x89PNG", b"PK\x03\x04", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\x7fELF", b"\xd0\xcf\x11\xe0")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_PLAIN = re.compile("[\n\r\t -~\u3000-\u9fff\uff01-\uff5e]")
_HAN = re.compile("[\u3400-\u9fff]")
_SAMPLE = 200_000
"""Bytes or code points that a guess looks at."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text and how it was read."""

    text: str | None
    """None where the bytes are no text."""
    encoding: str
    replaced: int = 0
    """Invalid bytes that became U+FFFD."""
    mixed: bool = False
    """Whether some lines are in another encoding than the rest; `encoding` then names both."""


def decode(data: bytes) -> Decoded:
    """Decode a note; line ends are kept, a byte order mark is not."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _lenient(data[len(mark) :], encoding)
    if data.startswith(_MAGIC):
        return Decoded(None, "binary")
    if b"\0" in data[:_SAMPLE]:
        return _with_nuls(data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(data)
    return Decoded(None, "binary") if _is_binary(text) else Decoded(text, "utf-8")


def _lenient(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, "replace")
    replaced = text.count("\ufffd")
    return Decoded(None, "binary") if _is_binary(text) else Decoded(text, encoding, replaced)


def _is_binary(text: str) -> bool:
    sample = text[:_SAMPLE]
    return len(_CONTROLS.findall(sample)) > 0.02 * len(sample) + 1


def _with_nuls(data: bytes) -> Decoded:
    """UTF-16 without a mark, or no text at all."""
    sample = data[: _SAMPLE & ~1]
    for encoding in ("utf-16-le", "utf-16-be"):
        text = sample.decode(encoding, "replace")
        plain = len(_PLAIN.findall(text))
        if plain > 0.9 * len(text):
            return _lenient(data, encoding)
    text = data.decode("utf-8", "replace")
    replaced = text.count("\ufffd")
    if _is_binary(text) or replaced > 0.02 * len(text):
        return Decoded(None, "binary")
    return Decoded(text, "utf-8", replaced)


def _not_utf8(data: bytes) -> Decoded:
    text = data.decode("utf-8", "replace")
    replaced = text.count("\ufffd")
    valid = len(re.findall("[^\x00-\x7f\ufffd]", text[:_SAMPLE]))
    if valid >= 4 * text[:_SAMPLE].count("\ufffd"):
        return Decoded(None, "binary") if _is_binary(text) else Decoded(text, "utf-8", replaced)
    if mixed := _line_by_line(data):
        return mixed
    best = max((_plausibility(data, encoding), encoding) for encoding in ("big5", "gb18030"))
    if best[0] >= 0.7:
        return _lenient(data, best[1])
    if _is_binary(text) or replaced > 0.1 * len(text):
        return Decoded(None, "binary")
    return Decoded(text, "utf-8", replaced)


def _line_by_line(data: bytes) -> Decoded | None:
    """Lines that are Chinese in UTF-8 beside lines that are Chinese in one other encoding; None where it is not so.

    Chinese in the other encodings is next to never valid UTF-8 for ideographs, which take three bytes there.
    """
    lines = data.splitlines(keepends=True)
    foreign = [number for number, line in enumerate(lines) if not _is_utf8(line)]
    rest = b"".join(lines[number] for number in foreign)
    inside = set(foreign)
    if not any(number not in inside and _HAN.search(line.decode()) for number, line in enumerate(lines)):
        return None
    best = max((_plausibility(rest, encoding), encoding) for encoding in ("big5", "gb18030"))
    if best[0] < 0.7:
        return None
    pieces = [line.decode(best[1] if number in inside else "utf-8", "replace") for number, line in enumerate(lines)]
    text = "".join(pieces)
    return Decoded(text, f"utf-8 and {best[1]}", text.count("\ufffd"), mixed=True)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _plausibility(data: bytes, encoding: str) -> float:
    """Share of ideographs among the common ones of GB 2312 (level 1) or Big5 (level 1), less the invalid bytes."""
    text = data[:_SAMPLE].decode(encoding, "replace")
    han: list[str] = _HAN.findall(text)
    if not han:
        return 0.0
    low, high = (0xB0, 0xD7) if encoding == "gb18030" else (0xA4, 0xC6)
    codec = "gb2312" if encoding == "gb18030" else "big5"
    common = sum(low <= (char.encode(codec, "ignore") or b"\0")[0] <= high for char in han)
    # One bad byte may be the cut at the end of the sample.
    return common / len(han) - 2 * max(0, text.count("\ufffd") - 1) / len(han)
