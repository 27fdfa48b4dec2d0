"""`kg verify`: what the tables say stands in the notes, or the command says which row does not and exits with 1."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.pipelines.command import kg

FIRST = """# ResNet

何恺明提出ResNet，用于图像分类。A Recurrent Neural
Network is used for speech recognition, and **RNN** 用于机器翻译。

- [GRU](https://a.example/gru) 是 RNN 的
  一种变体，“LSTM”也是。

In one word, DCGAN is a variant
of GAN.
"""
SECOND = "# GAN\n\nGAN用于图像生成。DCGAN是GAN的变体。\n"

Rows = list[dict[str, str]]


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    (folder / "sub").mkdir(parents=True)
    (folder / "first.md").write_text(FIRST, encoding="utf-8")
    (folder / "sub" / "second.md").write_text(SECOND, encoding="utf-8")
    return folder


def built(notes: Path) -> Path:
    out = notes.parent / "out"
    done = kg("build", notes, "--out", out, "--quiet")
    assert done.returncode == 0, done.stderr
    return out


def table(out: Path, name: str) -> Rows:
    with (out / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, strict=True))


def rewrite(out: Path, name: str, change: Callable[[Rows], None]) -> None:
    rows = table(out, name)
    change(rows)
    with (out / name).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_everything_stands_where_the_tables_say(notes: Path) -> None:
    out = built(notes)
    mentions, quotes = table(out, "mentions.csv"), table(out, "relations.csv")
    assert any("\n" in row["surface"] for row in mentions)
    assert any("\n" in row["evidence"] for row in quotes)
    done = kg("verify", out, "--notes", notes)
    assert done.returncode == 0, done.stdout
    assert f"{len(mentions)} of {len(mentions)} verbatim" in done.stdout
    assert f"{len(quotes)} of {len(quotes)} verbatim" in done.stdout
    found = json.loads(kg("verify", out, "--notes", notes, "--json").stdout)
    assert (found["passed"], found["notes"], found["lost"], found["stale"]) == (True, 2, [], [])
    assert (found["mentions"], found["quotes"]) == (len(mentions), len(quotes))


def test_the_folder_is_outputs_where_none_is_given(notes: Path) -> None:
    built(notes).rename(notes.parent / "outputs")
    assert kg("verify", "--notes", notes, cwd=notes.parent).returncode == 0


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_other_line_ends(notes: Path, end: str) -> None:
    (notes / "first.md").write_bytes(FIRST.replace("\n", end).encode())
    out = built(notes)
    assert any(end in row["surface"] for row in table(out, "mentions.csv"))
    done = kg("verify", out, "--notes", notes)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_other_encodings(notes: Path, encoding: str) -> None:
    (notes / "first.md").write_bytes(FIRST.encode(encoding))
    out = built(notes)
    assert {"first.md", "sub/second.md"} == {row["doc"] for row in table(out, "mentions.csv")}
    done = kg("verify", out, "--notes", notes)
    assert done.returncode == 0, done.stdout


def test_characters_that_a_table_cannot_hold(notes: Path) -> None:
    # Far enough from the beginning for the file not to be taken for a binary one.
    lines = "Nothing to see on this line.\n\n" * 7000
    (notes / "odd.md").write_bytes(f"# RNN\n\n{lines}RNN用于语音识别，很\0好。\n".encode())
    out = built(notes)
    quotes = [row["evidence"] for row in table(out, "relations.csv") if row["doc"] == "odd.md"]
    assert any("\ufffd" in quote for quote in quotes)
    done = kg("verify", out, "--notes", notes)
    assert done.returncode == 0, done.stdout


def test_rows_that_are_not_there_are_listed(notes: Path) -> None:
    out = built(notes)

    def misplace(rows: Rows) -> None:
        rows[0]["column"] = str(int(rows[0]["column"]) + 1)
        rows[1]["line"] = "999"
        rows[2]["surface"] = "Nowhere"

    rewrite(out, "mentions.csv", misplace)
    rewrite(out, "relations.csv", lambda rows: rows[0].update(evidence="Nobody said so.\x1b[2J"))
    mentions, quotes = table(out, "mentions.csv"), table(out, "relations.csv")
    done = kg("verify", out, "--notes", notes)
    assert done.returncode == 1
    assert f"{len(mentions) - 3} of {len(mentions)} verbatim" in done.stdout
    assert f"{len(quotes) - 1} of {len(quotes)} verbatim" in done.stdout
    where = f"{mentions[2]['doc']}:{mentions[2]['line']}:{mentions[2]['column']}"
    assert f"{where}: not there: mentions.csv:4 has 'Nowhere'" in done.stdout
    assert "Nobody said so." in done.stdout
    assert "\x1b" not in done.stdout
    lost = json.loads(kg("verify", out, "--notes", notes, "--json").stdout)["lost"]
    assert [item["table"] for item in lost] == ["mentions.csv"] * 3 + ["relations.csv"]


def test_a_quote_on_another_line_is_not_there(notes: Path) -> None:
    out = built(notes)
    rewrite(out, "relations.csv", lambda rows: rows[-1].update(line="1"))
    assert kg("verify", out, "--notes", notes).returncode == 1


def test_a_changed_note_is_skipped_and_named(notes: Path) -> None:
    out = built(notes)
    (notes / "first.md").write_text("new\n\n" + FIRST, encoding="utf-8")
    (notes / "third.md").write_text(SECOND, encoding="utf-8")
    done = kg("verify", out, "--notes", notes)
    assert done.returncode == 1
    assert "first.md: changed since the build; skipped" in done.stdout
    kept = sum(row["doc"] == "sub/second.md" for row in table(out, "mentions.csv"))
    assert f"{kept} of {kept} verbatim" in done.stdout
    found = json.loads(kg("verify", out, "--notes", notes, "--json").stdout)
    assert found["stale"] == [{"document_id": "first.md", "state": "changed"}]
    assert found["new"] == ["third.md"]
    assert found["lost"] == []


def test_a_missing_note_is_named(notes: Path) -> None:
    out = built(notes)
    (notes / "first.md").unlink()
    done = kg("verify", out, "--notes", notes)
    assert done.returncode == 1
    assert "first.md: missing since the build" in done.stdout


def test_several_roots_as_for_the_build(notes: Path) -> None:
    other = notes.parent / "more"
    shutil.copytree(notes, other)
    (other / "first.md").write_text(SECOND, encoding="utf-8")
    out = notes.parent / "out"
    assert kg("build", notes, other, "--out", out, "--quiet").returncode == 0
    assert kg("verify", out, "--notes", other, "--notes", notes).returncode == 0


def test_bad_settings_are_one_line(notes: Path, tmp_path: Path) -> None:
    out = built(notes)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "x.md").write_text("x", encoding="utf-8")
    broken = tmp_path / "broken"
    shutil.copytree(out, broken)
    rewrite(broken, "mentions.csv", lambda rows: rows[0].update(line="x"))
    for arguments, says in (
        ((out, "--notes", tmp_path / "no"), "no such file"),
        ((out, "--notes", tmp_path / "other"), "none of the notes"),
        ((tmp_path / "no", "--notes", notes), "kg build"),
        ((notes, "--notes", notes), "no documents.csv"),
        ((broken, "--notes", notes), "mentions.csv:2"),
    ):
        done = kg("verify", *arguments)
        assert done.returncode == 2, arguments
        assert says in done.stderr
        assert done.stderr.startswith("kg: ")
        assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("which", ["sample", pytest.param("seeds", marks=pytest.mark.shared)])
def test_whole_collections(which: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    notes = ROOT / "notes" if which == "sample" else request.getfixturevalue("shared") / "seeds"
    assert kg("build", notes, "--out", tmp_path / "out", "--quiet").returncode == 0
    done = kg("verify", tmp_path / "out", "--notes", notes)
    assert done.returncode == 0, done.stdout
