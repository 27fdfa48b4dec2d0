"""People that no lexicon has: Chinese names by surname, cue and part of speech; Latin names by their parts and cues."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.extract.page import Candidate, Page, Passage
from kg.extract.words import (
    COMMON_ENGLISH,
    GIVEN_CHARACTERS,
    GIVEN_NAMES,
    NOT_A_NAME,
    ROMAN_SURNAMES,
    SURNAMES,
    is_pinyin_name,
)
from kg.text import is_cjk

__all__ = ["find_people"]

_RIGHT = re.compile(
    r"\s*(?:等人|等(?:提出|发表|在|的|研究|联合|教授)|老师|教授|博士|院士|先生|女士|同学|团队|课题组|导师|一作|[（(](?:Ph\.?D|教授|博士|19|20)|CEO|大神|大佬|的(?:论文|博客|文章|主页|团队|导师|学生|博士|工作)|认为|指出|说[：，]|在.{0,8}(?:博客|论文|演讲|报告)|毕业于|任教|加入|[，,]\s*(?:男|女|19\d\d|20\d\d|毕业|教授|博士|本科|博士生))"
)
_LEFT = re.compile(
    r"(?:教授|博士|院士|导师|老师|作者[：:]?|创始人|CEO|CTO|数学家|科学家|物理学家|学者|专家|掌门人|掌门|一作|大神|大牛|大佬|同学|负责人|主席|主任|院长|校长|总裁|董事长|工程师|研究员|学生|博士生|弟子|师从|by|By|专访|对话|采访)[\s：:]*$"
)
_TITLED = re.compile(
    r"(?<![\u4e00-\u9fff])?([\u4e00-\u9fff])(?:老师|教授|院士|总(?![是结体共之能会有部裁和计监数量理面线的在算把让可要被想觉归统督]))(?=[\u4e00-\u9fff，。,、\s）)]|$)"
)
_NOT_PEOPLE = frozenset(
    """
    张量 高清 华为 谷歌 明显 严格 周期 任意 方便 常见 温度 单独 高维 高斯 安全 白盒 黑盒 黑箱 白箱 金融 黄金
    龙头 马达 高层 高级 高效 高速 高精 高阶 高频 方程 方差 严重 万能 和平 江湖 平均 平滑 平衡 安卓 安装 安防
    连续 连接 常用 常规 范式 范数 关联 关系 向量 伏特 贝叶斯 拉格朗日 马尔可夫 马尔科夫 贝尔曼 项目 强化 强力
    高分 双向 双塔 双目 田间 温和 单目 单调 单元 单层 阿里 百度 小米 金山 京东 华夏 明年 明星 祖先 白板 文本
    文章 文字 和谐 宫格 段落 章节 计算 成本 水平 车型 车辆 车道 时序 时间 时空 时代 齐次 古典 查准 查全 边缘
    幸运 武器 能力 能量 能够 曲线 曲面 毛病 牛人 党员 甘特 毕竟 管理 管道 经典 经常 汤姆 余弦 程序 程度 项链
    解码 解空间 卷积 应用 房间 屈服 路径 路由 顾客 童话 梅尔 冷启动 全局 全连接 符号 宁愿 习惯
    """.split()
)
_SURNAMES = frozenset(filter(is_cjk, SURNAMES)) - frozenset("和连代")
_NOT_LAST = frozenset("性度率化法论学器塔式型机网图表率值数量集层场值性")
_NOT_GIVEN = frozenset(
    "的了是不在有我你他她它们或及能可会要就都也还没把被让给从对为以于下左右后里内多少低短慢旧坏池纹献衡率度性量值数线面体型式法术器机网络图表码词句段页列项签类层块栈堆链库件夹版号题答问析算测验"
    "豹狗猫鱼虫水火车船门窗墙桌椅吃喝睡打骂跑跳说听看想做买卖这那哪怎么什谁几两些个只条张片次回和与时间候期间者员"
)
_INSTITUTION_WORDS = frozenset(
    """
    University Institute College Laboratory Lab Labs Academy School Research Center Centre Company Inc Medal
    Award Prize
    """.split()
)
_CLOSED = re.compile(r"[、，。：；）)\s]|等|教授|老师|博士|先生|院士|提出|的|$")
_LATIN_RIGHT = re.compile(r"\s*(?:等人|等(?:提出|发表|在)|教授|博士|老师|团队|et al\b|,? Ph\.?D)")
_LATIN_LEFT = re.compile(r"(?:教授|博士|作者[：:]?|创始人|导师|Prof(?:essor|\.)?|Dr\.?|[Bb]y|CEO|科学家|学者|大神)\s*$")
_PROPOSED = re.compile(
    r"\s*(?:等人?)?\s*(?:在|于)?\s*(?:\d{4}\s*年?)?\s*(?:中|的论文中)?(?:首次|就|共同)?(?:提出|发表|证明|发现|指出)"
)
_LISTED = re.compile(rf"\s*(?:和|与|、|&)\s*[A-Z][a-z]+{_PROPOSED.pattern}")
_LISTED_BEFORE = re.compile(r"[A-Z][a-z]+\s*(?:和|与|、|&)\s*$")
_NAME_WORD = re.compile(r"^[A-Z][a-zà-ÿ]+(?:[-'’][A-Za-zà-ÿ]+)*$|^[A-Z]\.?$|^(?:Mc|Mac|O'|De|Le|La|Van)[A-Z][a-z]+$")


def find_people(page: Page) -> Iterator[Candidate]:
    """People by name shape, part of speech and cue words."""
    for passage in page.passages:
        if passage.cjk:
            yield from _chinese(passage)
        yield from _latin(passage)


def _chinese(passage: Passage) -> Iterator[Candidate]:
    text = passage.text
    surfaces = passage.cut.surfaces
    words = passage.words if any(surface[0] in _SURNAMES for surface in surfaces) else ()
    previous: tuple[int, bool] = (-9, False)
    for index, surface in enumerate(surfaces if words else ()):
        if surface[0] not in _SURNAMES:
            continue
        word = words[index]
        start, end = word.start, word.end
        if end - start == 1 and index + 1 < len(words):
            # Unknown given names are cut into single characters: 田 渊 栋.
            stop = index + 1
            while stop < len(words) and words[stop].end - start <= 3 and words[stop].end - words[stop].start <= 2:
                if not all(map(is_cjk, text[words[stop].start : words[stop].end])):
                    break
                end = words[stop].end
                stop += 1
                if _RIGHT.match(text, end):
                    break
            if not _RIGHT.match(text, end) or end - start < 2 or not _given(text[start + 1 : end]):
                continue
            if words[index + 1].tag.startswith(("u", "v", "p", "d", "c")) and end - start == 2:
                continue
            if not (
                index == 0 or words[index - 1].tag in ("x", "n", "nt", "ns", "nz", "j", "p", "eng", "c", "u", "ul")
            ):
                continue
            yield Candidate(passage.index, start, end, "Person", "person cue", 0.65)
            previous = (end, True)
            continue
        name = text[start:end]
        if not word.tag.startswith("nr") or not 2 <= end - start <= 3 or name in _NOT_PEOPLE or name[-1] in _NOT_LAST:
            continue
        if end - start == 2 and index + 1 < len(words):
            # The dictionary may know only the first two characters of a name: 张益 唐、刘建亚.
            third = words[index + 1]
            if (
                third.end - third.start == 1
                and is_cjk(text[third.start])
                and third.tag[0] not in "pcudvxfm"
                and (third.tag.startswith("nr") or _CLOSED.match(text, third.end) or _RIGHT.match(text, third.end))
            ):
                end = third.end
                name = text[start:end]
        if not all(map(is_cjk, name)) or not _given(name[1:]):
            continue
        score = 0.62 if end - start == 3 and GIVEN_CHARACTERS.issuperset(name[1:]) else 0.3
        if word.tag == "nrt" and end - start == 3:
            score -= 0.2
        if _RIGHT.match(text, end):
            score += 0.3
        if _LEFT.search(text[max(0, start - 8) : start]):
            score += 0.3
        if text[end : end + 1] == "、" or text[start - 1 : start] == "、":
            score += 0.1
        if previous[1] and 0 < start - previous[0] <= 1:
            score += 0.2
        if score >= 0.5:
            yield Candidate(passage.index, start, end, "Person", "person name", min(score, 0.92))
        previous = (end, score >= 0.5)
    for match in _TITLED.finditer(text):
        if match[1] in SURNAMES and match[1] not in "和于成与" and match.start(1) in passage.breaks:
            yield Candidate(passage.index, match.start(), match.end(), "Person", "person title", 0.55)


def _given(characters: str) -> bool:
    return not any(char in _NOT_GIVEN for char in characters)


def _latin(passage: Passage) -> Iterator[Candidate]:
    text, tokens = passage.text, passage.latin
    index = 0
    while index < len(tokens):
        stop = index + 1
        if not _NAME_WORD.match(text[slice(*tokens[index])]):
            index = stop
            continue
        while stop < len(tokens) and stop - index < 4:
            gap = text[tokens[stop - 1][1] : tokens[stop][0]]
            if gap not in (" ", ". ", "·") or not _NAME_WORD.match(text[slice(*tokens[stop])]):
                break
            stop += 1
        start, end = tokens[index][0], tokens[stop - 1][1]
        score = _latin_score(text, [text[slice(*token)] for token in tokens[index:stop]], start, end, passage.cjk)
        if score >= 0.5:
            yield Candidate(passage.index, start, end, "Person", "person name", score)
        index = stop


def _latin_score(text: str, parts: list[str], start: int, end: int, cjk: bool) -> float:
    roman = len(parts) > 1 and parts[-1] in ROMAN_SURNAMES and is_pinyin_name(parts[0]) and len(parts[0]) > 3
    plain = [part for part in parts if part.lower() in COMMON_ENGLISH or part in NOT_A_NAME]
    cue = bool(_LATIN_RIGHT.match(text, end) or _LATIN_LEFT.search(text[max(0, start - 12) : start]))
    if (plain and not roman) or not _INSTITUTION_WORDS.isdisjoint(parts):
        return 0.0
    if len(parts) == 1:
        listed = _LISTED.match(text, end) or (
            _LISTED_BEFORE.search(text[max(0, start - 24) : start]) and _PROPOSED.match(text, end)
        )
        return (0.7 if cue else 0.6 if listed else 0.0) if len(parts[0]) > 2 else 0.0
    first, last = parts[0].rstrip("."), parts[-1]
    pinyin = is_pinyin_name(first) and last in ROMAN_SURNAMES and len(first) > 1
    reverse = first in ROMAN_SURNAMES and is_pinyin_name(last) and len(last) > 2 and len(parts) <= 3
    given = first in GIVEN_NAMES and len(last) > 1
    initials = len(first) == 1 and len(last) > 2 and cue
    if (pinyin or given) and len(parts) <= 4:
        return 0.9 if cue else 0.78
    if reverse or initials:
        return 0.75 if cue else 0.6
    return 0.75 if cue and len(parts) <= 3 else 0.0
