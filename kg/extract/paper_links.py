"""Papers and repositories that notes link to: the link's title is the paper's title, the address gives its identifier."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.extract.page import Candidate, Page, Passage
from kg.model import Link
from kg.text import has_cjk, is_cjk

__all__ = ["find_book_titles", "find_in_title", "find_paper_links", "link_identifier"]

_PAPER_HOSTS = re.compile(
    r"//(?:[\w.-]+\.)?(?:arxiv\.org/abs|openreview\.net/(?:forum|pdf)|papers\.nips\.cc|papers\.neurips\.cc|proceedings\.|aclweb\.org/anthology|aclanthology\.|"
    r"openaccess\.thecvf\.com|jmlr\.org|doi\.org|dl\.acm\.org|ieeexplore\.ieee\.org|link\.springer\.com|sciencedirect\.com/science/article|nature\.com/articles|"
    r"semanticscholar\.org|pdfs\.semanticscholar\.org|biorxiv\.org|medrxiv\.org|isca-speech\.org|ijcai\.org/proceedings|ojs\.aaai\.org|aaai\.org/ocs|bmvc|"
    r"ecva\.net/papers|usenix\.org/conference|vldb\.org/pvldb|hal\.science|ssrn\.com|ncbi\.nlm\.nih\.gov/pmc|science\.org/doi|pnas\.org/(?:content|doi)|cell\.com)",
    re.I,
)
_ARXIV = re.compile(r"arxiv\.org/abs/(?P<id>[\w.-]+(?:/\d{7})?)", re.I)
_DOI = re.compile(r"doi\.org/(?P<id>10\.\S+)", re.I)
_GITHUB = re.compile(r"github\.com/(?P<id>[\w.-]+/[\w.-]+)", re.I)
_LEAD = re.compile(
    r"^\s*(?:[^:：\n]{2,50}[（(][A-Z][A-Za-z]{1,9}[)）]\s*[:：]\s*(?=[A-Z])|\[(?:\d{4}\.\d{4,5}|[^\]]{1,12})\]|\(?(?:pdf|paper|论文|原文|原始论文|arxiv)\)?\s*[:：]|[-–•]|\d+[.)、])\s*",
    re.I,
)
_TRAIL = re.compile(
    r"\s*(?:[-|–—]\s*(?:arXiv(?:\.org)?|OpenReview|IEEE Xplore|ACM|Semantic Scholar|Springer(?:Link)?|ScienceDirect|Nature|NeurIPS|PDF|PMLR|ResearchGate)[^|]*|[（(]\s*(?:pdf|paper|论文)\s*[)）]|\.pdf|[.。,，])\s*$",
    re.I,
)
_BARE_ARXIV = re.compile(r"\barXiv\s*[:：]\s*(?P<id>\d{4}\.\d{4,5})(?:v\d+)?", re.I)
_NUMBERED = re.compile(r"\s*\[(?P<id>\d{4}\.\d{4,5})\]\s*(?P<title>[A-Z]\S*(?: \S+)+)\s*$")
_BOOK = re.compile(r"《(?P<title>[^《》\n]{2,160})》")
_REPOSITORY = re.compile(r"^(?P<name>[\w.-]+/[\w.-]+)(?=$|[\s:：])")
_PREFIX = re.compile(
    r"^(?P<name>(?:[A-Z][\w²³+./-]*|[a-z]+[A-Z\d][\w²³-]*)(?:\s[A-Z\dv][\w.-]*){0,2})\s*[:：]\s+(?=[A-Z\d])"
)


def link_identifier(url: str) -> str:
    """`arxiv:<id>`, `doi:<id>` or `github:<owner/name>` of a canonical URL, or empty."""
    for scheme, pattern in (("arxiv", _ARXIV), ("doi", _DOI), ("github", _GITHUB)):
        match = pattern.search(url)
        if match:
            return f"{scheme}:{match['id'].lower().rstrip('/')}"
    return ""


def find_paper_links(page: Page) -> Iterator[Candidate]:
    """Titles of links to papers, repository names, names before the colon of a paper's title, bare arXiv numbers."""
    for passage in page.passages:
        for start, end, link in passage.links:
            yield from _from_link(passage, start, end, link)
        numbered = _NUMBERED.match(passage.text) if passage.heading else None
        if numbered and not has_cjk(numbered["title"]):
            yield Candidate(
                passage.index,
                numbered.start("title"),
                numbered.end("title"),
                "Paper",
                "paper link",
                0.95,
                f"arxiv:{numbered['id']}",
            )
        for match in _BARE_ARXIV.finditer(passage.text):
            yield Candidate(
                passage.index, match.start(), match.end(), "Paper", "arxiv number", 0.6, f"arxiv:{match['id']}"
            )


def _from_link(passage: Passage, start: int, end: int, link: Link) -> Iterator[Candidate]:
    if link.kind != "web":
        return
    identifier = link_identifier(link.url)
    if identifier.startswith("github:"):
        match = _REPOSITORY.match(passage.text[start:end])
        if match and match["name"].lower() == identifier[7:]:
            yield Candidate(passage.index, start, start + match.end(), "Tool", "repository link", 0.85, identifier)
        return
    pdf = link.url.lower().endswith(".pdf")
    if not (pdf or _PAPER_HOSTS.search(link.url)):
        return
    low, high = _title_range(passage.text, start, end)
    title = passage.text[low:high]
    words = len(re.findall(r"[A-Za-z]{2,}", title))
    if words < 3 or sum(map(is_cjk, title)) > 0.2 * len(title) or _sentence_like(title):
        return
    confidence = 0.95 if identifier or not pdf else (0.85 if words >= 4 else 0.5)
    yield Candidate(
        passage.index, low, high, "Paper", "paper link", confidence, identifier if not pdf or identifier else ""
    )
    yield from find_in_title(passage, low, high)


def _title_range(text: str, start: int, end: int) -> tuple[int, int]:
    """The title proper: without `[1806.07366]`, `论文：`, `- arXiv` and the like."""
    while True:
        lead = _LEAD.match(text[start:end])
        if not lead or lead.end() == end - start:
            break
        start += lead.end()
    while True:
        trail = _TRAIL.search(text[start:end])
        if not trail or trail.start() == 0:
            break
        end = start + trail.start()
    colon = max(text.rfind(mark, start, end) for mark in ("：", "》"))
    if (
        colon > 0
        and not has_cjk(text[colon + 1 : end])
        and len(re.findall(r"[A-Za-z]{2,}", text[colon + 1 : end])) >= 4
    ):
        start = colon + 1
    if text[start : start + 1] == "《" and text[end - 1 : end] == "》":
        start, end = start + 1, end - 1
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _sentence_like(title: str) -> bool:
    return (
        bool(re.search(r"\b(?:this|these|click|here|download|read more|pdf version)\b", title, re.I))
        and len(title.split()) < 5
    )


def find_in_title(passage: Passage, start: int, end: int) -> Iterator[Candidate]:
    """What a paper's title names before its colon: `PDE-Net: Learning PDEs from Data`."""
    title = passage.text[start:end]
    match = _PREFIX.match(title)
    if match and len(re.findall(r"[A-Za-z]{2,}", title)) >= 5 and len(match["name"].split()) <= 3:
        yield Candidate(passage.index, start, start + match.end("name"), "Model", "paper title", 0.75)


_PART = re.compile(r"[（(](?:[一二三四五六七八九十百]+|\d{1,3}|上|中|下)[)）]$")
"""A part of a series of posts is no paper: 《机器学习（三）》."""


def find_book_titles(page: Page) -> Iterator[Candidate]:
    """Titles in 《》: papers when Latin, papers or books when Chinese and the words around say so."""
    for passage in page.passages:
        for match in _BOOK.finditer(passage.text):
            start, end = match.start("title"), match.end("title")
            title = match["title"]
            if _PART.search(title):
                continue
            if not has_cjk(title):
                confidence = 0.9 if len(title.split()) >= 2 else 0.6
            else:
                around = (
                    passage.text[max(0, match.start() - 12) : match.start()]
                    + passage.text[match.end() : match.end() + 8]
                )
                confidence = (
                    0.7 if re.search(r"论文|文章|一文|书|著|发表|教材|综述|paper|出版|作者|读", around) else 0.5
                )
            yield Candidate(passage.index, start, end, "Paper", "book title", confidence)
