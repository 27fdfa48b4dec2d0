"""`kg build --spacy`: real pipelines, made here and saved to disk, find names beside ours."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from tests.pipelines.command import kg

NOTE = """# Field notes

Quentaro Vashlin met people of Umbral Dynamics in Ponterra.
They read The Quiet Lattice and tried the quorvix, while ResNet ran on ImageNet.
"""


def saved(folder: Path, language: str, patterns: list[tuple[str, str]]) -> Path:
    """A pipeline with an entity ruler, as `nlp.to_disk` writes it."""
    nlp = spacy.blank(language)
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": label, "pattern": text} for label, text in patterns])
    nlp.to_disk(folder)
    return folder


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(
        tmp_path_factory.mktemp("pipelines") / "en_ruler",
        "en",
        [
            ("PERSON", "Quentaro Vashlin"),
            ("ORG", "Umbral Dynamics"),
            ("GPE", "Ponterra"),
            ("WORK_OF_ART", "The Quiet Lattice"),
            ("tool", "quorvix"),
            ("PRODUCT", "ResNet"),
        ],
    )


def mentions(out: Path) -> dict[str, tuple[str, str, str]]:
    """Surface -> entity, finder and confidence."""
    with (out / "mentions.csv").open(encoding="utf-8", newline="") as handle:
        return {
            row["surface"]: (row["entity_id"], row["found_by"], row["confidence"]) for row in csv.DictReader(handle)
        }


def built(tmp_path: Path, note: str, *options: object) -> dict[str, tuple[str, str, str]]:
    (tmp_path / "note.md").write_text(note, encoding="utf-8")
    done = kg("build", tmp_path / "note.md", "--out", tmp_path / "out", "--quiet", *options)
    assert done.returncode == 0, done.stderr
    return mentions(tmp_path / "out")


def test_labels_become_types_and_ours_win_at_equal_spans(tmp_path: Path, english: Path) -> None:
    found = built(tmp_path, NOTE, "--spacy", english)
    assert found["Quentaro Vashlin"][0] == "person:quentaro-vashlin"
    assert found["Umbral Dynamics"][0] == "institution:umbral-dynamics"
    assert found["The Quiet Lattice"] == ("paper:the-quiet-lattice", "spacy", "0.6")
    assert found["quorvix"] == ("tool:quorvix", "spacy", "0.6")
    assert found["ResNet"][:2] == ("model:resnet", "lexicon")
    assert "Ponterra" not in found


def test_labels_can_be_overridden_and_left_out(tmp_path: Path, english: Path) -> None:
    options = ("--spacy-labels", "GPE=institution", "--spacy-labels", "WORK_OF_ART=", "--spacy-labels", "TOOL=Dataset")
    found = built(tmp_path, NOTE, "--spacy", english, *options)
    assert found["Ponterra"] == ("institution:ponterra", "spacy", "0.6")
    assert found["quorvix"][0] == "dataset:quorvix"
    assert "The Quiet Lattice" not in found


def test_without_the_option_nothing_changes(tmp_path: Path) -> None:
    assert not {"quorvix", "The Quiet Lattice"} & built(tmp_path, NOTE).keys()


def test_chinese_names_keep_their_place_in_marked_up_notes(tmp_path: Path) -> None:
    folder = saved(tmp_path / "zh_ruler", "zh", [("ORG", "幽影矩阵社"), ("Model", "蓝砂糖"), ("Topic", "砂糖编织")])
    note = "# 笔记\n\n> 昨天 **幽影矩阵社** 又来了，\n> 大家聊[砂糖编织](https://example.com/a)。\n\n- 用 *蓝砂糖* 试了一次。\n"
    found = built(tmp_path, note, "--spacy", folder)
    assert found["幽影矩阵社"][0] == "institution:幽影矩阵社"
    assert found["蓝砂糖"][0] == "model:蓝砂糖"
    assert found["砂糖编织"][0] == "topic:砂糖编织"
    with (tmp_path / "out" / "mentions.csv").open(encoding="utf-8", newline="") as handle:
        places = {row["surface"]: (int(row["line"]), int(row["column"])) for row in csv.DictReader(handle)}
    lines = note.splitlines()
    for surface, (line, column) in places.items():
        assert lines[line - 1].startswith(surface, column - 1)


def test_any_number_of_processes_gives_the_same_bytes(tmp_path: Path, english: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    for number in range(65):
        (notes / f"n{number:02}.md").write_text(f"# Day {number}\n\n{NOTE}", encoding="utf-8")
    digests = []
    for jobs in (1, 3):
        out = tmp_path / str(jobs)
        options = ("--spacy", english, "--spacy-labels", "GPE=Topic")
        done = kg("build", notes, "--out", out, "--jobs", jobs, "--quiet", *options, PYTHONHASHSEED=str(jobs))
        assert done.returncode == 0, done.stderr
        names = ("entities.csv", "mentions.csv", "relations.csv", "graph.nq", "graph.gexf", "index.html")
        digests.append([hashlib.sha256((out / name).read_bytes()).hexdigest() for name in names])
        assert (out / "mentions.csv").read_text("utf-8").count(",quorvix,spacy,") == 65
    assert digests[0] == digests[1]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--spacy", "xx_no_such_pipeline"), "--spacy xx_no_such_pipeline: no such pipeline"),
        (("--spacy", "EMPTY"), "EMPTY: "),
        (("--spacy-labels", "GPE=Topic"), "--spacy-labels says nothing without a pipeline"),
        (("--spacy", "EN", "--spacy-labels", "GPE"), "--spacy-labels GPE: not FROM=TO"),
        (("--spacy", "EN", "--spacy-labels", "GPE=Place"), "--spacy-labels GPE=Place: not FROM=TO"),
        (("--spacy", "EN", "--spacy-labels", "=Tool"), "--spacy-labels =Tool: not FROM=TO"),
    ],
)
def test_what_cannot_work_is_one_line(tmp_path: Path, english: Path, options: tuple[str, ...], says: str) -> None:
    (tmp_path / "note.md").write_text(NOTE, encoding="utf-8")
    (tmp_path / "EMPTY").mkdir()
    given = [{"EN": str(english), "EMPTY": str(tmp_path / "EMPTY")}.get(option, option) for option in options]
    done = kg("build", tmp_path / "note.md", "--out", tmp_path / "out", *given)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert says in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_pipeline_that_fails_on_a_note_names_it(tmp_path: Path) -> None:
    from kg.errors import SettingsError
    from kg.extract import Finders, Gazetteer, SpacyNames, read_names
    from kg.lexicon import Lexicon
    from kg.notes import find_notes, read_note

    @Language.component("breaks")
    def breaks(doc: Doc) -> Doc:
        raise RuntimeError("no weights")

    nlp = spacy.blank("en")
    nlp.add_pipe("breaks")
    (tmp_path / "note.md").write_text(NOTE, encoding="utf-8")
    document, _ = read_note(find_notes([tmp_path])[0][0])
    assert document is not None
    none = Lexicon(())
    with pytest.raises(SettingsError, match=r"mine: the pipeline failed on note\.md: no weights"):
        read_names(document, Finders(none, Gazetteer(none), SpacyNames("mine", nlp, {})))
