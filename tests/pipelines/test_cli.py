"""What a user types and what comes back."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from kg import __version__
from tests.conftest import ROOT
from tests.pipelines.command import kg

COMMANDS = ("build", "serve", "search", "topic", "explain", "path", "query", "export", "verify", "report")


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("cli") / "outputs"
    done = kg("build", ROOT / "notes", "--out", out)
    assert done.returncode == 0, done.stderr
    return out


def test_help_and_version() -> None:
    assert kg("--version").stdout.strip().endswith(__version__)
    root = kg("--help").stdout
    for command in COMMANDS:
        assert command in root
        page = kg(command, "--help")
        assert page.returncode == 0
        assert "Example" in page.stdout


def test_build_prints_counts_and_the_next_step(tmp_path: Path) -> None:
    done = kg("build", ROOT / "notes", "--out", tmp_path / "out")
    assert re.search(r"notes +\d\d", done.stdout)
    assert "kg serve" in done.stdout
    assert kg("build", ROOT / "notes", "--out", tmp_path / "out", "--quiet").stdout == ""
    summary = json.loads(kg("build", ROOT / "notes", "--out", tmp_path / "out", "--json").stdout)
    assert summary["notes"] >= 25
    assert summary["entities"]["Model"] > 20


def test_a_users_lexicon_wins(tmp_path: Path) -> None:
    (tmp_path / "note.md").write_text("# 笔记\n\nZorblax在ImageNet上的结果。\n", encoding="utf-8")
    (tmp_path / "mine.csv").write_text(
        "type,label,label_zh,aliases,weak,broader\nTool,Zorblax Engine,佐布引擎,Zorblax,,\n", encoding="utf-8"
    )
    done = kg("build", tmp_path / "note.md", "--out", tmp_path / "out", "--lexicon", tmp_path / "mine.csv")
    assert done.returncode == 0, done.stderr
    assert "tool:zorblax-engine,Tool,Zorblax Engine,佐布引擎" in (tmp_path / "out" / "entities.csv").read_text("utf-8")


def test_search_finds_chinese_english_and_misspelt_names(graph: Path) -> None:
    for text in ("ResNet", "残差网络", "resnt", "殘差網路"):
        done = kg("search", text, "--graph", graph, "--json")
        assert json.loads(done.stdout)[0]["entity_id"] == "model:resnet", text
    nothing = kg("search", "qqqqzzzz", "--graph", graph)
    assert (nothing.returncode, "nothing fits" in nothing.stdout) == (0, True)


def test_topic_shows_sentences_with_note_and_line(graph: Path) -> None:
    shown = kg("topic", "ResNet", "--graph", graph).stdout
    assert re.search(r"\.md:\d+  \S", shown)
    card = json.loads(kg("topic", "ResNet", "--graph", graph, "--json").stdout)
    assert card["id"] == "model:resnet"
    for claims in card["statements"].values():
        for claim in claims:
            for quote in claim["quotes"]:
                assert quote["text"] in (ROOT / "notes" / quote["document_id"]).read_text("utf-8")


def test_path_quotes_the_notes_verbatim(graph: Path) -> None:
    paths = json.loads(kg("path", "RNN", "ODE", "ResNet", "--graph", graph, "--json").stdout)
    assert [paths[0]["nodes"][end]["id"] for end in (0, -1)] == ["model:rnn", "model:resnet"]
    for hop in paths[0]["hops"]:
        assert hop["evidence"]
        for quote in hop["evidence"]:
            lines = (ROOT / "notes" / quote["document_id"]).read_text("utf-8").splitlines()
            assert quote["text"].splitlines()[0] in lines[quote["line"] - 1]
    shown = kg("path", "RNN", "ODE", "ResNet", "--graph", graph, "--top", "1").stdout
    assert re.search(r"\.md:\d+  ", shown)


def test_path_says_what_it_needs(graph: Path) -> None:
    assert kg("path", "RNN", "--graph", graph).returncode == 2
    unknown = kg("path", "RNN", "Qwfpgj", "--graph", graph)
    assert (unknown.returncode, "Qwfpgj" in unknown.stderr) == (2, True)


def test_query_formats(graph: Path) -> None:
    select = "SELECT ?s ?o { ?s kg:variantOf ?o } ORDER BY ?s ?o"
    rows = list(csv.reader(io.StringIO(kg("query", select, "--graph", graph, "--format", "csv").stdout)))
    assert rows[0] == ["s", "o"]
    assert len(rows) > 2
    found = json.loads(kg("query", select, "--graph", graph, "--format", "json").stdout)
    assert len(found["results"]["bindings"]) == len(rows) - 1
    assert "/id/model/resnet" in kg("query", select, "--graph", graph).stdout
    assert kg("query", "ASK { ?s kg:variantOf ?o }", "--graph", graph).stdout.strip() == "yes"
    assert kg("query", "--file", "-", "--graph", graph, "--format", "csv", stdin=select).stdout.startswith("s,o")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("SELECT {", "malformed"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", "read-only"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE"),
    ],
)
def test_a_bad_query_is_one_line(graph: Path, text: str, says: str) -> None:
    done = kg("query", text, "--graph", graph)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.startswith("kg: ")


@pytest.mark.parametrize(
    ("format_", "name"),
    [
        ("gexf", "graph.gexf"),
        ("graphml", "graph.graphml"),
        ("turtle", "graph.ttl"),
        ("jsonld", "graph.jsonld"),
        ("nquads", "graph.nq"),
    ],
)
def test_export_gives_the_file_away(graph: Path, tmp_path: Path, format_: str, name: str) -> None:
    assert kg("export", format_, "--graph", graph, "--to", tmp_path / name).returncode == 0
    assert (tmp_path / name).read_bytes() == (graph / name).read_bytes()
    assert kg("export", format_, "--graph", graph).stdout == (graph / name).read_text("utf-8")


def test_export_csv_and_pyvis(graph: Path, tmp_path: Path) -> None:
    assert kg("export", "csv", "--graph", graph, "--to", tmp_path / "tables").returncode == 0
    assert {path.name for path in (tmp_path / "tables").iterdir()} == {path.name for path in graph.glob("*.csv")}
    page = tmp_path / "page.html"
    assert kg("export", "pyvis", "--graph", graph, "--around", "残差网络", "--to", page).returncode == 0
    assert "ResNet" in page.read_text("utf-8")
    assert kg("export", "pyvis", "--graph", graph).returncode == 2


def test_control_characters_of_notes_do_not_reach_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "evil.md").write_text("# RNN\n\nRNN用于\x1b[2J\u202e语音识别，很好。\n", encoding="utf-8")
    assert kg("build", tmp_path / "evil.md", "--out", tmp_path / "out").returncode == 0
    for command in (("topic", "RNN"), ("path", "RNN", "语音识别")):
        done = kg(*command, "--graph", tmp_path / "out")
        assert done.returncode == 0
        assert "语音识别" in done.stdout
        assert not {"\x1b", "\u202e"} & set(done.stdout)
