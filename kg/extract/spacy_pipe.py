"""The finders as a component of a spaCy pipeline: `spacy.blank("zh").add_pipe("zhitu")` fills `doc.ents` and `doc.spans`."""

from __future__ import annotations

import hashlib
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from kg.extract import Finders, Gazetteer, extract, known_names, name_votes, read_names
from kg.lexicon import lexicon_dir, read_lexicon
from kg.model import Block, Document, FrontMatter, Section
from kg.model import Span as Range

__all__ = ["ZhituPipe", "make_zhitu"]

_SPANS = "zhitu"
"""The group of `doc.spans` that holds every mention."""


class ZhituPipe:
    """Reads the text of a Doc as plain prose; the `kb_id_` of what it finds is what the lexicon knows it as."""

    def __init__(self, finders: Finders) -> None:
        self._finders = finders

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc.spans["zhitu"]` to all mentions, and `doc.ents` anew to those that do not stand inside another.

        A mention that cuts a token in two is widened to whole tokens.
        """
        spans = self._spans(doc) if doc.text.strip() else []
        doc.spans[_SPANS] = spans
        if doc.text.strip():
            doc.set_ents(filter_spans(spans))
        return doc

    def _spans(self, doc: Doc) -> list[Span]:
        document = _to_document(doc.text)
        reading = read_names(document, self._finders)
        # As in a build of one note: what one sentence introduces is known in the others.
        names = Gazetteer(known_names(name_votes(reading.names, self._finders.lexicon)))
        spans: dict[tuple[int, int, str, str], Span] = {}
        for mention in extract(document, reading, names).mentions:
            known = mention.key.partition("/")[2] if mention.key.startswith("lexicon:") else ""
            start, end = mention.span.start, mention.span.end
            span = doc.char_span(start, end, label=mention.type, kb_id=known, alignment_mode="expand")
            if span is not None:
                spans.setdefault((span.start, span.end, mention.type, known), span)
        return list(spans.values())


@Language.factory("zhitu", assigns=["doc.ents", "doc.spans"], default_config={"lexicon": []})
def make_zhitu(nlp: Language, name: str, lexicon: list[str]) -> ZhituPipe:
    """Factory for spaCy's registry, where it stands as `zhitu`; `lexicon` are paths of more names, which win over ours."""
    names = read_lexicon(*map(Path, lexicon), lexicon_dir())
    return ZhituPipe(Finders(names, Gazetteer(names)))


def _to_document(text: str) -> Document:
    """Plain text as a note: one paragraph for each run of lines without a blank one between."""
    blocks = []
    start = 0
    for piece in text.split("\n\n"):
        if piece.strip():
            blocks.append(Block("paragraph", Range(start, start + len(piece)), 0, piece, ((0, start, len(piece)),)))
        start += len(piece) + 2
    lines = [0, *(index + 1 for index, char in enumerate(text) if char == "\n")]
    content = text.encode()
    return Document(
        "text", "text", text, FrontMatter(), (Section("", 0, Range(0, len(text)), -1),), tuple(blocks), (),
        tuple(lines), hashlib.sha256(content).hexdigest(), len(content), "zh-Hans",
    )  # fmt: skip
