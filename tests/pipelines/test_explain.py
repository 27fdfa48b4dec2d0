"""`kg explain`: why an entity exists, with places that are true."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.pipelines.command import kg

NOTE = """\
# 循环网络

循环神经网络（Recurrent Neural Network，RNN）用于语音识别。

{more}
ZorbaNet使用ImageNet。ZorbeNet优于RNN。
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    notes = tmp_path_factory.mktemp("explain") / "notes"
    notes.mkdir()
    more = "".join(f"RNN用于语音识别，这是第{number}次。\n\n" for number in range(24))
    (notes / "a.md").write_text(NOTE.format(more=more), encoding="utf-8")
    (notes / "b.md").write_text("# 笔记\n\nLSTM是一种RNN。LSTM使用ImageNet。\n", encoding="utf-8")
    (notes / "kg.corrections.yaml").write_text("- alias: {entity: LSTM, names: [长短机]}\n", encoding="utf-8")
    (notes / "c.md").write_text("# 笔记\n\n长短机优于ZorbaNet。\n", encoding="utf-8")
    out = notes.parent / "out"
    done = kg("build", notes, "--out", out)
    assert done.returncode == 0, done.stderr
    return notes, out


def explained(out: Path, name: str) -> dict[str, Any]:
    done = kg("explain", name, "--graph", out, "--json")
    assert done.returncode == 0, done.stderr
    value: dict[str, Any] = json.loads(done.stdout)
    return value


def rows(out: Path, name: str) -> list[dict[str, str]]:
    with (out / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_mentions_surfaces_and_finders_are_those_of_the_tables(built: tuple[Path, Path]) -> None:
    notes, out = built
    found = explained(out, "循环神经网络")
    mine = [row for row in rows(out, "mentions.csv") if row["entity_id"] == found["id"] == "model:rnn"]
    assert len(mine) == found["mention_count"] > 20
    assert {item["surface"]: item["count"] for item in found["surfaces"]} == Counter(row["surface"] for row in mine)
    assert {item["found_by"]: item["count"] for item in found["finders"]} == Counter(row["found_by"] for row in mine)
    counts = [item["count"] for item in found["surfaces"]]
    assert counts == sorted(counts, reverse=True)
    assert len(found["mentions"]) == 20
    for mention, row in zip(found["mentions"], mine, strict=False):
        assert (mention["document_id"], mention["line"]) == (row["doc"], int(row["line"]))
        line = (notes / mention["document_id"]).read_text("utf-8").splitlines()[mention["line"] - 1]
        assert mention["surface"] in line
        assert mention["found_by"] == row["found_by"]


def test_claims_are_counted_by_predicate(built: tuple[Path, Path]) -> None:
    _, out = built
    found = explained(out, "RNN")
    triples = {(row["subject"], row["predicate"], row["object"]) for row in rows(out, "relations.csv")}
    assert found["claims"] == {
        predicate: {
            "count": sum(p == predicate and found["id"] in (s, o) for s, p, o in triples),
            "as_subject": sum(p == predicate and found["id"] == s for s, p, o in triples),
            "as_object": sum(p == predicate and found["id"] == o for s, p, o in triples),
        }
        for predicate in sorted({p for s, p, o in triples if found["id"] in (s, o)})
    }
    assert found["claims"]["appliedTo"]["as_subject"] == found["claims"]["outperforms"]["as_object"] == 1


def test_merges_and_rivals(built: tuple[Path, Path], tmp_path: Path) -> None:
    _, out = built
    found = explained(out, "LSTM")
    assert ("长短机", "alias by kg.corrections.yaml:1") in [(row["b"], row["reason"]) for row in found["merges"]]
    assert {row["a"] for row in found["merges"]} == {"model:lstm"}
    assert {item["found_by"] for item in found["finders"]} == {"lexicon", "correction"}
    (rival,) = explained(out, "ZorbaNet")["rivals"]
    assert (rival["entity_id"], rival["matched_name"]) == ("model:zorbenet", "ZorbeNet")
    without = tmp_path / "without"
    without.mkdir()
    for path in out.glob("*.csv"):
        if path.name != "merges.csv":
            (without / path.name).write_bytes(path.read_bytes())
    assert explained(without, "LSTM")["merges"] == []
    (without / "merges.csv").write_text("a,b\n", encoding="utf-8")
    done = kg("explain", "LSTM", "--graph", without)
    assert (done.returncode, "merges.csv:1: no column reason" in done.stderr) == (2, True)


def test_what_the_terminal_shows(built: tuple[Path, Path]) -> None:
    _, out = built
    shown = kg("explain", "rnn", "--graph", out).stdout
    assert shown.startswith("RNN / 循环神经网络  Model  model:rnn\n")
    for part in ("surfaces", "found by", "mentions", "claims", "aliases"):
        assert f"\n{part}\n" in shown, part
    assert "  a.md:3  循环神经网络  [lexicon 0.95]" in shown
    assert "more" in shown
    shown = kg("explain", "model:lstm", "--graph", out).stdout
    assert "merged into it\n  长短机  alias by kg.corrections.yaml:1 1" in shown
    assert "rivals\n  ZorbeNet  model:zorbenet" in kg("explain", "ZorbaNet", "--graph", out).stdout


def test_what_is_not_there_is_one_line(built: tuple[Path, Path], tmp_path: Path) -> None:
    _, out = built
    for arguments in (("Qwfpgj", "--graph", out), ("RNN", "--graph", tmp_path / "nowhere")):
        done = kg("explain", *arguments)
        assert done.returncode == 2
        assert done.stderr.startswith("kg: ")
        assert done.stderr.count("\n") == 1
