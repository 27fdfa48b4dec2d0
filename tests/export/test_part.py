"""A part of the graph for Gephi: filters, degree, and that it is the same map."""

from __future__ import annotations

from pathlib import Path

import networkx
import pytest
from lxml import etree

from kg.errors import SettingsError
from kg.export import read_part, write_gexf
from tests.pipelines.command import kg


def test_a_part_keeps_type_degree_places_and_colours(outputs: Path, tmp_path: Path) -> None:
    part = read_part(outputs, ["type=Model,Topic", "relation=typed"], 2)
    write_gexf(part, tmp_path / "part.gexf")
    rules = etree.RelaxNG(etree.parse(Path(__file__).parent / "gexf13.rng"))
    assert rules.validate(etree.parse(tmp_path / "part.gexf")), rules.error_log
    read, whole = networkx.read_gexf(tmp_path / "part.gexf"), networkx.read_gexf(outputs / "graph.gexf")
    assert len(read) > 5
    assert {data["type"] for _, data in read.nodes(data=True)} <= {"Model", "Topic"}
    assert min(degree for _, degree in read.degree()) >= 2
    for node, data in read.nodes(data=True):
        assert data["viz"] == whole.nodes[node]["viz"]
    assert {data["relation"] for *_, data in read.edges(data=True)} == {"typed"}


def test_confidence_and_predicate_choose_relations(outputs: Path) -> None:
    part = read_part(outputs, ["confidence=0.8", "predicate=relatedTo"])
    assert part.size()
    assert all(data["confidence"] >= 0.8 and key == "relatedTo" for *_, key, data in part.edges(keys=True, data=True))


@pytest.mark.parametrize("wrong", ["colour=red", "type=Modell", "type=", "year=recent", "confidence=2", "type"])
def test_a_wrong_filter_says_what_there_is(outputs: Path, wrong: str) -> None:
    with pytest.raises(SettingsError) as told:
        read_part(outputs, [wrong])
    assert told.value.hint


def test_the_command(outputs: Path, tmp_path: Path) -> None:
    target = tmp_path / "part.gexf"
    done = kg(
        "export",
        "gexf",
        "--graph",
        str(outputs),
        "--filter",
        "type=Model,Topic",
        "--min-degree",
        "2",
        "--to",
        str(target),
    )
    assert done.returncode == 0
    assert networkx.read_gexf(target).number_of_nodes() > 0
    assert kg("export", "gexf", "--graph", str(outputs), "--filter", "nonsense").returncode == 2
    assert kg("export", "turtle", "--graph", str(outputs), "--filter", "type=Model").returncode == 2
