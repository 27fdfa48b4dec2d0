"""Corrections by hand: how the file is read, and what each verb does to entities, mentions and statements."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from kg.corrections import (
    AddNames,
    CorrectionFile,
    Merge,
    RejectClaim,
    RejectEntity,
    Rename,
    Retype,
    Split,
    find_corrections,
    read_corrections,
)
from kg.errors import SettingsError
from kg.lexicon import Lexicon
from kg.link import Corrected, correct, link, names_of, reject_claims, resolve
from kg.model import Mention, Problem, Span
from kg.ontology import read_ontology

Names = list[tuple[str, str, str]]
"""Note, surface, type."""

WORLD: Names = [
    ("a.md", "ZorbNet", "Model"),
    ("a.md", "Zorb Network", "Model"),
    ("a.md", "佐布网络", "Model"),
    ("b.md", "ZorbNet", "Model"),
    ("b.md", "QuuxSet", "Model"),
    ("b.md", "Quux Lab", "Institution"),
    ("sub/c.md", "Ada Quill", "Person"),
    ("sub/c.md", "ZORBNET", "Model"),
]


def corrections(tmp_path: Path, text: str | bytes) -> tuple[list[object], list[Problem]]:
    path = tmp_path / "kg.corrections.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    found, problems = read_corrections([CorrectionFile("kg.corrections.yaml", path)])
    return list(found), list(problems)


def corrected(tmp_path: Path, text: str, names: Names = WORLD) -> Corrected:
    mentions = [
        Mention(note, Span(10 * at, 10 * at + len(surface)), surface, type_, "name shape", 0.8)
        for at, (note, surface, type_) in enumerate(names)
    ]
    entities, linked, _ = link(names_of("a.md", mentions, [], []), Lexicon([]))
    resolutions = resolve(mentions, linked)
    found, problems = corrections(tmp_path, text)
    assert not problems
    result = correct(entities, resolutions, found, sorted({note for note, _, _ in names}))  # type: ignore[arg-type]
    ids = [entity.id for entity in result.entities]
    assert len(set(ids)) == len(ids)
    assert {item.entity_id for item in result.resolutions} - {None} == set(ids), "every entity has mentions"
    assert [(entity.type, entity.id) for entity in result.entities] == sorted((e.type, e.id) for e in result.entities)
    assert [item.mention for item in result.resolutions] == mentions
    return result


def owners(result: Corrected) -> list[str | None]:
    return [item.entity_id for item in result.resolutions]


def entity(result: Corrected, identifier: str) -> tuple[str, str, str, str, tuple[str, ...]]:
    (found,) = [item for item in result.entities if item.id == identifier]
    return found.type, found.label, found.label_zh, found.label_en, found.aliases


def warned(result: Corrected) -> list[tuple[str, int]]:
    assert all(problem.severity == "warning" and problem.hint for problem in result.problems)
    assert all(problem.path == "kg.corrections.yaml" for problem in result.problems)
    return [(problem.message, problem.line) for problem in result.problems]


EVERY_VERB = """\
# what a user writes
- merge: [A, "B: the second", 2018]
- split: {entity: A, surface: a}
- split:
    entity: A
    surface: a
    note: x/y.md
- retype: {entity: no, type: dataset}
- rename: {entity: A, label: B, zh: 乙}
- alias: {entity: A, names: [AA, 甲甲]}
- reject: A
- reject: {subject: A, predicate: uses, object: B}
"""


def test_every_verb_is_read_with_its_line(tmp_path: Path) -> None:
    found, problems = corrections(tmp_path, EVERY_VERB)
    assert not problems
    kinds = [Merge, Split, Split, Retype, Rename, AddNames, RejectEntity, RejectClaim]
    assert [type(item) for item in found] == kinds
    assert [item.place.line for item in found] == [2, 3, 4, 8, 9, 10, 11, 12]  # type: ignore[attr-defined]
    assert found[0].names == ("A", "B: the second", "2018")  # type: ignore[attr-defined]
    assert (found[2].note, found[3].entity, found[3].type) == ("x/y.md", "no", "Dataset")  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n", "\ufeff", "[]", "- merge: [A, B]\r\n- reject: C\r\n"])
def test_files_that_are_in_order(tmp_path: Path, text: str) -> None:
    assert not corrections(tmp_path, text)[1]


@pytest.mark.parametrize(
    ("item", "says"),
    [
        ("rejct: A", "unknown verb 'rejct'"),
        ("[merge, A, B]", "one verb"),
        ("{reject: A, merge: [A, B]}", "one verb"),
        ("just text", "one verb"),
        ("merge: A", "two names"),
        ("merge: [A, A]", "two names"),
        ("merge: [A, [B]]", "a name is due"),
        ("merge: [A, '?!']", "empty name"),
        ("split: {entity: A}", "no surface"),
        ("split: A", "a mapping"),
        ("split: {entity: A, surface: a, line: 3}", "unknown key 'line'"),
        ("retype: {entity: A, type: Animal}", "unknown type 'Animal'"),
        ("rename: {entity: A}", "a label, a zh or both"),
        ("rename: {entity: A, label: B, label: C}", "twice"),
        ("alias: {entity: A, names: [B]}", "one character"),
        ("alias: {entity: A, names: []}", ""),
        ("reject: {subject: A, object: B}", "no predicate"),
        ("reject: ''", "empty name"),
        ("? [a, b]\n  : c", "unknown verb"),
        ("reject: &x A", "anchors"),
        ("reject: *x", "anchors"),
        ("merge: [A, B", "not valid YAML"),
        ("rename: {entity: A, label: 'B}", "not valid YAML"),
        ("reject: A: B", "not valid YAML"),
        ("reject: \x07A", "control character"),
        ("reject: [[[[[[[[[[[A]]]]]]]]]]]", "too deep"),
    ],
)
def test_a_slip_costs_one_correction(tmp_path: Path, item: str, says: str) -> None:
    found, problems = corrections(tmp_path, f"# my notes\n- reject: First\n- {item}\n\n- reject: Last\n")
    kept = [one.entity for one in found if isinstance(one, RejectEntity)]
    assert kept == ["First", "Last"]
    if not says:
        return
    (problem,) = problems
    assert says in problem.message
    assert (problem.severity, problem.path, problem.line) == ("warning", "kg.corrections.yaml", 3)
    assert problem.hint


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        (b"- reject: A\n" * 100_000, 0, "1 MB"),
        ("- reject: A\n- reject: 残差\n".encode("gb18030"), 2, "UTF-8"),
        (b"merge: [A, B]\n", 1, "a list"),
        (b"words\n", 1, "a list"),
        (b"- [" + b"[" * 400_000, 1, "too deep|nesting depth"),
        (b"a: &a [x]\nb: [*a, *a]\n", 1, "anchors"),
        (b"---\n- reject: A\n---\n- reject: B\n", 1, ""),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, data: bytes, line: int, says: str) -> None:
    _, problems = corrections(tmp_path, data)
    assert len(problems) == 1
    assert re.search(says, problems[0].message)
    if says:
        assert problems[0].line == line


def test_objects_are_never_made(tmp_path: Path) -> None:
    text = f"- reject: !!python/object/apply:os.mkdir ['{tmp_path}/made']\n"
    corrections(tmp_path, text)
    assert not (tmp_path / "made").exists()


def test_files_are_found_beside_the_notes(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "n.md").write_text("# N\n", encoding="utf-8")
    for name in ("one", "two"):
        (tmp_path / name / "kg.corrections.yaml").write_text("- reject: A\n", encoding="utf-8")
    one, two, three = (tmp_path / name for name in ("one", "two", "three"))
    assert find_corrections([three]) == ()
    assert [file.shown for file in find_corrections([three, one])] == ["kg.corrections.yaml"]
    assert [file.shown for file in find_corrections([one / "n.md"])] == ["kg.corrections.yaml"]
    both = find_corrections([two, one, one / "n.md"])
    assert [file.shown for file in both] == ["one/kg.corrections.yaml", "two/kg.corrections.yaml"]
    again = find_corrections([one], [one / "kg.corrections.yaml", two / "kg.corrections.yaml"])
    assert [file.path for file in again] == [one / "kg.corrections.yaml", two / "kg.corrections.yaml"]
    with pytest.raises(SettingsError, match="no such file"):
        find_corrections([one], [tmp_path / "nowhere.yaml"])


def test_no_corrections_change_nothing(tmp_path: Path) -> None:
    result = corrected(tmp_path, "")
    assert owners(result) == [
        *("model:zorbnet", "model:zorb-network", "model:佐布网络", "model:zorbnet"),
        *("model:quuxset", "institution:quux-lab", "person:ada-quill", "model:zorbnet"),
    ]
    assert all(len(item.reasons) == 1 for item in result.resolutions)


def test_merge_keeps_the_first(tmp_path: Path) -> None:
    result = corrected(tmp_path, "- merge: [Zorb Network, zorbnet, '佐布網絡']\n")
    assert [owners(result)[at] for at in (0, 1, 2, 3, 7)] == ["model:zorb-network"] * 5
    names = ("Model", "Zorb Network", "佐布网络", "Zorb Network", ("ZORBNET", "ZorbNet"))
    assert entity(result, "model:zorb-network") == names
    assert result.former["model:zorbnet"] == "model:zorb-network"
    assert result.resolutions[0].reasons[-1] == "merged by kg.corrections.yaml:1"
    assert not result.problems


def test_merge_joins_types_that_the_linker_never_would(tmp_path: Path) -> None:
    result = corrected(tmp_path, "- merge: ['institution:quux-lab', 'model:quuxset']\n")
    assert owners(result)[4:6] == ["institution:quux-lab"] * 2


def test_merge_goes_on_without_names_that_are_gone(tmp_path: Path) -> None:
    result = corrected(tmp_path, "\n- merge: [Gone, ZorbNet, Zorb Netwerk, Zorb Network]\n")
    assert owners(result)[:2] == ["model:zorbnet"] * 2
    assert warned(result) == [("merge: no entity is named 'Gone'", 2), ("merge: no entity is named 'Zorb Netwerk'", 2)]
    assert "Zorb Network" in result.problems[1].hint


def test_split_by_surface_and_by_note(tmp_path: Path) -> None:
    merged = "- merge: [ZorbNet, Zorb Network, 佐布网络]\n"
    result = corrected(tmp_path, merged + "- split: {entity: ZorbNet, surface: 佐布網絡}\n")
    assert owners(result)[2] == "model:佐布网络"
    assert entity(result, "model:zorbnet")[2:] == ("", "ZorbNet", ("ZORBNET", "Zorb Network"))
    result = corrected(tmp_path, merged + "- split: {entity: ZorbNet, note: c.md, surface: zorbnet}\n")
    assert [owners(result)[at] for at in (0, 1, 2, 3, 7)] == ["model:zorbnet"] * 4 + ["model:zorbnet-2"]
    assert entity(result, "model:zorbnet-2")[1] == "ZORBNET"


def test_split_of_the_label_leaves_another_name(tmp_path: Path) -> None:
    text = "- merge: [ZorbNet, Zorb Network]\n- split: {entity: ZorbNet, surface: ZorbNet}\n"
    result = corrected(tmp_path, text)
    assert owners(result)[:2] == ["model:zorbnet", "model:zorb-network"]
    assert entity(result, "model:zorb-network") == ("Model", "Zorb Network", "", "Zorb Network", ())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("split: {entity: ZorbNet, surface: Zorb Network}", "ZorbNet has no mention 'Zorb Network'"),
        ("split: {entity: ZorbNet, surface: ZorbNet, note: nowhere.md}", "no note is named 'nowhere.md'"),
        ("split: {entity: QuuxSet, surface: QuuxSet}", "all mentions of QuuxSet"),
        ("retype: {entity: Gone, type: Tool}", "no entity is named 'Gone'"),
        ("rename: {entity: Gone, label: There}", "no entity is named 'Gone'"),
        ("alias: {entity: QuuxSet, names: [QXS]}", "no note has the name 'QXS'"),
        ("reject: tool:zorbnet", "no entity is named 'tool:zorbnet'"),
    ],
)
def test_what_fits_nothing_is_a_problem(tmp_path: Path, text: str, says: str) -> None:
    result = corrected(tmp_path, f"# old\n\n- {text}\n")
    ((message, line),) = warned(result)
    assert says in message
    assert line == 3
    assert owners(result) == owners(corrected(tmp_path, ""))


def test_retype_changes_the_id_and_joins_the_same_name(tmp_path: Path) -> None:
    result = corrected(tmp_path, "- retype: {entity: quuxset, type: Dataset}\n- reject: model:quuxset\n")
    assert owners(result)[4] is None, "the id from before is still understood"
    names = [("a.md", "Alpha", "Model"), ("a.md", "Beta", "Model"), ("a.md", "C++", "Tool"), ("a.md", "C--", "Tool")]
    result = corrected(tmp_path, "- rename: {entity: Beta, label: alpha}\n", names)
    assert owners(result)[:2] == ["model:alpha"] * 2
    names = [("a.md", "Alpha", "Tool"), ("b.md", "Beta", "Tool"), ("b.md", "Alphá", "Model")]
    result = corrected(tmp_path, "- retype: {entity: Alphá, type: Tool}\n", names)
    assert owners(result) == ["tool:alpha", "tool:beta", "tool:alphá"]


def test_rename_keeps_the_old_names_as_aliases(tmp_path: Path) -> None:
    result = corrected(tmp_path, "- rename: {entity: 佐布网络, label: Zorb Nets, zh: 佐布神经网络}\n")
    assert owners(result)[2] == "model:zorb-nets"
    assert entity(result, "model:zorb-nets") == ("Model", "Zorb Nets", "佐布神经网络", "Zorb Nets", ("佐布网络",))
    result = corrected(tmp_path, "- rename: {entity: 佐布网络, label: Zorb Nets}\n")
    assert entity(result, "model:zorb-nets")[2:] == ("佐布网络", "Zorb Nets", ())
    result = corrected(tmp_path, "- rename: {entity: QuuxSet, zh: 库克斯}\n")
    assert entity(result, "model:quuxset") == ("Model", "QuuxSet", "库克斯", "QuuxSet", ())


def test_alias_takes_mentions_from_others(tmp_path: Path) -> None:
    result = corrected(tmp_path, "- alias: {entity: QuuxSet, names: [Zorb Network, QXS]}\n")
    assert owners(result)[1] == "model:quuxset"
    assert entity(result, "model:quuxset")[4] == ("QXS", "Zorb Network")
    assert result.former["model:zorb-network"] == "model:quuxset"
    assert not result.problems


def test_reject_lets_the_mentions_go(tmp_path: Path) -> None:
    result = corrected(tmp_path, "- reject: ZorbNet\n")
    assert [at for at, owner in enumerate(owners(result)) if owner is None] == [0, 3, 7]
    assert all(item.entity_id != "model:zorbnet" for item in result.resolutions)


def test_a_name_of_several_entities_asks_for_an_id(tmp_path: Path) -> None:
    names = [("a.md", "Mercurial Ltd", "Institution"), ("a.md", "Mercury", "Tool"), ("b.md", "Jane Mercury", "Person")]
    text = "- rename: {entity: Mercurial Ltd, label: Mercury}\n- reject: Mercury\n"
    result = corrected(tmp_path, text, names)
    assert warned(result) == [("reject: 'Mercury' names 2 entities", 2)]
    assert "institution:mercury, tool:mercury" in result.problems[0].hint
    assert owners(corrected(tmp_path, text + "- reject: tool:mercury\n", names))[1] is None


@dataclass(frozen=True)
class Said:
    subject: str
    predicate: str
    object: str


SAID = [
    Said("person:ada-quill", "proposes", "model:zorbnet"),
    Said("model:zorbnet", "uses", "model:quuxset"),
    Said("model:zorbnet", "relatedTo", "model:quuxset"),
]


def rejected(tmp_path: Path, text: str) -> tuple[list[Said], list[tuple[int, str, str]]]:
    found, _ = corrections(tmp_path, text)
    kept, problems = reject_claims(SAID, found, corrected(tmp_path, text), read_ontology())  # type: ignore[arg-type]
    return kept, [(problem.line, problem.message, problem.hint) for problem in problems]


def test_a_rejected_claim_is_not_said(tmp_path: Path) -> None:
    text = "- reject: {subject: ADA QUILL, predicate: proposes, object: 'model:zorbnet'}\n"
    assert rejected(tmp_path, text) == (SAID[1:], [])
    backwards = "- reject: {subject: QuuxSet, predicate: relatedTo, object: ZorbNet}\n"
    assert rejected(tmp_path, backwards) == (SAID[:2], []), "a symmetric predicate has no direction"


def test_a_rejected_claim_that_nobody_makes_is_a_problem(tmp_path: Path) -> None:
    kept, problems = rejected(tmp_path, "\n- reject: {subject: QuuxSet, predicate: uses, object: ZorbNet}\n")
    assert kept == SAID
    ((line, message, hint),) = problems
    assert (line, message) == (2, "reject: no note says QuuxSet uses ZorbNet")
    assert "model:zorbnet uses model:quuxset" in hint
    for text, says in (
        ("{subject: Gone, predicate: uses, object: ZorbNet}", "no entity is named 'Gone'"),
        ("{subject: ZorbNet, predicate: use, object: QuuxSet}", "no predicate is named 'use'"),
    ):
        kept, problems = rejected(tmp_path, f"- reject: {text}\n")
        assert (kept, len(problems)) == (SAID, 1)
        assert says in problems[0][1]
