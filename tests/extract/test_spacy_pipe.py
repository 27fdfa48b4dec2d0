"""The finders as a spaCy component, in a real pipeline of each language."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy

from kg.errors import LexiconError


@pytest.mark.parametrize("language", ["zh", "en", "xx"])
def test_component_sets_entities_with_their_lexicon_names(language: str) -> None:
    nlp = spacy.blank(language)
    nlp.add_pipe("zhitu")
    doc = nlp("何恺明提出ResNet，用于图像分类。 ZebraNet was proposed by Google.")
    found = {(entity.label_, entity.kb_id_) for entity in doc.ents}
    assert ("Person", "Kaiming He") in found or language == "xx"
    assert ("Institution", "Google") in found
    if language == "zh":
        assert [(entity.text, entity.label_, entity.kb_id_) for entity in doc.ents][:3] == [
            ("何恺明", "Person", "Kaiming He"),
            ("ResNet", "Model", "ResNet"),
            ("图像分类", "Topic", "Image Classification"),
        ]
    assert any(entity.text == "ZebraNet" and not entity.kb_id_ for entity in doc.ents)


def test_empty_texts_and_many_texts() -> None:
    nlp = spacy.blank("zh")
    nlp.add_pipe("zhitu")
    docs = list(nlp.pipe(["", "  \n ", "LSTM\n\n循环神经网络（RNN）"]))
    assert [len(doc.ents) for doc in docs[:2]] == [0, 0]
    assert {entity.kb_id_ for entity in docs[2].ents} == {"LSTM", "RNN"}


def test_pipeline_is_read_back_from_disk(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("pipeline")
    nlp = spacy.blank("en")
    nlp.add_pipe("zhitu")
    nlp.to_disk(folder)
    doc = spacy.load(folder)("BERT was introduced by Google.")
    assert [entity.label_ for entity in doc.ents] == ["Model", "Institution"]


def test_spans_hold_every_mention_and_ents_the_outer_ones() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("zhitu")
    assert {"doc.ents", "doc.spans"} <= set(nlp.get_pipe_meta("zhitu").assigns)
    doc = nlp("[1] J. Doe. ZebraNet: Stripes for Image Classification. arXiv:2101.00001, 2021.\n\nBERT beats ZebraNet.")
    spans = doc.spans["zhitu"]
    assert {(span.text, span.label_, span.kb_id_) for span in spans} >= {("BERT", "Model", "BERT")}
    entities = {(entity.start, entity.end, entity.label_, entity.kb_id_) for entity in doc.ents}
    assert entities <= {(span.start, span.end, span.label_, span.kb_id_) for span in spans}
    for span in spans:
        assert any(start <= span.start and span.end <= end for start, end, *_ in entities)


def test_nested_mentions_are_in_spans_only() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("zhitu")
    doc = nlp("He wrote “ZebraNet: Stripes for Image Classification” (arXiv:2101.00001) for fun.")
    inner = [span for span in doc.spans["zhitu"] if span.text == "ZebraNet"]
    assert [span.label_ for span in inner] == ["Model"]
    assert all(entity.text != "ZebraNet" for entity in doc.ents)


def test_an_empty_text_has_an_empty_group() -> None:
    nlp = spacy.blank("zh")
    nlp.add_pipe("zhitu")
    assert list(nlp(" \n").spans["zhitu"]) == []


def test_more_names_win_over_ours_and_are_remembered_on_disk(tmp_path: Path) -> None:
    lexicon = tmp_path / "mine.csv"
    lexicon.write_text("type,label,label_zh,aliases\nTool,Zorblax,佐布,BERT\n", encoding="utf-8")
    nlp = spacy.blank("en")
    nlp.add_pipe("zhitu", config={"lexicon": [str(lexicon)]})
    nlp.to_disk(tmp_path / "pipeline")
    for pipeline in (nlp, spacy.load(tmp_path / "pipeline")):
        doc = pipeline("We run BERT and ResNet.")
        assert [(entity.text, entity.label_, entity.kb_id_) for entity in doc.ents] == [
            ("BERT", "Tool", "Zorblax"),
            ("ResNet", "Model", "ResNet"),
        ]


def test_a_lexicon_that_is_not_there_is_said() -> None:
    with pytest.raises(LexiconError, match=r"none\.csv: no such lexicon"):
        spacy.blank("en").add_pipe("zhitu", config={"lexicon": ["none.csv"]})
