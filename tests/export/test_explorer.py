"""The explorer in a real browser, opened from disk: what a person can do with it, and what notes cannot do to it."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from xml.etree import ElementTree

import networkx
import pytest
from playwright.sync_api import Page, expect

from kg.errors import SettingsError
from pipelines.build import run_build
from tests.browser import open_page
from tests.conftest import ROOT

pytestmark = pytest.mark.browser

_NOTES = {
    "rnn.md": "# RNN\n\nLSTM 是 RNN 的一种变体。RNN 对应了 ODE 的数值解法。\n\nODE 的欧拉法可以看成 ResNet 的连续极限。\n\n"
    "何恺明提出了残差网络（ResNet）。ResNet 用于图像分类。\n\n[ResNet 读书笔记](https://example.org/resnet)\n",
    "deep/bert.md": "---\ndate: 2020-01-02\n---\n# BERT\n\n谷歌提出了 BERT。BERT 基于 Transformer。BERT 用于机器翻译和文本分类。\n",
}
_HOSTILE = """---
title: "<img src=x onerror=\\"document.title='owned'\\">"
---
# <img src=x onerror="document.title='owned'">

谷歌提出 ResNet</script><script>document.title='owned'</script>，ResNet 超越 LSTM"><svg onload="document.title='owned'">。

《</script><script>document.title='owned'</script> Hostile Title of a Paper》的作者是 Kaiming He。

[ResNet](javascript:document.title='owned') [BERT {{constructor.constructor('document.title=1')()}}](https://example.org/"><script>document.title='owned'</script>)
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    notes, out = tmp_path_factory.mktemp("notes"), tmp_path_factory.mktemp("out") / "outputs"
    for name, text in _NOTES.items():
        (notes / name).parent.mkdir(exist_ok=True)
        (notes / name).write_text(text)
    (notes / "<b onmouseover=alert(1)>.md").write_text(_HOSTILE)
    run_build([notes], out, jobs=1)
    return out


def address(outputs: Path, hash_: str = "") -> str:
    return (outputs / "index.html").as_uri() + hash_


def visit(page: Page, outputs: Path, hash_: str = "") -> None:
    page.goto(address(outputs, hash_))
    page.wait_for_selector(".panel h2")


def search(page: Page, text: str) -> list[str]:
    page.fill(".bar input", text)
    page.wait_for_selector(".bar .found li")
    return page.locator(".bar .found li .name").all_inner_texts()


@pytest.mark.parametrize("text", ["残差", "殘差", "cancha", "cc", "resnet", "RESNTE"])
def test_search_finds_by_name_alias_script_pinyin_initials_and_slip(built: Path, text: str) -> None:
    with open_page() as page:
        visit(page, built)
        assert "ResNet" in search(page, text)
        page.press(".bar input", "Enter")
        expect(page.locator(".panel h2")).to_have_text("ResNet")


def test_a_card_shows_every_sentence_with_its_place(built: Path) -> None:
    with open_page() as page:
        visit(page, built, "#/topic/ResNet")
        card = page.inner_text(".panel")
        assert "何恺明提出了残差网络（ResNet）。" in card
        assert "rnn.md:7" in card
        assert page.locator(".panel .article a").first.get_attribute("href") == "https://example.org/resnet"
        page.click(".panel .claim .node >> nth=0")
        expect(page.locator(".panel h2")).not_to_have_text("ResNet")
        page.go_back()
        expect(page.locator(".panel h2")).to_have_text("ResNet")


def test_a_path_explains_every_hop(built: Path) -> None:
    with open_page() as page:
        visit(page, built, "#/path/RNN/ODE/ResNet")
        page.wait_for_selector(".chain .hop")
        assert page.locator(".chain .stop").first.inner_text().strip() == "RNN"
        assert page.locator(".chain .stop").last.inner_text().strip() == "ResNet"
        for hop in page.locator(".chain .hop").all():
            assert re.search(r"rnn\.md:\d+", hop.inner_text())
        page.check(".paths input[type=checkbox]")
        assert "typed=1" in page.url


def test_every_state_has_an_address_that_brings_it_back(built: Path) -> None:
    with open_page() as page:
        visit(page, built)
        page.click(".tools button >> nth=0")
        page.uncheck("input[name=Person]")
        page.check("input[name=weak]")
        page.reload()
        page.wait_for_selector(".panel h2")
        assert "hide=Person" in page.url
        page.click(".tools button >> nth=0")
        assert not page.is_checked("input[name=Person]")
        assert page.is_checked("input[name=weak]")


def test_filters_change_what_the_table_shows(built: Path) -> None:
    with open_page() as page:
        visit(page, built, "#/table?hide=Person")
        names = page.locator("tbody tr td:nth-child(3)").all_inner_texts()
        assert names
        assert "Person" not in names
        page.goto(address(built, "#/table?note=deep/"))
        expect(page.locator("tbody")).not_to_contain_text("LSTM")
        assert "BERT" in page.inner_text("tbody")


def test_a_table_sorts_by_a_column(built: Path) -> None:
    with open_page() as page:
        visit(page, built, "#/table")
        page.click("thead button >> nth=3")
        counts = [int(text) for text in page.locator("tbody tr td:nth-child(4)").all_inner_texts()]
        assert counts == sorted(counts, reverse=True)
        assert page.get_attribute("thead th >> nth=3", "aria-sort") == "descending"


def taken(page: Page, label: str) -> bytes:
    page.click(".tools button >> nth=1")
    with page.expect_download() as download:
        page.click(f".drawer button:has-text('{label}')")
    page.keyboard.press("Escape")
    return Path(download.value.path()).read_bytes()


def test_what_is_taken_away_is_read_by_others(built: Path, tmp_path: Path) -> None:
    with open_page() as page:
        visit(page, built)
        (tmp_path / "graph.gexf").write_bytes(taken(page, "GEXF"))
        graph = networkx.read_gexf(tmp_path / "graph.gexf")
        assert graph.nodes["model:resnet"]["type"] == "Model"
        rows = list(csv.DictReader(io.StringIO(taken(page, "Things").decode())))
        assert len(rows) == len(graph)
        picture = ElementTree.fromstring(taken(page, "SVG"))
        assert any("ResNet" in (text.text or "") for text in picture.iter("{http://www.w3.org/2000/svg}text"))
        assert taken(page, "PNG").startswith(b"\x89PNG")


def test_everything_is_reached_by_the_keyboard(built: Path) -> None:
    with open_page() as page:
        visit(page, built)
        page.keyboard.press("/")
        page.keyboard.type("lstm")
        page.keyboard.press("Enter")
        expect(page.locator(".panel h2")).to_have_text("LSTM")
        page.focus("canvas")
        before = page.evaluate("document.querySelector('canvas').toDataURL()")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("+")
        page.wait_for_timeout(300)
        assert page.evaluate("document.querySelector('canvas').toDataURL()") != before
        page.keyboard.press("Escape")
        expect(page.locator(".questions a")).to_have_count(3)


def test_the_words_are_in_two_languages(built: Path) -> None:
    with open_page() as page:
        visit(page, built)
        expect(page.locator(".panel h2")).to_have_text("What do your notes say?")
        page.click(".tools .text")
        expect(page.locator(".panel h2")).to_have_text("你的笔记说了什么？")
        assert page.get_attribute("html", "lang") == "zh-Hans"


def test_a_telephone_shows_all_without_scrolling_sideways(built: Path) -> None:
    with open_page(360, 740) as page:
        for place in ("", "#/topic/ResNet", "#/path/RNN/ResNet", "#/insights"):
            visit(page, built, place)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360
            assert (
                page.evaluate(
                    "document.querySelector('.panel').scrollWidth - document.querySelector('.panel').clientWidth"
                )
                <= 0
            )


def test_what_notes_say_never_runs(built: Path) -> None:
    with open_page() as page:
        visit(page, built)
        for name in ("resnet", "lstm", "bert", "hostile", "谷歌"):
            search(page, name)
            page.press(".bar input", "Enter")
            page.wait_for_timeout(50)
            assert page.title().endswith("知图 Zhitu")
        for href in page.locator("a").evaluate_all("links => links.map((link) => link.getAttribute('href'))"):
            assert re.match(r"https?://|#|sparql\?", href)
        assert page.evaluate("document.querySelectorAll('main img, main script').length") == 0


def test_the_map_of_the_same_notes_is_the_same_file(built: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    (notes / "deep").mkdir(parents=True)
    for name, text in _NOTES.items():
        (notes / name).write_text(text)
    (notes / "<b onmouseover=alert(1)>.md").write_text(_HOSTILE)
    run_build([notes], tmp_path / "again", jobs=1)
    assert (tmp_path / "again" / "index.html").read_bytes() == (built / "index.html").read_bytes()


@pytest.mark.parametrize("place", ["", "#/topic/ResNet", "#/path/RNN/ODE/ResNet", "#/table", "#/insights"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(built: Path, place: str, theme: str) -> None:
    axe = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
    with open_page() as page:
        page.emulate_media(color_scheme=theme)
        visit(page, built, place)
        if place == "":
            page.click(".tools button >> nth=0")
        page.evaluate(axe.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run().then((result) => result.violations)")
        serious = [
            (item["id"], item["nodes"][0]["html"]) for item in found if item["impact"] in ("serious", "critical")
        ]
        assert serious == []


def test_places_link_to_the_notes_where_the_build_is_told_where_they_are(tmp_path: Path) -> None:
    notes = tmp_path / "my notes"
    notes.mkdir()
    (notes / "a b.md").write_text(_NOTES["rnn.md"])
    run_build([notes], tmp_path / "out", jobs=1, note_url="../my%20notes/")
    with open_page() as page:
        visit(page, tmp_path / "out", "#/topic/ResNet")
        link = page.locator(".panel a.place").first
        assert re.fullmatch(r"\.\./my%20notes/a%20b\.md#L[57]", link.get_attribute("href") or "")
    for wrong in ("javascript:alert(1)//", "data:text/html,x", "//elsewhere.example/"):
        with pytest.raises(SettingsError):
            run_build([notes], tmp_path / "out", jobs=1, note_url=wrong)
