"""The merge log: each decision of the linker is a row, with a place where the notes bear it out."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kg.export import to_frames
from kg.model import Build, Merge
from pipelines.build import build_graph
from pipelines.write import write_outputs

NOTES = {
    "a.md": """# 残差网络

何恺明提出残差网络（ResNet），在ImageNet上训练。殘差網路也叫ResNet，Kaiming He 又写了一篇。

Zorvex is a new framework. We propose ZorvexNet, a model. ZorvexNet 模型很快。ZorvexNET 网络优于VGG。
Quabnet 模型很快。提出了 Quabnet 模型。

发表于 NeruIPS 2019 的论文很多，NeurIPS'18 也是。
""",
    "b.md": """# 参考文献

- Blorft, Anna and Quill, Peter. A theory of gently folded lattice networks for speech. ICML 2017.
- Anna Blorft, Peter Quill. A theory of gently folded lattice network for speech. ICML, 2017.
- [A theory of gently folded lattices](https://arxiv.org/abs/1701.12345)
- [Gently folded lattices, the paper](https://arxiv.org/abs/1701.12345v2)

我们提出了 Glimber Nets。Glimber Net 模型用于语音识别。
循环神经网络（Recurrent Neural Network，RNN）很常见。
涌泉神经单元（Fountain Neural Unit，FNU）是新的模型。FNU 模型很好。
""",
}


def built(folder: Path, **texts: str) -> Build:
    for name, text in (texts or NOTES).items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return build_graph([folder], jobs=1)


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return built(tmp_path_factory.mktemp("log"))


def reasons(build: Build) -> dict[tuple[str, str], str]:
    return {(merge.entity_id, merge.name): merge.reason for merge in build.merges}


def test_names_of_the_lexicon_scripts_typos_and_years(build: Build) -> None:
    found = reasons(build)
    assert found["model:resnet", "残差网络"] == "lexicon"
    assert found["model:resnet", "殘差網路"] == "traditional/simplified"
    assert found["person:kaiming-he", "何恺明"] == "lexicon"
    assert found["venue:neurips", "NeruIPS 2019"] == "typo"
    assert found["venue:neurips", "NeurIPS'18"] == "venue year"


def test_names_of_the_notes_alone(build: Build) -> None:
    said = {(merge.name, merge.reason) for merge in build.merges}
    assert ("ZorvexNET", "spelling") in said
    assert {("Blorft, Anna", "person name order"), ("Anna Blorft", "person name order")} & said
    assert any(reason == "same arxiv id" for _, reason in said)
    assert ("Glimber Nets", "plural") in said
    assert ("Fountain Neural Unit", "alias (parenthesis)") in said


def test_no_row_of_the_lexicon_joins_a_label_to_itself(build: Build) -> None:
    labels = {entity.id: entity.label for entity in build.entities}
    for merge in build.merges:
        assert merge.entity_id in labels
        assert merge.name != labels[merge.entity_id] or merge.reason.startswith("also read as"), merge


def test_scores_places_and_order(build: Build) -> None:
    texts = {document.id: document.text for document in build.documents}
    assert list(build.merges) == sorted(build.merges, key=lambda m: (m.entity_id, m.name, m.reason))
    for merge in build.merges:
        assert 0 < merge.score <= 1
        assert merge.span is not None
        there = " ".join(texts[merge.document_id][merge.span.start : merge.span.end].split())
        if not merge.reason.startswith(("alias (", "same ")):
            assert there == merge.name
        if merge.reason.startswith("alias ("):
            assert merge.name in there


def test_every_other_spelling_has_a_reason(build: Build) -> None:
    explained = {(merge.entity_id, merge.name) for merge in build.merges}
    labels = {entity.id: entity.label for entity in build.entities}
    told = {merge.entity_id for merge in build.merges}
    for item in build.resolutions:
        name = " ".join(item.mention.surface.split())
        if item.entity_id is not None and name != labels[item.entity_id]:
            assert item.entity_id in told
            if item.reasons[0].startswith(("name in the lexicon", "typo")):
                assert (item.entity_id, name) in explained, item


def test_corrections_are_logged_and_undo_decisions(tmp_path: Path) -> None:
    (tmp_path / "kg.corrections.yaml").write_text(
        "- merge: [ResNet, Quabnet]\n- split: {entity: NeurIPS, surface: NeruIPS 2019}\n", encoding="utf-8"
    )
    found = reasons(built(tmp_path))
    assert found["model:resnet", "Quabnet"] == "merged by kg.corrections.yaml:1"
    assert ("venue:neurips", "NeruIPS 2019") not in found
    assert ("venue:neurips", "NeurIPS'18") in found


def test_the_table(build: Build, tmp_path: Path) -> None:
    by_hand = Merge("model:resnet", "Quabnet", "merged by kg.corrections.yaml:1", 1.0)
    write_outputs(
        Build(
            build.documents,
            build.entities,
            build.resolutions,
            build.claims,
            build.problems,
            (*build.merges, by_hand),
        ),
        tmp_path,
    )
    with (tmp_path / "merges.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, strict=True))
    assert len(rows) == len(build.merges) + 1
    assert rows[-1] == {
        "a": "model:resnet",
        "b": "Quabnet",
        "reason": "merged by kg.corrections.yaml:1",
        "score": "1",
        "doc": "",
        "line": "",
    }
    typo = next(row for row in rows if row["reason"] == "typo")
    assert (typo["doc"], typo["line"]) == ("a.md", "8")
    frame = to_frames(tmp_path)["merges"]
    assert frame["line"].isna().sum() == 1
    assert frame["score"].between(0, 1).all()
