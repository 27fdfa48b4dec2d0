"""The build, in straight lines: notes -> documents -> mentions -> entities -> claims -> outputs."""

from __future__ import annotations

import gc
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
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
from pipelines.cache import Cache, opened_cache
from pipelines.incremental import Progress, Run, extract_all, read_all, relate_all
from pipelines.outputs import CONTRACT, fingerprint, is_unchanged, write_fingerprint
from pipelines.stages import Wanted, in_order, no_collector, pages_of, prepare, uses_in

__all__ = ["OURS", "Progress", "build_graph", "check_settings", "run_build", "write_outputs"]

OURS = frozenset((*CONTRACT, "report.html", "parts"))
"""What a build may have written: a new one replaces it all."""
_WORTH_PROCESSES = 60
"""Below this many notes, starting worker processes costs more than it saves."""


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
    progress: Progress = lambda *_: None,
) -> Build:
    """Build the graph of some notes and write every file of the contract; raises KgError on bad settings.

    `note_url` is put before a note's path where the explorer links to it; empty for no links. `base_iri` begins the IRIs
    of entities, notes and claims. With `remember`, notes that have not changed since the last build are not read again.
    """
    settings = check_settings(notes, out, spacy=spacy, spacy_labels=spacy_labels, note_url=note_url, base_iri=base_iri)
    seen = fingerprint(notes, lexicon=lexicon, corrections=corrections, settings=settings)
    wanted = Wanted(tuple(lexicon), spacy, tuple(spacy_labels))
    with opened_cache(out, wanted) if remember else nullcontext(Cache()) as cache:
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
        wrote = cache.recall("wrote", [b""]).get(b"")
        before = out if wrote is not None and is_unchanged(out, wrote) else None
        with replaced_folder(out, OURS) as folder:
            write_outputs(build, folder, progress, note_url=note_url, jobs=jobs or os.cpu_count() or 1, before=before)
            write_fingerprint(folder, seen, build)
        cache.keep("wrote", b"", seen)
        cache.finish()
    return build


def check_settings(
    notes: Sequence[Source], out: Path, *, spacy: str, spacy_labels: Sequence[str], note_url: str, base_iri: str
) -> dict[str, object]:
    """What decides what is written, beside notes, lexicon and corrections; raises SettingsError for what cannot be."""
    if not re.fullmatch(r"https?://[A-Za-z0-9._~:@!$&'()*+,;=%-]+(?:/[A-Za-z0-9._~:@!$&'()*+,;=%-]*)*/", base_iri):
        raise SettingsError(
            f"--base-iri {base_iri} cannot begin addresses", "Give one that ends in /, e.g. https://example.org/kg/"
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
        entities, linked, decisions = link(uses, known.lexicon)
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


def write_outputs(
    build: Build,
    folder: Path,
    progress: Progress = lambda *_: None,
    *,
    note_url: str = "",
    jobs: int = 1,
    before: Path | None = None,
) -> None:
    """Write every file of the contract into a folder, with `jobs` processes where there is much to write.

    `before` are outputs that this code wrote with the same settings, of which what has not changed may be used again.
    """
    writing = _Writing(build, folder, note_url, before)
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
    note_url: str = ""
    before: Path | None = None
    """Outputs of the last build with the same code and settings, of which the store may be used again."""


_WRITERS = ("graph.nq", "graph.ttl", "store", "map", "graph.jsonld")
"""What can be written by itself, in an order that keeps processes busy; the store is made from the first two."""
_STORED = frozenset(("graph.nq", "graph.ttl"))
_WORTH_WRITERS = 2000
"""Claims below which one process is as fast."""
_writing: _Writing | None = None


def _write_side_by_side(writing: _Writing, jobs: int, progress: Progress) -> None:
    """The same in processes that are forked, so that the build need not be copied into them."""
    global _writing
    _writing = writing
    try:
        with ProcessPoolExecutor(min(jobs, len(_WRITERS)), get_context("fork")) as pool:
            todo, done = list(_WRITERS), set[str]()
            waiting: dict[Future[None], str] = {}
            while todo or waiting:
                # The store would only wait in a process for what it is made from.
                for name in [name for name in todo if name != "store" or done >= _STORED][: jobs - len(waiting)]:
                    todo.remove(name)
                    waiting[pool.submit(_write, name)] = name
                for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                    future.result()
                    done.add(waiting.pop(future))
                    progress("Writing outputs", len(done), len(_WRITERS))
    finally:
        _writing = None


@no_collector()
def _write(name: str, writing: _Writing | None = None) -> None:
    """One of `_WRITERS`; the map is all that shows it: tables (with communities and degrees), GEXF, GraphML, index, explorer."""
    from kg.export import write_explorer, write_gexf, write_graphml, write_index, write_tables
    from kg.graph import build_store, to_network, update_store, write_jsonld, write_nquads, write_turtle

    writing = writing or _writing
    assert writing is not None
    build, folder, quads = writing.build, writing.folder, writing.folder / "graph.nq"
    if name == "graph.nq":
        write_nquads(build, quads)
    elif name == "graph.ttl":
        write_turtle(build, folder / name)
    elif name == "graph.jsonld":
        write_jsonld(build, folder / name)
    elif name == "store":
        before = writing.before
        if before is None or not update_store(before / name, before / "graph.nq", quads, folder / name):
            build_store(quads, folder / "graph.ttl", folder / name)
    else:
        network = to_network(build)
        write_tables(build, network, folder)
        write_gexf(network, folder / "graph.gexf")
        write_graphml(network, folder / "graph.graphml")
        write_index(build, network, folder)
        write_explorer(build, network, folder / "index.html", note_url=writing.note_url)


def _check_out(notes: Sequence[Source], out: Path) -> None:
    target = out.resolve()
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
    if _FORKS:
        yield partial(_map_forked, jobs)
        return
    with ProcessPoolExecutor(jobs, get_context("spawn"), _start_worker, (wanted,)) as pool:
        yield lambda function, tasks: pool.map(function, tasks, chunksize=_chunk(jobs, tasks))


def _chunk(jobs: int, tasks: Sequence[Any]) -> int:
    return max(1, min(16, len(tasks) // (4 * jobs)))


_FORKS = sys.platform == "linux"
"""Whether processes may be forked: then they have what this one has read, and nothing need be copied into them."""
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
