"""The stages of a build as functions of some notes: the same on this machine, in its processes and on a cluster."""

from __future__ import annotations

import gc
import os
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kg.errors import SettingsError
from kg.extract import (
    Extraction,
    Finders,
    Gazetteer,
    NameCount,
    Reading,
    ToldNames,
    extract,
    load_spacy_names,
    read_names,
)
from kg.lexicon import Entry, Lexicon, lexicon_dir, read_lexicon
from kg.link import Names, names_of
from kg.model import Citation, Document, Entity, Problem, Resolution, Value
from kg.notes import NoteFile, read_note, split_sentences
from kg.ontology import Ontology, read_ontology
from kg.relate import Statement, read_relations
from kg.text import fold
from pipelines.home import cache_folder, sealed, shared_version, unsealed, version_of
from pipelines.outputs import files_of

__all__ = [
    "Known",
    "NoteRead",
    "Page",
    "Wanted",
    "extract_notes",
    "in_order",
    "names_any_of",
    "no_collector",
    "pages_of",
    "prepare",
    "prepared",
    "read_file",
    "relate_page",
    "uses_in",
]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user gave that decides what is read in a note."""

    lexicon: tuple[Path, ...] = ()
    spacy: str = ""
    spacy_labels: tuple[str, ...] = ()
    version: bytes = b""
    """`shared_version` of the process that builds, where others work for it."""


@dataclass(frozen=True, slots=True)
class Known:
    """What every stage knows beforehand; made once in each process."""

    lexicon: Lexicon
    finders: Finders
    ontology: Ontology


@dataclass(frozen=True, slots=True)
class NoteRead(Value):
    """A note after the first pass; no document where the file is none."""

    document: Document | None
    reading: Reading | None
    problems: tuple[Problem, ...]

    @property
    def names(self) -> tuple[NameCount, ...]:
        """What is sure enough to be looked for in other notes."""
        return self.reading.names if self.reading is not None else ()


@dataclass(frozen=True, slots=True)
class Page:
    """One note with all that its relations are read from."""

    document: Document
    resolutions: tuple[Resolution, ...]
    citations: tuple[Citation, ...]
    entities: Mapping[str, Entity]


_known: tuple[tuple[object, ...], Known] | None = None
_again: tuple[tuple[Entry, ...], Gazetteer] | None = None


def prepare(wanted: Wanted) -> Known:
    """Lexicon and ontology, read once in a process unless files change; the user's lexicon files win over ours."""
    global _known
    if wanted.spacy_labels and not wanted.spacy:
        raise SettingsError("--spacy-labels says nothing without a pipeline", "Give one with --spacy")
    seen = (wanted, *((path, os.stat(path).st_mtime_ns) for path in files_of([*wanted.lexicon, lexicon_dir()])))
    if _known is None or _known[0] != seen:
        if wanted.version and wanted.version != shared_version([*wanted.lexicon, lexicon_dir()]):
            raise SettingsError(
                "a worker has another version of Zhitu, of a library or of the lexicon", "Install the same everywhere"
            )
        theirs = load_spacy_names(wanted.spacy, wanted.spacy_labels) if wanted.spacy else None
        names, gazetteer = _read_lexicon([*wanted.lexicon, lexicon_dir()])
        _known = seen, Known(names, Finders(names, gazetteer, theirs), read_ontology())
    return _known[1]


def _read_lexicon(paths: Sequence[Path]) -> tuple[Lexicon, Gazetteer]:
    """Known names and their automaton. To read and compile them takes a second, so the user's cache keeps them."""
    kept: Path | None = None
    with suppress(OSError):
        for path in paths:
            # What is missing is to be complained of.
            path.stat()
        kept = cache_folder() / f"{version_of(paths).hex()}.lexicon"
        data = unsealed(kept.read_bytes())
        if data is not None:
            os.utime(kept)
            found: tuple[Lexicon, Gazetteer] = pickle.loads(data)
            return found
    names = read_lexicon(*paths)
    made = names, Gazetteer(names)
    if kept is not None:
        data = sealed(pickle.dumps(made, pickle.HIGHEST_PROTOCOL))
        with suppress(OSError):
            with tempfile.NamedTemporaryFile(dir=kept.parent, delete=False) as file:
                file.write(data)
            os.replace(file.name, kept)
    return made


def prepared() -> Known:
    """What `prepare` read last in this process."""
    return _known[1] if _known is not None else prepare(Wanted())


@contextmanager
def no_collector() -> Iterator[None]:
    """Values of the model hold no cycles: searching them for garbage again and again costs a fifth of a build."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def read_file(file: NoteFile) -> NoteRead:
    """Decode a note, parse it and look for names in it."""
    document, problems = read_note(file)
    reading = read_names(document, prepared().finders) if document is not None else None
    return NoteRead(document, reading, problems)


def extract_notes(notes: Iterable[tuple[Document, Reading]], names: Lexicon, told: ToldNames) -> list[Extraction]:
    """The second pass over some notes, with the names that all notes made known."""
    gazetteer = _compiled(names)
    by_hand = (Gazetteer(told.names), told) if len(told.names) else None
    return [extract(document, reading, gazetteer, by_hand) for document, reading in notes]


def _compiled(names: Lexicon) -> Gazetteer:
    """The names of the corpus compiled; the same for every chunk that comes to this process."""
    global _again
    if _again is None or _again[0] != names.entries:
        _again = names.entries, Gazetteer(names)
    return _again[1]


def names_any_of(names: Lexicon) -> Callable[[Document], bool]:
    """Tells whether one of some names could be found in a note; it may say so where the name would not be taken."""
    gazetteer = Gazetteer(names)
    return lambda document: any(gazetteer.matches(fold("\n".join([block.text for block in document.blocks]))))


def uses_in(extraction: Extraction) -> Names:
    """How a note uses names, for the linker."""
    return names_of(extraction.document_id, extraction.mentions, extraction.aliases, extraction.citations)


def pages_of(
    documents: Sequence[Document],
    citations: Sequence[tuple[Citation, ...]],
    entities: Mapping[str, Entity],
    resolutions: Iterable[Resolution],
) -> list[Page]:
    """Notes with their resolutions, which are in order of the notes, and the entities that these name."""
    by_document: dict[str, list[Resolution]] = {document.id: [] for document in documents}
    for resolution in resolutions:
        by_document[resolution.mention.document_id].append(resolution)
    pages = []
    for document, cited in zip(documents, citations, strict=True):
        here = tuple(by_document[document.id])
        named = {item.entity_id: entities[item.entity_id] for item in here if item.entity_id is not None}
        pages.append(Page(document, here, cited, named))
    return pages


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems as problems.csv has them."""
    return tuple(sorted(problems, key=lambda problem: (problem.path, problem.line, problem.message)))


def relate_page(page: Page) -> list[Statement]:
    """What one note states."""
    sentences = split_sentences(page.document)
    return read_relations(
        page.document, sentences, page.resolutions, page.citations, page.entities, prepared().ontology
    )
