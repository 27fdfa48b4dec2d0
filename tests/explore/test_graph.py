from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kg.errors import GraphError
from kg.explore.graph import TABLES, Graph, read_graph
from tests.explore.sample import ENTITIES, write_table, write_tables


def test_evidence_is_grouped_best_first(graph: Graph) -> None:
    (claim,) = [c for c in graph.claims if (c.subject, c.object) == ("model:rnn", "topic:ode")]
    assert [(quote.document_id, quote.line) for quote in claim.quotes] == [("flows.md", 9), ("dynamics.md", 4)]
    assert claim.confidence == pytest.approx(0.924)
    assert claim.quotes[1].text == "**RNN** 可以看作 [ODE](https://a.example/ode) 的离散化。"


def test_entities_have_their_names_and_counts(graph: Graph) -> None:
    node = graph.entities["model:resnet"]
    assert node.names == ("ResNet", "残差网络", "Residual Network", "ResNet-50")
    assert (node.mention_count, node.note_count) == (6, 2)
    assert len(graph.entities) == len(ENTITIES)
    assert graph.label("dynamics.md") == "Dynamics"
    assert graph.label("topic:nowhere") == "topic:nowhere"


def test_column_order_and_further_columns_do_not_matter(tmp_path: Path, graph: Graph) -> None:
    folder = write_tables(tmp_path / "out")
    for name in TABLES:
        with (folder / name).open(encoding="utf-8", newline="") as handle:
            header, *rows = list(csv.reader(handle))
        write_table(folder / name, ["extra", *header[::-1]], [["x", *row[::-1]] for row in rows])
    again = read_graph(folder)
    assert again.claims == graph.claims
    assert dict(again.entities) == dict(graph.entities)


def test_sentences_longer_than_the_csv_default_and_with_line_breaks(tmp_path: Path) -> None:
    long = "长" * 200_000 + '\n"quoted", '
    folder = write_tables(tmp_path, [("model:u-net", "uses", "dataset:imagenet", "vision.md", 1, long, 0.5)])
    (claim,) = [c for c in read_graph(folder).claims if c.subject == "model:u-net" and c.predicate == "uses"]
    assert claim.quotes[0].text == long


def test_missing_folder_names_the_build_command(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="no such folder") as caught:
        read_graph(tmp_path / "nowhere")
    assert "kg build" in caught.value.hint


@pytest.mark.parametrize("name", list(TABLES))
def test_missing_table_is_named(tmp_path: Path, name: str) -> None:
    folder = write_tables(tmp_path)
    (folder / name).unlink()
    with pytest.raises(GraphError, match=name) as caught:
        read_graph(folder)
    assert "kg build" in caught.value.hint


def test_cut_table_is_refused_with_its_line(tmp_path: Path) -> None:
    folder = write_tables(tmp_path)
    path = folder / "relations.csv"
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(GraphError, match=r"relations\.csv:\d+"):
        read_graph(folder)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("entities.csv", "label_zh", "zh"),
        ("entities.csv", "model:u-net,Model", "model:v-net,Model"),
        ("mentions.csv", "flows.md,9", "flows.md,nine"),
        ("relations.csv", "test,0.95", "test,1.95"),
        ("mentions.csv", "topic:ode", "topic:gone"),
    ],
)
def test_tables_that_do_not_fit_are_refused(tmp_path: Path, name: str, old: str, new: str) -> None:
    folder = write_tables(tmp_path)
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(GraphError) as caught:
        read_graph(folder)
    assert "kg build" in caught.value.hint


def test_notes_and_articles_may_be_ends_of_claims(tmp_path: Path) -> None:
    rows = [
        ("https://a.example/rnn", "about", "model:rnn", "dynamics.md", 12, "Notes on RNN training", 0.9),
        ("dynamics.md", "mentions", "model:rnn", "dynamics.md", 2, "RNN", 0.9),
    ]
    read = read_graph(write_tables(tmp_path, rows))
    assert {"about", "mentions"} <= {claim.predicate for claim in read.claims_of["model:rnn"]}
    assert "dynamics.md" not in read.to_network()


def test_network_has_the_attributes_that_exports_draw(graph: Graph) -> None:
    network = graph.to_network()
    assert set(network) == set(graph.entities)
    node = network.nodes["model:rnn"]
    assert (node["type"], node["label_zh"], node["mentions"], node["notes"]) == ("Model", "循环神经网络", 9, 3)
    assert node["color"].startswith("#")
    assert node["size"] > network.nodes["model:u-net"]["size"]
    edge = network.edges["model:rnn", "topic:ode", "relatedTo"]
    assert (edge["predicate"], edge["weight"], edge["kind"]) == ("relatedTo", 2, "typed")
    assert edge["evidence"].startswith("flows.md:9: ")
    assert network.edges["model:lstm", "dataset:imagenet", "coOccursWith"]["kind"] == "cooccurrence"
