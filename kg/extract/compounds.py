"""Chinese names built from parts: a modifier before a known model (可逆RNN), and what headings name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.extract.page import Candidate, Page, Passage
from kg.extract.words import FACETS, FILLER, GENERIC, PLAIN_ENGLISH, TITLE_NOISE, is_generic
from kg.text import is_cjk

__all__ = ["find_compounds", "find_headings", "noun_chunk_start"]

_MODIFIER = re.compile(
    r"(?:双向|多层|深层|深度|浅层|可逆|关系|时空|层次|分层|稀疏|条件|变分|对抗|因果|卷积|残差|递归|堆叠|异构|同构|动态|静态|轻量级?|朴素|概率|贝叶斯|量子|脉冲|区域|全局|局部|多头|多尺度|"
    r"多模态|多任务|多智能体|自适应|自监督|半监督|无监督|弱监督|分布式|联邦|鲁棒|加权|增量|在线|离线|快速|随机|模糊|图|神经|胶囊|门控|空洞|可变形|可分离|分组|反向|逆向|正则化|"
    r"级联|并行|串行|混合|组合|广义|线性|非线性|核|连续|离散|高阶|低秩|张量|端到端|异步|同步|分数阶|时间|空间|三维|二维|有序|记忆|注意力|循环)"
)
_MODIFIER_RUN = re.compile(rf"(?:{_MODIFIER.pattern})(?:{_MODIFIER.pattern})? ?$")
_CHUNK_TAGS = ("n", "nz", "vn", "b", "an", "nt", "l", "j", "eng", "nr", "ns", "i", "g", "k", "q")
_MODEL_HEADS = re.compile(
    r"(?:网络|算法|函数|单元|自编码器|编码器|解码器|分类器|优化器|神经元|注意力|卷积|残差连接|连接|池化|机)$"
)
_NUMBERING = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百\d]+[章节讲课篇部回]|[（(]?[一二三四五六七八九十]+[)）]?[、.．：: ]|\d+(?:\.\d+)*[.、．)）: ]|\d+(?:\.\d+)+|[IVX]{1,4}[.、．:：) ]\s*|[Cc]hap(?:ter)?\.? ?\d+|[Ss]tep ?\d+|Q\d+|[①-⑳])\s*"
)
_SPLIT = re.compile(r"\s*(?:[,，、;；|｜+＋&]|\s/\s|——|--+|—|：|:(?=\s)| vs\.? | VS\.? )\s*")
_SERIES = re.compile(r"\s*[（(](?:[一二三四五六七八九十百零\d]+|上|中|下|续|完)[)）]\s*")
_ASKING = re.compile(
    r"[?？!！。]|如何|怎么|怎样|什么|为什么|哪些|是否|多少|我|你|他|们|吗|呢|吧|了$|的$|^[^\w]*$|\d{4}|^\d|等$"
)


def find_compounds(page: Page, models: Sequence[Candidate]) -> Iterator[Candidate]:
    """Known models with a Chinese modifier."""
    for model in models:
        passage = page.passages[model.passage]
        if passage.cjk:
            match = _MODIFIER_RUN.search(passage.text, max(0, model.start - 9), model.start)
            if match and match.start() in passage.breaks and passage.text[model.start : model.start + 1].isascii():
                yield Candidate(model.passage, match.start(), model.end, "Model", "compound", 0.7)


def noun_chunk_start(passage: Passage, index: int, most: int) -> int:
    """Index of the first of up to `most` noun-like words that run into word `index` without a gap."""
    words, text = passage.words, passage.text
    first = index
    while first > 0 and index - first < most and words[first - 1].end == words[first].start:
        word = words[first - 1]
        surface = text[word.start : word.end]
        if not word.tag.startswith(_CHUNK_TAGS) or surface in GENERIC or not (is_cjk(surface[0]) or word.tag == "eng"):
            break
        if word.end - word.start == 1 and word.tag in ("n", "q", "k", "g"):
            break
        first -= 1
    return first


def find_headings(page: Page) -> Iterator[Candidate]:
    """What headings name: the heading without numbering and without words like 综述, part by part."""
    for passage in page.passages:
        if not passage.heading:
            continue
        if passage.block.kind == "title" and len(passage.text) > 12 and not _SERIES.search(passage.text):
            continue
        lead = _NUMBERING.match(passage.text)
        at = lead.end() if lead else 0
        for start, end in _parts(passage.text, at):
            name = passage.text[start:end]
            if not _names_a_topic(name) or _says_nothing(passage, start, end) or _is_idiom(passage, start, end):
                continue
            chinese = sum(map(is_cjk, name))
            model = chinese and chinese >= 3 and _MODEL_HEADS.search(name) is not None and not name.endswith("算法")
            kind = "Model" if model else "Topic"
            yield Candidate(
                passage.index, start, end, kind, "heading", 0.6 if passage.block.kind == "heading" else 0.55
            )


def _parts(text: str, at: int) -> Iterator[tuple[int, int]]:
    text = _SERIES.sub(lambda match: "|" * len(match[0]), text)
    position = at
    for match in [*_SPLIT.finditer(text, at), None]:
        end = match.start() if match else len(text)
        start, stop = position, end
        while start < stop and (text[start].isspace() or text[start] in "“\"'【[(（*"):
            start += 1
        while stop > start and (text[stop - 1].isspace() or text[stop - 1] in "”\"'】])）*+#"):
            stop -= 1
        piece = text[start:stop]
        noise = TITLE_NOISE.search(piece)
        if noise and noise.start() >= 2:
            stop = start + noise.start()
            while stop > start and text[stop - 1].isspace():
                stop -= 1
        if stop > start:
            yield start, stop
        position = match.end() if match else end


_COLLECTION = re.compile(
    r"(?:记录|清单|列表|链接|合集|汇总|收藏|书单|资源|资料|目录|索引|日志|周报|日报|周刊|月刊|杂谈|随笔|闲聊|待办|导航|笔记|大全|集锦|问答|一览|盘点|精选|思考|想法|经验|心得|体会|效果|细节|疑问|感想|建议|计划|观点|展示|准备)$|\b(?:[Rr]esources|[Ll]inks|[Rr]eading [Ll]ist|FAQ|TODO|[Bb]ookmarks|[Mm]isc)$"
)
"""Headings over a collection say what kind of things follow, not what about."""


_PHRASE = re.compile(
    r"的|之|在.+[中上里]$|^(?:实现|安装|创建|获取|添加|删除|修改|设置|查看|启动|运行|下载|读取|调用|编写|解决|打开|关闭|加载|搭建|(?:配置|计算|编译|调试|处理)(?=[A-Za-z]))|^(?:从|把|将|对|在|给|让|使|用|使用|利用|基于|关于|通过|各种|各类|几种|其他|其它|更多|一些|相关|常用|常见)|(?:前沿|杂谈|闲谈|技巧|体系|案例|实例|步骤|要点|难点|差异|前世今生|发展史|大全|注意点|工作原理|实现原理|基本原理|基本操作|基本用法|使用方法)$"
)
"""Headings that say something about a thing are no names of it."""


def _says_nothing(passage: Passage, start: int, end: int) -> bool:
    """Whether a range ends in a word that only says which side of a thing is shown (k8s起源), or has none that names one."""
    if not passage.cjk:
        return all(word in PLAIN_ENGLISH for word in passage.text[start:end].lower().split())
    words = [passage.text[word.start : word.end] for word in passage.words if start <= word.start < end]
    words = [word for word in words if not word.isspace()]
    named = [word for word in words if word not in FILLER and word.lower() not in PLAIN_ENGLISH]
    # `YOLO算法` is YOLO.
    return not named or words[-1] in FACETS or (len(words) > 1 and named == words[:1] and named[0].isascii())


def _is_idiom(passage: Passage, start: int, end: int) -> bool:
    """Whether a range is one idiom (白手起家), with which headings only play."""
    return passage.cjk and any(word.tag == "i" and (word.start, word.end) == (start, end) for word in passage.words)


def _names_a_topic(name: str) -> bool:
    if is_generic(name) or _ASKING.search(name) or _COLLECTION.search(name):
        return False
    chinese = sum(map(is_cjk, name))
    if chinese:
        return 2 <= len(name) <= 14 and chinese >= 2 and not _PHRASE.search(name)
    words = name.split()
    return (
        1 <= len(words) <= 4
        and len(name) >= 3
        and all(word[0].isalpha() for word in words)
        and name.replace(" ", "").isascii()
    )
