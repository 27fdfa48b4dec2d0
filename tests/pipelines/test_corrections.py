"""kg.corrections.yaml beside real notes: every build keeps what the user said, and says what no longer fits."""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from pipelines.outputs import CONTRACT
from tests.pipelines.command import kg

ZORB = """\
# Zorblax 笔记

Zorblax使用ImageNet训练，Zorblax优于ResNet。

何恺明提出了ResNet。残差网络用于图像分类。佐布引擎基于ResNet。

zbx很快，ZorbNet使用COCO数据集。
"""
POWER = """\
# Power grids

A Transformer uses ImageNet. QuuxNet使用Zorblax数据集。佐布引擎是新的。
"""
CORRECTIONS = """\
# by hand
- retype: {entity: Zorblax, type: Model}
- alias: {entity: Zorblax, names: [zbx, 佐布引擎, Zorblax]}
- rename: {entity: Zorblax, label: Zorblax Engine, zh: 佐布引擎}
- merge: [Zorblax, ZorbNet]
- split: {entity: ResNet, surface: 残差网络}
- reject: Transformer
- reject: {subject: 何恺明, predicate: proposes, object: ResNet}
"""


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "zorb.md").write_text(ZORB, encoding="utf-8")
    (folder / "power.md").write_text(POWER, encoding="utf-8")
    return folder


def table(out: Path, name: str) -> list[dict[str, str]]:
    with (out / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def built(notes: Path, out: Path, *options: object) -> list[dict[str, str]]:
    done = kg("build", notes, "--out", out, *options)
    assert done.returncode == 0, done.stderr
    return table(out, "problems")


def claims(out: Path) -> set[tuple[str, str, str]]:
    return {(row["subject"], row["predicate"], row["object"]) for row in table(out, "relations")}


def mentions(out: Path) -> Counter[tuple[str, str]]:
    return Counter((row["entity_id"], row["surface"]) for row in table(out, "mentions"))


def test_every_verb_in_one_build(notes: Path, tmp_path: Path) -> None:
    before, out = tmp_path / "before", tmp_path / "out"
    assert built(notes, before) == []
    assert ("person:kaiming-he", "proposes", "model:resnet") in claims(before)
    assert "model:transformer" in {row["id"] for row in table(before, "entities")}
    assert not any(surface in ("zbx", "佐布引擎") for _, surface in mentions(before))
    (notes / "kg.corrections.yaml").write_text(CORRECTIONS, encoding="utf-8")
    assert built(notes, out) == []
    rows = {row["id"]: row for row in table(out, "entities")}
    engine = rows["model:zorblax-engine"]
    assert [engine[column] for column in ("type", "label", "label_zh")] == ["Model", "Zorblax Engine", "佐布引擎"]
    assert engine["aliases"] == "ZorbNet|Zorblax|zbx"
    assert engine["iri"].endswith("/id/model/zorblax-engine")
    found = mentions(out)
    assert {s: n for (id_, s), n in found.items() if id_ == "model:zorblax-engine"} == {
        "Zorblax": 4,
        "佐布引擎": 2,
        "zbx": 1,
        "ZorbNet": 1,
    }
    assert found["model:残差网络", "残差网络"] == 1
    assert "残差网络" not in (rows["model:resnet"]["label_zh"], rows["model:resnet"]["aliases"])
    assert not {"model:transformer", "model:zorbnet", "dataset:zorblax"} & set(rows)
    said = claims(out)
    assert ("person:kaiming-he", "proposes", "model:resnet") not in said
    assert ("model:zorblax-engine", "outperforms", "model:resnet") in said
    assert ("model:zorblax-engine", "uses", "dataset:coco") in said
    assert ("model:残差网络", "appliedTo", "topic:image-classification") in said


def test_all_outputs_agree(notes: Path, tmp_path: Path) -> None:
    (notes / "kg.corrections.yaml").write_text(CORRECTIONS, encoding="utf-8")
    out = tmp_path / "out"
    built(notes, out)
    rows = {row["id"]: row for row in table(out, "entities")}
    count = Counter(row["entity_id"] for row in table(out, "mentions"))
    degree = Counter(end for s, _, o in claims(out) for end in (s, o))
    assert set(degree) <= set(rows)
    for identifier, row in rows.items():
        assert int(row["mention_count"]) == count[identifier] > 0
        assert int(row["degree"]) == degree[identifier]
    for name in ("graph.nq", "graph.ttl", "graph.jsonld", "graph.gexf", "graph.graphml", "index.html"):
        text = (out / name).read_text("utf-8")
        if name == "index.html":
            blocks = re.findall(r'<script type="application/gzip" id="[\w-]+">(.*?)</script>', text)
            text = "".join(gzip.decompress(base64.b64decode(block)).decode() for block in blocks)
        assert "Zorblax Engine" in text, name
        assert "model:transformer" not in text, name
        assert "id/model/transformer" not in text, name
    answer = kg("query", "ASK { ?m skos:prefLabel '佐布引擎'@zh-Hans ; a kg:Model }", "--graph", out)
    assert answer.stdout.strip() == "yes"
    found = json.loads(kg("topic", "zbx", "--graph", out, "--json").stdout)
    assert found["id"] == "model:zorblax-engine"
    assert kg("search", "Transformer", "--graph", out).stdout.startswith("nothing fits")


def test_a_rebuild_keeps_them_and_reaches_new_notes(notes: Path, tmp_path: Path) -> None:
    (notes / "kg.corrections.yaml").write_text(CORRECTIONS, encoding="utf-8")
    out = tmp_path / "out"
    built(notes, out)
    first = mentions(out)
    (notes / "later.md").write_text("# 新的笔记\n\n佐布引擎优于LSTM。ZBX使用COCO。\n", encoding="utf-8")
    assert built(notes, out) == []
    assert mentions(out)["model:zorblax-engine", "佐布引擎"] == first["model:zorblax-engine", "佐布引擎"] + 1
    assert mentions(out)["model:zorblax-engine", "ZBX"] == 1
    assert ("model:zorblax-engine", "outperforms", "model:lstm") in claims(out)


def test_what_no_longer_fits_is_said_with_its_line(notes: Path, tmp_path: Path) -> None:
    (notes / "kg.corrections.yaml").write_text(CORRECTIONS, encoding="utf-8")
    out = tmp_path / "out"
    assert built(notes, out) == []
    (notes / "zorb.md").write_text("# 笔记\n\nLSTM使用ImageNet。佐布引擎很好。\n", encoding="utf-8")
    problems = built(notes, out)
    assert [(row["severity"], row["doc"], int(row["line"])) for row in problems] == [
        ("warning", "kg.corrections.yaml", line) for line in (5, 6, 8)
    ]
    assert all(row["hint"] for row in problems)
    assert "ZorbNet" in problems[0]["message"]
    assert mentions(out)["model:zorblax-engine", "佐布引擎"] == 2, "the others still hold"
    shown = kg("build", notes, "--out", out).stdout
    assert "kg.corrections.yaml:6: split: no entity is named 'ResNet'" in shown


def test_a_name_of_the_lexicon_can_be_given_another(notes: Path, tmp_path: Path) -> None:
    """Also where the notes have nothing but the new name."""
    (notes / "r.md").write_text("# 笔记\n\n大递归机优于大卷积机。\n", encoding="utf-8")
    (notes / "kg.corrections.yaml").write_text(
        "- alias: {entity: LSTM, names: [大递归机]}\n- alias: {entity: 'model:cnn', names: 大卷积机}\n",
        encoding="utf-8",
    )
    assert built(notes, tmp_path / "out") == []
    found = mentions(tmp_path / "out")
    assert found["model:lstm", "大递归机"] == found["model:cnn", "大卷积机"] == 1
    assert ("model:lstm", "outperforms", "model:cnn") in claims(tmp_path / "out")


def test_one_note_and_a_file_of_its_own(notes: Path, tmp_path: Path) -> None:
    (notes / "kg.corrections.yaml").write_text("- reject: ResNet\n", encoding="utf-8")
    more = tmp_path / "more.yaml"
    more.write_text("- reject: COCO\n- reject: Gone\n", encoding="utf-8")
    problems = built(notes / "zorb.md", tmp_path / "out", "--corrections", more)
    assert [(row["doc"], row["line"]) for row in problems] == [(str(more), "2")]
    ids = {row["id"] for row in table(tmp_path / "out", "entities")}
    assert "dataset:imagenet" in ids
    assert not {"model:resnet", "dataset:coco"} & ids


def test_a_missing_file_is_one_line(notes: Path, tmp_path: Path) -> None:
    done = kg("build", notes, "--out", tmp_path / "out", "--corrections", tmp_path / "nowhere.yaml")
    assert done.returncode == 2
    assert done.stderr.startswith("kg: --corrections")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_broken_file_stops_nothing(notes: Path, tmp_path: Path) -> None:
    text = "- reject: COCO\n- merge: [A\n- rejct: B\n- reject: *all\n- reject: Transformer\n"
    (notes / "kg.corrections.yaml").write_text(text, encoding="utf-8")
    problems = built(notes, tmp_path / "out")
    assert [(row["doc"], row["line"]) for row in problems] == [("kg.corrections.yaml", line) for line in "234"]
    assert not {"dataset:coco", "model:transformer"} & {row["id"] for row in table(tmp_path / "out", "entities")}
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(CONTRACT)


@pytest.mark.parametrize("made", ["folder", "nothing", "latin"])
def test_a_file_that_cannot_be_read(notes: Path, tmp_path: Path, made: str) -> None:
    path = notes / "kg.corrections.yaml"
    if made == "folder":
        path.mkdir()
    else:
        path.write_bytes(b"" if made == "nothing" else b"- reject: \xe9\xff\n")
    assert len(built(notes, tmp_path / "out")) == (0 if made == "nothing" else 1)


def test_seeds_and_processes_change_no_byte(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    for number in range(62):
        text = (ZORB, POWER)[number % 2].replace("QuuxNet", f"Quux{number}Net")
        (notes / f"n{number}.md").write_text(text, encoding="utf-8")
    text = CORRECTIONS + "- split: {entity: 何恺明, surface: 何恺明, note: n4.md}\n- merge: [Quux1Net, Quux61Net]\n"
    (notes / "kg.corrections.yaml").write_text(text, encoding="utf-8")
    digests = []
    for seed, jobs in ((0, 1), (4242, 3)):
        out = tmp_path / str(seed)
        done = kg("build", notes, "--out", out, "--jobs", jobs, "--quiet", PYTHONHASHSEED=str(seed))
        assert done.returncode == 0, done.stderr
        files = [name for name in CONTRACT if name != "store"]
        digests.append({name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in files})
    assert digests[0] == digests[1]
    assert mentions(tmp_path / "0")["person:kaiming-he-2", "何恺明"] == 0
    assert mentions(tmp_path / "0")["person:何恺明", "何恺明"] == 1
