"""A small graph of our own, written as the tables and the store of a build."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from kg.explore.graph import TABLES
from kg.identity import document_iri, entity_iri, term_iri

# id, type, label, label_zh, label_en, aliases, mentions, notes
ENTITIES = [
    ("model:rnn", "Model", "RNN", "循环神经网络", "Recurrent Neural Network", "递归神经网络", 9, 3),
    ("model:lstm", "Model", "LSTM", "长短期记忆网络", "Long Short-Term Memory", "", 4, 2),
    ("model:resnet", "Model", "ResNet", "残差网络", "Residual Network", "ResNet-50", 6, 2),
    ("model:neural-ode", "Model", "Neural ODE", "神经常微分方程", "", "", 2, 1),
    ("model:u-net", "Model", "U-Net", "", "", "", 1, 1),
    ("topic:ode", "Topic", "ODE", "常微分方程", "ordinary differential equation", "", 5, 2),
    ("topic:deep-learning", "Topic", "deep learning", "深度学习", "", "", 12, 3),
    ("person:何恺明", "Person", "何恺明", "何恺明", "Kaiming He", "", 2, 1),
    ("dataset:imagenet", "Dataset", "ImageNet", "", "", "", 3, 2),
    ("tool:lonely", "Tool", "Lonely", "", "", "", 1, 1),
]

# subject, predicate, object, doc, line, evidence, confidence
RELATIONS = [
    (
        "model:rnn",
        "relatedTo",
        "topic:ode",
        "dynamics.md",
        4,
        "**RNN** 可以看作 [ODE](https://a.example/ode) 的离散化。",
        0.8,
    ),
    ("model:rnn", "relatedTo", "topic:ode", "flows.md", 9, "一个 RNN 的每一步，是 ODE 的一步 Euler 法。", 0.9),
    ("model:resnet", "relatedTo", "topic:ode", "flows.md", 3, "残差网络的一层像 ODE 的一步。", 0.7),
    ("model:neural-ode", "variantOf", "model:resnet", "flows.md", 5, "In the limit, ResNet gives Neural ODE.", 0.9),
    ("model:neural-ode", "uses", "topic:ode", "flows.md", 6, "Neural ODE is a model whose layers solve an ODE.", 0.9),
    ("model:lstm", "variantOf", "model:rnn", "dynamics.md", 7, "LSTM is a kind of RNN with gates.", 0.95),
    ("person:何恺明", "proposes", "model:resnet", "vision.md", 2, "何恺明等人提出了残差网络。", 0.95),
    ("model:resnet", "evaluatedOn", "dataset:imagenet", "vision.md", 3, "ResNet 在 ImageNet 上训练。", 0.9),
    ("model:rnn", "broader", "topic:deep-learning", "dynamics.md", 2, "循环神经网络（RNN）是一种深度学习模型。", 0.9),
    ("model:lstm", "coOccursWith", "dataset:imagenet", "vision.md", 8, "LSTM 和 ImageNet 都常见。", 0.3),
    ("model:u-net", "coOccursWith", "topic:deep-learning", "vision.md", 9, "U-Net、深度学习。", 0.3),
]

MENTIONS = [
    ("model:rnn", "dynamics.md", 2, "RNN"),
    ("model:rnn", "dynamics.md", 4, "RNN"),
    ("model:rnn", "dynamics.md", 12, "RNN"),
    ("model:rnn", "flows.md", 9, "RNN"),
    ("model:resnet", "vision.md", 3, "ResNet"),
    ("model:resnet", "flows.md", 3, "残差网络"),
    ("topic:ode", "dynamics.md", 4, "ODE"),
]

LINKS = [
    ("https://a.example/rnn", "Notes on RNN training", "dynamics.md", 12, "Reading", "a.example"),
    ("https://a.example/gates", "Gates explained", "dynamics.md", 15, "循环神经网络", "a.example"),
    ("https://a.example/other", "Something else", "dynamics.md", 12, "Reading", "a.example"),
]

DOCUMENTS = [
    ("dynamics.md", "Dynamics", "2019-03-01", "zh-Hans"),
    ("flows.md", "Flows", "2021-07-09", "en"),
    ("vision.md", "Vision", "", "zh-Hans"),
]


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table as a build does: UTF-8, newline, quotes where needed."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def write_tables(
    folder: Path, relations: Sequence[tuple[object, ...]] = (), entities: Sequence[tuple[object, ...]] = ()
) -> Path:
    """Write the five tables, with further rows of RELATIONS and ENTITIES where given."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [(*row, 0, 0, entity_iri(str(row[0]))) for row in [*ENTITIES, *entities]]
    write_table(folder / "entities.csv", TABLES["entities.csv"], rows)
    claims = [(*row[:6], "test", row[6]) for row in [*RELATIONS, *relations]]
    write_table(folder / "relations.csv", TABLES["relations.csv"], claims)
    mentions = [(*row[:3], 1, row[3], "test", 0.9) for row in MENTIONS]
    write_table(folder / "mentions.csv", TABLES["mentions.csv"], mentions)
    write_table(folder / "links.csv", TABLES["links.csv"], LINKS)
    write_table(folder / "documents.csv", TABLES["documents.csv"], [(*row, 100, "0" * 64) for row in DOCUMENTS])
    return folder


def write_outputs(folder: Path) -> Path:
    """Write the tables, graph.nq, the store and a small index.html."""
    import pyoxigraph as ox

    write_tables(folder)
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    quads = [
        ox.Quad(
            ox.NamedNode(entity_iri(str(subject))),
            ox.NamedNode(term_iri(str(predicate))),
            ox.NamedNode(entity_iri(str(object_))),
            ox.NamedNode(document_iri(str(doc))),
        )
        for subject, predicate, object_, doc, *_ in RELATIONS
    ]
    for identifier, _, text, zh, *_ in ENTITIES:
        for name, language in ((text, "en"), (zh, "zh-Hans")):
            if name:
                quads.append(
                    ox.Quad(
                        ox.NamedNode(entity_iri(str(identifier))),
                        label,
                        ox.Literal(name, language=language),
                        ox.NamedNode(document_iri("vision.md")),
                    )
                )
    ox.serialize(quads, str(folder / "graph.nq"), ox.RdfFormat.N_QUADS)
    store = ox.Store(str(folder / "store"))
    store.bulk_load(path=str(folder / "graph.nq"), format=ox.RdfFormat.N_QUADS)
    store.flush()
    del store
    (folder / "index.html").write_text(
        "<!doctype html><title>t</title><script>document.title = 'ready'</script>", encoding="utf-8"
    )
    return folder
