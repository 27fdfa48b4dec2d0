"""Labels of lines that name things: `论文标题: ...`, `作者: ...`, `会议: NIPS 2017`, `Dataset: COCO, VOC`."""

from __future__ import annotations

import re

__all__ = ["FIELDS", "field_at"]

FIELDS = {
    "Paper": r"论文标题|论文题目|论文名称|论文名|论文|标题|题目|文章标题|文献|原文|[Pp]aper(?: [Tt]itle)?|[Tt]itle|[Aa]rticle",
    "Person": r"论文作者|作者列表|作者信息|第一作者|通讯作者|作者|[Aa]uthors?(?:\(s\))?|讲者|主讲人|主讲|演讲人|[Ss]peakers?|导师",
    "Institution": r"作者单位|研究机构|机构|单位|所属单位|学校|公司|[Aa]ffiliations?|[Ii]nstitut(?:e|ion)s?|[Oo]rganizations?",
    "Venue": r"发表会议|发表期刊|会议期刊|期刊会议|会议/期刊|期刊/会议|会议|期刊|发表于|发表在|发表|出处|收录于|收录|[Vv]enue|[Cc]onference|[Jj]ournal|[Pp]ublished(?: [Ii]n)?|[Pp]ublication",
    "Dataset": r"使用数据集|实验数据集|数据集|数据|评测集|[Dd]ata ?[Ss]ets?|[Bb]enchmarks?",
    "Model": r"模型名称|模型|方法名|网络|算法|基线|[Mm]odels?|[Mm]ethods?|[Bb]aselines?|[Bb]ackbone",
    "Topic": r"任务|研究任务|领域|研究领域|研究方向|方向|关键词|关键字|主题|[Tt]asks?|[Kk]eywords?|[Ff]ields?|[Tt]opics?",
    "Tool": r"工具|框架|平台|[Tt]ools?|[Ff]rameworks?",
}
"""Type -> labels of the lines that name things of it."""
_LABEL = re.compile(
    r"[\s*>•·●○■□▪\-–+#\d.、()（）\[\]【】「」]*(?:"
    + "|".join(f"(?P<{type_}>{labels})" for type_, labels in FIELDS.items())
    + r")[\]】」*]*\s*[:：]\s*"
)


def field_at(text: str, start: int = 0) -> tuple[str, int] | None:
    """(type, where the value begins) of a labelled line that begins at an offset; in simplified script."""
    match = _LABEL.match(text, start)
    return (match.lastgroup or "", match.end()) if match else None
