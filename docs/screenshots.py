"""Take the pictures of the README from the sample notes: python docs/screenshots.py"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from pipelines.build import run_build
from tests.browser import find_chromium
from tests.pipelines.serve.server import running

_DOCS = Path(__file__).parent
_PICTURES = (
    ("explorer.png", "light", "zh-CN", "#/topic/RNN"),
    ("explorer-dark.png", "dark", "en-US", ""),
    ("path.png", "light", "en-US", "#/path/RNN/ODE/ResNet"),
)


def main() -> None:
    """Build notes/ and write the pictures beside this file."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        run_build([_DOCS.parent / "notes"], Path(folder) / "outputs", jobs=1)
        browser = play.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"])
        for name, scheme, locale, place in _PICTURES:
            page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme=scheme, locale=locale)
            page.goto((Path(folder) / "outputs" / "index.html").as_uri() + place)
            page.wait_for_selector("canvas[data-drawn]")
            page.wait_for_timeout(1000)
            page.screenshot(path=_DOCS / name)
            page.close()
        with running(Path(folder) / "outputs") as address:
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(f"{address}/sparql")
            page.click("aside button >> nth=6")
            page.wait_for_selector("table.dataTable tbody tr")
            page.screenshot(path=_DOCS / "sparql.png")
        browser.close()


if __name__ == "__main__":
    main()
