"""The pyvis page in a real browser, opened from disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.explore.graph import read_graph
from kg.explore.search import find_entity
from kg.export import write_pyvis
from pipelines.build import run_build
from tests.browser import open_page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    notes, out = tmp_path_factory.mktemp("notes"), tmp_path_factory.mktemp("out") / "outputs"
    (notes / "rnn.md").write_text(
        "# RNN\n\nLSTM 是 RNN 的一种变体。RNN 对应了 ODE 的数值解法。\n\n何恺明提出了残差网络（ResNet）。ResNet 用于图像分类。\n"
    )
    run_build([notes], out, jobs=1)
    return out


def test_a_neighbourhood_page_works_offline(built: Path, tmp_path: Path) -> None:
    read = read_graph(built)
    target = tmp_path / "page.html"
    write_pyvis(read.to_network(), target, around=find_entity(read, "ResNet").id, depth=2)
    with open_page() as page:
        page.goto(target.as_uri())
        assert page.evaluate("nodes.length") >= 3
        page.hover("canvas")
        assert page.title() == "ResNet - Zhitu"
