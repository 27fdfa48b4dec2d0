"""graph.gexf: valid by a grammar, without loose ends, and read by networkx as it was written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import networkx as nx
import pytest
from lxml import etree

from kg.export import to_frames, write_gexf

GRAMMAR = etree.RelaxNG(etree.parse(Path(__file__).parent / "gexf13.rng"))
G = "{http://gexf.net/1.3}"
V = "{http://gexf.net/1.3/viz}"

SMALL = """<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">
<meta lastmodifieddate="2020-01-02"><description>two nodes</description><creator>a test</creator></meta>
<graph mode="dynamic" defaultedgetype="directed" timeformat="date" timerepresentation="interval">
<attributes class="node"><attribute id="type" title="type" type="string">
<default>Topic</default><options>Topic|Model</options></attribute></attributes>
<nodes count="2">
<node id="a" label="A" start="2019-03-01"><viz:shape value="disc"/><attvalues><attvalue for="type" value="Model"/></attvalues>
<viz:color r="0" g="128" b="255" a="0.5"/><viz:position x="-1.5" y="2" z="0"/><viz:size value="3.5"/></node>
<node id="b" label="B"><spells><spell start="2019-03-01" end="2020-03-01"/></spells></node>
</nodes>
<edges count="1"><edge id="0" source="a" target="b" kind="uses" weight="2"><viz:thickness value="1"/></edge></edges>
</graph></gexf>"""


def is_valid(text: str) -> bool:
    return bool(GRAMMAR.validate(etree.fromstring(text.encode())))


def test_grammar_accepts_a_small_document() -> None:
    GRAMMAR.assertValid(etree.fromstring(SMALL.encode()))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('version="1.3"', 'version="1.2"'),
        ('xmlns="http://gexf.net/1.3"', 'xmlns="http://gexf.net/1.2draft"'),
        ('xmlns:viz="http://gexf.net/1.3/viz"', 'xmlns:viz="http://gexf.net/1.2/viz"'),
        ('r="0"', 'r="256"'),
        ('g="128" ', ""),
        ('a="0.5"', 'a="1.5"'),
        ('x="-1.5"', 'x="NaN"'),
        ('<viz:size value="3.5"/>', '<viz:size value="-3.5"/>'),
        ('<viz:shape value="disc"/>', '<viz:shape value="star"/>'),
        ('<viz:shape value="disc"/>', "<viz:glow/>"),
        ('<viz:thickness value="1"/>', '<viz:position x="0" y="0"/>'),
        ('id="a" ', ""),
        ('id="a" ', 'id="" '),
        ('target="b" ', ""),
        ('weight="2"', 'weight="much"'),
        ('type="string"', 'type="text"'),
        ('class="node"', 'class="vertex"'),
        ('for="type" ', ""),
        ('start="2019-03-01">', 'start="2019-02-30">'),
        ('start="2019-03-01">', 'start="spring">'),
        ('defaultedgetype="directed"', 'defaultedgetype="both"'),
        ('timeformat="date"', 'timeformat="day"'),
        ('lastmodifieddate="2020-01-02"', 'lastmodifieddate="yesterday"'),
        ('<nodes count="2">', '<nodes count="-2">'),
        ("</graph>", "<nodes/></graph>"),
        ('<edges count="1">', "<edges><node id='c'/>"),
    ],
)
def test_grammar_rejects_a_broken_document(right: str, wrong: str) -> None:
    assert SMALL.count(right) >= 1
    assert not is_valid(SMALL.replace(right, wrong))


def test_valid(outputs: Path) -> None:
    GRAMMAR.assertValid(etree.parse(outputs / "graph.gexf"))


def test_no_loose_ends(outputs: Path) -> None:
    """What a grammar cannot say: ids are unique, references lead somewhere, values are of their declared type."""
    root = etree.parse(outputs / "graph.gexf").getroot()
    parse: dict[str, Callable[[str], object]] = {"integer": int, "double": float, "string": str}
    for kind in ("node", "edge"):
        items = list(root.iter(f"{G}{kind}"))
        assert items
        assert len({item.get("id") for item in items}) == len(items)
        declared = {
            item.get("id"): parse[item.get("type")]
            for item in root.iterfind(f".//{G}attributes[@class='{kind}']/{G}attribute")
        }
        for item in items:
            values = [(value.get("for"), value.get("value")) for value in item.iter(f"{G}attvalue")]
            assert len(dict(values)) == len(values)
            for name, value in values:
                declared[name](value)
    nodes = {node.get("id") for node in root.iter(f"{G}node")}
    assert {edge.get(end) for edge in root.iter(f"{G}edge") for end in ("source", "target")} <= nodes


def test_everything_is_drawn(outputs: Path) -> None:
    """Every node has a place, a size and an opaque colour; dates are real days, and Gephi is told that there are some."""
    root = etree.parse(outputs / "graph.gexf").getroot()
    places = set()
    dates = []
    for node in root.iter(f"{G}node"):
        place, size, color = (node.find(f"{V}{name}") for name in ("position", "size", "color"))
        places.add((place.get("x"), place.get("y")))
        assert float(size.get("value")) > 0
        assert float(color.get("a", "1")) == 1
        if node.get("start"):
            dates.append(date.fromisoformat(node.get("start")))
    assert len(places) == len(list(root.iter(f"{G}node")))
    assert root.find(f"{G}graph").get("mode") == ("dynamic" if dates else "static")


def test_networkx_reads_what_the_tables_say(outputs: Path) -> None:
    tables = to_frames(outputs)
    graph = nx.read_gexf(outputs / "graph.gexf")
    entities = tables["entities"].set_index("id")
    assert graph.is_directed()
    assert graph.is_multigraph()
    assert set(graph) == set(entities.index)
    for node, data in graph.nodes(data=True):
        row = entities.loc[node]
        assert (data["label"], data["type"], data["mentions"]) == (row["label"], row["type"], row["mention_count"])
        assert (data.get("label_zh", ""), data.get("label_en", "")) == (row["label_zh"], row["label_en"])
    evidence = tables["relations"].groupby(["subject", "predicate", "object"]).size().to_dict()
    read = {(a, data["predicate"], b): data["weight"] for a, b, data in graph.edges(data=True)}
    assert graph.number_of_edges() == len(read)
    assert read == evidence
    assert Counter(dict(graph.degree())) == Counter(entities["degree"].to_dict())


HOSTILE = "\"'&<b>]]>-->\n\t\x00\x0b\x1f\x7f\ud800\ufffe </node></script> 名字"


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    graph = nx.MultiDiGraph()
    look = {"color": "#010203", "x": 0.0, "y": 0.0, "size": 4.0, "start": '9999-99-99"><evil/>'}
    graph.add_node(f"topic:{HOSTILE}", label=HOSTILE, type="Topic", **look)
    graph.add_node("topic:b", label="b", type="Topic", **look)
    graph.add_edge(f"topic:{HOSTILE}", "topic:b", key=HOSTILE, predicate=HOSTILE, kind="typed", weight=1)
    write_gexf(graph, tmp_path / "graph.gexf")
    root = etree.parse(tmp_path / "graph.gexf").getroot()
    GRAMMAR.assertValid(root)
    kept = HOSTILE
    for char in "\x00\x0b\x1f\ud800\ufffe":
        kept = kept.replace(char, "")
    node, edge = next(root.iter(f"{G}node")), next(root.iter(f"{G}edge"))
    assert node.get("label") == kept
    assert node.get("id") == edge.get("source") == f"topic:{kept}"
    assert edge.get("label") == kept
