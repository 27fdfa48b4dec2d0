"""The build, in straight lines: notes -> documents -> mentions -> entities -> claims -> outputs."""

from __future__ import annotations

import gc
import os
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

from kg.corrections import find_corrections, read_corrections
from kg.errors import SettingsError
from kg.extract import (
    Extraction,
    Finders,
    Gazetteer,
    Reading,
    ToldNames,
    extract,
    known_names,
    load_spacy_names,
    read_names,
    told_names,
)
from kg.lexicon import Entry, Lexicon, lexicon_dir, read_lexicon
from kg.link import correct, link, merge_log, reject_claims
from kg.model import BASE_IRI, Build, Citation, Document, Entity, Problem, Resolution
from kg.notes import NoteFile, find_notes, read_note, split_sentences
from kg.ontology import Ontology, read_ontology
from kg.relate import Statement, merge, read_relations
from pipelines.atomic import replaced_folder
from pipelines.outputs import CONTRACT, fingerprint, write_fingerprint

__all__ = ["Progress", "build_graph", "run_build", "write_outputs"]

Progress = Callable[[str, int, int], None]
"""Called with the name of a stage, the steps done and the steps in all."""

_WORTH_PROCESSES = 60
"""Below this many notes, starting worker processes costs more than it saves."""

_CHUNK = 50
"""Notes that one process takes at a time in the second pass; the names of the corpus are compiled once for each chunk."""

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class _Known:
    """What every stage knows beforehand; made once in each process."""

    lexicon: Lexicon
    finders: Finders
    ontology: Ontology


_known: _Known | None = None
_again: tuple[tuple[Entry, ...], Gazetteer] | None = None


def run_build(
    notes: Sequence[Path],
    out: Path,
    *,
    jobs: int = 0,
    lexicon: Sequence[Path] = (),
    corrections: Sequence[Path] = (),
    spacy: str = "",
    spacy_labels: Sequence[str] = (),
    note_url: str = "",
    base_iri: str = BASE_IRI,
    progress: Progress = lambda *_: None,
) -> Build:
    """Build the graph of some notes and write every file of the contract; raises KgError on bad settings.

    `note_url` is put before a note's path where the explorer links to it; empty for no links. `base_iri` begins the IRIs
    of entities, notes and claims.
    """
    if not re.fullmatch(r"https?://[A-Za-z0-9._~:@!$&'()*+,;=%-]+(?:/[A-Za-z0-9._~:@!$&'()*+,;=%-]*)*/", base_iri):
        raise SettingsError(
            f"--base-iri {base_iri} cannot begin addresses", "Give one that ends in /, e.g. https://example.org/kg/"
        )
    _check_out(notes, out)
    if note_url and re.match(r"(?!https?://)(?:[a-z][a-z0-9+.-]*:|//)", note_url, re.IGNORECASE):
        raise SettingsError(
            f"--note-url {note_url} is no web address", "Give https://... or a relative path, e.g. ../notes/"
        )
    settings = {"spacy": spacy, "spacy_labels": list(spacy_labels), "note_url": note_url, "base_iri": base_iri}
    seen = fingerprint(notes, lexicon=lexicon, corrections=corrections, settings=settings)
    build = build_graph(
        notes,
        jobs=jobs,
        lexicon=lexicon,
        corrections=corrections,
        spacy=spacy,
        spacy_labels=spacy_labels,
        progress=progress,
    )
    build = replace(build, base=base_iri)
    # A report of the old build says nothing about this one.
    with replaced_folder(out, frozenset((*CONTRACT, "report.html"))) as folder:
        write_outputs(build, folder, progress, note_url=note_url, jobs=jobs or os.cpu_count() or 1)
        write_fingerprint(folder, seen, build)
    return build


@contextmanager
def _no_collector() -> Iterator[None]:
    """Values of the model hold no cycles: searching them for garbage again and again costs a fifth of a build."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@_no_collector()
def build_graph(
    notes: Sequence[Path],
    *,
    jobs: int = 0,
    lexicon: Sequence[Path] = (),
    corrections: Sequence[Path] = (),
    spacy: str = "",
    spacy_labels: Sequence[str] = (),
    progress: Progress = lambda *_: None,
) -> Build:
    """Read, extract, link and relate; nothing is written. `spacy` is a pipeline's package or folder, or empty."""
    if jobs < 0:
        raise SettingsError(f"--jobs {jobs} makes no sense", "Give the number of processes, or 0 for one per core")
    files, problems = find_notes(notes)
    by_hand, unread = read_corrections(find_corrections(notes, corrections))
    wanted = (tuple(lexicon), spacy, tuple(spacy_labels))
    known = _prepare(*wanted)
    with _workers(jobs or os.cpu_count() or 1, len(files), wanted) as run:
        first = list(_watch("Reading notes", run(_read, files), len(files), progress))
        documents = [document for document, _, _ in first if document is not None]
        readings = [reading for _, reading, _ in first if reading is not None]
        problems = (*problems, *unread, *chain.from_iterable(found for _, _, found in first))
        names = known_names(chain.from_iterable(reading.names for reading in readings), known.lexicon)
        pairs = list(zip(documents, readings, strict=True))
        told = told_names(by_hand, known.lexicon, [(document, reading.candidates) for document, reading in pairs])
        tasks = [(pairs[at : at + _CHUNK], names, told) for at in range(0, len(pairs), _CHUNK)]
        found = _watch("Finding names", run(_extract, tasks), len(tasks), progress)
        extractions = list(chain.from_iterable(found))
        progress("Linking", 0, 1)
        entities, resolutions, decisions = link(
            [mention for item in extractions for mention in item.mentions],
            [alias for item in extractions for alias in item.aliases],
            [citation for item in extractions for citation in item.citations],
            known.lexicon,
        )
        corrected = correct(entities, resolutions, by_hand, [document.id for document in documents])
        progress("Linking", 1, 1)
        pages = _pages(documents, extractions, corrected.entities, corrected.resolutions)
        statements = _watch("Reading relations", run(_relate, pages), len(pages), progress)
        order = {document.id: number for number, document in enumerate(documents)}
        kept, unsaid = reject_claims(chain.from_iterable(statements), by_hand, corrected, known.ontology)
        claims = merge(kept, known.ontology, order)
    problems = (*problems, *corrected.problems, *unsaid)
    ordered = tuple(sorted(problems, key=lambda problem: (problem.path, problem.line, problem.message)))
    merges = merge_log(decisions, corrected.entities, corrected.resolutions)
    return Build(tuple(documents), corrected.entities, corrected.resolutions, claims, ordered, merges)


def write_outputs(
    build: Build, folder: Path, progress: Progress = lambda *_: None, *, note_url: str = "", jobs: int = 1
) -> None:
    """Write every file of the contract into a folder, with `jobs` processes where there is much to write."""
    writing = _Writing(build, folder, note_url)
    progress("Writing outputs", 0, len(_WRITERS))
    if jobs > 1 and len(build.claims) >= _WORTH_WRITERS and _FORKS:
        _write_side_by_side(writing, jobs, progress)
        return
    for number, name in enumerate(_WRITERS, 1):
        _write(name, writing)
        progress("Writing outputs", number, len(_WRITERS))


@dataclass(frozen=True, slots=True)
class _Writing:
    """What there is to write, and where."""

    build: Build
    folder: Path
    note_url: str


_WRITERS = ("graph.nq", "map", "store", "graph.ttl", "graph.jsonld")
"""What can be written by itself, the longest first; the third to the fifth are made from the first."""
_WORTH_WRITERS = 2000
"""Claims below which one process is as fast."""
_writing: _Writing | None = None


def _write_side_by_side(writing: _Writing, jobs: int, progress: Progress) -> None:
    """The same in processes that are forked, so that the build need not be copied into them."""
    global _writing
    _writing = writing
    try:
        with ProcessPoolExecutor(min(jobs, len(_WRITERS)), get_context("fork")) as pool:
            waiting = {pool.submit(_write, name): name for name in ("graph.nq", "map")}
            number = 0
            while waiting:
                for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                    future.result()
                    number += 1
                    progress("Writing outputs", number, len(_WRITERS))
                    if waiting.pop(future) == "graph.nq":
                        waiting |= {pool.submit(_write, name): name for name in ("store", "graph.ttl", "graph.jsonld")}
    finally:
        _writing = None


def _write(name: str, writing: _Writing | None = None) -> None:
    """One of `_WRITERS`; the map is all that shows it: tables (with communities and degrees), GEXF, GraphML, index, explorer."""
    from kg.export import write_explorer, write_gexf, write_graphml, write_index, write_tables
    from kg.graph import build_store, to_network, write_jsonld, write_nquads, write_turtle

    writing = writing or _writing
    assert writing is not None
    build, folder, quads = writing.build, writing.folder, writing.folder / "graph.nq"
    if name == "graph.nq":
        write_nquads(build, quads)
    elif name == "graph.ttl":
        write_turtle(quads, folder / name, build.base)
    elif name == "graph.jsonld":
        write_jsonld(quads, folder / name, build.base)
    elif name == "store":
        build_store(quads, folder / name)
    else:
        network = to_network(build)
        write_tables(build, network, folder)
        write_gexf(network, folder / "graph.gexf")
        write_graphml(network, folder / "graph.graphml")
        write_index(build, network, folder)
        write_explorer(build, network, folder / "index.html", note_url=writing.note_url)


def _check_out(notes: Sequence[Path], out: Path) -> None:
    target = out.resolve()
    for path in notes:
        source = path.resolve()
        if source == target or target in source.parents:
            raise SettingsError(f"--out {out} would replace the notes in {path}", "Give a folder outside the notes")


_Wanted = tuple[tuple[Path, ...], str, tuple[str, ...]]
"""Lexicon files, spaCy pipeline and what its labels mean, as the user gave them."""


def _prepare(lexicon: tuple[Path, ...], spacy: str, labels: tuple[str, ...]) -> _Known:
    """Read lexicon and ontology in this process; the user's lexicon files come first and so win over ours."""
    global _known
    if labels and not spacy:
        raise SettingsError("--spacy-labels says nothing without a pipeline", "Give one with --spacy")
    theirs = load_spacy_names(spacy, labels) if spacy else None
    names = read_lexicon(*lexicon, lexicon_dir())
    _known = _Known(names, Finders(names, Gazetteer(names), theirs), read_ontology())
    return _known


def _start_worker(*wanted: Any) -> None:
    gc.disable()
    _prepare(*wanted)


def _prepared() -> _Known:
    return _known or _prepare((), "", ())


@contextmanager
def _workers(
    jobs: int, notes: int, wanted: _Wanted
) -> Iterator[Callable[[Callable[[T], R], Sequence[T]], Iterable[R]]]:
    """A `map` over worker processes, or over this one where that is faster; results keep the order of the tasks."""
    if jobs == 1 or notes < _WORTH_PROCESSES:
        yield lambda function, tasks: map(function, tasks)
        return
    if _FORKS:
        yield partial(_map_forked, jobs)
        return
    with ProcessPoolExecutor(jobs, get_context("spawn"), _start_worker, wanted) as pool:
        yield lambda function, tasks: pool.map(function, tasks, chunksize=_chunk(jobs, tasks))


def _chunk(jobs: int, tasks: Sequence[Any]) -> int:
    return max(1, min(16, len(tasks) // (4 * jobs)))


_FORKS = sys.platform == "linux"
"""Whether processes may be forked: then they have what this one has read, and nothing need be copied into them."""
_shared: tuple[Callable[[Any], Any], Sequence[Any]] | None = None


def _map_forked(jobs: int, function: Callable[[T], R], tasks: Sequence[T]) -> Iterator[R]:
    global _shared
    _shared = function, tasks
    try:
        with ProcessPoolExecutor(jobs, get_context("fork")) as pool:
            yield from pool.map(_run_shared, range(len(tasks)), chunksize=_chunk(jobs, tasks))
    finally:
        _shared = None


def _run_shared(number: int) -> Any:
    assert _shared is not None
    function, tasks = _shared
    return function(tasks[number])


def _watch(stage: str, results: Iterable[R], total: int, progress: Progress) -> Iterator[R]:
    progress(stage, 0, total)
    for number, result in enumerate(results, 1):
        yield result
        progress(stage, number, total)


def _read(file: NoteFile) -> tuple[Document | None, Reading | None, tuple[Problem, ...]]:
    document, problems = read_note(file)
    reading = read_names(document, _prepared().finders) if document is not None else None
    return document, reading, problems


def _compiled(names: Lexicon) -> Gazetteer:
    """The names of the corpus compiled; the same for every chunk that comes to this process."""
    global _again
    if _again is None or _again[0] != names.entries:
        _again = (names.entries, Gazetteer(names))
    return _again[1]


def _extract(task: tuple[Sequence[tuple[Document, Reading]], Lexicon, ToldNames]) -> list[Extraction]:
    pairs, names, told = task
    gazetteer = _compiled(names)
    by_hand = (Gazetteer(told.names), told) if len(told.names) else None
    return [extract(document, reading, gazetteer, by_hand) for document, reading in pairs]


@dataclass(frozen=True, slots=True)
class _Page:
    """One note with all that its relations are read from."""

    document: Document
    resolutions: tuple[Resolution, ...]
    citations: tuple[Citation, ...]
    entities: dict[str, Entity]


def _relate(page: _Page) -> list[Statement]:
    sentences = split_sentences(page.document)
    return read_relations(
        page.document, sentences, page.resolutions, page.citations, page.entities, _prepared().ontology
    )


def _pages(
    documents: Sequence[Document],
    extractions: Sequence[Extraction],
    entities: Iterable[Entity],
    resolutions: Iterable[Resolution],
) -> list[_Page]:
    by_id = {entity.id: entity for entity in entities}
    by_document: dict[str, list[Resolution]] = defaultdict(list)
    for resolution in resolutions:
        by_document[resolution.mention.document_id].append(resolution)
    pages = []
    for document, extraction in zip(documents, extractions, strict=True):
        here = tuple(by_document[document.id])
        named = {item.entity_id: by_id[item.entity_id] for item in here if item.entity_id is not None}
        pages.append(_Page(document, here, extraction.citations, named))
    return pages
