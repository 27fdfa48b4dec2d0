"""Outputs are replaced as a whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import SettingsError
from pipelines.atomic import replaced_folder

OURS = frozenset({"a.csv", "store"})


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_new_folder_appears_with_its_parents(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "outputs"
    with replaced_folder(out, OURS) as fresh:
        (fresh / "a.csv").write_text("new")
        assert not out.exists()
    assert names(out) == {"a.csv"}
    assert names(out.parent) == {"outputs"}


def test_what_is_ours_is_replaced_and_what_is_the_users_is_kept(tmp_path: Path) -> None:
    out = tmp_path / "outputs"
    (out / "store").mkdir(parents=True)
    (out / "store" / "old").write_text("old")
    (out / "a.csv").write_text("old")
    (out / "my.txt").write_text("mine")
    (out / "mine").mkdir()
    (out / "mine" / "deep.txt").write_text("mine too")
    with replaced_folder(out, OURS) as fresh:
        (fresh / "a.csv").write_text("new")
    assert names(out) == {"a.csv", "my.txt", "mine"}
    assert (out / "a.csv").read_text() == "new"
    assert (out / "mine" / "deep.txt").read_text() == "mine too"
    assert names(tmp_path) == {"outputs"}


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_after_an_error_the_old_outputs_stand(tmp_path: Path, error: type[BaseException]) -> None:
    out = tmp_path / "outputs"
    out.mkdir()
    (out / "a.csv").write_text("old")

    def fail() -> None:
        with replaced_folder(out, OURS) as fresh:
            (fresh / "a.csv").write_text("half")
            raise error

    with pytest.raises(error):
        fail()
    assert (out / "a.csv").read_text() == "old"
    assert names(tmp_path) == {"outputs"}


def test_links_of_the_user_are_kept_as_links(tmp_path: Path) -> None:
    out = tmp_path / "outputs"
    out.mkdir()
    (out / "link").symlink_to(tmp_path / "nowhere")
    with replaced_folder(out, OURS):
        pass
    assert (out / "link").is_symlink()


def test_a_file_in_the_way_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "outputs").write_text("not a folder")
    with pytest.raises(SettingsError, match="is a file"), replaced_folder(tmp_path / "outputs", OURS):
        pass
    assert (tmp_path / "outputs").read_text() == "not a folder"
