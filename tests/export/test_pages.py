"""The explorer and the pyvis page in a real browser, opened from disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.explore.graph import read_graph
from kg.explore.search import find_entity
from kg.export import write_pyvis
from pipelines.build import run_build
from tests.browser import open_page

pytestmark = pytest.mark.browser

_HOSTILE = """# <img src=x onerror="document.title='owned'">

谷歌提出 ResNet</script><script>document.title='owned'</script>，ResNet 超越 LSTM"><svg onload="document.title='owned'">。

《</script><script>document.title='owned'</script> Hostile Title of a Paper》的作者是 Kaiming He。

[BERT {{constructor.constructor('document.title=1')()}}](https://example.org/"><script>document.title='owned'</script>)
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    notes, out = tmp_path_factory.mktemp("notes"), tmp_path_factory.mktemp("out") / "outputs"
    (notes / "rnn.md").write_text(
        "# RNN\n\nLSTM 是 RNN 的一种变体。RNN 对应了 ODE 的数值解法。\n\n何恺明提出了残差网络（ResNet）。ResNet 用于图像分类。\n"
    )
    (notes / "</script><b>.md".replace("/", "_")).write_text(_HOSTILE)
    run_build([notes], out, jobs=1)
    return out


def test_the_explorer_opens_from_disk_and_shows_the_sentence_behind_a_tie(built: Path) -> None:
    with open_page() as page:
        page.goto((built / "index.html").as_uri())
        page.fill("#search", "残差")
        page.press("#search", "Enter")
        card = page.inner_text("#card")
        assert "ResNet" in card
        assert "何恺明提出了残差网络（ResNet）。" in card
        assert "rnn.md:5" in card
        assert page.evaluate("network.getSelectedNodes()") == [find_entity(read_graph(built), "ResNet").id]
        page.click("#card .other >> nth=0")
        assert page.inner_text("#card h2") != "ResNet"


def test_a_link_to_a_thing_opens_its_card(built: Path) -> None:
    thing = find_entity(read_graph(built), "LSTM").id
    with open_page() as page:
        page.goto(f"{(built / 'index.html').as_uri()}#{thing.replace(':', '%3A')}")
        assert page.inner_text("#card h2") == "LSTM"


def test_what_notes_say_never_runs(built: Path) -> None:
    with open_page() as page:
        page.goto((built / "index.html").as_uri())
        for name in ("resnet", "lstm", "bert", "script"):
            page.fill("#search", name)
            page.press("#search", "Enter")
        assert page.title() == "知图 Zhitu"


def test_a_neighbourhood_page_works_offline(built: Path, tmp_path: Path) -> None:
    read = read_graph(built)
    target = tmp_path / "page.html"
    write_pyvis(read.to_network(), target, around=find_entity(read, "ResNet").id, depth=2)
    with open_page() as page:
        page.goto(target.as_uri())
        assert page.evaluate("nodes.length") >= 3
        page.hover("canvas")
        assert page.title() == "ResNet - Zhitu"
