"""Relations that a sentence states: Chinese and English cue patterns between mentions.

In a pattern, `{M}` stands for one mention of a Model, `{M+}` for one or several joined by 、 and 和; several letters give a choice of
types (`{HI}`), `{*}` is any type. `s` and `o` are the groups of subject and object.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from kg.relate.needs import Needs, needs_of
from kg.relate.units import ANY, CLASSES

__all__ = ["CUES", "Cue", "cues_for"]

_JOIN = r"(?:\s*(?:、|,|，|/|&|和|与|及|以及|\+|and|or|或)\s*)"
_ACT = r"(?:提出|推出|发布|开源|搞出|发明|设计|研发|开发|打造|公布|构建|建立|提议|引入|发表|首创)"
_WHO = r"(?:等人?|等学者|团队|课题组|研究者|研究人员|研究院|实验室|老师|教授|博士|的研究者|联合团队|大神|大佬)*"
_WHEN = r"(?:\s*(?:最早|就|都|也|又|还|新|首次|最新|最近|联合|共同|重磅|正式|近日|已经|已|曾|刚刚|先后|在?\s*\d{2,4}\s*年?|于\s*\d{4}\s*年?|在[^，。；]{1,12}?中|在[^，。；]{1,10}?上))*\s*"
_NOT_BY = r"(?<!基于)(?<!基于 )(?<!用)(?<!用 )(?<!针对)(?<!针对 )(?<!对)(?<!对 )(?<!替代)(?<!替代 )(?<!取代)(?<!取代 )(?<!比)(?<!比 )(?<!超越)(?<!超越 )(?<!改进)(?<!改进 )(?<!面向)(?<!面向 )(?<!使用)(?<!使用 )(?<!结合)(?<!结合 )(?<!根据)(?<!根据 )(?<!将)(?<!将 )(?<!把)(?<!把 )"

_ITSELF = r"(?!\s?(?:的)?(?:可解释|压缩|加速|训练|优化|改进|剪枝|量化|替代|新|理论|解释|性能|分析|证明|教程|综述|推导|分布式|框架的|上的|中的|版)[^，。；：]{0,6})"
"""`提出RNN可解释性方法` proposes no RNN."""

_ITS_KIND = r"(?=\s?(?:$|[，。；,;：:（(！!]|的?(?:新|统一|通用|开源|高效|轻量|端到端)*(?:方法|框架|模型|网络|系统|工具|算法|库|平台|架构|方案|技术|数据集|器|新)|[Ff]ramework|[Mm]odel|[Nn]etwork|[Tt]oolkit|[Ll]ibrary|[Ss]ystem))"
"""`降低分布式训练的通信带宽` is about a part of the task only."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern over encoded sentences and the predicate that it states."""

    name: str
    predicate: str
    confidence: float
    pattern: re.Pattern[str]
    within_title: bool
    """Only in link titles and headings, whose style is terse."""
    needs: Needs
    """What a text must hold for the pattern to match."""
    word_in: Callable[[str], object] | None
    """Searches for one of the words that are needed; None where none is."""


def _compile(template: str) -> re.Pattern[str]:
    def replace(match: re.Match[str]) -> str:
        letters, many = match[1], match[2]
        inside = ANY if letters == "*" else "".join(CLASSES[letter] for letter in letters)
        return f"[{inside}](?:{_JOIN}[{inside}])*(?:等)?" if many else f"[{inside}]"

    return re.compile(re.sub(r"\{([A-Z*]+)(\+?)\}", replace, template))


def _cue(name: str, predicate: str, confidence: float, template: str, *, within_title: bool = False) -> Cue:
    pattern = _compile(template)
    needs = needs_of(pattern)
    return Cue(name, predicate, confidence, pattern, within_title, needs, needs.word_in())


CUES = (
    # proposes
    _cue(
        "提出",
        "proposes",
        0.85,
        rf"(?P<s>{{HI+}}){_WHO}(?:[^，。；：！？{ANY}]{{0,8}}?){_WHEN}{_ACT}(?:了|的|出)?(?P<g>(?:(?!通过|生成|利用|使用|用于|解决|实现)[^，。！？；]){{0,28}}?){_NOT_BY}(?P<o>{{MPDT+}}){_ITSELF}",
    ),
    _cue(
        "人在机构提出",
        "proposes",
        0.85,
        rf"(?P<s>{{H+}}){_WHO}[^，。；{ANY}]{{0,6}}?在\s?{{I}}[^，。；{ANY}]{{0,8}}?{_ACT}(?:了|的|出)?[^，。！？；{ANY}]{{0,20}}?(?P<o>{{MPDT+}})",
    ),
    _cue("由…提出", "proposes", 0.85, rf"(?P<o>{{MPDT}})[^，。；]{{0,12}}?由\s*(?P<s>{{HI+}})[^，。；]{{0,20}}?{_ACT}"),
    _cue(
        "proposed by",
        "proposes",
        0.85,
        r"(?P<o>{MPDT})[^.;]{0,40}?(?:proposed|introduced|developed|invented|released|created|designed|written) (?:in \d{4} )?by (?:the )?(?P<s>{HI+})",
    ),
    _cue(
        "proposes",
        "proposes",
        0.8,
        r"(?P<s>{HI+})(?:'s)?(?: et al\.?,?)?(?: \(?\d{4}\)?)?(?: team| researchers| lab)?(?: (?:has|have|first|recently|also))* (?:propose[sd]?|introduce[sd]?|released?|releases|present(?:s|ed)?|develop(?:s|ed)?|invented|open[- ]sourced|unveil(?:s|ed)?|created|designed)(?P<g>[^.,;]{0,40}?)(?P<o>{MPDT})",
    ),
    _cue(
        "作者", "proposes", 0.75, r"(?P<o>{MT})(?:的)?(?:作者|之父|发明人|创始人|发明者|提出者)[：:是为]?\s*(?P<s>{H+})"
    ),
    _cue("之父", "proposes", 0.75, r"(?P<s>{HI})的(?:代表作|经典之作|新作|力作|大作)[^，。；]{0,6}?(?P<o>{MPT})"),
    # authorOf
    _cue(
        "的论文",
        "authorOf",
        0.85,
        rf"(?P<s>{{H+}}){_WHO}[^，。；《{ANY}]{{0,16}}?(?:的|发表|提出|写|著|论文|文章|撰写|新作|[：:])[^，。；{ANY}]{{0,8}}?[《“\"]?(?P<o>{{P}})",
    ),
    _cue(
        "作者是", "authorOf", 0.8, r"(?P<o>{P})[》”\"]?[^。；]{0,10}?(?:作者|by|By|author)[：:是为 ]{0,2}\s*(?P<s>{H+})"
    ),
    # affiliatedWith
    _cue(
        "机构+头衔+人",
        "affiliatedWith",
        0.85,
        rf"(?P<o>{{I+}})(?:的|[ \t])?(?:[^，。；：！？、{ANY}]{{0,8}}?)(?:助理教授|副教授|教授|博士生?|博士后|研究员|科学家|院士|校友|创始人|CEO|CTO|首席[^，。]{{0,6}}?|学生|掌门人?|负责人|主任|院长|校长|总裁|工程师|大神|学者|老师|主管|VP|博导|导师)(?:、[^，。；{ANY}]{{1,6}})?[：:]?\s*(?P<s>{{H+}})",
    ),
    _cue("机构人", "affiliatedWith", 0.7, r"(?P<o>{I})(?:的)?\s?(?P<s>{H})"),
    _cue("人机构", "affiliatedWith", 0.6, r"(?:^|[\s，。：])(?P<s>{H})\s?(?P<o>{I})", within_title=True),
    _cue(
        "任职",
        "affiliatedWith",
        0.85,
        rf"(?P<s>{{H+}}){_WHO}[^。；]{{0,20}}?(?:毕业于|就读于|任职于|任教于|就职于|供职于|加入了?|来自|现任|担任|曾任|执教于|工作于|隶属|入职|离开|跳槽到?|师从|创办了?|创立了?|创建了?)[^，。；{ANY}]{{0,8}}?(?P<o>{{I+}})",
    ),
    _cue("人在机构", "affiliatedWith", 0.7, rf"(?P<s>{{H+}}){_WHO}[^，。；{ANY}]{{0,6}}?在\s?(?P<o>{{I}})"),
    _cue("人（机构）", "affiliatedWith", 0.85, r"(?P<s>{H})\s?[（(](?P<o>{I+})"),
    _cue(
        "人，机构+学位",
        "affiliatedWith",
        0.8,
        rf"(?P<s>{{H}})[，,：:][^。；{ANY}]{{0,10}}?(?P<o>{{I+}})[^，。；{ANY}]{{0,10}}?(?:教授|博士|硕士|本科|学士|研究员|院士|讲师|科学家|工程师|CEO|校友)",
    ),
    _cue(
        "affiliated",
        "affiliatedWith",
        0.8,
        r"(?P<s>{H})(?:,| is| was)?[^.;]{0,40}?(?:professor|researcher|scientist|student|engineer|works?|worked|joined|director|founder|postdoc|graduated)[^.;]{0,20}? (?:at|of|from|the)? ?(?:the )?(?P<o>{I+})",
    ),
    _cue("at", "affiliatedWith", 0.75, r"(?P<s>{H+}) (?:at|from|of) (?:the )?(?P<o>{I})"),
    # publishedIn
    _cue(
        "最佳论文",
        "publishedIn",
        0.8,
        rf"(?P<o>{{V}})\s*(?:年)?(?:的)?(?:[^，。；！？{ANY}]{{0,6}}?)(?:最佳[^，。；{ANY}]{{0,4}}?论文|[Bb]est [Pp]aper|oral|[Oo]ral|论文|冠军|夺冠|获奖论文|入选论文|高分论文|满分论文|开源论文|spotlight)(?:奖|解读|开源)?(?:[^。；！？{ANY}]{{0,14}}?)(?P<s>{{MP}})",
    ),
    _cue("会议：名", "publishedIn", 0.65, r"(?P<o>{V})\s*(?:\|||[-—:：]|，)\s*(?P<s>{MP})", within_title=True),
    _cue(
        "发表于",
        "publishedIn",
        0.85,
        rf"(?P<s>{{MP}})[^。；{ANY}]{{0,30}}?(?:发表|收录|录用|接收|入选|中稿|被|获得?|夺得?|赢得|拿下|刊登|登上)[^，。；{ANY}]{{0,8}}?(?P<o>{{V}})",
    ),
    _cue(
        "参加",
        "publishedIn",
        0.7,
        rf"(?P<s>{{M}})[^。；{ANY}]{{0,6}}?(?:参加|亮相|参赛|夺冠|获奖|出征|角逐)[^，。；{ANY}]{{0,8}}?(?P<o>{{V}})",
    ),
    _cue(
        "人会议的论文",
        "authorOf",
        0.8,
        rf"(?P<s>{{H+}}){_WHO}[^，。；《{ANY}]{{0,6}}?{{V}}[^，。；《{ANY}]{{0,6}}?的[^，。；{ANY}]{{0,6}}?[《“\"]?(?P<o>{{P}})",
    ),
    _cue("名（会议）", "publishedIn", 0.8, r"(?P<s>{MP})[》”\"]?\s*[,，]?\s*[（(【\[]\s*(?P<o>{V})"),
    _cue("名 会议", "publishedIn", 0.6, r"(?P<s>{P})[》”\".,]*\s{1,2}(?:[Ii]n )?(?P<o>{V})"),
    _cue(
        "拿到",
        "publishedIn",
        0.75,
        r"(?P<o>{V})\s*(?:的)?\s*(?:best paper|最佳论文|冠军|oral)的?[^。；]{0,24}?(?P<s>{M})",
    ),
    _cue(
        "published in",
        "publishedIn",
        0.85,
        r"(?P<s>{MP})[^.;]{0,40}? (?:published|accepted|presented|appeared|won)[^.;]{0,20}? (?:in|at|by|the) (?:the )?(?P<o>{V})",
    ),
    # variantOf
    _cue(
        "特例",
        "variantOf",
        0.85,
        rf"(?P<s>{{MC}})[^，。；]{{0,16}}?(?:就?是|为|视[为作]|看[作成]|当[作成]|理解[为成]|作为|属于|只不过是)[^，。；{ANY}]{{0,8}}?(?P<o>{{M}})[^，。；{ANY}]{{0,4}}?的?[^，。；{ANY}]{{0,6}}?(?:特例|变种|变体|改进|扩展|推广|简化|升级版|延伸|特殊情况|特殊形式|一种|拓展)",
    ),
    _cue(
        "都称为",
        "variantOf",
        0.8,
        rf"(?P<s>{{M+}})(?:等)?[^。；{ANY}]{{0,8}}?(?:都|均|皆|统)[^。；{ANY}]{{0,2}}?(?:称为|称作|叫做?|属于|归为|是)\s*(?P<o>{{M}})",
    ),
    _cue(
        "的变种",
        "variantOf",
        0.85,
        rf"(?P<o>{{M}})的(?:各种|一些|几种|多种|主要|一个|一种)?(?:变种|变体|改进版?|扩展|升级版|简化版|轻量版|增强版|加强版|衍生)[^，。；{ANY}]{{0,8}}?(?P<s>{{M+}})",
    ),
    _cue(
        "改进了",
        "variantOf",
        0.75,
        rf"(?P<s>{{M}})[^，。；{ANY}]{{0,12}}?(?:改进了?|扩展了|简化了?|推广了|改良了?|脱胎于|源自|源于|继承了?|是对)\s*(?P<o>{{M}})",
    ),
    _cue(
        "variant of",
        "variantOf",
        0.85,
        r"(?P<s>{M+})(?: is| are|,)? (?:a|an|the|just a|one|another|simply a)?\s?(?:\w+ ){0,2}(?:variants?|special cases?|extensions?|improvements?|types?|kinds?|versions?|generali[sz]ations?|simplifications?|forms?|modifications?|instances?) (?:of|to|over|on) (?:the |an? )?(?P<o>{M})",
    ),
    _cue(
        "extends",
        "variantOf",
        0.8,
        r"(?P<s>{M}) (?:extends|generali[sz]es|improves(?: on| upon)?|modifies|simplifies|builds (?:up)?on) (?:the )?(?P<o>{M})",
    ),
    _cue(
        "如",
        "variantOf",
        0.6,
        rf"(?P<o>{{M}})[^，。；{ANY}]{{0,6}}?(?:家族|系列|变种|变体|类模型)[^，。；{ANY}]{{0,4}}?(?:[（(：:]|如|包括|有|例如)\s*(?P<s>{{M+}})",
    ),
    # outperforms
    _cue(
        "超越",
        "outperforms",
        0.8,
        rf"(?P<s>{{M+}})[^。；！]{{0,24}}?(?:超越|超过|优于|胜过|击败|打败|取代|替代|代替|碾压|完胜|吊打|强于|好于|战胜|赶超|秒杀|力压|领先)了?[^，。；{ANY}]{{0,8}}?(?P<o>{{M+}})",
    ),
    _cue(
        "比…快",
        "outperforms",
        0.8,
        rf"(?P<s>{{M}})[^。；{ANY}]{{0,12}}?比[^，。；{ANY}]{{0,6}}?(?P<o>{{M+}})[^。；{ANY}]{{0,10}}?(?:快|好|强|高|更|优|准|小|省|提升|胜)",
    ),
    _cue(
        "outperforms",
        "outperforms",
        0.85,
        r"(?P<s>{M+})(?: \w+){0,3}? (?:outperform(?:s|ed)?|beats?|surpass(?:es|ed)?|(?:is|are|was|were|runs?|trains?|performs?) (?:much |significantly |far )?(?:faster|better|stronger|more \w+) than|replaces?|superior to|achieves better \w+ than)(?: the| both)? (?P<o>{M+})",
    ),
    # uses
    _cue(
        "使用",
        "uses",
        0.75,
        rf"(?<!在)(?<!在 )(?P<s>{{MPT}})(?!\s?(?:中|里|上|下|如何|怎么|怎样))(?:(?!如何|怎么|怎样)[^，。；{ANY}]){{0,12}}?(?:使用|采用|利用|基于|引入|用到了?|用了|借助|融合|集成|结合|运用|依赖|内置|调用|(?<![可所难足加得予给])以)了?(?:的是)?[^，。；{ANY}]{{0,8}}?(?P<o>{{MTD+}})",
    ),
    _cue(
        "基于…的",
        "uses",
        0.75,
        rf"基于\s*(?P<o>{{MTD+}})\s*(?:实现|框架|技术|架构|网络|模型)?的[^，。；{ANY}]{{0,14}}?(?P<s>{{MPT}})",
    ),
    _cue(
        "用…实现",
        "uses",
        0.75,
        rf"(?:用|使用|利用|基于|通过)\s*(?P<o>{{T+}})\s*[^，。；{ANY}]{{0,8}}?(?:实现|搭建|编写|构建|训练|复现|写|部署|玩转|做|开发|定义|编写自定义的?)[^，。；{ANY}]{{0,14}}?(?P<s>{{MP}})",
    ),
    _cue(
        "的…实现",
        "uses",
        0.75,
        r"(?P<s>{MP})的?(?:，|,)?\s*(?:现在)?(?:有了)?(?:官方|开源|第三方)?的?\s*(?P<o>{T})\s*(?:版|实现|代码|源码|复现)",
    ),
    _cue(
        "实现",
        "uses",
        0.65,
        rf"(?P<o>{{T}})\s*(?:[^，。；{ANY}]{{0,6}}?)(?:实现|搭建|复现|玩转|训练|代码)[^，。；{ANY}]{{0,10}}?(?P<s>{{M}})",
    ),
    _cue("在…中的应用", "uses", 0.7, r"(?P<o>{M})在(?P<s>{MT})中的?(?:应用|使用|作用)"),
    _cue(
        "都在用的",
        "uses",
        0.7,
        rf"(?P<s>{{MT+}})[^，。；{ANY}]{{0,4}}?(?:都在用|也在用|在用|用的|中使用的|里用的)[^，。；{ANY}]{{0,6}}?(?P<o>{{M}})",
    ),
    _cue(
        "uses",
        "uses",
        0.75,
        r"(?P<s>{MPT+})(?: \w+){0,3}? (?:uses?|using|(?:is |are |was )?(?:based|built) (?:up)?on|builds? (?:up)?on|combines?|employs?|adopts?|incorporates?|relies on|trained (?:on|with)|implemented (?:in|with)|powered by|contains?|consists? of) (?:the |an? |both )?(?P<o>{MTD+})",
    ),
    _cue("combine", "uses", 0.7, r"(?P<s>{M})\s*[=＝]\s*(?P<o>{M}(?:\s*\+\s*{M})+)"),
    _cue("X：A + B", "uses", 0.7, r"(?P<s>{M})\s*[：:]\s*(?P<o>{M}(?:\s*\+\s*{M})+)"),
    # evaluatedOn
    _cue(
        "在…上",
        "evaluatedOn",
        0.75,
        rf"(?P<s>{{MP}})[^。；]{{0,24}}?(?:在|于)\s?(?P<o>{{D+}})[^，。；{ANY}]{{0,8}}?(?:上|数据集|任务|测试|中|取得|达到|刷新)",
    ),
    _cue(
        "在…数据集上…训练",
        "evaluatedOn",
        0.7,
        rf"在\s?(?P<o>{{D+}})[^，。；{ANY}]{{0,8}}?(?:上|数据集|任务|中)[^。；]{{0,24}}?(?P<s>{{M+}})",
    ),
    _cue("on dataset", "evaluatedOn", 0.75, r"(?P<s>{MP})[^.;]{0,60}? on (?:the )?(?P<o>{D+})"),
    _cue(
        "冠军",
        "publishedIn",
        0.75,
        rf"(?P<o>{{V}})\s*[^，。；{ANY}]{{0,6}}?(?:冠军|夺冠|获奖|优胜)[^，。；{ANY}]{{0,8}}?(?P<s>{{M}})",
    ),
    # appliedTo
    _cue(
        "用于",
        "appliedTo",
        0.8,
        rf"(?P<s>{{MPTD}})[^，。；{ANY}]{{0,14}}?(?:用于|应用于|应用在|应用到|适用于|针对|面向|解决|处理|进行|实现|用来|来做|擅长|专为|助力|加速|优化|求解|完成|生成)了?[^，。；{ANY}]{{0,10}}?(?P<o>{{C+}})",
    ),
    _cue(
        "在…中的应用",
        "appliedTo",
        0.8,
        rf"(?P<s>{{MPT}})在\s?(?P<o>{{C+}})[^，。；{ANY}]{{0,6}}?(?:中|上|方面|领域|任务|里)?的?(?:应用|使用|实践|落地|进展|研究)",
    ),
    _cue(
        "在…等任务中",
        "appliedTo",
        0.7,
        rf"(?P<s>{{MPT}})[^。；！？{ANY}]{{0,30}}?(?:{{V}}[^。；！？{ANY}]{{0,8}}?)?在[^，。；{ANY}]{{0,8}}?(?P<o>{{C+}})(?:等)?[^，。；{ANY}]{{0,4}}?(?:任务|领域|问题|场景|方面|应用)",
    ),
    _cue(
        "用…进行",
        "appliedTo",
        0.75,
        rf"(?:用|使用|利用|基于|通过|采用|借助)\s?(?P<s>{{MTD+}})[^，。；{ANY}]{{0,8}}?(?:进行|做|实现|解决|完成|来|的|提升|加速|生成|求解)[^，。；{ANY}]{{0,10}}?(?P<o>{{C}})",
    ),
    _cue(
        "任务+算法名",
        "appliedTo",
        0.7,
        r"(?P<o>{C})(?:算法|方法|模型|网络|框架|系统|技术|架构|工具|库|数据集|神器|利器|平台)\s?(?P<s>{MTDP})",
    ),
    _cue(
        "针对…的",
        "appliedTo",
        0.75,
        rf"(?:针对|面向|用于|适用于)\s?(?P<o>{{C+}})[^，。；{ANY}]{{0,6}}?的[^，。；{ANY}]{{0,14}}?(?P<s>{{MPTD}})",
    ),
    _cue(
        "名：任务",
        "appliedTo",
        0.6,
        rf"^\s*(?P<s>{{MT}})\s*[：:，,|]\s*(?:(?!降低|减少|提升|提高|加速|改善)[^。；？?{ANY}]){{0,14}}?(?P<o>{{C}}){_ITS_KIND}",
        within_title=True,
    ),
    _cue(
        "for",
        "appliedTo",
        0.75,
        r"(?P<s>{MPTD})(?: \w+){0,4}? (?:for|applied to|used (?:for|in|to)|designed for|aims? at|tackles|solves?|addresses) (?:the )?(?P<o>{C+})",
    ),
    # broader
    _cue(
        "是一种",
        "broader",
        0.75,
        rf"(?P<s>{{CM}})[^，。；{ANY}]{{0,6}}?(?:是|属于)(?:一种|一类|一个|最[^，。]{{1,6}}的|典型的|经典的|常用的|重要的)?[^，。；{ANY}]{{0,10}}?(?P<o>{{C}})(?:中)?(?:的一种|的一类|的一个分支|的分支|的子领域|的基础|任务|问题|方法|算法|技术|领域)",
    ),
    _cue(
        "is a",
        "broader",
        0.7,
        r"(?P<s>{CM}) (?:is|are) (?:a|an|one of the|the)\s?(?:\w+ ){0,3}?(?:subfield|branch|type|form|kind|area|task|problem|technique)s? (?:of|in) (?P<o>{C})",
    ),
    # relatedTo
    _cue(
        "与…的关系",
        "relatedTo",
        0.8,
        rf"(?P<s>{{*}})[^，。；{ANY}]{{0,8}}?(?:与|和|跟|同|vs\.?|VS)\s?[^，。；{ANY}]{{0,6}}?(?P<o>{{*}})[^，。；{ANY}]{{0,8}}?(?:关系|联系|区别|异同|对比|比较|有关|相关|对应|类似|等价|结合|相似|互补|对偶|一致|组合)",
    ),
    _cue(
        "看成",
        "relatedTo",
        0.8,
        rf"(?P<s>{{*}})[^，。；{ANY}]{{0,12}}?(?:对应了?|理解[成为]|看[成作]|视[为作]|等价于?|类似于?|相当于|联系|关联|启发|归结为|转化为|写成|刻画[成为]|推广到|负?相关|影响|导致|带来|缓解)[^，。；{ANY}]{{0,10}}?(?P<o>{{*}})",
    ),
    _cue(
        "结合",
        "relatedTo",
        0.7,
        rf"(?:将|把|当)?(?P<s>{{MCT}})[^，。；{ANY}]{{0,6}}?(?:遇上|遇到|结合|融合|联手|加持|碰撞|与|和)[^，。；{ANY}]{{0,4}}?(?P<o>{{MCT}})[^，。；{ANY}]{{0,6}}?(?:结合|融合|碰撞|组合|联合|统一|擦出|集成)",
    ),
    _cue("X- Y的Z", "relatedTo", 0.7, r"^\s*(?P<s>{M})\s?[-—–]{1,2}\s?(?P<o>{*})"),
    _cue(
        "是…的",
        "relatedTo",
        0.6,
        rf"(?P<s>{{*}})[^，。；{ANY}]{{0,6}}?(?:就是|其实是|本质上?是|实际上?就?是|可以是|都?可以理解为)[^，。；{ANY}]{{0,10}}?(?P<o>{{*}})",
    ),
    _cue(
        "related to",
        "relatedTo",
        0.75,
        r"(?P<s>{*})(?: \w+){0,4}? (?:related to|similar to|equivalent to|corresponds? to|connected (?:to|with)|viewed as|seen as|interpreted as|inspired by|linked (?:to|with)|analogous to|combined with) (?:the |an? )?(?P<o>{*})",
    ),
    _cue(
        "between",
        "relatedTo",
        0.75,
        r"(?:relationship|connection|link|difference|comparison|analogy|equivalence|bridge)s? between (?:the )?(?P<s>{*}) and (?:the )?(?P<o>{*})",
    ),
    _cue(
        "新XX",
        "relatedTo",
        0.55,
        rf"(?P<s>{{HI}}){_WHO}[^，。；{ANY}]{{0,8}}?(?:详解|解读|解析|研究|证明|利用|如何利用|使用|宣布|带来|介绍|谈|讲解|推荐|点赞|参与)[^，。；{ANY}]{{0,10}}?(?P<o>{{*}})",
    ),
)
"""All cues in the order in which they are tried."""


_SLOTS = tuple({cue.needs.slots: cue.needs for cue in CUES}.items())


@lru_cache(maxsize=1 << 13)
def cues_for(placeholders: tuple[int, ...], terse: bool) -> tuple[Cue, ...]:
    """The cues whose slots a text can fill that has these placeholders (code points) in this order, `terse` if it is a title."""
    filled = {slots for slots, needs in _SLOTS if needs.has_slots(placeholders)}
    return tuple([cue for cue in CUES if cue.needs.slots in filled and (terse or not cue.within_title)])
