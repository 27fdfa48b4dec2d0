"""Bad input gives one clear message or a Problem with its path, never a traceback, and the other notes still build."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from pipelines.outputs import CONTRACT
from tests.pipelines.command import kg

GOOD = "# ResNet\n\n何恺明提出ResNet，用于图像分类。\n"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "good.md").write_text(GOOD, encoding="utf-8")
    return folder


def built(notes: Path, out: Path) -> list[dict[str, str]]:
    """Build by the command; the good note must be in the outputs. Returns the rows of problems.csv."""
    done = kg("build", notes, "--out", out)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in out.iterdir()} == set(CONTRACT)
    with (out / "relations.csv").open(encoding="utf-8", newline="") as handle:
        found = {(row["subject"], row["predicate"], row["object"]) for row in csv.DictReader(handle)}
    assert ("person:kaiming-he", "proposes", "model:resnet") in found
    with (out / "problems.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_a_missing_folder(tmp_path: Path) -> None:
    done = kg("build", tmp_path / "nowhere", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert done.stderr.startswith("kg: ")
    assert "nowhere" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = kg("build", tmp_path / "empty", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "empty" in done.stderr
    assert ".md" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_binary_file_named_md(notes: Path, tmp_path: Path) -> None:
    (notes / "picture.md").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    (problem,) = built(notes, tmp_path / "out")
    assert problem["doc"] == "picture.md"
    assert problem["hint"]


def test_one_line_of_fifty_megabytes(notes: Path, tmp_path: Path) -> None:
    with (notes / "line.md").open("w", encoding="utf-8") as handle:
        for _ in range(50):
            handle.write("残差网络ResNet由何恺明提出 " * 29_000)
    assert (notes / "line.md").stat().st_size > 50_000_000
    (problem,) = built(notes, tmp_path / "out")
    assert (problem["doc"], problem["severity"]) == ("line.md", "error")
    assert "MB" in problem["message"]
    assert problem["hint"]


def test_broken_front_matter(notes: Path, tmp_path: Path) -> None:
    (notes / "front.md").write_text("---\ntitle: [a\ntags: }\n---\n\n# GRU\n\nGRU是RNN的一种变体。\n", encoding="utf-8")
    (problem,) = built(notes, tmp_path / "out")
    assert problem["doc"] == "front.md"
    assert 1 <= int(problem["line"]) <= 4
    assert "model:gru" in (tmp_path / "out" / "entities.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "gb18030", "big5"])
def test_other_encodings(notes: Path, tmp_path: Path, encoding: str) -> None:
    text = "# 循環神經網絡\n\n長短期記憶網絡是循環神經網絡的一種變體，用於語音識別與機器翻譯。\n"
    if encoding == "gb18030":
        text = "# 循环神经网络\n\n长短期记忆网络是循环神经网络的一种变体，用于语音识别与机器翻译。\n"
    (notes / "other.md").write_bytes(text.encode(encoding))
    built(notes, tmp_path / "out")
    relations = (tmp_path / "out" / "relations.csv").read_text(encoding="utf-8")
    assert "model:lstm,variantOf,model:rnn,other.md,3" in relations


def test_mixed_encodings_in_one_file(notes: Path, tmp_path: Path) -> None:
    mixed = "# 卷积网络\n\n".encode() + "卷积网络用于图像分类。\n".encode("gb18030") + "\nGAN用于图像生成。\n".encode()
    (notes / "mixed.md").write_bytes(mixed * 3)
    problems = built(notes, tmp_path / "out")
    assert [problem["doc"] for problem in problems] == ["mixed.md"]
    assert "model:gan" in (tmp_path / "out" / "mentions.csv").read_text(encoding="utf-8")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read(notes: Path, tmp_path: Path) -> None:
    secret = notes / "secret.md"
    secret.write_text(GOOD, encoding="utf-8")
    secret.chmod(0)
    (problem,) = built(notes, tmp_path / "out")
    assert (problem["doc"], problem["severity"]) == ("secret.md", "error")


def test_a_file_that_cannot_be_read(notes: Path, tmp_path: Path) -> None:
    (notes / "gone.md").symlink_to(notes / "nowhere.md")
    (problem,) = built(notes, tmp_path / "out")
    assert problem["doc"] == "gone.md"


def test_a_loop_of_links(notes: Path, tmp_path: Path) -> None:
    (notes / "loop").symlink_to(notes, target_is_directory=True)
    (notes / "self.md").symlink_to(notes / "self.md")
    problems = built(notes, tmp_path / "out")
    assert {problem["doc"] for problem in problems} >= {"self.md"}
    documents = (tmp_path / "out" / "documents.csv").read_text(encoding="utf-8")
    assert documents.count("good.md") == 1


def test_bad_settings(notes: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    lexicon = tmp_path / "mine.csv"
    lexicon.write_text("type,label\nPerson,\n", encoding="utf-8")
    for arguments, says in (
        (("build", notes, "--out", file), "is a file"),
        (("build", notes, "--out", notes), "would replace the notes"),
        (("build", notes, "--out", tmp_path / "out", "--lexicon", lexicon), "mine.csv:2: the label is empty"),
        (("build", notes, "--out", tmp_path / "out", "--lexicon", tmp_path / "no.csv"), "no such lexicon"),
        (("search", "RNN", "--graph", tmp_path / "no"), "kg build"),
        (("serve", tmp_path / "no"), "kg build"),
        (("export", "gexf", "--graph", tmp_path / "no"), "kg build"),
    ):
        done = kg(*arguments)
        assert done.returncode == 2, arguments
        assert says in done.stderr
        assert done.stderr.startswith("kg: ")
        assert done.stderr.count("\n") == 1
    assert file.read_text() == "mine"
    assert (notes / "good.md").read_text(encoding="utf-8") == GOOD
    assert not (tmp_path / "out").exists()


def test_problems_are_told_on_the_terminal_too(notes: Path, tmp_path: Path) -> None:
    (notes / "front.md").write_text("---\ntitle: [a\n---\n\ntext\n", encoding="utf-8")
    done = kg("build", notes, "--out", tmp_path / "out")
    assert "front.md:" in done.stdout


def test_a_file_name_that_is_not_utf8(notes: Path, tmp_path: Path) -> None:
    """As in archives of Chinese Windows; without a heading the name is the title."""
    try:
        Path(os.fsdecode(os.fsencode(notes) + b"/\xb1\xca\xbc\xc7.md")).write_text("ResNet 很好。", encoding="utf-8")
    except (OSError, UnicodeError):
        pytest.skip("this file system has only names in UTF-8")
    assert built(notes, tmp_path / "out") == []
    with (tmp_path / "out" / "documents.csv").open(encoding="utf-8", newline="") as handle:
        assert len({row["title"] for row in csv.DictReader(handle)}) == 2


def test_a_folder_with_files_of_others_is_not_taken_for_outputs(notes: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    out.mkdir()
    (out / "index.html").write_text("my site", encoding="utf-8")
    done = kg("build", notes, "--out", out)
    assert done.returncode == 2
    assert "index.html" in done.stderr
    assert (out / "index.html").read_text(encoding="utf-8") == "my site"


def test_outputs_are_a_folder_of_this_computer(notes: Path, tmp_path: Path) -> None:
    done = kg("build", notes, "--out", "s3://bucket/outputs", cwd=tmp_path)
    assert done.returncode == 2
    assert "no folder of this computer" in done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"notes"}
