"""Options and fixtures for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.build import run_build

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-cases", action="store_true", help="write tests/cases/*.expected anew; read the diff")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real notes beside the project; tests that use it skip visibly where it is missing."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not beside the project")
    return SHARED


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a build of the project's own notes writes. Read only."""
    folder = tmp_path_factory.mktemp("sample") / "outputs"
    run_build([ROOT / "notes"], folder, jobs=1)
    return folder


@pytest.fixture(scope="session", params=["sample", pytest.param("seeds", marks=pytest.mark.shared)])
def outputs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a build writes: once of the project's own notes, once of the real ones beside it. Read only."""
    if request.param == "sample":
        return Path(request.getfixturevalue("sample"))
    folder = tmp_path_factory.mktemp("seeds") / "outputs"
    run_build([request.getfixturevalue("shared") / "seeds"], folder, jobs=1)
    return folder
