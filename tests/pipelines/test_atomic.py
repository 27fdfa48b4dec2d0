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


def test_a_link_to_a_folder_stays_one(tmp_path: Path) -> None:
    (tmp_path / "disk" / "outputs").mkdir(parents=True)
    out = tmp_path / "outputs"
    out.symlink_to(tmp_path / "disk" / "outputs")
    with replaced_folder(out, OURS) as fresh:
        (fresh / "a.csv").write_text("new")
    assert out.is_symlink()
    assert (tmp_path / "disk" / "outputs" / "a.csv").read_text() == "new"
    assert names(tmp_path / "disk") == {"outputs"}


def test_the_folder_that_one_stands_in_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "outputs" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "outputs" / "deep")
    for out in (Path(), Path(".."), tmp_path):
        with pytest.raises(SettingsError, match="cannot be replaced"), replaced_folder(out, OURS):
            pass


def test_what_the_user_writes_meanwhile_is_kept(tmp_path: Path) -> None:
    out = tmp_path / "outputs"
    (out / "mine").mkdir(parents=True)
    (out / "mine" / "deep.txt").write_text("mine")
    with (out / "mine" / "deep.txt").open("a") as file, replaced_folder(out, OURS):
        file.write(", still")
    assert (out / "mine" / "deep.txt").read_text() == "mine, still"


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_where_folders_cannot_be_exchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    """As on Windows. If the second of two renamings fails, the old outputs come back."""

    def no_library(*_: object, **__: object) -> None:
        raise TypeError

    monkeypatch.setattr("ctypes.CDLL", no_library)
    out = tmp_path / "outputs"
    for text in ("old", "new"):
        with replaced_folder(out, OURS) as fresh:
            (fresh / "a.csv").write_text(text)
        assert (out / "a.csv").read_text() == text
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if self.name.startswith(".outputs.new") and target == out.resolve() and not self.name.endswith(".old"):
            raise error
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(error), replaced_folder(out, OURS) as fresh:
        (fresh / "a.csv").write_text("lost")
    assert (out / "a.csv").read_text() == "new"
    assert names(tmp_path) == {"outputs"}
