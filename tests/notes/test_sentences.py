"""Sentences in Chinese, English and both at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.notes import split_sentences
from kg.notes.sentences import MAX_SENTENCE
from tests.notes.reading import read, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RNN 很慢。SRU 快多了！真的吗？", ["RNN 很慢。", "SRU 快多了！", "真的吗？"]),
        ("He et al. proposed it. It works.", ["He et al. proposed it.", "It works."]),
        ("Version 3.5 is out. Use it.", ["Version 3.5 is out.", "Use it."]),
        ("他说：“好。真好。”然后走了。", ["他说：“好。真好。”", "然后走了。"]),
        ("用 e.g. LSTM 试试。", ["用 e.g. LSTM 试试。"]),
        ("第一行\n第二行", ["第一行", "第二行"]),
        ("《谁？谁！》是一篇文章。", ["《谁？谁！》是一篇文章。"]),
    ],
)
def test_boundaries(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert sentences(read(tmp_path, text + "\n")) == expected


def test_a_heading_is_one_sentence(tmp_path: Path) -> None:
    assert sentences(read(tmp_path, "# 什么是 RNN？如何用？\n")) == ["什么是 RNN？如何用？"]


def test_an_endless_sentence_is_cut(tmp_path: Path) -> None:
    found = sentences(read(tmp_path, "很长，" * 1000))
    assert len(found) > 1
    assert max(map(len, found)) <= MAX_SENTENCE
    assert "".join(found) == "很长，" * 1000


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet=st.sampled_from("ab中文 .。!？;；“”《》()（）\n'\",，1A"), max_size=60))
def test_sentences_cover_all_but_blanks_and_map_to_the_file(tmp_path: Path, text: str) -> None:
    note = read(tmp_path, text)
    found = split_sentences(note)
    for sentence in found:
        block = note.blocks[sentence.block]
        assert block.text[sentence.start : sentence.start + len(sentence.text)] == sentence.text
        assert sentence.text == sentence.text.strip()
    said = "".join("".join(sentence.text.split()) for sentence in found)
    assert said == "".join("".join(block.text.split()) for block in note.blocks)
