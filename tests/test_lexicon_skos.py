"""A user's lexicon as SKOS in Turtle: what becomes of labels, types and bad files; nothing is fetched."""

from __future__ import annotations

import contextlib
import random
import socket
from pathlib import Path

import pytest

from kg.errors import LexiconError
from kg.lexicon import Entry, lexicon_dir, read_lexicon
from tests.pipelines.command import kg

PREFIXES = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix kg: <https://w3id.org/zhitu/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix : <https://example.org/mine#> .
"""


def entries(tmp_path: Path, turtle: str) -> dict[str, Entry]:
    file = tmp_path / "mine.ttl"
    file.write_text(PREFIXES + turtle, encoding="utf-8")
    return {entry.label: entry for entry in read_lexicon(file)}


def test_labels_in_all_their_kinds(tmp_path: Path) -> None:
    found = entries(
        tmp_path,
        """
:z a skos:Concept, kg:Model ;
   skos:prefLabel "Zorblax Net"@en, "佐布網路"@zh-Hant, "佐布网络"@zh-Hans, "Réseau Zorblax"@fr ;
   skos:altLabel "ZBN", "Zorblax\\n  Network"@en ; skos:hiddenLabel "zorb", "Zorblax" ; skos:broader :weave .
:weave a skos:Concept ; skos:prefLabel "sugar weaving"@en-GB ; skos:narrower :quor .
:quor a skos:Concept ; skos:prefLabel "砂糖"@zh .
:stub a skos:Concept ; skos:notation "S" .
""",
    )
    assert found == {
        "Zorblax Net": Entry(
            "Model",
            "Zorblax Net",
            "佐布网络",
            ("Réseau Zorblax", "佐布網路", "ZBN", "Zorblax Network"),
            frozenset({"zorb", "Zorblax"}),
            "sugar weaving",
        ),
        "sugar weaving": Entry("Topic", "sugar weaving", "", (), frozenset(), ""),
        "砂糖": Entry("Topic", "砂糖", "砂糖", (), frozenset(), "sugar weaving"),
    }


def test_types_come_from_classes_schemes_and_notations(tmp_path: Path) -> None:
    found = entries(
        tmp_path,
        """
:a a kg:Tool ; skos:prefLabel "Aquorvix" .
:b a skos:Concept, kg:Entity ; skos:prefLabel "Bquorvix" ; skos:inScheme <https://example.org/schemes/dataset/> .
:c a skos:Concept ; skos:prefLabel "Cquorvix" ; skos:inScheme :s1 .  :s1 rdfs:label "Venue"@en .
:d a skos:Concept ; skos:prefLabel "Dquorvix" ; skos:notation "person" .
:e a skos:Concept, kg:Paper ; skos:prefLabel "Equorvix" ; skos:notation "person" .
:f a skos:Concept ; skos:prefLabel "Fquorvix" ; skos:inScheme <https://example.org/schemes/misc> ; skos:notation "17.3" .
:g a skos:Concept ; skos:prefLabel "Gquorvix" ; skos:topConceptOf kg:Institution .
""",
    )
    assert {label[0]: entry.type for label, entry in found.items()} == {
        "A": "Tool",
        "B": "Dataset",
        "C": "Venue",
        "D": "Person",
        "E": "Paper",
        "F": "Topic",
        "G": "Institution",
    }


@pytest.mark.parametrize(
    ("turtle", "says"),
    [
        (':a a skos:Concept ;; \n skos:prefLabel "x" y .', ":7: bad Turtle"),
        ("\n\n:a a nope:Thing .", ":8: bad Turtle"),
        (':a a skos:Concept ; skos:prefLabel """never closed', "bad Turtle"),
        ("", ":1: no skos:Concept with a skos:prefLabel"),
        ('\n:a a skos:Concept, kg:Modell ; skos:prefLabel "Azorb" .', ":7: unknown type kg:Modell"),
        (':a a kg:Tool, kg:Model ; skos:prefLabel "Azorb" .', ":6: of several types: Model, Tool"),
        (':a a skos:Concept ; skos:prefLabel "Azorb" ; skos:altLabel "Z" .', ":6: alias 'Z' has one character"),
        (':a a skos:Concept ; skos:prefLabel "Azorb\\uD800" .', ":1: label 'Azorb\\ud800' is no text"),
    ],
)
def test_what_cannot_be_used_is_named_by_file_and_line(tmp_path: Path, turtle: str, says: str) -> None:
    with pytest.raises(LexiconError) as caught:
        entries(tmp_path, turtle)
    assert str(caught.value).startswith(str(tmp_path / "mine.ttl"))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_other_encodings_and_broken_files_raise_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "mine.ttl"
    whole = (
        PREFIXES + ':a a kg:Model ; skos:prefLabel "Zorb\\u4f50"@en, "佐布"@zh ; skos:altLabel (1 2), [] .'
    ).encode()
    chance = random.Random(7)
    for _ in range(300):
        at = chance.randrange(len(whole))
        file.write_bytes(whole[:at] + bytes([chance.randrange(256)]) + whole[at + chance.randrange(4) :])
        with contextlib.suppress(LexiconError):
            read_lexicon(file)
    file.write_bytes("残差".encode("gb18030"))
    with pytest.raises(LexiconError, match=r"mine\.ttl:1: not UTF-8"):
        read_lexicon(file)


def test_nothing_in_the_file_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    found = entries(
        tmp_path,
        """@base <http://127.0.0.1:9/> .
<> a owl:Ontology ; owl:imports <http://127.0.0.1:9/other.ttl>, <file:///etc/hostname> .
<x> a skos:Concept ; skos:prefLabel "Azorb" ; skos:inScheme <http://127.0.0.1:9/scheme> ; skos:broader <http://127.0.0.1:9/y> .
""",
    )
    assert found["Azorb"].broader == ""


def test_the_example_in_the_documents_reads_as_they_say(tmp_path: Path) -> None:
    readme = (lexicon_dir() / "README.md").read_text("utf-8")
    (tmp_path / "mine.ttl").write_text(readme.split("```turtle\n")[1].split("```")[0], encoding="utf-8")
    assert [*read_lexicon(tmp_path)] == [
        Entry("Model", "Zorblax Net", "佐布网络", ("ZBN",), frozenset({"Zorb"}), ""),
    ]


def test_order_does_not_depend_on_the_names_of_blank_nodes(tmp_path: Path) -> None:
    turtle = "".join(f'[] a kg:Topic ; skos:prefLabel "zorb {number}" .\n' for number in range(30))
    first, again = ([*entries(tmp_path, turtle)] for _ in range(2))
    assert first == again == sorted(first)


def test_a_folder_may_hold_both_kinds(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("type,label\nModel,Azorb\n", encoding="utf-8")
    (tmp_path / "b.ttl").write_text(f'{PREFIXES}:b a kg:Tool ; skos:prefLabel "Bzorb" .', encoding="utf-8")
    (tmp_path / "README.md").write_text("not a lexicon", encoding="utf-8")
    assert [entry.key for entry in read_lexicon(tmp_path)] == ["lexicon:Model/Azorb", "lexicon:Tool/Bzorb"]


def test_the_users_words_win_over_ours(tmp_path: Path) -> None:
    file = tmp_path / "mine.ttl"
    file.write_text(
        PREFIXES
        + """
:r a kg:Model ; skos:prefLabel "Resnet"@en, "我的残差"@zh ; skos:altLabel "残差小网" .
:b a kg:Tool ; skos:prefLabel "Zorb Suite"@en ; skos:altLabel "BERT" .
""",
        encoding="utf-8",
    )
    lexicon = read_lexicon(file, lexicon_dir())
    mine = lexicon.find("ResNet")
    assert [(entry.label, entry.label_zh) for entry in mine] == [("Resnet", "我的残差")]
    assert lexicon.find("残差网络") == mine
    assert {entry.label: "BERT" in entry.weak for entry in lexicon.find("BERT")} == {"Zorb Suite": False, "BERT": True}


def test_a_name_that_the_user_gives_to_another_thing_is_weak_in_ours(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(
        "type,label,label_zh,aliases\nModel,ResNet,,\nTool,Zorb Suite,,残差网络|NeurIPS\n", encoding="utf-8"
    )
    lexicon = read_lexicon(file, lexicon_dir())
    for name, label in (("残差网络", "ResNet"), ("NeurIPS", "NeurIPS")):
        weak = {entry.label: name in entry.weak for entry in lexicon.find(name)}
        assert weak == {"Zorb Suite": False, label: True}


def test_a_build_with_a_turtle_lexicon(tmp_path: Path) -> None:
    (tmp_path / "note.md").write_text("# 笔记\n\n我们用佐布网路跑了一遍，BERT 也在。\n", encoding="utf-8")
    (tmp_path / "mine.ttl").write_text(
        PREFIXES
        + ':z a kg:Model ; skos:prefLabel "Zorblax Net"@en, "佐布网络"@zh . :b a kg:Tool ; skos:prefLabel "Zorb Suite" ; skos:altLabel "BERT" .',
        encoding="utf-8",
    )
    done = kg("build", tmp_path / "note.md", "--out", tmp_path / "out", "--lexicon", tmp_path / "mine.ttl", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    table = (tmp_path / "out" / "entities.csv").read_text("utf-8")
    assert "model:zorblax-net,Model,Zorblax Net,佐布网络" in table
    assert "tool:zorb-suite,Tool,Zorb Suite" in table
    assert "model:bert" not in table
    (tmp_path / "mine.ttl").write_text("this is not Turtle", encoding="utf-8")
    done = kg("build", tmp_path / "note.md", "--out", tmp_path / "out", "--lexicon", tmp_path / "mine.ttl", "--quiet")
    assert done.returncode == 2
    assert "mine.ttl:1: bad Turtle" in done.stderr
