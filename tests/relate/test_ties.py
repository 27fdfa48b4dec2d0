"""What is stated of two things: patterns keep their predicate, denials and questions state nothing, evidence is verbatim."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.model import Build, united
from kg.relate.ties import _CUE_WORDS, _CUES
from pipelines.build import build_graph


def built(tmp_path: Path, text: str) -> Build:
    (tmp_path / "note.md").write_text(text, encoding="utf-8")
    return build_graph([tmp_path], jobs=1)


def said(build: Build) -> set[tuple[str, str, str]]:
    return {(c.subject, c.predicate, c.object) for c in build.claims if c.predicate != "coOccursWith"}


def test_a_pattern_names_the_tie(tmp_path: Path) -> None:
    claims = said(built(tmp_path, "斯坦福大学教授李飞飞提出了 ImageNet。\n\nGRU 优于 LSTM。\n"))
    assert ("person:fei-fei-li", "affiliatedWith", "institution:stanford-university") in claims
    assert ("model:gru", "outperforms", "model:lstm") in claims


@pytest.mark.parametrize("sentence", ["Transformer 并没有超越 LSTM。", "Transformer 能取代 LSTM 吗？"])
def test_denials_and_questions_state_no_winner(tmp_path: Path, sentence: str) -> None:
    claims = said(built(tmp_path, sentence + "\n"))
    assert not [claim for claim in claims if claim[1] == "outperforms"]


def test_labelled_lines_belong_to_the_paper_above(tmp_path: Path) -> None:
    text = (
        "- 论文标题: Ferret Networks for Imaginary Burrow Mapping\n"
        "  - 作者: Maria Ferreira, Tom Burrows\n"
        "  - 会议: NeurIPS 2019\n"
    )
    build = built(tmp_path, text)
    paper = next(entity.id for entity in build.entities if entity.type == "Paper")
    claims = said(build)
    assert {claim[0] for claim in claims if claim[1] == "authorOf" and claim[2] == paper} == {
        "person:maria-ferreira",
        "person:tom-burrows",
    }
    assert (paper, "publishedIn", "venue:neurips") in claims


def test_evidence_stands_in_the_note(tmp_path: Path) -> None:
    build = built(tmp_path, "# RNN\n\n**LSTM** 是 RNN 的一种变体，用于语音识别。\n")
    text = build.documents[0].text
    assert build.claims
    for claim in build.claims:
        for piece in claim.evidence:
            assert text[piece.span.start : piece.span.end] == piece.quote
            assert 0.0 < piece.confidence < 1.0


def test_more_evidence_is_surer_but_never_sure() -> None:
    assert united([0.9]) == 0.9
    assert united([0.8, 0.9]) == pytest.approx(1 - 0.1 * (1 - 0.3 * 0.8))
    assert united([0.9] * 50) == 0.99


def test_cue_words_are_found_wherever_they_stand() -> None:
    """Looking at the first character before the words loses none."""
    text = "".join(re.sub(r"\[成作\]", "成", _CUE_WORDS).split("|\\b(?:")[0].split("|")) + " propose, based on; useful"
    assert _CUES.findall(text) == re.findall(_CUE_WORDS, text)
    assert {"看成", "领域", "propos", "on"} <= set(_CUES.findall(text))
