"""Titles of bare URLs: the short plain paragraph below a URL that stands alone, or the label above it."""

from __future__ import annotations

import re

from kg.notes.prose import TEXT, hull, to_plain
from kg.notes.raw import Line, Parsed, RawBlock, RawLink

__all__ = ["MAX_TITLE", "give_titles"]

MAX_TITLE = 120
"""A longer paragraph below a URL is prose, not its title."""

_WORD = re.compile(r"[^\W_]")
_NO_TITLE = re.compile(r"[。：:；;，,、]$|。.*\w|^(?:PS|注)[：:]")
_NAMED = re.compile(r"(?:标题|題目|题目|标　题|標題|title)\s*[：:]\s*(\S.*)", re.IGNORECASE)
_LABEL = re.compile(r"([^。！？!?，；\n]{2,30}?)\s*[：:]$")
_NUMBER = re.compile(r"[\[【]\d{1,3}[\]】]\s*[.．、]?[\s*_]*$")
_POINTER = re.compile("如下|以下|下面|这里|這裡|输入|例如|包括|还有|还可|示例|下载|为$|是$|在$|即$")
_SHELF = re.compile(
    r"(?:参考|參考|参见|參見|见|资料|資料|文献|文獻|文章|链接|連結|教程|教學|阅读|閱讀|更多|合集|汇总|推荐|其他|相关"
    r"|reference|references|see also|further reading|links|reading)\w{0,4}\s*[：:]$",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"(?:个人|個人|官方|项目|專案|相关|完整|源|原|本文|论文|中文|英文|翻译|原始|开源|在线|视频|下载)?"
    r"(?:主页|主頁|网址|網址|地址|链接|連結|代码|代碼|源码|程式碼|官网|官網|网站|網站|论文|論文|参考|參考|文档|视频|原文|原版|翻译版|教程"
    r"|项目|pdf|paper|code|github|git|repo|demo|url|link|home ?page|website|blog|video|slides?|docs?|source)",
    re.IGNORECASE,
)


def give_titles(parsed: Parsed, text: str) -> list[tuple[RawLink, int]]:
    """The links of a note with this text, those that stand alone with the title that their neighbours give them."""
    links = list(parsed.links)
    units = list(_units(parsed))
    for index, (line, _) in enumerate(units):
        if line is None or not line.links or _WORD.search(line.text):
            continue
        above, below = _neighbour(units, index, -1), _neighbour(units, index, 1)
        label = above[0].text if above and above[0].plain else ""
        after = _neighbour(units, index + 1, 1)
        title = None
        if above and label and _is_numbered(above[0], text) and (below is None or _is_numbered(below[0], text)):
            title = label, hull(above[0].runs)
        elif below and _may_be_title(below[0], below[1]):
            # `[url](url)` and a URL announced by `代码：` are often followed by prose: there the title must stand
            # alone, with another URL or the end of the section behind it.
            strict = bool(label.endswith(("：", ":")) and not _SHELF.search(label)) or _is_bracketed(links, line)
            if not strict or after is None or (after[0].links and not _WORD.search(after[0].text)):
                title = below[0].text, hull(below[0].runs)
        if title is None and above and label:
            title = _from_label(above[0])
        if title:
            number = line.links[-1]
            link, section = links[number]
            if not link.title:
                links[number] = link._replace(title=title[0], title_start=title[1][0], title_end=title[1][1]), section
    return links


_Unit = tuple[Line | None, RawBlock]


def _units(parsed: Parsed) -> list[_Unit]:
    """Lines in order, with None for whatever parts a URL from its title."""
    units: list[_Unit] = []
    for block in parsed.blocks:
        if block.lines and block.kind not in ("heading", "cell"):
            units += [(line, block) for line in block.lines]
        else:
            units.append((None, block))
    return units


def _neighbour(units: list[_Unit], index: int, step: int) -> tuple[Line, RawBlock] | None:
    """The line before or after, if it stands in the same item, quote or the open text."""
    other = index + step
    if not (0 <= other < len(units) and 0 <= index < len(units)):
        return None
    line, block = units[other]
    return (line, block) if line is not None and block.container == units[index][1].container else None


def _may_be_title(line: Line, block: RawBlock) -> bool:
    if not line.plain or not _WORD.search(line.text) or (len(block.text) > MAX_TITLE and len(block.lines) < 3):
        return False
    return len(line.text) <= MAX_TITLE and not _NO_TITLE.search(line.text)


def _is_numbered(line: Line, text: str) -> bool:
    """Whether a line is an entry of a numbered list of references: `[2]. 甲`, whose URL stands below."""
    start = hull(line.runs)[0] if line.runs else 0
    return _NUMBER.search(text, max(0, start - 16), start) is not None


def _is_bracketed(links: list[tuple[RawLink, int]], line: Line) -> bool:
    link = links[line.links[-1]][0]
    return link.end - link.start > len(link.url) + 2


def _from_label(line: Line) -> tuple[str, tuple[int, int]] | None:
    """`标题：甲`, or a line such as `乙的教程：` right above the URL; words like `代码：` say too little."""
    match = _NAMED.fullmatch(line.text) or _LABEL.fullmatch(line.text)
    if (
        match is None
        or _GENERIC.fullmatch(match.group(1))
        or _SHELF.search(line.text)
        or _POINTER.search(match.group(1))
    ):
        return None
    pieces = [(TEXT, line.text[plain : plain + size], start) for plain, start, size in line.runs]
    low, high = match.span(1)
    inside = [
        (TEXT, text[max(0, low - plain) : high - plain], start + max(0, low - plain))
        for (_, text, start), (plain, _, size) in zip(pieces, line.runs, strict=True)
        if plain < high and low < plain + size
    ]
    return match.group(1), hull(to_plain(inside)[1])
