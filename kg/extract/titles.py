"""English titles that stand unmarked in Chinese prose: `林宙辰老师2010年的Learning PDEs for Image Restoration via Optimal Control`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.extract.page import Candidate, Page, Passage
from kg.extract.words import COMMON_ENGLISH

__all__ = ["find_unmarked_titles"]

_RUN = re.compile(r"[A-Z][A-Za-z0-9²³'’-]*(?:(?::|,)? [A-Za-z0-9²³'’&-]+){3,24}[?]?")
_CUE = re.compile(
    r"(?:提出的?|发表的?|的|论文|工作|文章|一文|paper|Paper|参考|阅读|推荐|出自|来自|标题|题为|\d{4}年?的?)[\s:：“\"]*$"
)
_NOT_TITLE = re.compile(r"\b(?:University|Institute|College|Institution)\b")
_SMALL = frozenset(
    """
    a an the of in on for to with by from via and or as at is are using under over into towards toward through
    """.split()
)


def find_unmarked_titles(page: Page) -> Iterator[Candidate]:
    """Runs of four and more English words in title style between Chinese words, where a cue says that a work follows."""
    for passage in page.passages:
        if passage.cjk and len(passage.latin) >= 4:
            yield from _in_passage(passage)


def _in_passage(passage: Passage) -> Iterator[Candidate]:
    for match in _RUN.finditer(passage.text):
        words = re.findall(r"[A-Za-z][\w'’-]*", match[0])
        content = [word for word in words if word.lower() not in _SMALL]
        capital = sum(word[0].isupper() for word in content)
        if _NOT_TITLE.search(match[0]) or len(words) < 5 or len(content) < 3 or len(content) == len(words):
            continue
        cued = bool(_CUE.search(passage.text[max(0, match.start() - 8) : match.start()]))
        styled = (
            capital >= 0.7 * len(content)
            and sum(word.lower() in COMMON_ENGLISH for word in content) <= len(content) // 2
        )
        if cued or styled:
            yield Candidate(passage.index, match.start(), match.end(), "Paper", "unmarked title", 0.75 if cued else 0.6)
