"""Institutions that no lexicon has: by suffix (大学, 研究院, Lab, University) and by position before 提出."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.extract.page import Candidate, Page, Passage

__all__ = ["find_institutions"]

_SUFFIX = re.compile(
    r"(?:大学|学院|研究院|研究所|研究中心|实验室|科学院|工程院|公司|集团|银行|医院|中学|协会|学会|基金会|委员会|工业局|出版社|交易所|航天局|工作室|理工|科大|分校|仪器厂|机械厂|电厂|钢厂|药厂|工厂|矿业|钢铁|重工|证券|保险|航空|石油|石化|电力|传媒|律师事务所|博物馆|图书馆|天文台|法院|检察院|政府|商会|联合会|研究会|俱乐部|科学院)(?![一-鿿]?(?:生|时|里|时期|毕业))"
)
_REGIONS = ("亚洲", "中国", "美国", "欧洲", "北美", "北京", "上海", "全球")
_PROPER = ("ns", "nt", "nz", "nr", "j", "eng")
_NOUN = (*_PROPER, "n", "vn", "b", "f", "an")
_BARE = re.compile(
    r"^(?:这家|那家|一家|该|本|某|各|两家|几家|多家|这个|我们|国内|国外|美国|中国|日本|英国|德国|高科技|科技|互联网|创业|上市|母|子|分|总)?(?:大学|学院|研究院|研究所|研究中心|实验室|公司|集团|银行|医院|中学|协会|学会)$"
)
_KIND = re.compile(
    r"综合|重点|名牌|世界|知名|著名|师范|医科|农业|科技|理工|工业|民办|公立|私立|国立|国际|外国|当地|母校|一流|双一流|顶尖|顶级|地方|老年|电视|开放|网络|社区|女子|普通|海外|高等|全日制"
)
_PLACE_AND_KIND = re.compile(
    r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,4}?(?:科技|理工|师范|工业|农业|医科|财经|外国语|交通|邮电|航空航天|海洋|石油|林业|体育|民族|政法|中医药|电子科技|信息工程|工程|技术|商业|经济|音乐|艺术|美术|女子|先端科学技术)大学"
)
"""Foreign places are no words of the dictionary: 奈良科技大学."""
_OPENING = "，。；：、（(“《 \n与和在由及到从"
_ENGLISH = re.compile(
    r"\b(?:University of (?:the )?[A-Z][a-z]+(?:[ ,-]+(?:at |of )?[A-Z][a-z]+){0,3}|(?:[A-Z][\w&.-]+ ){1,4}(?:University|Institute(?: (?:of|for) [A-Z][a-z]+(?: (?:and )?[A-Z][a-z]+){0,2})?|College|Laboratory|Laboratories|Labs?|Research|Academy|Inc|Corporation|Foundation)\b)"
)
_ACTOR = re.compile(r"(?:等)?(?:联合|最新|新|首次)?(?:提出|推出|开源|搞出|发布)")


def find_institutions(page: Page) -> Iterator[Candidate]:
    """Chinese names by suffix or by position, English names by their head word."""
    for passage in page.passages:
        if passage.cjk:
            yield from _by_suffix(passage)
            yield from _by_position(passage)
            for match in _PLACE_AND_KIND.finditer(passage.text):
                if not _KIND.match(match[0]) and not _BARE.match(match[0]):
                    yield Candidate(passage.index, match.start(), match.end(), "Institution", "suffix", 0.75)
        for match in _ENGLISH.finditer(passage.text):
            first = match[0].split()[0]
            if first not in ("The", "This", "Our", "A", "An", "In", "At", "And", "Deep", "Machine", "Future", "Recent"):
                yield Candidate(passage.index, match.start(), match.end(), "Institution", "suffix", 0.75)


def _by_suffix(passage: Passage) -> Iterator[Candidate]:
    text = passage.text
    matches = list(_SUFFIX.finditer(text))
    if not matches:
        return
    words = passage.words
    ends = {word.end: index for index, word in enumerate(words)}
    for match in matches:
        last = ends.get(match.end())
        if last is None:
            continue
        first = last
        while first > 0 and last - first < 4 and words[first - 1].end == words[first].start:
            tag = words[first - 1].tag
            if tag == "eng" and first < last:
                break
            if not tag.startswith(_NOUN) or text[words[first - 1].start : words[first - 1].end] in (
                "课程",
                "导师",
                "学者",
                "教授",
                "华人",
                "团队",
            ):
                break
            first -= 1
        # A name begins with its proper part: `前清华大学` -> `清华大学`, `著名高科技公司` -> nothing.
        common = first
        while first < last and not words[first].tag.startswith(_PROPER):
            first += 1
        if first == last and last - common == 1:
            first = common
        if first > 0 and words[first].tag.startswith(_PROPER) and words[first - 1].end == words[first].start:
            before = words[first - 1]
            opening = first == 1 or words[first - 2].tag in ("x", "p", "c", "v", "uj")
            # Foreign names are cut badly: 图 宾根 大学; 微软 counts as an adjective in 微软 亚洲 研究院.
            cut = before.end - before.start == 1 and before.tag in ("n", "nr", "g", "ng", "vg", "ag")
            branch = before.tag in ("n", "a", "nz") and text.startswith(_REGIONS, words[first].start)
            if opening and words[first].tag != "nt" and (cut or branch):
                first -= 1
        start = words[first].start
        name = text[start : match.end()]
        proper = any(word.tag.startswith(_PROPER) for word in words[first : first + 2]) or _named(name, text[:start])
        if not proper or _BARE.match(name) or not 3 <= len(name) <= 18:
            continue
        yield Candidate(passage.index, start, match.end(), "Institution", "suffix", 0.75)


def _named(name: str, before: str) -> bool:
    """Whether a common noun before 大学 is its name: `河套大学` where a clause begins, not `综合大学`."""
    return name.endswith("大学") and not _KIND.match(name) and (not before or before[-1] in _OPENING)


def _by_position(passage: Passage) -> Iterator[Candidate]:
    tags = passage.cut.tags
    if "nt" not in tags and "j" not in tags:
        return
    text, words = passage.text, passage.words
    for index, word in enumerate(words):
        if word.tag not in ("nt", "j") or word.end - word.start < 2:
            continue
        if not (index == 0 or words[index - 1].tag == "x") or not _ACTOR.match(text, word.end):
            continue
        yield Candidate(passage.index, word.start, word.end, "Institution", "position", 0.6)
