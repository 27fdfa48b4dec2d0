"""Discovery: what is a note, and what it is called."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kg.errors import SettingsError
from kg.notes import find_notes


def _write(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name, encoding="utf-8")


def _ids(*paths: Path) -> list[str]:
    return [note.id for note in find_notes(paths)[0]]


def test_suffixes_in_any_case_and_hidden_folders_skipped(tmp_path: Path) -> None:
    _write(tmp_path, "b.MD", "子/甲.markdown", "子/c.txt", "d.pdf", ".git/x.md", ".obsidian/y.md", "node_modules/z.md")
    assert _ids(tmp_path) == ["b.MD", "子/c.txt", "子/甲.markdown"]


def test_single_file_is_called_by_its_name(tmp_path: Path) -> None:
    _write(tmp_path, "deep/a.md")
    assert _ids(tmp_path / "deep" / "a.md") == ["a.md"]


def test_equal_ids_get_the_folder_and_then_a_counter(tmp_path: Path) -> None:
    _write(tmp_path, "one/a.md", "two/a.md", "more/two/a.md", "two/b.md")
    roots = [tmp_path / "one", tmp_path / "two", tmp_path / "more" / "two"]
    assert _ids(*roots) == ["b.md", "one/a.md", "two-2/a.md", "two/a.md"]
    assert find_notes(roots) == find_notes(roots[::-1])


def test_a_file_reached_twice_is_read_once(tmp_path: Path) -> None:
    _write(tmp_path, "sub/a.md")
    assert _ids(tmp_path, tmp_path / "sub") == ["sub/a.md"]


def test_symlink_loop_is_told_once(tmp_path: Path) -> None:
    _write(tmp_path, "sub/a.md")
    (tmp_path / "sub" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere.md")
    notes, problems = find_notes([tmp_path])
    assert [note.id for note in notes] == ["sub/a.md"]
    assert [(p.path, p.severity) for p in problems] == [("gone.md", "warning"), ("sub/loop", "info")]


def test_symlink_to_a_folder_elsewhere_is_followed(tmp_path: Path) -> None:
    _write(tmp_path, "vault/a.md", "far/b.md")
    (tmp_path / "vault" / "far").symlink_to(tmp_path / "far", target_is_directory=True)
    assert _ids(tmp_path / "vault") == ["a.md", "far/b.md"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_unreadable_folder_is_a_problem(tmp_path: Path) -> None:
    _write(tmp_path, "a.md", "shut/b.md")
    (tmp_path / "shut").chmod(0)
    try:
        notes, problems = find_notes([tmp_path])
    finally:
        (tmp_path / "shut").chmod(0o700)
    assert [note.id for note in notes] == ["a.md"]
    assert [problem.path for problem in problems] == ["shut"]


def test_a_name_that_is_not_utf8_still_gives_a_writable_id(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.md")).write_text("x", encoding="utf-8")
    assert _ids(tmp_path) == ["\ufffd.md"]


def test_fifo_is_no_note(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    _write(tmp_path, "a.md")
    assert _ids(tmp_path) == ["a.md"]


def test_missing_path_empty_folder_and_wrong_suffix_are_settings_errors(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such file"):
        find_notes([tmp_path / "nowhere"])
    with pytest.raises(SettingsError, match="no notes") as caught:
        find_notes([tmp_path])
    assert ".markdown" in caught.value.hint
    (tmp_path / "a.pdf").write_bytes(b"x")
    with pytest.raises(SettingsError, match="not a note"):
        find_notes([tmp_path / "a.pdf"])
