"""Known names: one pass of an Aho-Corasick automaton over the folded text, then boundary, case and context checks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from ahocorasick_rs import AhoCorasick, MatchKind

from kg.extract.page import Candidate, Page, Passage
from kg.extract.words import COMMON_ENGLISH, GENERAL_ACRONYMS
from kg.lexicon import Entry, Lexicon
from kg.text import HAN, fold, has_cjk, is_cjk, taiwan_terms

__all__ = ["Gazetteer", "find_known_names", "find_typos", "spellings"]

_VERB = r"(?:等|等人)?(?:联合|首次|最新|又|也|团队|研究者|研究人员)?(?:提出|推出|发布|开源|搞出|研发|研究|宣布|公布|打造|利用|新|的)"
_ACTOR = re.compile(
    r"\s*(?:的(?=教授|研究|团队|学者|博士|实验室|老师|同学|论文|工作)|(?!的)(?:等|等人)?(?:联合|首次|最新|又|也|团队|研究者|研究人员)?(?:提出|推出|发布|开源|搞出|研发|宣布|公布|打造)|教授|博士|团队|联合)"
)
"""What follows a short Chinese name of an institution that does something; `有多大的提升` is none."""
_CUES: dict[str, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "Institution": (
        re.compile(r"(?:来自|就职于|任职于|加入|毕业于|就读于|隶属|在|与|和|、|，)\s*$"),
        re.compile(
            rf"\s*(?:{_VERB}|教授|博士|团队|实验室|研究|大学|公司|工程师|、|和|联合|AI|CEO|创始人|华人|华裔|学者|毕业)"
        ),
    ),
    "Person": (
        re.compile(r"(?:教授|博士|作者|导师|老师|院士|大神|大牛|创始人|CEO|与|和|、|，|由|：|——|-)\s*$"),
        re.compile(r"\s*(?:等|教授|博士|老师|院士|先生|团队|的|、|和|，|：|一作|提出|说|认为|,)"),
    ),
    "Model": (
        re.compile(
            r"(?:提出|使用|采用|基于|利用|引入|用|从|到|和|与|、|/|\+|,|，|：|——|优于|超越|[Tt]he|[Uu]s(?:e|ing)|and|vs\.?)\s*$"
        ),
        re.compile(
            r"\s*(?:网络|模型|算法|方法|层|激活|优化|损失|函数|结构|架构|模块|机制|单元|是|的|在|、|和|与|：|:|/|\+|，|等|\(|（|block|layer|model|network|loss|optimizer|activation|algorithm|$)"
        ),
    ),
    "Dataset": (
        re.compile(r"(?:在|基于|使用|on|the|、|和|，)\s*$"),
        re.compile(r"\s*(?:数据|上|语料|集|基准|、|和|data|benchmark|corpus|challenge)", re.I),
    ),
    "Venue": (
        re.compile(r"(?:发表(?:于|在)|收录于|被|入选|登上|刊登于|in|at|,|\*|_|”|\")\s*$"),
        re.compile(
            r"\s*(?:['’]?\d{2}\b|\s?(?:19|20)\d\d|最佳|论文|收录|接收|录用|期刊|杂志|子刊|会议|\*|上|oral|best|workshop|paper)",
            re.I,
        ),
    ),
    "Tool": (
        re.compile(r"(?:使用|用|基于|采用|通过|安装|支持|如何用|在|和|、|/|：|，|with|in|using|and)\s*$"),
        re.compile(r"\s*(?:实现|语言|代码|编写|框架|库|工具|平台|版|编程|开发|源码|教程|中|上|下|、|和|的|/|，|$)"),
    ),
    "Topic": (re.compile(r""), re.compile(r"")),
    "Paper": (re.compile(r"[《“\"]\s*$"), re.compile(r"\s*[》”\"]")),
}
"""What may stand left and right of an ambiguous name when it really is of the type."""

_SCRIPT_CHANGE = re.compile(r"(?<=[a-z0-9])(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=[a-z0-9])")
_ASCII_WORD = re.compile(r"[a-z0-9]").search
_YEAR = re.compile(r"(?:\s?[-'’]?\s?(?:19|20)\d\d|['’]?\d\d)(?![0-9A-Za-z])")
_FOUR_DIGITS = re.compile(r"(?:19|20)\d\d$")
_PLURAL = re.compile(r"(?:e?s)(?![0-9A-Za-z])")
_TAIL = re.compile(r"-[a-z]+$")
_HEAD = re.compile(
    r"^(?:non|pre|post|multi|semi|self|anti|re|un|de|sub|co|inter|cross|mini|super|pseudo|quasi|like)-$", re.I
)


_INSIDE_WORD = re.compile(rf"[^\W_{HAN}]{{2}}").match
"""Two characters of a word (`kg.text.is_word`), of which one is before the match: it starts inside a longer word."""


class Gazetteer:
    """Names with their entries, compiled for one-pass matching over folded text."""

    def __init__(self, lexicon: Lexicon) -> None:
        patterns: dict[str, list[tuple[Entry, str]]] = {}
        forms = spellings(dict.fromkeys(name for entry in lexicon for name in entry.names))
        for entry in lexicon:
            for name in entry.names:
                for variant in forms[name]:
                    bucket = patterns.setdefault(variant, [])
                    # Only the entry that is being compiled can be the same.
                    if not bucket or bucket[-1][0] is not entry:
                        bucket.append((entry, name))
        ordered = sorted(patterns)
        self.__setstate__((ordered, [tuple(patterns[name]) for name in ordered]))

    def __getstate__(self) -> tuple[list[str], list[tuple[tuple[Entry, str], ...]]]:
        return self._names, self._entries

    def __setstate__(self, state: tuple[list[str], list[tuple[tuple[Entry, str], ...]]]) -> None:
        self._names, self._entries = state
        self._automaton = (
            AhoCorasick(self._names, matchkind=MatchKind.Standard, store_patterns=False) if self._names else None
        )

    def matches(self, folded: str) -> list[tuple[int, int, int]]:
        """Every occurrence of every name in a folded text: number of the name, start, end."""
        return self._automaton.find_matches_as_indexes(folded, overlapping=True) if self._automaton else []

    def entries(self, number: int) -> tuple[tuple[Entry, str], ...]:
        """The entries of a name, each with the name as the lexicon writes it."""
        return self._entries[number]


_END = "\0"
"""Between names that are folded together, which is much faster than one by one."""


def spellings(names: Iterable[str]) -> dict[str, Iterable[str]]:
    """Name -> its folded spellings; Chinese ones also as Taiwan calls them, word for word and with the one word 網路 alone."""
    names = list(names)
    chinese = [name for name in names if has_cjk(name)]
    found = {name: {form} for name, form in zip(names, _plain(names), strict=True)}
    for forms in (taiwan_terms(chinese), [name.replace("网络", "网路") for name in chinese]):
        for name, form in zip(chinese, _plain(forms), strict=True):
            found[name].add(form)
    return {
        name: _variants(*forms) if len(forms) == 1 else {spelling for form in forms for spelling in _variants(form)}
        for name, forms in found.items()
    }


def _plain(names: Sequence[str]) -> list[str]:
    """Names folded, with single blanks."""
    joined = _END.join(names)
    # A letter that is two in lower case changes how all of a text is folded.
    together = len(joined.lower()) == len(joined) and joined.count(_END) == len(names) - 1
    folded = fold(joined).split(_END) if together else map(fold, names)
    return [name if name.isalnum() else " ".join(name.split()) for name in folded]


def _variants(folded: str) -> Iterable[str]:
    """Spellings of one folded name: hyphen, blank or nothing between its parts; a blank between Latin and Chinese or none."""
    if folded.isalnum() and (folded.isascii() or not _ASCII_WORD(folded)):
        return (folded,) if len(folded) >= 2 else ()
    found = {folded}
    if " " in folded or "-" in folded:
        spaced, hyphened = folded.replace("-", " "), folded.replace(" ", "-")
        found |= {spaced, hyphened}
        parts = spaced.split(" ")
        # `R-CNN` may be written RCNN, but `Long Short` never LongShort unless short: long run-together forms do not occur.
        if len(folded) <= 24 or has_cjk(folded):
            found.add("".join(parts))
        if len(parts) > 2:
            found |= {"-".join(parts[:-1]) + " " + parts[-1], " ".join(parts[:-1]) + "-" + parts[-1]}
    if has_cjk(folded):
        mixed = _SCRIPT_CHANGE.sub(" ", folded)
        found |= {mixed, mixed.replace(" ", "")} if mixed != folded else set()
    return {variant for variant in found if len(variant) >= 2}


def find_known_names(page: Page, gazetteer: Gazetteer) -> Iterator[Candidate]:
    """Names of the lexicon, with 0.95 for sure ones and less for those that only the context makes likely."""
    weak: list[tuple[Candidate, Entry]] = []
    sure: set[str] = set()
    for passage in page.passages:
        text = passage.text
        for number, start, end in gazetteer.matches(passage.folded):
            if start and _INSIDE_WORD(text, start - 1):
                continue
            entries = gazetteer.entries(number)
            if entries[0][0].type == "Venue":
                year = _YEAR.match(text, end)
                end = year.end() if year else end
            if not _bounded(passage, start, end):
                continue
            surface = text[start:end]
            for entry, name in entries:
                strength = _strength(passage, surface if entry.type != "Venue" else _YEAR.sub("", surface), name, entry)
                if strength == 0:
                    continue
                candidate = Candidate(passage.index, start, end, entry.type, "lexicon", strength, entry.key)
                if name in entry.weak or strength < 0.6:
                    weak.append((candidate, entry))
                else:
                    sure.add(entry.key)
                    yield candidate
    supports = [
        (candidate, entry, _support(page.passages[candidate.passage], candidate, entry, entry.key in sure))
        for candidate, entry in weak
    ]
    shown = {entry.key for _, entry, support in supports if support and entry.type == "Topic"}
    for candidate, entry, support in supports:
        # An everyday word that a heading or a link makes a subject of the note is one in the note's prose too.
        support = support or (0.6 if entry.key in shown and _whole_words(page, candidate) else 0.0)
        if support:
            yield Candidate(
                candidate.passage, candidate.start, candidate.end, entry.type, "lexicon context", support, entry.key
            )


def _whole_words(page: Page, candidate: Candidate) -> bool:
    breaks = page.passages[candidate.passage].breaks
    return candidate.start in breaks and candidate.end in breaks


def _bounded(passage: Passage, start: int, end: int) -> bool:
    """Whether a match that begins no word's middle is a name of its own: not part of a hyphenated name or across Chinese words."""
    text = passage.text
    chinese = True
    if not (is_cjk(text[start]) and is_cjk(text[end - 1])):
        first, last = passage.latin_at(start), passage.latin_at(end - 1)
        if first and first[0] < start:
            head = text[first[0] : start]
            if not (_HEAD.match(head) or (head.endswith(("&", "_", ".")) and head[:-1].islower())):
                return False
        if last and last[1] > end:
            tail = text[end : last[1]]
            if not (_PLURAL.fullmatch(tail) or _TAIL.fullmatch(tail) or tail in ("'s", "’s")):
                return False
        chinese = not first and not last
    # What has four characters is long enough to be no accident.
    if chinese and end - start < 4 and passage.breaks and not {start, end} <= passage.breaks:
        return end - start == 3 and _no_word_across(passage, start, end)
    return True


def _no_word_across(passage: Passage, start: int, end: int) -> bool:
    """Whether no dictionary word of three or more characters straddles an edge of a three-character name."""
    return not any(
        (word.start < start < word.end or word.start < end < word.end) and word.end - word.start >= 3
        for word in passage.words
        if word.end > start and word.start < end
    )


def _strength(passage: Passage, surface: str, name: str, entry: Entry) -> float:
    """How sure the spelling alone makes a match: 0 for none, below 0.6 where the context must decide."""
    if not surface.isascii():
        return 0.95
    letters = surface if surface.isalpha() else "".join(filter(str.isalpha, surface))
    if not letters:
        return 0.0
    if surface == name:
        return 0.95
    if surface.islower() and not name.islower():
        if surface in COMMON_ENGLISH:
            return 0.0
        if len(letters) <= 5:
            return 0.85 if passage.cjk and len(letters) >= 2 else 0.0
        return 0.9
    if len(letters) <= 3 and name.isupper() and not surface.isupper():
        return 0.5 if passage.cjk else 0.0
    return 0.9


def _support(passage: Passage, candidate: Candidate, entry: Entry, known: bool) -> float:
    """How far the context makes an ambiguous name one of its type; 0 lets it go."""
    left, right = (
        passage.text[max(0, candidate.start - 12) : candidate.start],
        passage.text[candidate.end : candidate.end + 14],
    )
    surface = passage.text[candidate.start : candidate.end]
    if known:
        return 0.9
    if surface.upper() in GENERAL_ACRONYMS and entry.type in ("Model", "Dataset"):
        return 0.0
    before, after = _CUES[entry.type]
    if surface.isascii():
        if surface.islower() and surface in COMMON_ENGLISH:
            return 0.0
        if entry.type == "Venue" and _YEAR.search(surface):
            return 0.85
        if entry.type == "Venue" and surface.isupper() and passage.cjk:
            return 0.75 if before.search(left) or after.match(right) else 0.0
        if entry.type in ("Venue", "Paper"):
            return 0.8 if before.search(left) and after.match(right) else 0.0
        named = surface[0].isupper()
        if passage.cjk and named:
            return 0.8 if before.search(left) or after.match(right) else 0.7
        if passage.heading and named:
            return 0.7
        return 0.65 if named and before.search(left) and after.match(right) and entry.type != "Topic" else 0.0
    if entry.type == "Topic":
        if passage.heading:
            return 0.7
        # Two or three characters are an everyday word more often than a subject: 优化, 探索, 分类.
        return 0.6 if len(surface) >= 4 and {candidate.start, candidate.end} <= passage.breaks else 0.0
    if entry.type == "Institution":
        return (
            0.85
            if _ACTOR.match(right) or re.search(r"(?:来自|毕业于|就职于|任教于|就读于|任职于|加入)$", left)
            else 0.0
        )
    if entry.type == "Person":
        if (
            passage.text[candidate.end : candidate.end + 1]
            and is_cjk(passage.text[candidate.end])
            and not after.match(right)
        ):
            return 0.0
        return 0.8 if after.match(right) or before.search(left) else 0.5
    return 0.7 if before.search(left) or after.match(right) else 0.0


def find_typos(page: Page, lexicon: Lexicon) -> Iterator[Candidate]:
    """Latin tokens that are a known name with two neighbouring letters swapped or one letter too many (`NeruIPS`, `Pytroch`)."""
    for passage in page.passages:
        for start, end in passage.latin:
            if end - start < 6 or (word := passage.text[start:end]).islower():
                continue
            year = _FOUR_DIGITS.search(word)
            word = word[:-4] if year else word
            entry = _slip_of(word, lexicon) if len(word) >= 6 else None
            if entry:
                after = _YEAR.match(passage.text, end) if entry.type == "Venue" and not year else None
                yield Candidate(passage.index, start, after.end() if after else end, entry.type, "typo", 0.8, entry.key)


@lru_cache(maxsize=1 << 14)
def _slip_of(word: str, lexicon: Lexicon) -> Entry | None:
    """The known name that a word is a slip of, if it is none itself."""
    if word.lower() in COMMON_ENGLISH or lexicon.find(word) or not any(map(str.isupper, word)):
        return None
    return next(
        (
            entry
            for name in _one_slip(word)
            for entry in lexicon.find(name)
            if word[0] == name[0] and any(_same_build(name, known) for known in entry.names)
        ),
        None,
    )


def _same_build(slip: str, known: str) -> bool:
    """Whether two spellings differ in nothing but case: `Define` is no slip of `D-FINE`."""
    return slip.lower() == known.lower()


def _one_slip(word: str) -> Iterator[str]:
    for index in range(1, len(word) - 1):
        if word[index] != word[index + 1]:
            yield word[:index] + word[index + 1] + word[index] + word[index + 2 :]
    if word.istitle():
        # A letter less makes one English word of another: Vision, Visio; Scalar, Scala.
        return
    for index in range(1, len(word)):
        if word[index].islower():
            yield word[:index] + word[index + 1 :]
