"""Notes multiplied: names are renamed, addresses, code and everything else stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.grow import grow, rename, rename_file, rename_text
from kg.notes import find_notes, read_note
from tests.conftest import ROOT


def test_names_differ_in_every_copy() -> None:
    for name in ("ResNet", "残差网络", "Neural ODE", "BERT模型"):
        assert rename(name, 0) == name
        assert len({rename(name, copy) for copy in range(300)}) == 300
    assert rename("ResNet", 1) == "ResNet-Ba"
    assert rename("残差网络", 1) == "青江残差网络"
    assert rename("2015", 1) == "2015"


def test_files_keep_suffix_and_date() -> None:
    assert rename_file("posts/2019-05-20-neural-ode.md", 1) == "copy-001/posts/2019-05-20-neural-ode-Ba.md"
    assert rename_file("何恺明.txt", 2) == "copy-002/青山何恺明.txt"


def test_prose_alone_is_renamed() -> None:
    text = "ResNet 见 [ResNet](https://github.com/k/ResNet)，[[ResNet]] 与 `ResNet`、arXiv:1512.03385。"
    mentions = [(at, "ResNet") for at in range(len(text)) if text.startswith("ResNet", at) and text[at - 1] != "`"]
    assert rename_text(text, mentions, 1) == (
        "ResNet-Ba 见 [ResNet-Ba](https://github.com/k-Ba/ResNet)，[[ResNet-Ba]] 与 `ResNet`、arXiv:1512.11304。"
    )
    with pytest.raises(ValueError, match="'ODE' does not stand at 0"):
        rename_text(text, [(0, "ODE")], 1)


def test_copies_of_the_sample_have_the_same_structure(sample: Path, tmp_path: Path) -> None:
    grow(ROOT / "notes", sample, tmp_path / "grown", 2)
    files, _ = find_notes([tmp_path / "grown"])
    documents = [read_note(file)[0] for file in files]
    half = len(documents) // 2
    assert len(documents) == 2 * len(find_notes([ROOT / "notes"])[0])
    assert {file.id.partition("/")[0] for file in files} == {"copy-000", "copy-001"}

    def shape(part: slice) -> list[tuple[object, ...]]:
        found = [document for document in documents[part] if document is not None]
        return sorted(
            (
                tuple((block.kind, block.depth) for block in document.blocks),
                len(document.sections),
                tuple(link.kind for link in document.links),
            )
            for document in found
        )

    assert shape(slice(half)) == shape(slice(half, None))
