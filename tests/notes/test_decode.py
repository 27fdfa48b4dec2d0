"""Encodings and files that are no notes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from kg.notes import MAX_BYTES, NoteFile, read_note
from kg.notes.decode import decode
from tests.notes.reading import read, read_with_problems

SIMPLIFIED = "# 循环神经网络\n\n长短期记忆网络是一种循环神经网络，由两位研究者提出。\n它在语音识别中的效果很好。\n"
TRADITIONAL = "# 遞迴神經網路\n\n長短期記憶網路是一種遞迴神經網路，由兩位研究者提出。\n它在語音辨識中的效果很好。\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "utf-8"),
        (SIMPLIFIED, "utf-8-sig"),
        (SIMPLIFIED, "utf-16"),
        (SIMPLIFIED, "utf-16-le"),
        (SIMPLIFIED, "utf-16-be"),
        (SIMPLIFIED, "utf-32"),
        (SIMPLIFIED, "gb18030"),
        (TRADITIONAL, "big5"),
        ("plain English notes about ResNet\n", "utf-16-le"),
        ("plain English notes about ResNet\n", "ascii"),
    ],
)
def test_encodings_give_the_text(tmp_path: Path, text: str, encoding: str) -> None:
    document, problems = read_with_problems(tmp_path, text.encode(encoding))
    assert document is not None
    assert document.text == text
    assert problems == ()


def test_hash_and_size_are_of_the_bytes(tmp_path: Path) -> None:
    data = SIMPLIFIED.encode("utf-8-sig")
    document = read(tmp_path, data)
    assert (document.hash, document.size) == (hashlib.sha256(data).hexdigest(), len(data))


def test_crlf_is_kept_and_positions_are_right(tmp_path: Path) -> None:
    document = read(tmp_path, "甲\r\n\r\n乙丙 **LSTM** 丁\r\n")
    block = document.blocks[1]
    at = block.text.index("LSTM")
    span = block.source(at, at + 4)
    assert document.text[span.start : span.end] == "LSTM"
    assert document.position(span.start) == (3, 6)
    assert "\r" not in "".join(block.text for block in document.blocks)


def test_lone_carriage_returns_are_lines(tmp_path: Path) -> None:
    document = read(tmp_path, "# One\rtwo\r\rthree\r")
    assert document.line_starts == (0, 6, 10, 11, 17)
    assert [block.text for block in document.blocks] == ["One", "two", "three"]


def test_invalid_bytes_are_replaced_and_told_with_their_line(tmp_path: Path) -> None:
    document, problems = read_with_problems(tmp_path, "循环网络\n第二行".encode() + b"\xff" + "结束\n".encode())
    assert document is not None
    assert "第二行\ufffd结束" in document.text
    assert [(p.severity, p.line) for p in problems] == [("warning", 2)]


@pytest.mark.parametrize(
    "data", [b"\x00\x01\x02\x03" * 300, b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"%PDF-1.7\nabc"]
)
def test_binary_is_a_problem(tmp_path: Path, data: bytes) -> None:
    document, problems = read_with_problems(tmp_path, data)
    assert document is None
    assert "looks binary" in problems[0].message


def test_a_stray_nul_is_still_text() -> None:
    assert decode(b"some words \x00 and more words").text == "some words \x00 and more words"


def test_empty_file_is_an_empty_note(tmp_path: Path) -> None:
    document = read(tmp_path, b"", "空.md")
    assert (document.title, document.blocks, document.links, document.line_starts) == ("空", (), (), (0,))


def test_file_that_vanished_is_a_problem(tmp_path: Path) -> None:
    document, problems = read_note(NoteFile("a.md", tmp_path / "a.md"))
    assert document is None
    assert "cannot be read" in problems[0].message


def test_too_large_a_file_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "big.md"
    with path.open("wb") as handle:
        handle.truncate(MAX_BYTES + 1)
    document, problems = read_note(NoteFile("big.md", path))
    assert document is None
    assert "limit of 20 MB" in problems[0].message


@pytest.mark.parametrize(
    "line",
    [
        "循环网络",
        "word ",
        "**",
        "`",
        "[",
        "$$ ",
        "#a ",
        "<!-- ",
        "http://a.b/c ",
        "](",
        "((",
        "> ",
        "\\[",
        "{{ ",
        "_a ",
    ],
)
def test_one_long_line_is_read_in_linear_time(tmp_path: Path, line: str) -> None:
    document = read(tmp_path, line * (300_000 // len(line)))
    assert len(document.text) > 299_000


@pytest.mark.parametrize("encoding", ["gb18030", "big5"])
def test_every_line_is_read_in_its_own_encoding(tmp_path: Path, encoding: str) -> None:
    other = "卷积网络用于图像分类" if encoding == "gb18030" else "卷積網路用於影像分類"
    path = tmp_path / "mixed.md"
    path.write_bytes("# 循环网络\n\n".encode() + other.encode(encoding) + "\n\nGAN生成图像。\n".encode())
    document, (problem,) = read_note(NoteFile("mixed.md", path))
    assert document is not None
    assert document.text == f"# 循环网络\n\n{other}\n\nGAN生成图像。\n"
    assert "different encodings" in problem.message


@pytest.mark.parametrize("encoding", ["gb18030", "big5"])
def test_one_encoding_is_not_taken_for_two(encoding: str) -> None:
    text = (
        "#\n\n人工智能的研究方法\n\nResNet 2015\n\n神经网络" if encoding == "gb18030" else "#\n\n人工智慧的研究方法\n\n"
    )
    found = decode((text * 9).encode(encoding))
    assert (found.text, found.encoding, found.mixed) == (text * 9, encoding, False)
