"""The YAML head."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.model import FrontMatter
from kg.notes.front_matter import iso_date
from tests.notes.reading import prose, read, read_with_problems


def test_every_field(tmp_path: Path) -> None:
    text = "---\ntitle:  门控网络：LSTM, GRU\ndate: 2018-03-21 12:00:00 +0800\ncategory: DL \ntags: [rnn, '序列 建模']\naliases:\n  - 门控 RNN\n  - Gated RNN\n---\n正文\n"
    document = read(tmp_path, text)
    assert document.front_matter == FrontMatter(
        "门控网络：LSTM, GRU", "2018-03-21", "DL", ("rnn", "序列 建模"), ("门控 RNN", "Gated RNN")
    )
    assert prose(document) == [("title", "门控网络：LSTM, GRU"), ("paragraph", "正文")]
    span = document.blocks[0].span
    assert document.text[span.start : span.end] == "门控网络：LSTM, GRU"
    assert document.title == document.sections[0].heading == "门控网络：LSTM, GRU"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a, b c", ("a", "b c")),
        ("a b", ("a", "b")),
        ("[x, y]", ("x", "y")),
        ("甲、乙", ("甲", "乙")),
        ("#a", ("a",)),
        ("", ()),
    ],
)
def test_tags(tmp_path: Path, value: str, expected: tuple[str, ...]) -> None:
    value = f'"{value}"' if value.startswith("#") else value
    assert read(tmp_path, f"---\ntags: {value}\n---\n").front_matter.tags == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2018-3-9", "2018-03-09"),
        ("2018/03/09 10:00", "2018-03-09"),
        ("2018年3月9日", "2018-03-09"),
        ("2018-02-30", ""),
        ("soon", ""),
    ],
)
def test_dates(text: str, expected: str) -> None:
    assert iso_date(text) == expected


def test_date_from_a_jekyll_file_name(tmp_path: Path) -> None:
    assert read(tmp_path, "# x\n", "2019-1-2-deep_rl.md").front_matter.date == "2019-01-02"


def test_broken_yaml_is_a_warning_at_its_line_and_title_is_saved(tmp_path: Path) -> None:
    text = "---\nlayout: post\ntitle: ResNet: 残差网络\ndate: 2020-01-02\n---\n正文\n"
    document, problems = read_with_problems(tmp_path, text)
    assert document is not None
    assert (document.title, document.front_matter.date) == ("ResNet: 残差网络", "2020-01-02")
    assert [(p.severity, p.line) for p in problems] == [("warning", 3)]
    assert prose(document)[-1] == ("paragraph", "正文")


@pytest.mark.parametrize("head", ['"一 \\"甲\\" 乙"', "|\n  两行\n  标题", "'it''s'"])
def test_titles_that_yaml_writes_otherwise_never_break_a_note(tmp_path: Path, head: str) -> None:
    document = read(tmp_path, f"---\ntitle: {head}\n---\n正文\n")
    assert document.front_matter.title
    for block in document.blocks:
        assert document.text[block.source(0, 1).start] == block.text[0]


def test_folded_title_maps_word_by_word(tmp_path: Path) -> None:
    document = read(tmp_path, "---\ntitle: >-\n  Deep\n  Residual Learning\n---\n")
    block = document.blocks[0]
    at = block.text.index("Residual")
    span = block.source(at, len(block.text))
    assert document.text[span.start : span.end] == "Residual Learning"


def test_a_rule_at_the_top_is_no_front_matter(tmp_path: Path) -> None:
    assert prose(read(tmp_path, "---\n第一段。\n\n---\n第二段。\n"))[-1] == ("paragraph", "第二段。")
    assert read(tmp_path, "---\nnever closed\n").front_matter == FrontMatter()


@pytest.mark.parametrize(
    "head",
    ["a: &x [*x]", "a: " + "[" * 3000, "!!python/object/apply:os.system ['true']", "? [a]\n: b", "\x07: x", "x: 1_0:9"],
)
def test_hostile_yaml_is_survived(tmp_path: Path, head: str) -> None:
    document, _ = read_with_problems(tmp_path, f"---\ntitle: 甲\n{head}\n---\n正文\n")
    assert document is not None


def test_title_falls_back_to_heading_and_file_name(tmp_path: Path) -> None:
    assert read(tmp_path, "## 二\n\n# 一\n").title == "一"
    assert read(tmp_path, "## 二\n", "名.md").title == "名"
