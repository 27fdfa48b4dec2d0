"""What is weighed in a hurry weighs the same as features written down, and names folded together are folded alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.extract.concepts import _judge, chunk_features, chunks_of
from kg.extract.gazetteer import _plain, spellings
from kg.extract.latin_names import _LEFT, _WORD_BEFORE, _described, latin_candidates
from kg.extract.page import Page, read_page
from kg.lexicon import read_lexicon
from kg.notes import find_notes, read_note
from kg.text import fold, taiwan_terms
from kg.weights import read_weights

SAMPLES = Path(__file__).parent.parent.parent / "notes"


@pytest.fixture(scope="module")
def pages() -> list[Page]:
    files, _ = find_notes([SAMPLES])
    documents = [read_note(file)[0] for file in files]
    return [read_page(document) for document in documents if document is not None]


def test_chunks_weigh_what_their_features_weigh(pages: list[Page]) -> None:
    model = read_weights("concepts")
    chunks = [item for page in pages for item in chunks_of(page, lambda _: True).items()]
    assert len(chunks) > 200
    assert any(len(places) > 1 for _, places in chunks)
    for surface, places in chunks:
        assert _judge(model).chance(surface, places) == pytest.approx(model.yes(chunk_features(surface, places)))


def test_latin_names_weigh_what_their_features_weigh(pages: list[Page]) -> None:
    named, kinds, lexicon = read_weights("latin_names"), read_weights("latin_types"), read_lexicon()
    for page in pages:
        whole = list(latin_candidates(page, lexicon))
        for (_, _, own, place), (_, _, features) in zip(_described(page, lexicon), whole, strict=True):
            if own is None:
                assert features == ("variant",)
                continue
            assert named.yes_with(own, place) == pytest.approx(named.yes(features))
            assert kinds.best_with(own, place)[0] == kinds.best(features)[0]


@pytest.mark.parametrize(
    "left", ["优化器 ", "提出了 “", "作者： ", "作者:", "科学家", "来自：", "损失——", "即(", "导师\u3000"]
)
def test_what_is_looked_for_on_the_left_ends_in_a_word(left: str) -> None:
    assert any(pattern.search(left) for _, _, pattern in _LEFT)
    assert _WORD_BEFORE(left)


def test_words_of_a_passage_are_its_text(pages: list[Page]) -> None:
    for passage in (passage for page in pages for passage in page.passages if passage.cjk):
        assert "".join(passage.cut.surfaces) == passage.text
        assert [passage.text[word.start : word.end] for word in passage.words] == list(passage.cut.surfaces)
        assert passage.breaks == {place for word in passage.words for place in (word.start, word.end)}


def test_latin_tokens_by_offset(pages: list[Page]) -> None:
    for passage in (passage for page in pages for passage in page.passages):
        inside = {offset: token for token in passage.latin for offset in range(*token)}
        assert all(passage.latin_at(offset) == inside.get(offset) for offset in range(len(passage.text)))


@pytest.mark.parametrize("odd", [[], ["两\n行"], ["Nul\0l"], ["ΣΑΣ", "İstanbul", " a\u2003 b "]])
def test_names_are_folded_together_as_one_by_one(odd: list[str]) -> None:
    names = ["卷積神經網路", "ＲＮＮ  模型", "图像分类", "Σ", *odd]
    assert _plain(names) == [" ".join(fold(name).split()) for name in names]
    assert taiwan_terms(names) == [taiwan_terms([name])[0] for name in names]
    assert set(spellings(names)) == set(names)
