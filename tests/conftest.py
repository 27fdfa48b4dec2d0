"""Options and fixtures for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

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
