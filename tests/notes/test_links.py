"""Every link style of real notes gives a link with its title."""

from __future__ import annotations

from pathlib import Path

from tests.notes.reading import links, prose, read, read_with_problems, titled


def test_inline_links(tmp_path: Path) -> None:
    note = read(tmp_path, "见 [残差网络](https://example.org/resnet)。\n")
    assert links(note) == [("https://example.org/resnet", "残差网络")]
    assert titled(note, note.links[0]) == "残差网络"
    assert note.text[note.links[0].span.start : note.links[0].span.end] == "[残差网络](https://example.org/resnet)"


def test_a_bare_url_takes_the_next_paragraph_as_its_title(tmp_path: Path) -> None:
    note = read(
        tmp_path, "https://example.org/1\n\n第一篇的题目\n\nhttps://example.org/2\n\nhttps://example.org/3\n\n第三篇\n"
    )
    assert links(note) == [
        ("https://example.org/1", "第一篇的题目"),
        ("https://example.org/2", ""),
        ("https://example.org/3", "第三篇"),
    ]
    assert titled(note, note.links[0]) == "第一篇的题目"
    assert "第一篇的题目" in [text for _, text in prose(note)]


def test_arxiv_titles_in_double_brackets(tmp_path: Path) -> None:
    note = read(tmp_path, "- [[1512.03385] Deep Residual Learning](https://arxiv.org/pdf/1512.03385v2.pdf)\n")
    ((url, title),) = links(note)
    assert url == "https://arxiv.org/abs/1512.03385"
    assert "Deep Residual Learning" in title


def test_wikilinks_and_tags(tmp_path: Path) -> None:
    note = read(tmp_path, "参见 [[循环神经网络|RNN]] 与 [[ODE#解法]]，#深度学习 #to-do\n")
    kinds = [(link.kind, link.url, link.title) for link in note.links]
    assert ("wikilink", "循环神经网络", "RNN") in kinds
    assert any(kind == "wikilink" and url.startswith("ODE") for kind, url, _ in kinds)
    assert ("tag", "深度学习") in [(kind, url) for kind, url, _ in kinds]
    assert prose(note)[0][1].startswith("参见 RNN 与 ODE")


def test_reference_links_and_angle_brackets(tmp_path: Path) -> None:
    note = read(tmp_path, "[题目][1] 与 <https://example.org/b>\n\n[1]: https://example.org/a\n")
    assert ("https://example.org/a", "题目") in links(note)
    assert "https://example.org/b" in [url for url, _ in links(note)]


def test_a_mistyped_scheme_is_repaired_and_reported(tmp_path: Path) -> None:
    note, problems = read_with_problems(tmp_path, "第一行\n\nh1ttps://example.org/3\n\n题目\n")
    assert note is not None
    assert links(note) == [("https://example.org/3", "题目")]
    (problem,) = problems
    assert problem.line == 3
    assert "h1ttps" in problem.message


def test_the_same_article_in_two_spellings_is_one(tmp_path: Path) -> None:
    text = "[a](https://link.zhihu.com/?target=https%3A//example.org/x%3Futm_source%3Dy) [b](https://example.org/x)\n"
    assert len({url for url, _ in links(read(tmp_path, text))}) == 1


def test_script_and_data_urls_are_no_links(tmp_path: Path) -> None:
    note = read(tmp_path, "[a](javascript:alert(1)) [b](data:text/html,x) [c](#top) [d](other.md)\n")
    assert not [link for link in note.links if link.kind == "web"]


def test_numbered_references_stand_above_their_urls(tmp_path: Path) -> None:
    text = "> **[1]. 第一篇**\n>\n> https://example.org/1\n>\n> **[2]. 第二篇**\n>\n> https://example.org/2\n"
    assert links(read(tmp_path, text)) == [("https://example.org/1", "第一篇"), ("https://example.org/2", "第二篇")]
