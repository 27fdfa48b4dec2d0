"""The finders as a spaCy component, in a real pipeline of each language."""

from __future__ import annotations

import pytest
import spacy


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
