"""RDF that is made of what stood there before is the RDF that is made anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.graph import broader_topics, note_graphs, note_marks, said_of, taxonomy, update_nquads, write_nquads
from kg.graph.quads import mapped
from kg.graph.serialise import _jsonld, _Syntax, _turtle
from kg.graph.terms import read_quads
from kg.identity import BASE_IRI
from kg.model import Build, Claim, Entity, Link, Span
from tests.graph.builds import evidence, mention, note, small

SUBJECTS = st.sampled_from(
    [f"<{BASE_IRI}id/model/{name}>" for name in ("a", "b", "a-b", "c%20d", "a/b", "1")]
    + [f"<{BASE_IRI}claim/0f>", f"<{BASE_IRI}note/%E6%B7%B1.md>", f"<{BASE_IRI}build>"]
    + ["<http://example.org/x>", "<http://example.org/x?a=b,c>", "<https://知乎.example/残差>", "<https://w3id.org/>"]
)
TEXTS = st.lists(
    st.sampled_from(
        [
            f'<{BASE_IRI}ontology#line> "{text}"'
            for text in ("", "two\\n\\nlines", '{\\"@id\\": \\"x\\"}', ",\\n", "残差 .")
        ]
        + ["<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://example.org/T>", "<a:b> <a:c>"]
        + [f'<{BASE_IRI}ontology#confidence> "0.5"^^<http://www.w3.org/2001/XMLSchema#decimal>', '<a:b> "x"@zh-Hans']
    ),
    min_size=1,
    unique=True,
).map(sorted)
GRAPHS = st.dictionaries(SUBJECTS, TEXTS)


def file(path: Path, syntax: _Syntax, said: Mapping[str, Sequence[str]]) -> bytes:
    path.write_bytes("".join(syntax.whole(iter(said.items()))).encode())
    return path.read_bytes()


@pytest.mark.parametrize("make", [_turtle, _jsonld])
@settings(deadline=None)
@given(before=GRAPHS.filter(bool), after=GRAPHS)
def test_blocks_are_put_where_they_belong(
    make: Callable[[str], _Syntax],
    before: dict[str, list[str]],
    after: dict[str, list[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("graph") / "old"
    syntax = make(BASE_IRI)
    file(path, syntax, before)
    changed = {subject for subject in {**before, **after} if before.get(subject) != after.get(subject)}
    blocks = {subject: syntax.block(subject, after[subject]) if subject in after else "" for subject in changed}
    with mapped(path) as old:
        found = b"".join(syntax.spliced(old, blocks))
    assert found == file(path, syntax, after)


@pytest.mark.parametrize("make", [_turtle, _jsonld])
@pytest.mark.parametrize("harm", ["other head", "other tail", "other blocks"])
def test_what_is_not_ours_is_not_used(make: Callable[[str], _Syntax], harm: str, tmp_path: Path) -> None:
    syntax = make(BASE_IRI)
    text = file(tmp_path / "old", syntax, {f"<a:{n}>": ["<a:b> <a:c>"] for n in range(9)})
    head, tail = syntax.head.encode(), syntax.tail.encode()
    harmed = {
        "other head": b"#" + text,
        "other tail": text[: -len(tail)] + b" ",
        "other blocks": head + b"\xff" * 50 + tail,
    }
    (tmp_path / "old").write_bytes(harmed[harm])
    with mapped(tmp_path / "old") as old, pytest.raises(ValueError, match=r"wrote|decode"):
        b"".join(syntax.spliced(old, {"<a:5>": ""}))


def changes() -> dict[str, Build]:
    """Builds that say something else in one note at least."""
    build = small()
    one, two = build.documents
    entity, claim = build.entities[1], build.claims[1]

    def claims(*changed: Claim) -> Build:
        return replace(build, claims=tuple({c.predicate: c for c in (*build.claims, *changed)}.values()))

    link = Link("https://b.example/", "B", Span(0, 7), 0, "web", Span(0, 7))
    return {
        "base": replace(build, base="https://example.org/kg/"),
        "text": replace(build, documents=(replace(one, hash="1" * 64, links=(*one.links, link)), two)),
        "label": replace(build, entities=(build.entities[0], replace(entity, label_zh="网络"), *build.entities[2:])),
        "attribute": replace(build, entities=(build.entities[0], replace(entity, attributes=()), *build.entities[2:])),
        "mention": replace(build, resolutions=(*build.resolutions, mention(two, "ImageNet", "dataset:imagenet", "Dataset"))),
        "confidence": claims(replace(claim, evidence=(evidence(one), evidence(two, 0.6)))),
        "finder": claims(replace(claim, evidence=(replace(evidence(one), found_by="list"), evidence(two, 0.5)))),
        "line": claims(replace(claim, evidence=(evidence(one), replace(evidence(two, 0.5), line=2)))),
        "less evidence": claims(replace(claim, evidence=(evidence(one),))),
        "no claim": replace(build, claims=build.claims[:1]),
        "one more note": replace(build, documents=(*build.documents, note("three.md"))),
        "one note less": replace(build, documents=(one,)),
        "nothing": build,
    }  # fmt: skip


def graphs_of(build: Build) -> dict[str, str]:
    topics = taxonomy(broader_topics(build.claims))
    ordered = sorted(document.id for document in build.documents)
    return dict(zip(ordered, note_graphs(build, topics), strict=True))


@pytest.mark.parametrize("what", list(changes()))
def test_a_note_has_another_mark_where_it_says_something_else(what: str) -> None:
    before, after = small(), changes()[what]
    said, says, marked, marks = graphs_of(before), graphs_of(after), note_marks(before), note_marks(after)
    assert (says == said) == (what == "nothing")
    for note_id in {**said, **says}:
        if said.get(note_id) != says.get(note_id):
            assert marked.get(note_id) != marks.get(note_id)
    assert (marked == marks) == (what == "nothing")


def test_a_topic_that_is_wider_no_more_changes_the_marks() -> None:
    """Which pairs make the taxonomy depends on all claims: of a cycle the least sure one is left out."""
    one, two, three = (note(f"{name}.md") for name in ("a", "b", "c"))
    topics = tuple(Entity(f"topic:{name}", "Topic", name, "", name, ()) for name in "xyz")

    def build(sure: float) -> Build:
        pairs = (("x", "y", one, 0.5), ("y", "z", two, 0.6), ("z", "x", three, sure))
        claims = tuple(Claim(f"topic:{s}", "broader", f"topic:{o}", (evidence(n, c),)) for s, o, n, c in pairs)
        return Build((one, two, three), topics, (), claims, ())

    before, after = build(0.4), build(0.7)
    assert {name for name, text in graphs_of(before).items() if graphs_of(after)[name] != text} == {"a.md", "c.md"}
    marked, marks = note_marks(before), note_marks(after)
    assert {name for name, mark in marked.items() if marks[name] != mark} == {"a.md", "c.md"}


@pytest.mark.parametrize("what", list(changes()))
def test_graphs_that_say_the_same_are_copied(what: str, tmp_path: Path) -> None:
    before, after = small(), changes()[what]
    write_nquads(before, tmp_path / "before")
    write_nquads(after, tmp_path / "wanted")
    marked = note_marks(before)
    same = {name for name, mark in note_marks(after).items() if marked.get(name) == mark}
    assert update_nquads(after, tmp_path / "before", same, tmp_path / "found")
    assert (tmp_path / "found").read_bytes() == (tmp_path / "wanted").read_bytes()


def test_without_an_older_file_there_is_nothing_to_copy(tmp_path: Path) -> None:
    assert not update_nquads(small(), tmp_path / "missing", set(), tmp_path / "found")
    assert not (tmp_path / "found").exists()


def test_what_is_said_of_a_thing_is_found_in_all_graphs(tmp_path: Path) -> None:
    write_nquads(small(), tmp_path / "graph.nq")
    lines = (tmp_path / "graph.nq").read_text(encoding="utf-8").splitlines()
    wanted: dict[str, set[str]] = {}
    for subject, predicate, thing, _ in read_quads(lines):
        wanted.setdefault(subject, set()).add(f"{predicate} {thing}")
    first = lines[0].split(" ")[0]
    assert len(wanted) > 10
    for subjects in (list(wanted), [first], ["<https://nowhere.example/>"]):
        found = said_of(subjects, tmp_path / "graph.nq")
        assert found == {subject: sorted(wanted[subject]) for subject in subjects if subject in wanted}
