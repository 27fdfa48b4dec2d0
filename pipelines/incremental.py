"""The stages over all notes of a build, carried out for those alone for which no earlier build did the same."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any, TypeVar

from kg.extract import Extraction, NameCount, Reading, ToldNames
from kg.lexicon import Entry, Lexicon
from kg.model import Document, Entity, Problem
from kg.notes import NoteFile
from kg.relate import Statement, looked_at
from pipelines.cache import Cache, note_keys
from pipelines.home import digest
from pipelines.stages import NoteRead, Page, extract_notes, names_any_of, read_file, relate_page

__all__ = ["Note", "Progress", "Run", "extract_all", "read_all", "relate_all"]

T = TypeVar("T")
R = TypeVar("R")
Progress = Callable[[str, int, int], None]
"""Called with the name of a stage, the steps done and the steps in all."""
Run = Callable[[Callable[[Any], R], Sequence[Any]], Iterable[R]]
"""A `map` over worker processes; results keep the order of the tasks."""

_CHUNK = 50
"""Notes that one process takes at a time in the second pass; the names of the corpus are compiled once for each chunk."""


class Note:
    """A note on its way through a build; what an earlier build found in it is unpacked when it is needed."""

    def __init__(self, key: bytes, cache: Cache, document: Document, reading: Reading | None) -> None:
        self.key, self.document = key, document
        self._cache, self._reading = cache, reading
        self.extracted = b""
        """Hash of what the second pass found."""

    @property
    def reading(self) -> Reading:
        """What the first pass found."""
        if self._reading is None:
            self._reading = self._cache.recall("reading", [self.key])[self.key].value
        return self._reading

    def forget(self) -> None:
        """Let go of what the first pass found: nothing after the second needs it."""
        self._reading = None


def read_all(
    files: Sequence[NoteFile], cache: Cache, run: Run[NoteRead], progress: Progress
) -> tuple[list[Note], list[Problem], list[NameCount]]:
    """The first pass: notes, what is wrong with files, and names sure enough to be looked for everywhere."""
    hashed = note_keys(files) if cache.on else [(b"", "")] * len(files)
    keys = [key for key, _ in hashed]
    known = cache.recall("names", keys)
    cache.retain("reading", keys)
    documents = cache.recall("document", known)
    missing = [number for number, key in enumerate(keys) if key not in known]
    results = _watch("Reading notes", run(read_file, [files[number] for number in missing]), len(missing), progress)
    fresh = dict(zip(missing, results, strict=True))
    notes, problems, names = [], list[Problem](), list[NameCount]()
    for number, (key, content) in enumerate(hashed):
        read = fresh.get(number)
        if read is not None:
            if cache.on and (read.document is None or read.document.hash != content):
                # It was saved, or went for a moment, since it was hashed, and is not what its key says.
                key = os.urandom(20)
            cache.keep("names", key, (read.problems, read.names))
            cache.keep("document", key, read.document)
            cache.keep("reading", key, read.reading)
        found, sure = (read.problems, read.names) if read is not None else known[key].value
        document = read.document if read is not None else documents[key].value
        problems += found
        names += sure
        if document is not None:
            notes.append(Note(key, cache, document, read.reading if read is not None else None))
    return notes, problems, names


def extract_all(
    notes: Sequence[Note], names: Lexicon, told: ToldNames, cache: Cache, run: Run[list[Extraction]], progress: Progress
) -> list[Extraction]:
    """The second pass: a note is read again where it is new, or holds a name that the corpus did not know before."""
    by_hand = told.names.entries, dict(told.grounded)
    nothing: tuple[Any, ...] = ((),)
    known, *before = cache.last("corpus", nothing)
    same = before == list(by_hand)
    earlier = cache.recall("extraction", [note.key for note in notes]) if same else {}
    changed = _changed(known, names.entries) if same else ()
    redo = [note.key not in earlier for note in notes]
    if changed:
        touched = names_any_of(Lexicon(changed))
        redo = [again or touched(note.document) for again, note in zip(redo, notes, strict=True)]
    missing = [note for note, again in zip(notes, redo, strict=True) if again]
    pairs = [(note.document, note.reading) for note in missing]
    tasks = [pairs[at : at + _CHUNK] for at in range(0, len(pairs), _CHUNK)]
    results = run(partial(extract_notes, names=names, told=told), tasks)
    found = chain.from_iterable(_watch("Finding names", results, len(tasks), progress))
    extractions = []
    for note, again in zip(notes, redo, strict=True):
        if again:
            extraction = next(found)
            note.extracted = cache.keep("extraction", note.key, extraction)
        else:
            extraction, note.extracted = earlier[note.key]
        note.forget()
        extractions.append(extraction)
    if changed or not same:
        cache.keep("corpus", b"", (names.entries, *by_hand))
    return extractions


def _changed(before: Iterable[Entry], now: Iterable[Entry]) -> tuple[Entry, ...]:
    """Names that came, went or changed."""
    old, new = dict.fromkeys(before), dict.fromkeys(now)
    return (*(entry for entry in old if entry not in new), *(entry for entry in new if entry not in old))


def relate_all(
    notes: Sequence[Note],
    pages: Sequence[Page],
    entities: Mapping[str, Entity],
    cache: Cache,
    run: Run[list[Statement]],
    progress: Progress,
) -> Iterator[list[Statement]]:
    """What each note states, in order: read again where its mentions, or what they were linked to, have changed."""
    keys = [b""] * len(pages)
    if cache.on:
        marks = {identifier: digest(repr(looked_at(entity))) for identifier, entity in entities.items()}
        keys = [_relation_key(note, page, marks) for note, page in zip(notes, pages, strict=True)]
    known = cache.recall("statements", keys)
    missing = [page for page, key in zip(pages, keys, strict=True) if key not in known]
    found = _watch("Reading relations", run(relate_page, missing), len(missing), progress)
    for key in keys:
        if key in known:
            yield known[key].value
        else:
            statements = next(found)
            cache.keep("statements", key, statements)
            yield statements


def _relation_key(note: Note, page: Page, marks: Mapping[str, bytes]) -> bytes:
    linked = "\n".join([item.entity_id or "" for item in page.resolutions])
    return digest(note.key, note.extracted, linked, *(marks[identifier] for identifier in page.entities))


def _watch(stage: str, results: Iterable[R], total: int, progress: Progress) -> Iterator[R]:
    progress(stage, 0, total)
    for number, result in enumerate(results, 1):
        yield result
        progress(stage, number, total)
