"""Latin-script names that no lexicon has, in Chinese and English prose: by shape, suffix, cue words and position."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from kg.extract.page import Candidate, Page, Passage
from kg.extract.paper_links import link_identifier
from kg.extract.words import COMMON_ENGLISH, NOT_A_NAME, PLAIN_ENGLISH
from kg.lexicon import Lexicon
from kg.text import has_cjk
from kg.weights import Group, read_weights

__all__ = ["LatinName", "find_latin_names", "latin_candidates"]

_LEAST = 0.7
"""Probability from which a name is kept."""

_MODEL_SUFFIX = re.compile(
    r"(?:[A-Za-z0-9]{1,}(?:Nets?|NET|NN|GAN|GANs|[Ff]ormer|BERT|VAE|RNN|LSTM|GRU|CNN|GCN|GNN|GAT|GPT|Boost|Flow|ViT|DETR|YOLO|SGD|Adam|LM|LLM|MoE|DQN|MLP|CRF|SVM|ELM|KNN|HMM|GMM|AE|Loss|Attention|Seg|Diff|Mamba|LoRA|Prop|prop|Grad|Max|Mix|Mixup|Drop|Norm|ReLU|LU|NeRF))$"
)
_HEAD_NOUNS = {
    "Model": frozenset(
        """
    network networks net nets attention transformer transformers loss pooling convolution convolutions block
    blocks machine machines autoencoder autoencoders encoder decoder search sampling descent regression forest
    forests tree trees unit units field fields process optimizer algorithm policy normalization multiplication
    depth embedding embeddings connection connections module flow flows classifier kernel filter perceptron
    propagation backpropagation boosting bagging dropout activation
    """.split()
    ),
    "Topic": frozenset(
        """
    detection recognition segmentation learning estimation generation translation classification tracking
    processing vision understanding reasoning forecasting prediction retrieval recommendation summarization
    parsing clustering optimization compression distillation pruning quantization augmentation adaptation
    alignment matching reconstruction completion captioning answering extraction modeling modelling
    representation representations theory equation equations control transport systems inference regularization
    initialization generalization bias variance gradient gradients hypothesis descent analysis programming
    computing planning navigation enhancement restoration denoising
    """.split()
    ),
}
_VERSION = re.compile(
    r"^(?:[vV]?\d+(?:\.\d+)*[a-z]?|I{1,3}|IV|[A-Z]|Pro|Plus|Max|Mini|Large|Base|Small|Tiny|XL|XXL|Lite|Turbo)$"
)
_DATED = re.compile(r"^[A-Z]{3,}['’]?(?:19|20)\d\d$")
_CAMEL = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]+[A-Za-z]*[A-Z]?|[A-Za-z]\d[A-Za-z]|[A-Z][a-z]+[A-Z]")
_CAPS = re.compile(r"^[A-Z][A-Z0-9²³]{2,9}s?$")
_HYPHEN = re.compile(r"^(?:[A-Za-z0-9²³]+-)+[A-Za-z0-9²³]+$")

_RIGHT = [
    (
        "Dataset",
        0.5,
        re.compile(r"\s*(?:数据集|数据库(?!管理)|语料|基准|测试集|竞赛数据|[Dd]ataset|[Cc]orpus|[Bb]enchmark)"),
    ),
    (
        "Venue",
        0.5,
        re.compile(
            r"\s?['’]?(?:19|20)\d\d\s*(?:最佳|论文|收录|接收|录用|上|会议|workshop|oral|best|Workshop|Oral|年会|投稿|[)）】,，]|$)"
        ),
    ),
    ("Person", 0.5, re.compile(r"\s*(?:等人|教授|博士|老师|院士|et al\b)")),
    (
        "Tool",
        0.45,
        re.compile(
            r"\s*(?:工具|库(?![斯仑])|软件|平台|插件|引擎|编辑器|编程语言|语言(?!模型)|芯片|框架|操作系统|数据库管理|组件|命令|SDK|IDE)"
        ),
    ),
    (
        "Institution",
        0.5,
        re.compile(r"\s*(?:公司|大学|团队|实验室|研究院|创始人|CEO|CTO|研究员|工程师|员工|总部|旗下|集团|华人)"),
    ),
    (
        "Model",
        0.45,
        re.compile(
            r"\s*(?:算法|模型|网络|方法|架构|结构|损失|优化器|激活函数|层(?![次面级])|模块|机制|卷积|单元|分类器|检测器|编码器|解码器|变体|block\b|layer\b|loss\b|model\b|network\b|algorithm\b|optimizer\b|attention\b)"
        ),
    ),
    (
        "Institution",
        0.3,
        re.compile(r"\s*(?:等?联合|最新|首次|详解|宣布|收购|投资|上市|发布|推出|提出|开源|研究者|研究人员)"),
    ),
]
_LEFT = [
    (
        "Model",
        0.35,
        re.compile(
            r"(?:提出了?|推出了?|搞出|新模型|网络|模型|算法|方法|架构|优化器|激活函数|变体|叫做|称为|名为|简称|即|——|损失)[\s：:“\"'(（]*$"
        ),
    ),
    ("Model", 0.2, re.compile(r"(?:基于|使用|采用|利用|结合|改进|用|从|超越|优于|取代|对比|比)\s*$")),
    ("Tool", 0.35, re.compile(r"(?:工具|框架|库|软件|平台|安装|编译|部署|神器|插件|语言)[\s：:]*$")),
    ("Dataset", 0.4, re.compile(r"(?:数据集|语料库|基准|在)\s*$")),
    (
        "Institution",
        0.4,
        re.compile(r"(?:公司|大学|来自|加入|就职于|供职于|任职于|收购|团队|创业公司|初创|厂商)[\s：:]*$"),
    ),
    ("Person", 0.4, re.compile(r"(?:教授|博士|作者[：:]|导师|创始人|大神|大牛|科学家|学者)\s*$")),
]
_WORD_BEFORE = re.compile("[\u4e00-\u9fff—][\\s：:“\"'(（]*$").search
"""What all of `_LEFT` end in."""
_DEFINITION = re.compile(
    r"\s*[：:，,]\s*(?=[\u4e00-\u9fff])|\s*(?:是(?:一种|一个|一类|指|基于|由)|[（(](?=[A-Z\u4e00-\u9fff]))"
)
_DATASET_LEFT_NEEDS = re.compile(r"\s*(?:上|数据|集)")


class LatinName(NamedTuple):
    """A run of Latin script in a passage: its range, its text with single blanks, its words."""

    start: int
    end: int
    surface: str
    parts: tuple[str, ...]


def find_latin_names(page: Page, lexicon: Lexicon) -> Iterator[Candidate]:
    """Names with the type that their shape and surroundings speak for, as far as a linear model takes them for names."""
    named, kind = read_weights("latin_names"), read_weights("latin_types")
    for passage, name, own, features in _described(page, lexicon):
        if own is None:
            yield Candidate(passage.index, name.start, name.end, "Model", "variant", 0.85)
            continue
        chance = named.yes_with(own, features)
        if chance >= _LEAST:
            type_ = _announced(passage, name) or kind.best_with(own, features)[0]
            if type_ == "Person" and not any(item.startswith(("right=Person", "left=Person")) for item in features):
                # Without a word that says so, people are for the finder of people.
                continue
            yield Candidate(passage.index, name.start, name.end, type_, "name shape", min(0.9, chance))


def latin_candidates(page: Page, lexicon: Lexicon) -> Iterator[tuple[Passage, LatinName, tuple[str, ...]]]:
    """Everything in Latin script that could be a name, with what speaks for and against it.

    That is `("variant",)` for what is composed of a known model's name.
    """
    for passage, name, own, features in _described(page, lexicon):
        yield passage, name, (*own.features, *features) if own else ("variant",)


def _described(page: Page, lexicon: Lexicon) -> Iterator[tuple[Passage, LatinName, Group | None, list[str]]]:
    """What could be a name, with the features of its surface (None for a variant of a known model) and of its place."""
    published = _sections_with_papers(page)
    found = []
    for passage in page.passages:
        if passage.latin:
            found += [(passage, name) for name in _names(passage) if _could_be_a_name(passage, name)]
    times = Counter([name.surface for _, name in found])
    for passage, name in found:
        own, base = _own_features(name.surface, name.parts, lexicon)
        if own is None:
            yield passage, name, None, []
            continue
        place = (page.section(passage).level, passage.block.section in published)
        yield passage, name, own, _place_features(passage, name, base, place, times[name.surface])


def _could_be_a_name(passage: Passage, name: LatinName) -> bool:
    surface = name.surface
    if surface in NOT_A_NAME or not 2 <= len(surface) <= 60 or not any(char.isalpha() for char in surface):
        return False
    if surface.istitle() and surface.lower() in PLAIN_ENGLISH:
        return False
    return not (surface.islower() and (surface in PLAIN_ENGLISH or not passage.cjk))


def _sections_with_papers(page: Page) -> set[int]:
    """Sections in which a paper or a repository is linked: their headings name what it introduces."""
    return {link.section for link in page.document.links if link_identifier(link.url)}


def _names(passage: Passage) -> Iterator[LatinName]:
    """Tokens and runs of tokens that could be names."""
    text = passage.text
    tokens = [(start, end, text[start:end]) for start, end in passage.latin]
    index = 0
    while index < len(tokens):
        start, end, word = tokens[index]
        stop = index + 1
        if _named(word) or (passage.cjk and word.isalpha()):
            while stop < len(tokens) and stop - index < 5 and text[tokens[stop - 1][1] : tokens[stop][0]] == " ":
                following = tokens[stop][2]
                if not (
                    _named(following)
                    or _version_at(passage.text, *tokens[stop])
                    or (passage.cjk and following.isalpha())
                ):
                    break
                stop += 1
        if stop - index > 1:
            words = [token[2] for token in tokens[index:stop]]
            run = _phrase(words)
            if run:
                low, high = run
                yield LatinName(
                    tokens[index + low][0],
                    tokens[index + high - 1][1],
                    " ".join(words[low:high]),
                    tuple(words[low:high]),
                )
                index += high
                continue
        yield LatinName(start, end, word, (word,))
        index += 1


def _version_at(text: str, start: int, end: int, word: str) -> bool:
    """Whether a token is a version: `v2`, `3.0`, `XL`; a bare number before a Chinese measure word counts things (`ResNet 4大优势`)."""
    return bool(_VERSION.match(word)) and not (word.isdigit() and has_cjk(text[end : end + 2].strip()))


def _named(word: str) -> bool:
    if _DATED.search(word):
        return False
    return word[0].isupper() and word.lower() not in COMMON_ENGLISH and len(word) > 1


def _phrase(words: list[str]) -> tuple[int, int] | None:
    """The part of a run that is one name: ends in a head noun or a version, or is all capitalised."""
    for high in range(len(words), 1, -1):
        last = words[high - 1]
        if any(last.lower() in heads for heads in _HEAD_NOUNS.values()) or (
            _MODEL_SUFFIX.search(last) and last.isupper()
        ):
            low = 0
            while (
                low < high - 1
                and words[low].lower() in COMMON_ENGLISH
                and words[low].lower() not in ("deep", "long", "short", "first", "second", "level")
            ):
                low += 1
            if high - low >= 2:
                return low, high
        if _VERSION.match(last) and _named(words[high - 2]) and high >= 2:
            return high - 2, high
    if all(map(_named, words)) and 2 <= len(words) <= 4:
        return 0, len(words)
    return None


@lru_cache(maxsize=1 << 14)
def _own_features(surface: str, parts: tuple[str, ...], lexicon: Lexicon) -> tuple[Group | None, float]:
    """Names of what is true of a surface by itself, and how much it looks like a name; None for a known model's variant."""
    base, default = _shape(surface, parts, lexicon)
    if default == "known":
        return None, base
    found = [f"shape={_pattern(surface)}", f"base={base}", f"default={default}", f"words={len(parts)}"]
    found.append(f"length={min(len(surface), 12)}")
    lower = surface.lower()
    found += [f"ends={lower[-size:]}" for size in (2, 3, 4) if len(lower) > size]
    found.append(f"begins={lower[:3]}")
    if len(parts) > 1:
        found.append(f"last={parts[-1].lower()}")
    if any(part.lower() in COMMON_ENGLISH for part in parts):
        found.append("common word")
    return Group(tuple(found)), base


def _place_features(passage: Passage, name: LatinName, base: float, place: tuple[int, bool], times: int) -> list[str]:
    """Names of what is true of the place where a name stands."""
    text, surface = passage.text, name.surface
    level, published = place
    titles = passage.links
    right, left = text[name.end : name.end + 16], text[max(0, name.start - 14) : name.start]
    found = [f"right={kind} {weight}" for kind, weight, pattern in _RIGHT if pattern.match(right)]
    if _WORD_BEFORE(left):
        found += [f"left={kind} {weight}" for kind, weight, pattern in _LEFT if pattern.search(left)]
    script = "zh" if passage.cjk else "en"
    near, far = right.lstrip(), left.rstrip()
    found += [f"next={near[:1]}", f"next={near[:2]}", f"before={far[-1:]}", f"before={far[-2:]}"]
    if _DATASET_LEFT_NEEDS.match(right):
        found.append("on it")
    opening = any(start <= name.start <= start + 1 for start, _, _ in titles) or (not titles and name.start == 0)
    if opening:
        found.append(f"opening:{bool(_DEFINITION.match(right))}")
    whole = len(text.strip()) - len(surface) <= 3
    where = "heading" if passage.heading else "link" if titles else passage.block.kind
    found += [f"where={where}:{script}", f"whole={where}:{whole}", f"where shape={where}:{base}:{script}"]
    if passage.heading:
        found += [f"level={min(level, 3)}:{whole}", f"published={published}:{whole}:{base >= 0.2}"]
    found += [f"times={min(times, 5)}", f"times shape={min(times, 3)}:{base}"]
    return found


_PLAIN = 0.45
"""Weight from which the word after a name says by itself what the name is: `StripeBench 数据集`."""


def _announced(passage: Passage, name: LatinName) -> str:
    """The type that the words after a name call it, empty where they say nothing or several things."""
    right = passage.text[name.end : name.end + 16]
    kinds = {kind for kind, weight, pattern in _RIGHT if weight >= _PLAIN and pattern.match(right)}
    return kinds.pop() if len(kinds) == 1 else ""


def _pattern(surface: str) -> str:
    """Upper, lower and digits as A, a and 0, runs as A+, a+ and 0+: `ResNet-50` -> `AaAa+-0+`."""
    flat = "".join(
        "A" if char.isupper() else "a" if char.isalpha() else "0" if char.isdigit() else char for char in surface
    )
    return re.sub(r"(A|a|0)\1+", r"\1+", flat)[:16]


def _shape(surface: str, parts: tuple[str, ...], lexicon: Lexicon) -> tuple[float, str]:
    """How much a surface looks like a name by itself, and the type that its ending speaks for."""
    if len(parts) > 1:
        last = parts[-1].lower()
        if _MODEL_SUFFIX.search(parts[-1]) and parts[-1].isupper():
            return (0.4 if all(part[0].isupper() for part in parts) else 0.2), "Model"
        for kind, heads in _HEAD_NOUNS.items():
            if last in heads:
                capitals = sum(part[0].isupper() for part in parts)
                return (0.4 if capitals == len(parts) else 0.25), kind
        if _VERSION.match(parts[-1]):
            known = [entry for entry in lexicon.find(" ".join(parts[:-1])) if entry.type == "Model"]
            return (0.4, "known") if known else (0.3, "")
        return 0.15, ""
    word = surface
    if word.lower() in COMMON_ENGLISH or word.rstrip("s") in NOT_A_NAME:
        return 0.0, ""
    if _DATED.match(word):
        return 0.3, "Venue"
    if _HYPHEN.match(word):
        pieces = word.split("-")
        of_model = (
            any(entry.type == "Model" for piece in (pieces[0], pieces[-1]) for entry in lexicon.find(piece))
            and len(word) >= 5
        )
        capital = any(len(piece) >= 2 and piece.isupper() for piece in pieces) or any(map(_CAMEL.search, pieces))
        lower = sum(piece.islower() and piece.isalpha() for piece in pieces)
        if of_model and lower == 0 and capital:
            return 0.4, "known"
        if re.fullmatch(r"\d+-?[A-Za-z]{1,2}|[A-Za-z]-?\d+|\d+(?:-\d+)+", word) or lower == len(pieces):
            return 0.0, ""
        return (0.4 if capital and not lower else 0.25), "Model" if _MODEL_SUFFIX.search(word) else ""
    if _MODEL_SUFFIX.search(word) and not word.islower() and len(word) >= 4:
        return 0.45, "Model"
    if _CAMEL.search(word):
        return 0.4, ""
    if _CAPS.match(word):
        return 0.3 if len(word) <= 6 else 0.25, ""
    if any(char.isdigit() for char in word):
        return (0.2 if word[0].isalpha() else 0.0), ""
    if word[0].isupper():
        return 0.15, ""
    return 0.0, ""
