"""A name that the sieve leaves out cannot stand in the notes: with all names and with those that pass the same is found."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract import Gazetteer, Sieve, beginnings_of
from kg.extract.gazetteer import find_known_names
from kg.extract.page import Candidate, read_page
from kg.extract.spacy_pipe import _to_document
from kg.lexicon import Entry, Lexicon, read_lexicon
from kg.model import Document
from kg.notes import find_notes, read_note
from tests.conftest import ROOT

WORDS = (
    "Quab",
    "net",
    "R",
    "CNN",
    "网络",
    "残差",
    "循环",
    "深度",
    "2",
    "BP",
    "of",
    "Gently",
    "folded",
    "隨機",
    "Ω",
    "C++",
)
GLUE = ("", " ", "-", "  ", ", ", "：", "\n", "，", "(")
names = st.lists(
    st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(("", " ", "-"))), min_size=1, max_size=5).map(
        lambda parts: "".join(word + glue for word, glue in parts).strip(" -")
    ),
    min_size=1,
    unique=True,
)


def texts(names: list[str]) -> st.SearchStrategy[str]:
    """Of words and of the names themselves."""
    pieces = st.tuples(st.sampled_from((*WORDS, *names)), st.sampled_from(GLUE))
    return st.lists(pieces, min_size=1, max_size=12).map(lambda parts: "".join(word + glue for word, glue in parts))


def found(documents: Sequence[Document], entries: Sequence[Entry]) -> list[Candidate]:
    gazetteer = Gazetteer(Lexicon(entries))
    return [candidate for document in documents for candidate in find_known_names(read_page(document), gazetteer)]


def passing(documents: Sequence[Document], entries: Sequence[Entry]) -> list[Entry]:
    sieve = Sieve(documents)
    return [
        entry for entry, beginnings in zip(entries, beginnings_of(entries), strict=True) if sieve.passing(beginnings)
    ]


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_what_passes_is_all_that_can_be_found(data: st.DataObject) -> None:
    known = data.draw(names)
    text = data.draw(texts(known))
    entries = [Entry("Model", name, "", (), frozenset(), "") for name in known]
    documents = [_to_document(text)]
    assert found(documents, passing(documents, entries)) == found(documents, entries)


@pytest.fixture(scope="module")
def sample() -> list[Document]:
    read = (read_note(file)[0] for file in find_notes([ROOT / "notes"])[0])
    return [document for document in read if document is not None]


def test_of_a_large_lexicon_little_passes(sample: list[Document]) -> None:
    entries = read_lexicon().entries
    passed = passing(sample[:5], entries)
    assert found(sample[:5], passed) == found(sample[:5], entries) != []
    assert len(passed) < 0.2 * len(entries)


def test_long_words_that_many_names_begin_with_let_few_pass(sample: list[Document]) -> None:
    names = [f"Convolutional Neural Network-{end}" for end in ("Ba", "Be", "Bi")]
    entries = [Entry("Model", name, "", (), frozenset(), "") for name in names]
    assert passing([_to_document(f"What {names[1]} is.")], entries) == entries[1:2]
