"""A real Chromium for the tests of pages; where there is none they skip and say so (in CI that is a failure)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The browser's command, if there is one."""
    return next((path for path in map(shutil.which, _NAMES) if path), None)


@contextmanager
def open_page(width: int = 1280, height: int = 800, *, expected: tuple[str, ...] = ()) -> Iterator[Page]:
    """A blank page; every uncaught exception, request that leaves this computer and console error fails the test, but
    errors with a text in `expected`."""
    found = find_chromium()
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("CI has no Chromium; tests/install_chromium.sh installs it")
        pytest.skip("no Chromium on this machine")
    wrong: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": width, "height": height})
        page.on(
            "console",
            lambda message: (
                wrong.append(message.text)
                if message.type == "error" and not any(text in message.text for text in expected)
                else None
            ),
        )
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: wrong.append(request.url) if _foreign(request.url) else None)
        yield page
        browser.close()
    assert wrong == [], wrong


def _foreign(url: str) -> bool:
    return not url.startswith(("file:", "data:", "blob:", "about:", "http://127.0.0.1:"))
