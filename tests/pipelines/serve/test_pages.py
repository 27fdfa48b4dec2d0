"""What a person sees, in a real Chromium: the page to query from, cards, and that notes never run as script in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Page, expect

from pipelines.build import run_build
from pipelines.serve.query_page import examples
from tests.browser import open_page
from tests.pipelines.serve.server import running

pytestmark = pytest.mark.browser
ROWS = "section table.dataTable tbody tr"


@pytest.fixture(scope="module")
def server(sample: Path) -> Iterator[str]:
    with running(sample) as address:
        yield address


def test_every_example_can_be_clicked(server: str) -> None:
    with open_page() as page:
        page.goto(f"{server}/sparql")
        buttons = page.locator("aside button")
        expect(buttons).to_have_count(len(examples()))
        for number, example in enumerate(examples()):
            if "CONSTRUCT" in example.query:
                continue
            buttons.nth(number).click()
            expect(page.locator(".yasr_response_chip")).to_contain_text("result", timeout=20_000)
            expect(page.locator(ROWS).first).to_be_visible(timeout=20_000)
            assert example.zh in buttons.nth(number).inner_text()


def test_a_row_leads_into_the_explorer(server: str) -> None:
    with open_page() as page:
        page.goto(f"{server}/sparql?query={quote('SELECT ?model { ?model kg:variantOf ?o } ORDER BY ?model LIMIT 1')}")
        link = page.locator(f"{ROWS} a").first
        expect(link).to_have_attribute("href", "/#/topic/model:adamw", timeout=20_000)
        page.goto(server + (link.get_attribute("href") or ""))
        page.wait_for_selector(".panel .said")


def test_prefixes_are_filled_in_and_mistakes_are_shown(server: str) -> None:
    with open_page() as page:
        page.goto(f"{server}/sparql?query={quote('SELECT ?x { ?x a kg:Nothing ; skos:prefLabel ?l }')}")
        text = page.locator(".CodeMirror-code").first
        expect(text).to_contain_text("PREFIX kg:")
        expect(text).to_contain_text("PREFIX skos:")


def test_cards_lead_from_one_to_the_next(server: str) -> None:
    with open_page(360, 740) as page:
        page.goto(f"{server}/id/model/resnet")
        assert page.url == f"{server}/page/id/model/resnet"
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.locator("blockquote a").first.click()
        expect(page.locator("h1")).to_be_visible()
        assert "/page/note/" in page.url
        page.goto(f"{server}/ontology#proposes")
        expect(page.locator("#proposes")).to_be_in_viewport()


# ---- hostile notes ----

SCRIPT = "<img src=x onerror=window.RAN=1><script>window.RAN=1</script>"
NOTE = f"""---
title: "{SCRIPT}"
date: 2020-01-01
---

# {SCRIPT} ResNet

ResNet is a variant of "><svg/onload=window.RAN=1> AlexNet. He Kaiming <b onmouseover=window.RAN=1>x</b> proposed ResNet.

- [javascript link](javascript:window.RAN=1)
- [ResNet {SCRIPT}](https://example.org/"><script>window.RAN=1</script>)
- [ResNet data](data:text/html,<script>window.RAN=1</script>)
- [[</script><script>window.RAN=1</script>]] 由谷歌提出，用于目标检测。
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("hostile")
    notes = folder / "notes"
    notes.mkdir()
    (notes / "<img src=x onerror=alert(1)>.md").write_text(NOTE, encoding="utf-8")
    (notes / "'\"; b.md").write_text(NOTE.replace("ResNet", "VGG"), encoding="utf-8")
    run_build([notes], folder / "out", jobs=1)
    with running(folder / "out") as address:
        yield address


def quiet(page: Page) -> None:
    """Nothing of the notes has run, nor could be clicked to run."""
    page.wait_for_timeout(150)
    assert page.evaluate("window.RAN") is None
    assert page.locator("a[href^='javascript:' i], a[href^='data:text' i]").count() == 0
    assert page.locator("[onerror], [onload], [onmouseover]").count() == 0


def test_notes_do_not_run_in_any_page(hostile: str) -> None:
    asked = httpx.get(
        f"{hostile}/sparql",
        params={"query": "SELECT DISTINCT ?s { ?s ?p ?o FILTER(STRSTARTS(STR(?s), 'https://w3id.org/zhitu/')) }"},
    )
    paths = [row["s"]["value"].removeprefix("https://w3id.org/zhitu/") for row in asked.json()["results"]["bindings"]]
    assert any(path.startswith("note/") for path in paths)
    with open_page() as page:
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        for path in paths[:40] + [path for path in paths if path.startswith(("note/", "id/"))][:40]:
            page.goto(f"{hostile}/page/{path}")
            quiet(page)
        for path in ("/", "/ontology", f"/#/topic/{quote(SCRIPT)}"):
            page.goto(hostile + path)
            quiet(page)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s dcterms:title ?title }",
        "SELECT ?q { ?e kg:quote ?q }",
        f"SELECT ('{SCRIPT.replace(chr(39), '`')}' AS ?x) {{}}",
        "SELECT (IRI('javascript:document.title=1') AS ?link) (IRI('data:text/html,x') AS ?data) {}",
        "SELECT ?onerror_alert_1 { BIND('</td><script>window.RAN=1</script>' AS ?onerror_alert_1) }",
        "CONSTRUCT { <a:b> <a:c> '<script>window.RAN=1</script>' } WHERE {}",
        "SELECT * { <script>window.RAN=1</script> }",
    ],
)
def test_answers_do_not_run_in_the_query_page(hostile: str, query: str) -> None:
    # YASGUI cleans what it shows in an inert document, of which Chromium says that its policy would have held too.
    with open_page(expected=("Executing inline event handler", "status of 400")) as page:
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        page.goto(f"{hostile}/sparql?query={quote(query)}")
        page.wait_for_timeout(1500)
        quiet(page)


def test_addresses_do_not_run(hostile: str) -> None:
    payload = quote('"><script>window.RAN=1</script>', safe="")
    for path in (
        f"/search?q={payload}",
        f"/page/{payload}",
        f"/page/id/{payload}",
        f"/graphs?graph={payload}",
        f"/explorer/{payload}",
        f"/static/{payload}",
        f"/outputs/{payload}",
        f"/sparql?format={payload}&query=ASK%7B%7D",
        f"/{payload}",
    ):
        answer = httpx.get(hostile + path, headers={"Accept": "text/html"})
        assert "html" not in answer.headers.get("content-type", "") or "<script>document" not in answer.text, path
        assert (
            "html" not in answer.headers.get("content-type", "")
            or "script-src" not in answer.headers.get("content-security-policy", "")
            or "'unsafe-inline'" not in answer.headers["content-security-policy"].split("script-src")[1].split(";")[0]
        )
