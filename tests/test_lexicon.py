"""The shipped lexicon keeps its own rules (ontologies/lexicon/README.md), and errors name file and line."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from kg.errors import LexiconError
from kg.lexicon import Entry, Lexicon, read_lexicon
from kg.text import has_cjk, key


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return read_lexicon()


@pytest.fixture(scope="module")
def owners(lexicon: Lexicon) -> dict[str, list[tuple[Entry, bool]]]:
    """Folded name -> the entries that bear it, and whether it is weak there."""
    found: dict[str, list[tuple[Entry, bool]]] = defaultdict(list)
    for entry in lexicon:
        weak = {key(name) for name in entry.weak}
        for name in dict.fromkeys(map(key, entry.names)):
            found[name].append((entry, name in weak))
    return found


def test_every_type_is_broad(lexicon: Lexicon) -> None:
    counts: dict[str, int] = defaultdict(int)
    for entry in lexicon:
        counts[entry.type] += 1
    least = {"Model": 2500, "Topic": 1500, "Person": 800, "Dataset": 600, "Tool": 600, "Institution": 700, "Venue": 250}
    assert {kind: counts[kind] for kind in least if counts[kind] < least[kind]} == {}


def test_a_name_is_sure_for_one_type_only(owners: dict[str, list[tuple[Entry, bool]]]) -> None:
    clashes = {
        name: sorted(entry.key for entry, weak in bearers if not weak)
        for name, bearers in owners.items()
        if len({entry.type for entry, weak in bearers if not weak}) > 1
    }
    assert clashes == {}


def test_within_a_type_a_name_is_sure_for_one_thing_only(owners: dict[str, list[tuple[Entry, bool]]]) -> None:
    clashes = {}
    for name, bearers in owners.items():
        sure = [entry for entry, weak in bearers if not weak]
        if len(sure) != len({entry.type for entry in sure}):
            clashes[name] = [entry.key for entry in sure]
    assert clashes == {}


def test_no_two_rows_have_one_label(lexicon: Lexicon) -> None:
    labels: dict[tuple[str, str], int] = defaultdict(int)
    for entry in lexicon:
        labels[entry.type, key(entry.label)] += 1
    assert [label for label, count in labels.items() if count > 1] == []


def test_labels_are_in_their_language(lexicon: Lexicon) -> None:
    assert [entry.key for entry in lexicon if entry.label_zh and not has_cjk(entry.label_zh)] == []


def test_names_hold_no_markup(lexicon: Lexicon) -> None:
    odd = [
        name for entry in lexicon for name in entry.names if name != " ".join(name.split()) or set(name) & set("[]`\\")
    ]
    assert odd == []


def test_broader_of_a_topic_is_a_topic(lexicon: Lexicon) -> None:
    lost = [
        f"{entry.label} -> {entry.broader}"
        for entry in lexicon
        if entry.type == "Topic" and entry.broader and f"lexicon:Topic/{entry.broader}" not in lexicon.by_key
    ]
    assert lost == []


def test_broader_has_no_cycle(lexicon: Lexicon) -> None:
    above = {entry.label: entry.broader for entry in lexicon if entry.type == "Topic"}
    for label in above:
        seen = [label]
        while (parent := above.get(seen[-1], "")) and len(seen) < 50:
            seen.append(parent)
        assert len(seen) == len(set(seen)), " -> ".join(seen)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("Modell,X-Net,,,,", "unknown type 'Modell'"),
        ("Model,,,,,", "the label is empty"),
        ("Model,X-Net,,X,,", "alias 'X' has one character"),
        ("Model,X-Net,,a,b,c,d", "more fields than columns"),
        ('Model,"X-Net,,,,', "unexpected end of data"),
    ],
)
def test_a_bad_row_is_named_by_file_and_line(tmp_path: Path, row: str, says: str) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(f"type,label,label_zh,aliases,weak,broader\nModel,Fine-Net,,,,\n{row}\n", encoding="utf-8")
    with pytest.raises(LexiconError) as caught:
        read_lexicon(file)
    assert f"{file}:3: " in str(caught.value)
    assert says in str(caught.value)


def test_a_missing_file_and_missing_columns_say_what_is_expected(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="no such lexicon"):
        read_lexicon(tmp_path / "none.csv")
    file = tmp_path / "mine.csv"
    file.write_text("name,kind\nX-Net,Model\n", encoding="utf-8")
    with pytest.raises(LexiconError, match="no column label, type"):
        read_lexicon(file)
