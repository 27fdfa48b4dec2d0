"""Names that a spaCy pipeline of the user's finds: its entities (`doc.ents`) as candidates beside those of our finders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.errors import SettingsError
from kg.extract.page import Candidate, Page
from kg.model import ENTITY_TYPES

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["SPACY", "SpacyNames", "find_spacy_names", "load_spacy_names"]

SPACY = "spacy"
"""The finder of names that the user's pipeline gives."""
_CONFIDENCE = 0.6
_LABELS = {
    **{type_.upper(): type_ for type_ in ENTITY_TYPES},
    "PER": "Person",
    "ORG": "Institution",
    "PRODUCT": "Tool",
    "WORK_OF_ART": "Paper",
}
"""Label of a pipeline in capitals -> entity type; others (GPE, DATE, ...) are left out."""


@dataclass(frozen=True, slots=True)
class SpacyNames:
    """A loaded pipeline and what its labels mean."""

    name: str
    """As the user gave it, for messages."""
    nlp: Language
    types: dict[str, str]
    """Label in capitals -> entity type."""


def load_spacy_names(pipeline: str, labels: Sequence[str] = ()) -> SpacyNames:
    """Load an installed pipeline or one from a folder; `labels` are `FROM=TO`, where an empty TO leaves a label out.

    Raises SettingsError where the pipeline is not there or cannot be loaded, and for labels that make no sense.
    """
    types = {**_LABELS, **dict(map(_read_label, labels))}
    import spacy

    try:
        nlp = spacy.load(pipeline)
    except Exception as error:
        # A pipeline brings code of its own, which may fail in any way.
        why = _first_line(error)
        if "[E050]" in why:
            why = "no such pipeline: neither an installed package nor a folder"
        hint = "Install it into this Python, or give the folder that nlp.to_disk wrote"
        raise SettingsError(f"--spacy {pipeline}: {why}", hint) from error
    return SpacyNames(pipeline, nlp, types)


def find_spacy_names(page: Page, names: SpacyNames) -> Iterator[Candidate]:
    """The pipeline's entities in the text of every passage; raises SettingsError where the pipeline fails."""
    limit = names.nlp.max_length
    pieces = [
        (passage.text[at : at + limit], (passage.index, at))
        for passage in page.passages
        for at in range(0, len(passage.text), limit)
    ]
    try:
        for doc, (index, at) in names.nlp.pipe(pieces, as_tuples=True):
            for entity in doc.ents:
                surface = entity.text.strip()
                type_ = names.types.get(entity.label_.upper(), "")
                if type_ and len(surface) > 1:
                    start = at + entity.start_char + entity.text.index(surface)
                    yield Candidate(index, start, start + len(surface), type_, SPACY, _CONFIDENCE)
    except Exception as error:
        raise SettingsError(
            f"--spacy {names.name}: the pipeline failed on {page.document.id}: {_first_line(error)}",
            "Try it on the note in Python, or build without --spacy",
        ) from error


def _read_label(given: str) -> tuple[str, str]:
    label, equals, wanted = (part.strip() for part in given.partition("="))
    type_ = next((type_ for type_ in ENTITY_TYPES if type_.casefold() == wanted.casefold()), "")
    if not label or not equals or (wanted and not type_):
        raise SettingsError(
            f"--spacy-labels {given}: not FROM=TO", "e.g. GPE=Institution; TO is one of " + ", ".join(ENTITY_TYPES)
        )
    return label.upper(), type_


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), "") or type(error).__name__
