"""`kg report`: counts agree with the tables, conflicts and doubts are found, the page is safe to open."""

from __future__ import annotations

import csv
import json
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.pipelines.command import kg

VOID = {"meta", "br", "link", "img", "input", "hr"}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("report") / "outputs"
    assert kg("build", ROOT / "notes", "--out", out, "--quiet").returncode == 0
    return out


@pytest.fixture(scope="module")
def report(graph: Path) -> dict[str, Any]:
    done = kg("report", graph, "--json")
    assert done.returncode == 0, done.stderr
    assert not (graph / "report.html").exists()
    return dict(json.loads(done.stdout))


def rows(out: Path, name: str) -> list[dict[str, str]]:
    with (out / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, strict=True))


class Page(HTMLParser):
    """Tags and attributes of a page; every element must be closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_counts_agree_with_the_tables(graph: Path, report: dict[str, Any]) -> None:
    entities, mentions = rows(graph, "entities"), rows(graph, "mentions")
    assert report["entities"] == len(entities) == sum(row["total"] for row in report["languages"])
    both = sum(bool(row["label_zh"]) and bool(row["label_en"]) for row in entities)
    assert sum(row["both"] for row in report["languages"]) == both
    assert report["mentions"] == len(mentions) == sum(report["finders"].values())
    relations = rows(graph, "relations")
    claims = {(row["subject"], row["predicate"], row["object"]) for row in relations}
    assert report["stated"] + report["cooccurrences"] == len(claims) == sum(report["predicates"].values())
    assert report["merge_reasons"]["lexicon"] > 10
    assert sum(report["merge_reasons"].values()) == len(rows(graph, "merges"))


def test_coverage_of_each_note(graph: Path, report: dict[str, Any]) -> None:
    coverage = {row["document_id"]: row for row in report["coverage"]}
    assert len(coverage) == report["notes"]
    for row in rows(graph, "documents"):
        found = coverage[row["doc"]]
        size = (ROOT / "notes" / row["doc"]).stat().st_size
        assert found["size"] == size == int(row["size"])
        assert found["mention_rate"] == round(1000 * found["mentions"] / size, 2)
    assert sum(row["mentions"] for row in coverage.values()) == report["mentions"]


def test_orphans_are_in_no_stated_claim(graph: Path, report: dict[str, Any]) -> None:
    stated = [row for row in rows(graph, "relations") if row["predicate"] != "coOccursWith"]
    tied = {row[end] for row in stated for end in ("subject", "object")}
    assert set(report["orphans"]) == {row["id"] for row in rows(graph, "entities")} - tied


def test_doubts_are_the_least_sure_and_quoted_from_their_line(report: dict[str, Any]) -> None:
    doubts = report["doubts"]
    assert 0 < len(doubts) <= 20
    assert [item["confidence"] for item in doubts] == sorted(item["confidence"] for item in doubts)
    for item in doubts:
        assert item["predicate"] != "coOccursWith"
        lines = (ROOT / "notes" / item["document_id"]).read_text("utf-8").splitlines()
        assert item["quote"].splitlines()[0] in lines[item["line"] - 1]


def test_merges_the_least_sure_first(report: dict[str, Any]) -> None:
    scores = [item["score"] for item in report["merges"]]
    assert scores == sorted(scores)
    assert 0 < len(scores) <= 50


def test_the_terminal_and_the_page(graph: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(graph, out)
    done = kg("report", out)
    assert done.returncode == 0
    for title in ("Entities", "Coverage", "Orphans", "To review", "Merge log", "report.html"):
        assert title in done.stdout
    page = (out / "report.html").read_text("utf-8")
    assert kg("report", out, "--html", tmp_path / "other.html", "--json").returncode == 0
    assert (tmp_path / "other.html").read_text("utf-8") == page
    found = Page(page)
    assert "script" not in found.tags
    assert not [name for name, _ in found.attributes if name.startswith("on") or name in ("src", "style")]
    assert all((value or "").startswith("#s") for name, value in found.attributes if name == "href")
    assert kg("build", ROOT / "notes", "--out", out, "--quiet").returncode == 0
    assert (out / "report.html").exists(), "nothing has changed, so the report still holds"
    assert kg("build", ROOT / "notes", "--out", out, "--quiet", "--force").returncode == 0
    assert not (out / "report.html").exists()


def test_hostile_notes_are_escaped(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a<img src=x onerror=alert(1)>.md").write_text(
        "# RNN\n\nRNN用于<script>alert(1)</script>\x1b[2J\u202e语音识别和机器翻译。\n", encoding="utf-8"
    )
    (tmp_path / "notes" / "empty.md").write_text("\n", encoding="utf-8")
    assert kg("build", tmp_path / "notes", "--out", tmp_path / "out", "--quiet").returncode == 0
    done = kg("report", tmp_path / "out")
    assert not {"\x1b", "\u202e"} & set(done.stdout)
    assert "1 without a mention" in done.stdout
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert not {"\x1b", "\u202e"} & set(page)
    tags = Page(page).tags
    assert "script" not in tags
    assert "img" not in tags
    assert "&lt;img src=x" in page


def test_conflicts(tmp_path: Path) -> None:
    """Claims put into the tables by hand, so that they hold whatever the finders make of notes."""
    (tmp_path / "note.md").write_text("# 笔记\n\nRNN用于语音识别。GAN用于图像生成。ResNet很深。\n", encoding="utf-8")
    out = tmp_path / "out"
    assert kg("build", tmp_path / "note.md", "--out", out, "--quiet").returncode == 0
    with (out / "entities.csv").open("a", encoding="utf-8", newline="") as handle:
        for name in ("a", "b", "c", "d"):
            handle.write(f"topic:{name},Topic,{name},,{name},,1,1,2,0,https://x.example/{name}\n")
        handle.write("tool:a,Tool,Ａ,,Ａ,,1,1,0,0,https://x.example/tool-a\n")
    with (out / "relations.csv").open("a", encoding="utf-8", newline="") as handle:
        for subject, predicate, object_ in (
            ("model:rnn", "outperforms", "model:gan"),
            ("model:gan", "outperforms", "model:rnn"),
            ("model:rnn", "relatedTo", "model:resnet"),
            ("model:resnet", "relatedTo", "model:rnn"),
            ("topic:a", "broader", "topic:b"),
            ("topic:b", "broader", "topic:c"),
            ("topic:c", "broader", "topic:a"),
            ("topic:d", "broader", "topic:a"),
        ):
            handle.write(f"{subject},{predicate},{object_},note.md,3,ResNet很深。,cue,0.3\n")
    report = json.loads(kg("report", out, "--json").stdout)
    ends = [
        [(claim["subject"], claim["predicate"], claim["object"]) for claim in cycle["claims"]]
        for cycle in (*report["both_ways"], *report["cycles"])
    ]
    assert ends == [
        [("model:gan", "outperforms", "model:rnn"), ("model:rnn", "outperforms", "model:gan")],
        [("topic:a", "broader", "topic:b"), ("topic:b", "broader", "topic:c"), ("topic:c", "broader", "topic:a")],
    ]
    assert {"name": "a", "entity_ids": ["tool:a", "topic:a"]} in report["shared_names"]
    assert "tool:a" in report["orphans"]
    assert "topic:d" not in report["orphans"]
    assert report["doubts"][0]["confidence"] == 0.3


def test_bad_settings_are_one_line(graph: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(graph, old)
    (old / "merges.csv").unlink()
    for arguments, says in (
        ((tmp_path / "no",), "kg build"),
        ((old,), "no merges.csv"),
        ((graph, "--html", tmp_path / "no" / "page.html"), "page.html"),
    ):
        done = kg("report", *arguments)
        assert done.returncode == 2, arguments
        assert says in done.stderr
        assert done.stderr.startswith("kg: ")
        assert done.stderr.count("\n") == 1
