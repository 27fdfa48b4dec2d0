"""What the documents say is true: commands run, files exist, exported names are there."""

from __future__ import annotations

import importlib
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"^ *```sh\n(.*?)^ *```", README, re.M | re.S)
    for line in map(str.strip, block.splitlines())
    if line.startswith("kg ")
]
RUNNABLE = [line for line in COMMANDS if "~" not in line and "://" not in line and not line.startswith("kg serve")]


def test_the_readme_shows_commands() -> None:
    assert len(RUNNABLE) >= 6


@pytest.mark.parametrize("line", RUNNABLE)
def test_readme_commands_run_on_the_sample_notes(line: str, outputs: Path, tmp_path: Path) -> None:
    arguments = shlex.split(line, comments=True)[1:]
    command = [sys.executable, "-m", "pipelines.cli", *arguments]
    if arguments[0] == "report":
        command[command.index("outputs")] = str(outputs)
    elif arguments[0] != "build":
        command += ["--graph", str(outputs)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_links_and_pictures_of_the_documents_exist() -> None:
    for text in (README, ARCHITECTURE):
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (ROOT / target).exists(), target


def test_the_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)", README, re.M):
        assert re.search(rf"^{target}:", makefile, re.M), target


@pytest.mark.parametrize(
    "package", ["kg.notes", "kg.extract", "kg.link", "kg.relate", "kg.graph", "kg.explore", "kg.export"]
)
def test_exported_names_exist_and_are_documented(package: str) -> None:
    module = importlib.import_module(package)
    assert len(set(module.__all__)) == len(module.__all__)
    for name in module.__all__:
        value = getattr(module, name)
        if callable(value):
            assert value.__doc__, f"{package}.{name}"
