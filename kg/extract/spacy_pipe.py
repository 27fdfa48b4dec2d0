"""The finders as a component of a spaCy pipeline: `spacy.blank("zh").add_pipe("zhitu")` fills `doc.ents`."""

from __future__ import annotations

import hashlib

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import filter_spans

from kg.extract import Finders, Gazetteer, extract, read_names
from kg.lexicon import lexicon_dir, read_lexicon
from kg.model import Block, Document, FrontMatter, Section, Span

__all__ = ["ZhituPipe", "make_zhitu"]


class ZhituPipe:
    """Reads the text of a Doc as plain prose and sets its entities; their `kb_id_` is what the lexicon knows them as."""

    def __init__(self, finders: Finders) -> None:
        self._finders = finders
        self._no_names = Gazetteer(read_lexicon())

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc.ents` anew; a mention that cuts a token in two is widened to whole tokens."""
        if not doc.text.strip():
            return doc
        document = _to_document(doc.text)
        mentions = extract(document, read_names(document, self._finders), self._no_names).mentions
        spans = [
            doc.char_span(
                mention.span.start,
                mention.span.end,
                label=mention.type,
                kb_id=mention.key.partition("/")[2] if mention.key.startswith("lexicon:") else "",
                alignment_mode="expand",
            )
            for mention in mentions
        ]
        doc.set_ents(filter_spans([span for span in spans if span is not None]))
        return doc


@Language.factory("zhitu", assigns=["doc.ents"])
def make_zhitu(nlp: Language, name: str) -> ZhituPipe:
    """Factory for spaCy's registry, where it stands as `zhitu`; it takes no settings."""
    lexicon = read_lexicon(lexicon_dir())
    return ZhituPipe(Finders(lexicon, Gazetteer(lexicon)))


def _to_document(text: str) -> Document:
    """Plain text as a note: one paragraph for each run of lines without a blank one between."""
    blocks = []
    start = 0
    for piece in text.split("\n\n"):
        if piece.strip():
            blocks.append(Block("paragraph", Span(start, start + len(piece)), 0, piece, ((0, start, len(piece)),)))
        start += len(piece) + 2
    lines = [0, *(index + 1 for index, char in enumerate(text) if char == "\n")]
    content = text.encode()
    return Document(
        "text", "text", text, FrontMatter(), (Section("", 0, Span(0, len(text)), -1),), tuple(blocks), (),
        tuple(lines), hashlib.sha256(content).hexdigest(), len(content), "zh-Hans",
    )  # fmt: skip
