"""The build, in straight lines: notes -> documents -> mentions -> entities -> claims -> outputs."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from kg.corrections import find_corrections, read_corrections
from kg.errors import SettingsError
from kg.extract import known_names, name_votes, told_names
from kg.link import correct, link, merge_log, reject_claims, resolve, standing, united_names
from kg.model import BASE_IRI, Build
from kg.notes import find_notes
from kg.relate import merge
from kg.remote import RemotePath, Source
from pipelines.atomic import replaced_folder
from pipelines.cache import BrokenCacheError, Cache, Memory, opened_cache
from pipelines.incremental import Progress, Run, extract_all, read_all, relate_all
from pipelines.outputs import CONTRACT, SUMMARY, fingerprint, fingerprint_of, is_settled, write_fingerprint
from pipelines.stages import Wanted, in_order, no_collector, pages_of, prepare, uses_in
from pipelines.write import FORKS, REUSED, Earlier, write_outputs

__all__ = ["OURS", "Progress", "build_graph", "check_settings", "run_build"]

OURS = frozenset((*CONTRACT, "report.html", "parts"))
"""What a build may have written: a new one replaces it all."""
_WORTH_PROCESSES = 60
"""Below this many notes, starting worker processes costs more than it saves."""


@no_collector()
def run_build(
    notes: Sequence[Source],
    out: Path,
    *,
    jobs: int = 0,
    lexicon: Sequence[Path] = (),
    corrections: Sequence[Path] = (),
    spacy: str = "",
    spacy_labels: Sequence[str] = (),
    note_url: str = "",
    base_iri: str = BASE_IRI,
    remember: bool = False,
    memory: Memory | None = None,
    progress: Progress = lambda *_: None,
) -> Build:
    """Build the graph of some notes and write every file of the contract; raises KgError on bad settings.

    `note_url` is put before a note's path where the explorer links to it; empty for no links. `base_iri` begins the IRIs
    of entities, notes and claims. With `remember`, notes that have not changed since the last build are not read again;
    `memory` is for a process that builds more than once.
    """
    settings = check_settings(notes, out, spacy=spacy, spacy_labels=spacy_labels, note_url=note_url, base_iri=base_iri)
    seen = fingerprint(notes, lexicon=lexicon, corrections=corrections, settings=settings)
    wanted = Wanted(tuple(lexicon), spacy, tuple(spacy_labels))

    def made(cache: Cache) -> Build:
        build = build_graph(
            notes,
            jobs=jobs,
            lexicon=lexicon,
            corrections=corrections,
            spacy=spacy,
            spacy_labels=spacy_labels,
            cache=cache,
            progress=progress,
        )
        build = replace(build, base=base_iri)
        with replaced_folder(out, OURS) as folder:
            earlier = _earlier(out, cache) if remember else None
            stamps = _stamps(out)
            marks = write_outputs(
                build, folder, progress, note_url=note_url, jobs=jobs or os.cpu_count() or 1, earlier=earlier
            )
            if earlier is not None and earlier.folder is not None and stamps != _stamps(out):
                raise SettingsError(f"another build wrote to {out} meanwhile", "Build again")
            again = fingerprint(notes, lexicon=lexicon, corrections=corrections, settings=settings)
            value = seen if is_settled(build, seen, again) else ""
            write_fingerprint(folder, value, build)
        cache.keep("wrote", b"", (value, _stamps(out), marks))
        cache.finish()
        return build

    try:
        with opened_cache(out, wanted, memory) if remember else nullcontext(Cache()) as cache:
            return made(cache)
    except BrokenCacheError:
        cache.drop()
    return made(Cache())


def check_settings(
    notes: Sequence[Source], out: Path, *, spacy: str, spacy_labels: Sequence[str], note_url: str, base_iri: str
) -> dict[str, object]:
    """What decides what is written, beside notes, lexicon and corrections; raises SettingsError for what cannot be."""
    if not re.fullmatch(r"https?://[A-Za-z0-9._~:@!$&'()*+,;=%-]+(?:/[A-Za-z0-9._~:@!$&'()*+,;=%-]*)*/", base_iri):
        raise SettingsError(
            f"--base-iri {base_iri} cannot begin addresses", "Give one that ends in /, e.g. https://example.org/kg/"
        )
    if re.match(r"[a-z][a-z0-9+.-]+:/", str(out)):
        raise SettingsError(
            f"--out {out} is no folder of this computer", "Give a path, and copy the outputs afterwards"
        )
    _check_out(notes, out)
    if note_url and re.match(r"(?!https?://)(?:[a-z][a-z0-9+.-]*:|//)", note_url, re.IGNORECASE):
        raise SettingsError(
            f"--note-url {note_url} is no web address", "Give https://... or a relative path, e.g. ../notes/"
        )
    return {"spacy": spacy, "spacy_labels": list(spacy_labels), "note_url": note_url, "base_iri": base_iri}


@no_collector()
def build_graph(
    notes: Sequence[Source],
    *,
    jobs: int = 0,
    lexicon: Sequence[Path] = (),
    corrections: Sequence[Path] = (),
    spacy: str = "",
    spacy_labels: Sequence[str] = (),
    cache: Cache | None = None,
    progress: Progress = lambda *_: None,
) -> Build:
    """Read, extract, link and relate; nothing is written. `spacy` is a pipeline's package or folder, or empty."""
    if jobs < 0:
        raise SettingsError(f"--jobs {jobs} makes no sense", "Give the number of processes, or 0 for one per core")
    files, problems = find_notes(notes)
    by_hand, unread = read_corrections(find_corrections(notes, corrections))
    wanted, cache = Wanted(tuple(lexicon), spacy, tuple(spacy_labels)), cache or Cache()
    known = prepare(wanted)
    with _workers(jobs or os.cpu_count() or 1, len(files), wanted) as run:
        read, bad, counts = read_all(files, cache, run, progress)
        documents = [note.document for note in read]
        names = known_names(name_votes(counts, known.lexicon))
        told = told_names(by_hand, known.lexicon, ((note.document, note.reading.candidates) for note in read))
        extractions = extract_all(read, names, told, cache, run, progress)
        progress("Linking", 0, 1)
        uses = united_names([uses_in(extraction) for extraction in extractions])
        entities, linked, decisions = link(uses, known.lexicon, cache.linking)
        resolutions = resolve(chain.from_iterable(item.mentions for item in extractions), linked)
        corrected = correct(entities, resolutions, by_hand, [document.id for document in documents])
        by_id = {entity.id: entity for entity in corrected.entities}
        progress("Linking", 1, 1)
        pages = pages_of(documents, [item.citations for item in extractions], by_id, corrected.resolutions)
        statements = chain.from_iterable(relate_all(read, pages, by_id, cache, run, progress))
        kept, unsaid = reject_claims(statements, by_hand, corrected, known.ontology)
        claims = merge(kept, known.ontology)
    ordered = in_order((*problems, *unread, *bad, *corrected.problems, *unsaid))
    merges = merge_log(decisions, corrected.entities, standing(corrected.resolutions))
    return Build(tuple(documents), corrected.entities, corrected.resolutions, claims, ordered, merges)


def _earlier(out: Path, cache: Cache) -> Earlier:
    """What the last build into a folder wrote, if it is still there as it was."""
    nothing: tuple[str, list[tuple[int, int]], dict[str, str]] = "", [], {}
    wrote, stamps, marks = cache.last("wrote", nothing)
    return Earlier(out if marks and fingerprint_of(out) == wrote and stamps == _stamps(out) else None, marks)


def _stamps(out: Path) -> list[tuple[int, int]]:
    """Sizes and times of the files that may be used again: what somebody else has written is not."""
    files = [out / name for name in REUSED]
    # Who reads a store writes a log and takes a lock.
    files += [file for file in sorted((out / "store").glob("*")) if file.name != "LOCK" and file.name[:3] != "LOG"]
    found = [file.stat() for file in files if file.exists()]
    return [(item.st_size, item.st_mtime_ns) for item in found]


def _check_out(notes: Sequence[Source], out: Path) -> None:
    target = out.resolve()
    theirs = [name for name in sorted(OURS) if (target / name).exists()]
    if theirs and not (target / SUMMARY).exists():
        raise SettingsError(
            f"--out {out} has a {theirs[0]} that no build wrote", "Give another folder, or move it away"
        )
    for path in notes:
        if isinstance(path, RemotePath):
            continue
        source = path.resolve()
        if source == target or target in source.parents:
            raise SettingsError(f"--out {out} would replace the notes in {path}", "Give a folder outside the notes")


def _start_worker(wanted: Wanted) -> None:
    gc.disable()
    prepare(wanted)


@contextmanager
def _workers(jobs: int, notes: int, wanted: Wanted) -> Iterator[Run[Any]]:
    """A `map` over worker processes, or over this one where that is faster; results keep the order of the tasks."""
    if jobs == 1 or notes < _WORTH_PROCESSES:
        yield map
        return
    if FORKS:
        yield partial(_map_forked, jobs)
        return
    with ProcessPoolExecutor(jobs, get_context("spawn"), _start_worker, (wanted,)) as pool:
        yield lambda function, tasks: pool.map(function, tasks, chunksize=_chunk(jobs, tasks))


def _chunk(jobs: int, tasks: Sequence[Any]) -> int:
    return max(1, min(16, len(tasks) // (4 * jobs)))


_shared: tuple[Callable[[Any], Any], Sequence[Any]] | None = None


def _map_forked(jobs: int, function: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[Any]:
    global _shared
    if len(tasks) < 2:
        yield from map(function, tasks)
        return
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
