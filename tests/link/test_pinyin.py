"""A Chinese and a Latin spelling of one person meet by pinyin, where a note names both and no one else fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.text import romanised
from pipelines.build import build_graph


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("张晓明", ("zhang", "xiaoming")),
        ("呂秀蓮", ("lv", "xiulian")),
        ("李雷", ("li", "lei")),
        ("Ann", None),
        ("一", None),
    ],
)
def test_names_are_romanised(name: str, spelling: tuple[str, str] | None) -> None:
    assert romanised(name) == spelling


def people(folder: Path, **notes: str) -> dict[str, str]:
    """Surface -> id of the person, over notes of these texts."""
    for name, text in notes.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    build = build_graph([folder], jobs=1)
    return {
        item.mention.surface: item.entity_id
        for item in build.resolutions
        if item.entity_id and item.mention.type == "Person"
    }


CITED = '# 论文\n\nZhang, Xiao Ming, et al. "A Made Up Study of Very Deep Zebras." arXiv preprint arXiv:2101.99999 (2021).\n'


def test_one_note_that_names_both_makes_them_one(tmp_path: Path) -> None:
    found = people(tmp_path, a=CITED + "\n一作张晓明教授在讲座里介绍了它。\n")
    assert found["Zhang, Xiao Ming"] == found["张晓明"]


def test_two_notes_do_not(tmp_path: Path) -> None:
    found = people(tmp_path, a=CITED, b="# 讲座\n\n张晓明教授来了。\n")
    assert found["Zhang, Xiao Ming"] != found["张晓明"]


def test_two_people_of_one_sound_stay_apart(tmp_path: Path) -> None:
    found = people(tmp_path, a=CITED + "\n张晓明教授和张小明教授都在。\n")
    assert found["张晓明"] != found["张小明"]
    assert found["Zhang, Xiao Ming"] not in (found["张晓明"], found["张小明"])


def test_someone_the_lexicon_knows_by_another_name_stays_apart(tmp_path: Path) -> None:
    text = CITED.replace("Zhang, Xiao Ming", "He, Kaiming") + "\n何楷铭教授是另一个人。\n"
    found = people(tmp_path, a=text)
    assert found["He, Kaiming"] == "person:kaiming-he"
    assert found["何楷铭"] != "person:kaiming-he"
