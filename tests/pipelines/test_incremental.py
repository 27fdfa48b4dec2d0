"""A build that remembers the one before gives what a clean build gives, whatever was done to the notes in between."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, Store

import kg.graph
import pipelines.build
import pipelines.incremental
import pipelines.stages
from kg.model import Build, Document, Problem
from kg.notes import NoteFile, read_note
from pipelines.build import build_graph, run_build
from pipelines.cache import Memory, opened_cache
from pipelines.outputs import fingerprint_of
from pipelines.stages import Wanted, prepare
from tests.pipelines.digests import digests

SENTENCES = (
    "Quabnet 模型优于 ResNet，用于图像分类。",
    "提出了 Quabnet 模型（Quab Network，QBN）。QBN 模型很快。",
    "我们使用 QBN 模型和 Fountain Neural Unit。",
    "涌泉神经单元（Fountain Neural Unit，FNU）是新的模型，由何恺明提出。",
    "Quabnet 工具很好用，Quabnet 软件可以安装。",
    "## [A theory of gently folded lattices](https://arxiv.org/abs/1701.12345)\n\n作者: Ada Quill, 王小波\n会议: NeruIPS 2019",
    "- Quill, Ada and Blorft, Anna. A theory of gently folded lattices. ICML 2017.",
    "# 循环神经网络\n\nRNN 与常微分方程有什么关系？LSTM is a variant of RNN.",
    "LSTM 是 RNN 的变体。Blorftset 数据集上 LSTM 优于 GRU。",
    "Blorftset 数据集由 Quux Lab 发布。",
    "![img](a.png) [[Quabnet]] #残差",
    "涌泉神经单元（Fountain Neural Unit）是新的模型。BT-FNU 网络和 Fountain Neural Unit 都很快。",
)
NAMES = ("a.md", "b.md", "sub/c.md", "sub/深度.md", "e.txt")
CORRECTIONS = ("", "- alias: QBN\n  of: Quabnet\n", "- merge: [Quabnet, ResNet]\n", "- reject: LSTM\n")

names = st.sampled_from(NAMES)
texts = st.lists(st.sampled_from(SENTENCES), max_size=4).map("\n\n".join)
edits = st.one_of(
    st.tuples(st.just("write"), names, texts),
    st.tuples(st.just("append"), names, st.sampled_from(SENTENCES)),
    st.tuples(st.just("delete"), names, st.just("")),
    st.tuples(st.just("rename"), names, names),
    st.tuples(st.just("correct"), st.just("kg.corrections.yaml"), st.sampled_from(CORRECTIONS)),
)


def apply(edit: tuple[str, str, str], folder: Path) -> None:
    what, name, text = edit
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    if what == "write" or (what == "correct" and text):
        path.write_text(text, encoding="utf-8")
    elif what == "append":
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(f"{before}\n\n{text}\n", encoding="utf-8")
    elif path.exists() and what == "rename":
        (folder / text).parent.mkdir(exist_ok=True)
        path.replace(folder / text)
    elif path.exists():
        path.unlink()


def remembering(folder: Path, out: Path, memory: Memory | None = None) -> Build:
    with opened_cache(out, Wanted(), memory) as cache:
        assert cache.on
        build = build_graph([folder], jobs=1, cache=cache)
        cache.finish()
    return build


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.dictionaries(names, texts, min_size=2),
    steps=st.lists(st.tuples(edits, st.integers(0, 3)), min_size=1, max_size=5),
)
def test_any_edits_give_what_a_clean_build_gives(
    start: dict[str, str], steps: list[tuple[tuple[str, str, str], int]]
) -> None:
    """Most builds are of one process that watches, some of another, as a user may start one meanwhile."""
    memory = Memory()
    with TemporaryDirectory() as root:
        folder, out = Path(root) / "notes", Path(root) / "out"
        folder.mkdir()
        (folder / "always.md").write_text(SENTENCES[0], encoding="utf-8")
        for name, text in start.items():
            apply(("write", name, text), folder)
        remembering(folder, out, memory)
        for step, who in steps:
            apply(step, folder)
            assert remembering(folder, out, memory if who else None) == build_graph([folder], jobs=1)


def test_a_name_told_elsewhere_changes_what_a_note_states(tmp_path: Path) -> None:
    """`BT-FNU` is a variant of the Fountain Neural Unit as soon as another note says that this is called FNU too."""
    folder, out = tmp_path / "notes", tmp_path / "out"
    folder.mkdir()
    (folder / "a.md").write_text(SENTENCES[-1], encoding="utf-8")
    before = remembering(folder, out)
    (folder / "b.md").write_text("涌泉神经单元（Fountain Neural Unit，FNU）是模型。FNU 模型很好。", encoding="utf-8")
    after = remembering(folder, out)
    assert after == build_graph([folder], jobs=1)
    assert [claim.predicate for claim in before.claims] == ["relatedTo"]
    assert [claim.predicate for claim in after.claims] == ["variantOf"]


def test_what_a_failed_build_read_is_not_at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is known no more when notes are changed back."""
    folder, out, memory = tmp_path / "notes", tmp_path / "out", Memory()
    folder.mkdir()
    (folder / "a.md").write_text("王小波的文章很好。", encoding="utf-8")
    (folder / "b.md").write_text(SENTENCES[0], encoding="utf-8")
    remembering(folder, out, memory)
    (folder / "b.md").write_text(SENTENCES[5], encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(pipelines.build, "resolve", None)
        with pytest.raises(TypeError):
            remembering(folder, out, memory)
    (folder / "b.md").write_text(SENTENCES[0], encoding="utf-8")
    assert remembering(folder, out, memory) == build_graph([folder], jobs=1)


@pytest.mark.parametrize("watched", [False, True])
def test_every_file_is_that_of_a_clean_build(watched: bool, tmp_path: Path) -> None:
    """Notes are changed, added, renamed and deleted between builds of the project's own notes."""
    notes, out = tmp_path / "notes", tmp_path / "out"
    shutil.copytree(Path(__file__).parents[2] / "notes", notes)
    memory = Memory() if watched else None
    run_build([notes], out, jobs=1, remember=True, memory=memory)
    first, second, third, *_ = sorted(notes.rglob("*.md"))
    for change in (
        lambda: first.write_text(first.read_text(encoding="utf-8") + f"\n{SENTENCES[1]}\n", encoding="utf-8"),
        lambda: (notes / "new.md").write_text("\n\n".join(SENTENCES[2:6]), encoding="utf-8"),
        lambda: second.rename(second.with_name("renamed.md")),
        third.unlink,
    ):
        change()
        run_build([notes], out, jobs=1, remember=True, memory=memory)
        run_build([notes], tmp_path / "clean", jobs=1)
        assert digests(out) == digests(tmp_path / "clean")


def test_rdf_that_still_holds_is_not_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """But only where it is what we wrote: a file that somebody edited is not."""
    notes, out = tmp_path / "notes", tmp_path / "out"
    shutil.copytree(Path(__file__).parents[2] / "notes", notes)
    run_build([notes], out, jobs=1, remember=True)
    anew: list[str] = []
    for name in ("write_nquads", "write_turtle", "write_jsonld", "build_store"):
        monkeypatch.setattr(kg.graph, name, _noted(name, anew, getattr(kg.graph, name)))
    note = min(notes.rglob("*.md"))
    note.write_text(note.read_text(encoding="utf-8") + f"\n{SENTENCES[1]}\n", encoding="utf-8")
    run_build([notes], out, jobs=1, remember=True)
    assert anew == []
    with (out / "graph.ttl").open("a", encoding="utf-8") as file:
        file.write("\n<a:b> <a:c> <a:d> .\n")
    note.write_text(note.read_text(encoding="utf-8") + f"\n{SENTENCES[2]}\n", encoding="utf-8")
    run_build([notes], out, jobs=1, remember=True)
    assert sorted(anew) == ["build_store", "write_jsonld", "write_nquads", "write_turtle"]
    monkeypatch.undo()
    run_build([notes], tmp_path / "clean", jobs=1)
    assert digests(out) == digests(tmp_path / "clean")


def _noted(name: str, calls: list[str], function: Callable[..., object]) -> Callable[..., object]:
    def run(*arguments: object) -> object:
        calls.append(name)
        return function(*arguments)

    return run


@pytest.mark.parametrize("harm", ["written to", "damaged"])
def test_a_store_that_is_not_ours_any_more_is_not_used(harm: str, tmp_path: Path) -> None:
    notes, out = tmp_path / "notes", tmp_path / "out"
    shutil.copytree(Path(__file__).parents[2] / "notes", notes)
    run_build([notes], out, jobs=1, remember=True)
    theirs = NamedNode("urn:theirs")
    if harm == "written to":
        store = Store(str(out / "store"))
        store.add(Quad(theirs, theirs, theirs))
        store.flush()
        del store
    else:
        for file in (out / "store").glob("*.sst"):
            about = file.stat()
            file.write_bytes(b"\0" * about.st_size)
            os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns))
    note = min(notes.rglob("*.md"))
    note.write_text(note.read_text(encoding="utf-8") + f"\n{SENTENCES[1]}\n", encoding="utf-8")
    run_build([notes], out, jobs=1, remember=True)
    run_build([notes], tmp_path / "clean", jobs=1)
    found, wanted = (set(Store.read_only(str(folder / "store"))) for folder in (out, tmp_path / "clean"))
    assert found == wanted


def test_a_note_that_was_away_for_a_moment_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, out = tmp_path / "notes", tmp_path / "out"
    folder.mkdir()
    for number, text in enumerate(SENTENCES[:3]):
        (folder / f"{number}.md").write_text(text, encoding="utf-8")

    def away(file: NoteFile) -> tuple[Document | None, tuple[Problem, ...]]:
        return read_note(NoteFile(file.id, tmp_path / "nowhere") if file.id == "1.md" else file)

    monkeypatch.setattr(pipelines.stages, "read_note", away)
    assert len(run_build([folder], out, jobs=1, remember=True).documents) == 2
    # Nothing has changed since, but what is there is not what the notes say.
    assert fingerprint_of(out) == ""
    monkeypatch.undo()
    assert len(run_build([folder], out, jobs=1, remember=True).documents) == 3
    assert fingerprint_of(out)


def test_a_note_saved_while_it_is_read_leaves_the_outputs_unsettled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notes").mkdir()
    note, out = tmp_path / "notes" / "a.md", tmp_path / "out"
    note.write_text(SENTENCES[0], encoding="utf-8")

    def saving(file: NoteFile) -> tuple[Document | None, tuple[Problem, ...]]:
        found = read_note(file)
        note.write_text(SENTENCES[1], encoding="utf-8")
        return found

    monkeypatch.setattr(pipelines.stages, "read_note", saving)
    run_build([tmp_path / "notes"], out, jobs=1, remember=True)
    assert fingerprint_of(out) == ""
    monkeypatch.undo()
    run_build([tmp_path / "notes"], out, jobs=1, remember=True)
    run_build([tmp_path / "notes"], tmp_path / "clean", jobs=1)
    assert digests(out) == digests(tmp_path / "clean")


def test_a_kept_lexicon_is_the_one_that_is_read(tmp_path: Path, own_cache: Path) -> None:
    ours = tmp_path / "own.csv"
    ours.write_text("type,label,label_zh,aliases,weak,broader\nModel,Quabnet,夸网络,QBN,,\n", encoding="utf-8")

    def read() -> tuple[object, object]:
        # A process of its own would have to do the same.
        monkey = pipelines.stages.prepare.__globals__
        monkey["_known"] = None
        known = prepare(Wanted((ours,)))
        return known.lexicon.entries, known.finders.gazetteer.matches(
            "用 quabnet 和夸網絡以及 resnet 18".replace("網絡", "网络")
        )

    fresh = read()
    (file,) = (own_cache / "zhitu").glob("*.lexicon")
    kept = read()
    assert kept == fresh
    file.write_bytes(file.read_bytes()[:-7])
    assert read() == fresh
    assert read() == fresh
    ours.write_text("type,label,label_zh,aliases,weak,broader\nModel,Blorf,,,,\n", encoding="utf-8")
    assert read() != fresh
    assert len(list((own_cache / "zhitu").glob("*.lexicon"))) == 2


def test_only_what_changed_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, out = tmp_path / "notes", tmp_path / "out"
    folder.mkdir()
    for number, text in enumerate(SENTENCES):
        (folder / f"{number}.md").write_text(text, encoding="utf-8")
    remembering(folder, out)
    seen: dict[str, list[str]] = {"read": [], "extract": [], "relate": []}
    read, extract, relate = (
        pipelines.incremental.read_file, pipelines.incremental.extract_notes, pipelines.incremental.relate_page
    )  # fmt: skip

    def noted(stage: str, documents: list[Document | str]) -> None:
        seen[stage] += [item if isinstance(item, str) else item.id for item in documents]

    monkeypatch.setattr(pipelines.incremental, "read_file", lambda file: (noted("read", [file.id]), read(file))[1])
    monkeypatch.setattr(
        pipelines.incremental, "extract_notes",
        lambda notes, **more: (noted("extract", [document for document, _ in notes]), extract(notes, **more))[1],
    )  # fmt: skip
    monkeypatch.setattr(
        pipelines.incremental, "relate_page", lambda page: (noted("relate", [page.document]), relate(page))[1]
    )
    remembering(folder, out)
    assert seen == {"read": [], "extract": [], "relate": []}
    (folder / "8.md").write_text(SENTENCES[8] + " Zilchnet 模型优于 GRU。提出了 Zilchnet 模型。", encoding="utf-8")
    remembering(folder, out)
    assert seen == {"read": ["8.md"], "extract": ["8.md"], "relate": ["8.md"]}
    for items in seen.values():
        items.clear()
    # A name that is known no more is looked for again where it stands, and nowhere else.
    (folder / "1.md").unlink()
    remembering(folder, out)
    assert seen["read"] == []
    assert set(seen["extract"]) <= {f"{number}.md" for number in (0, 2, 4, 10)}


@pytest.mark.parametrize("harm", ["broken", "empty", "locked", "unwritable"])
def test_a_cache_that_cannot_be_used_does_no_harm(harm: str, tmp_path: Path, own_cache: Path) -> None:
    folder, out = tmp_path / "notes", tmp_path / "out"
    folder.mkdir()
    (folder / "a.md").write_text(SENTENCES[0], encoding="utf-8")
    remembering(folder, out)
    (file,) = (own_cache / "zhitu").glob("*.db")
    other = None
    if harm == "broken":
        file.write_bytes(b"no database" * 1000)
    elif harm == "empty":
        file.write_bytes(b"")
    elif harm == "locked":
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
    elif os.getuid() == 0:
        # Root may write anywhere but where a file is in the way.
        shutil.rmtree(own_cache)
        own_cache.write_text("no folder")
    else:
        own_cache.chmod(0o500)
        shutil.rmtree(own_cache / "zhitu", ignore_errors=True)
    try:
        with opened_cache(out, Wanted()) as cache:
            assert build_graph([folder], jobs=1, cache=cache) == build_graph([folder], jobs=1)
    finally:
        if other is not None:
            other.close()


def test_kept_values_that_are_broken_are_given_up(tmp_path: Path, own_cache: Path) -> None:
    folder, out = tmp_path / "notes", tmp_path / "out"
    folder.mkdir()
    for number, text in enumerate(SENTENCES):
        (folder / f"{number}.md").write_text(text, encoding="utf-8")
    run_build([folder], out, jobs=1, remember=True)
    (file,) = (own_cache / "zhitu").glob("*.db")
    with closing(sqlite3.connect(file)) as database:
        # Other bytes of the same length, as after a power cut.
        database.execute("UPDATE kept SET value = substr(value, 1, 40) || zeroblob(length(value) - 40)")
        database.commit()
    (folder / "0.md").write_text(SENTENCES[1], encoding="utf-8")
    for _ in range(2):
        run_build([folder], out, jobs=1, remember=True)
        run_build([folder], tmp_path / "clean", jobs=1)
        assert digests(out) == digests(tmp_path / "clean")


def test_where_nothing_more_can_be_kept_the_build_goes_on(tmp_path: Path, own_cache: Path) -> None:
    folder, out = tmp_path / "notes", tmp_path / "out"
    folder.mkdir()
    for number, text in enumerate(SENTENCES):
        (folder / f"{number}.md").write_text(text, encoding="utf-8")
    before = remembering(folder, out)
    (folder / "new.md").write_text("\n\n".join(SENTENCES * 20), encoding="utf-8")
    with opened_cache(out, Wanted()) as cache:
        assert cache._database is not None
        pages = cache._database.execute("PRAGMA page_count").fetchone()[0]
        cache._database.execute(f"PRAGMA max_page_count = {pages + 1}")
        assert build_graph([folder], jobs=1, cache=cache) == build_graph([folder], jobs=1) != before
        cache.finish()
    assert remembering(folder, out) == build_graph([folder], jobs=1)


def test_the_cache_is_the_users_alone(tmp_path: Path, own_cache: Path) -> None:
    (tmp_path / "a.md").write_text(SENTENCES[0], encoding="utf-8")
    remembering(tmp_path, tmp_path / "out")
    assert (own_cache / "zhitu").stat().st_mode & 0o077 == 0
