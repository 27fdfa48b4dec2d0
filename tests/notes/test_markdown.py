"""What is prose and what is not, with every piece mapped back to the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.notes.reading import prose, read

_PIECES = [
    "# 标题 ResNet\n",
    "## Sub *heading* `code`\n",
    "一段**重点**文字，见 [LSTM](https://example.org/lstm)。\n",
    "\n",
    "- 条目 $x_t$ 与 RNN\n",
    "  > 引文里的 ODE\n",
    "1. first\r\n",
    "| 模型 | 数据 |\n|---|---|\n| BERT | GLUE |\n",
    "```py\nimport GAN\n```\n",
    "$$\nE = mc^2\n$$\n",
    "![图](a.png)\n",
    "<iframe src='x'></iframe>\n",
    "[[循环神经网络|RNN]] #标签\n",
    "https://example.org/a?utm_source=x\n",
    "* toc\n{:toc}\n",
    "&amp; &lt;b&gt; \\* \\[x\\]\n",
    "𠮷野家 U²-Net é\n",
]


def test_kinds_of_prose(tmp_path: Path) -> None:
    note = read(tmp_path, "# 标题\n\n段落。\n\n- 条目\n\n> 引文\n\n| 甲 | 乙 |\n|---|---|\n| 丙 | 丁 |\n")
    kinds = [kind for kind, _ in prose(note)]
    assert kinds[0] == "heading"
    assert {"paragraph", "item", "quote", "cell"} <= set(kinds)
    assert [text for kind, text in prose(note) if kind == "cell"] == ["甲", "乙", "丙", "丁"]


def test_a_quote_inside_an_item_is_prose(tmp_path: Path) -> None:
    note = read(tmp_path, "- [题目](https://example.org/a)\n\n    > **RNN 对应 ODE**，有趣。\n    >\n    > 第二段\n")
    assert [text for _, text in prose(note)] == ["题目", "RNN 对应 ODE，有趣。", "第二段"]


@pytest.mark.parametrize(
    "hidden",
    [
        "```python\nGAN = 1\n```",
        "~~~\nGAN\n~~~",
        "    GAN = 1\n",
        "`GAN`",
        "$$GAN$$",
        "$$\nGAN\n$$",
        "\\(GAN_t = x\\)",
        "![GAN](GAN.png)",
        "<iframe src='GAN'></iframe>",
        "<!-- GAN -->",
        "<!-- TOC -->\n\n- [GAN](#gan)\n\n<!-- /TOC -->",
        "<!-- START doctoc generated TOC -->\n- [GAN](#gan)\n<!-- END doctoc generated TOC -->",
        "* GAN toc\n{:toc}",
        "<script>var GAN</script>",
    ],
)
def test_not_prose(tmp_path: Path, hidden: str) -> None:
    note = read(tmp_path, f"前一段。\n\n{hidden}\n\n后一段。\n")
    texts = [text for _, text in prose(note)]
    assert not [text for text in texts if "GAN" in text]
    assert "前一段。" in texts[0]
    assert "后一段。" in texts[-1]


def test_sections_nest_by_level(tmp_path: Path) -> None:
    note = read(tmp_path, "---\ntitle: 笔记\n---\n# 一\n## 二\n文\n# 三\n")
    assert [(section.heading, section.level) for section in note.sections] == [
        ("笔记", 0),
        ("一", 1),
        ("二", 2),
        ("三", 1),
    ]
    assert [section.parent for section in note.sections] == [-1, 0, 1, 0]
    paragraph = next(block for block in note.blocks if block.kind == "paragraph")
    assert note.sections[paragraph.section].heading == "二"


def test_positions_count_lines_of_the_file(tmp_path: Path) -> None:
    note = read(tmp_path, "---\ntitle: t\n---\r\n\r\n第一段\r\n\r\n第二段 **ResNet**\r\n")
    block = note.blocks[-1]
    at = block.text.index("ResNet")
    span = block.source(at, at + 6)
    assert note.text[span.start : span.end] == "ResNet"
    assert note.position(span.start) == (7, 7)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(st.sampled_from(_PIECES), max_size=12))
def test_every_character_of_prose_stands_in_the_file(tmp_path: Path, pieces: list[str]) -> None:
    note = read(tmp_path, "".join(pieces))
    for block in note.blocks:
        assert block.runs[0][0] == 0
        assert sum(length for _, _, length in block.runs) == len(block.text)
        for plain, source, length in block.runs:
            piece, original = block.text[plain : plain + length], note.text[source : source + length]
            assert piece == original or (length == 1 and not piece.isalnum()), (piece, original)
        assert block.span.start <= block.runs[0][1]
        assert block.runs[-1][1] + block.runs[-1][2] <= block.span.end


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet=st.sampled_from("ab中文# -*>[]()`$!<&|\\\n\r\t:/.{}~_="), max_size=80))
def test_no_text_breaks_the_reader(tmp_path: Path, text: str) -> None:
    note = read(tmp_path, text)
    for link in note.links:
        assert 0 <= link.span.start <= link.span.end <= len(note.text)
    for block in note.blocks:
        span = block.source(0, len(block.text))
        assert block.span.covers(span)
