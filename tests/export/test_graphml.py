"""graph.graphml as igraph and networkx read it: nothing lost, numbers stay numbers."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import igraph
import networkx as nx

from kg.export import to_frames, write_graphml


def test_igraph_reads_what_the_tables_say(outputs: Path) -> None:
    tables = to_frames(outputs)
    entities = tables["entities"]
    graph = igraph.Graph.Read_GraphML(str(outputs / "graph.graphml"))
    assert graph.is_directed()
    assert graph.vcount() == len(entities)
    assert graph.vs["id"] == list(entities["id"])
    for column, name in [("label", "label"), ("type", "type"), ("label_zh", "label_zh"), ("label_en", "label_en")]:
        assert graph.vs[name] == list(entities[column]), column
    for column, name in [("mention_count", "mentions"), ("note_count", "notes"), ("community", "community")]:
        assert [int(value) for value in graph.vs[name]] == list(entities[column]), column
    assert graph.degree() == list(entities["degree"])
    assert all(abs(value) <= 1000 for axis in "xy" for value in graph.vs[axis])

    relations = tables["relations"]
    ids = graph.vs["id"]
    edges = Counter((ids[edge.source], edge["predicate"], ids[edge.target]) for edge in graph.es)
    assert edges == Counter(set(zip(relations["subject"], relations["predicate"], relations["object"], strict=True)))
    assert sum(graph.es["weight"]) == len(relations)
    assert all(0 < value < 1 for value in graph.es["confidence"])
    assert set(graph.es["kind"]) <= {"typed", "cooccurrence"}


def test_networkx_reads_the_same_graph(outputs: Path) -> None:
    graph = nx.read_graphml(outputs / "graph.graphml", force_multigraph=True)
    entities = to_frames(outputs)["entities"]
    assert list(graph) == list(entities["id"])
    assert dict(graph.degree()) == dict(zip(entities["id"], entities["degree"], strict=True))
    assert {type(value) for _, value in graph.nodes(data="x")} == {float}
    assert {type(value) for _, value in graph.nodes(data="mentions")} == {int}


HOSTILE = "\"'&<b>]]>-->\t\x00\x0b\x1f\x7f\ud800\ufffe </data></node></script> 名字"


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    graph = nx.MultiDiGraph()
    # igraph 1.0 reads `&` in an attribute as `&#38;`, so hostile ids (which no entity has) are read with networkx.
    for node, name in (("topic:a", HOSTILE), ("topic:b", "b"), (f"topic:{HOSTILE}", "c")):
        graph.add_node(node, label=name, type="Topic", label_zh="", x=0.5, y=-1.0, mentions=3)
    graph.add_edge("topic:a", "topic:b", predicate=HOSTILE, kind="typed", weight=2)
    write_graphml(graph, tmp_path / "graph.graphml")
    kept = HOSTILE
    for char in "\x00\x0b\x1f\ud800\ufffe":
        kept = kept.replace(char, "")
    read = igraph.Graph.Read_GraphML(str(tmp_path / "graph.graphml"))
    assert read.vs["id"][:2] == ["topic:a", "topic:b"]
    assert read.vs["label"] == [kept, "b", "c"]
    assert read.vs["label_zh"] == ["", "", ""]
    assert read.vs["mentions"] == [3, 3, 3]
    assert read.es["predicate"] == [kept]
    assert read.es["weight"] == [2.0]
    again = nx.read_graphml(tmp_path / "graph.graphml", force_multigraph=True)
    assert list(again) == ["topic:a", "topic:b", f"topic:{kept}"]
    assert again.nodes["topic:a"]["label"] == kept
