"""The same build on a cluster of machines, by dask.distributed: parts of the notes go to workers, names and claims are shuffled.

This process plans and collects. The result is the local build's, row for row; beside it stand the parts, as Parquet
and N-Quads, and where the whole would be too much, they alone.
"""

from __future__ import annotations

import logging
import os
import shutil
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.corrections import find_corrections, read_corrections
from kg.errors import KgError, SettingsError
from kg.explore.graph import read_rows
from kg.export import COLUMNS, fill_index, to_parquet
from kg.graph import default_graph
from kg.lexicon import lexicon_dir
from kg.model import BASE_IRI
from kg.notes import NoteFile, find_notes
from kg.remote import RemotePath, Source
from pipelines.atomic import replaced_folder
from pipelines.build import OURS, check_settings
from pipelines.home import shared_version
from pipelines.incremental import Progress
from pipelines.memory import available_memory
from pipelines.outputs import (
    counts_json,
    fingerprint,
    is_settled,
    summary_json,
    write_fingerprint,
    write_summary,
)
from pipelines.packed import unpack
from pipelines.parts import relations_range, tables_part
from pipelines.shares import Shares
from pipelines.stages import Wanted, no_collector, prepare
from pipelines.workers import Workers
from pipelines.write import write_outputs

if TYPE_CHECKING:
    from distributed import Client, Future

__all__ = ["connected", "run_cluster"]

WHOLE = 20_000
"""Notes up to which the parts are also put together: some 1 MB of memory a note, here."""
INDEXED = 100_000
"""Notes up to which there is an index of the parts: some 30 KB of memory a note, here."""
PARTS = "parts"
_PATIENCE = 60
"""Seconds that workers have to come."""
_SAME = "Install the same one everywhere: pip install -e '.[cluster]' in the folder of Zhitu"
_SHARED = "Give a folder that all machines share, or an fsspec URL such as s3://bucket/notes"
_ACCESS = "Each machine needs the driver (e.g. s3fs) and access of its own"
_HELD = "held"
"""Where values wait on disk, packed, that workers held."""
_PIECE = 1 << 20
"""Bytes of packed N-Quads that are unpacked at a time."""
_MEMORY = {
    "distributed.worker.memory.target": 0.35,
    "distributed.worker.memory.spill": 0.45,
    "distributed.worker.memory.pause": 0.9,
}
"""Shares of a worker's memory from which it writes what it holds to disk - a task may take some 400 MB besides - and takes no new task.

A process does not give back all that a task took: one that stops early stands still for the rest of the build.
"""


@contextmanager
def connected(address: str, jobs: int, memory: str = "1.5GB") -> Iterator[Client]:
    """A client of a scheduler at an address, or of a cluster of this computer's own for `local`; SettingsError if there is none."""
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError:
        raise SettingsError(
            "--cluster needs dask.distributed", "In the folder of Zhitu: pip install -e '.[cluster]'"
        ) from None
    if address == "local":
        with (
            dask.config.set(_MEMORY),
            LocalCluster(
                n_workers=jobs or _as_many(memory), threads_per_worker=1, processes=True, memory_limit=memory,
                dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL,
            ) as cluster,
            Client(cluster) as client,
        ):  # fmt: skip
            yield client
        return
    try:
        client = Client(address, timeout="10s")
    except (OSError, TimeoutError, ValueError) as error:
        raise SettingsError(
            f"--cluster {address}: no scheduler answers", "Start one (dask scheduler), or give `local`"
        ) from error
    with client:
        yield client


def _as_many(memory: str) -> int:
    """Workers that this computer has cores and memory for, one at least."""
    from dask.utils import parse_bytes

    room: int = available_memory() // parse_bytes(memory)
    return max(1, min(os.cpu_count() or 1, room))


@no_collector()
def run_cluster(
    notes: Sequence[Source],
    out: Path,
    *,
    address: str,
    jobs: int = 0,
    lexicon: Sequence[Path] = (),
    corrections: Sequence[Path] = (),
    spacy: str = "",
    spacy_labels: Sequence[str] = (),
    note_url: str = "",
    base_iri: str = BASE_IRI,
    whole: bool | None = None,
    memory: str = "1.5GB",
    progress: Progress = lambda *_: None,
) -> dict[str, Any]:
    """Build the graph of some notes on a cluster and write its parts, and with `whole` every file of the contract too.

    `address` is that of a Dask scheduler, or `local`; `whole` None leaves it to the number of notes. Gives counts and
    problems. Raises KgError on bad settings, and where workers cannot read the notes or run another version.
    """
    settings = check_settings(notes, out, spacy=spacy, spacy_labels=spacy_labels, note_url=note_url, base_iri=base_iri)
    files, problems = find_notes(notes)
    by_hand, unread = read_corrections(find_corrections(notes, corrections))
    whole = len(files) <= WHOLE if whole is None else whole
    seen = fingerprint(notes, lexicon=lexicon, corrections=corrections, settings=settings) if whole else ""
    # Workers stand in other folders than this process.
    files = tuple(replace(file, path=file.path.absolute()) if isinstance(file.path, Path) else file for file in files)
    lexicon = [path.absolute() for path in lexicon]
    spacy = str(Path(spacy).absolute()) if Path(spacy).is_dir() and spacy else spacy
    version = shared_version([*lexicon, lexicon_dir()])
    wanted = Wanted(tuple(lexicon), spacy, tuple(spacy_labels), version)
    with replaced_folder(out, OURS) as folder:
        with connected(address, jobs, memory) as client:
            _check_workers(client, address, files[0], wanted)
            workers = Workers(client, progress)
            shares = Shares(workers, files, wanted, by_hand, (*problems, *unread), logged=whole)
            rows = _write_parts(workers, shares, folder / PARTS, base_iri)
            build = shares.build(base_iri) if whole else None
            types = Counter() if whole else _write_entities(workers, shares, folder, base_iri)
        if build is None:
            _write_index(folder, base_iri, progress)
            said = ((p.severity, p.path, p.line, p.message, p.hint) for p in shares.problems)
            _write_rows(folder / PARTS, "problems", said)
            summary = counts_json(rows["documents"], types, shares.predicates, rows["links"], shares.problems)
            write_summary(folder, "", summary)
            return summary
        # The client is gone by now: processes that are forked would have its threads' locks.
        write_outputs(build, folder, progress, note_url=note_url, jobs=jobs or os.cpu_count() or 1)
        again = fingerprint(notes, lexicon=lexicon, corrections=corrections, settings=settings)
        write_fingerprint(folder, seen if is_settled(build, seen, again) else "", build)
        _write_whole(folder, ("entities", "merges", "problems"))
        return summary_json(build)


def _check_workers(client: Client, address: str, file: NoteFile, wanted: Wanted) -> None:
    """Raises SettingsError where there is no worker, or one would read something else than this process.

    One that comes later is looked at by `prepare`.
    """
    start = f"dask worker {address} --nworkers -1 --nthreads 1 --memory-limit 1.5GB"
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError as error:
        raise SettingsError(
            f"--cluster {address}: no worker came within {_PATIENCE} s", f"Start some: {start}"
        ) from error
    if (most := max(client.nthreads().values())) > 1:
        raise SettingsError(
            f"--cluster {address}: a worker runs {most} tasks at once, and has room for one", f"Start it so: {start}"
        )
    try:
        said = {"the scheduler": client.run_on_scheduler(_look)}
        said |= {
            f"worker {worker}": found for worker, found in client.run(_look, file, wanted, on_error="return").items()
        }
    except (ImportError, AttributeError) as error:
        raise SettingsError(f"--cluster {address} has no Zhitu, or another version of it ({error})", _SAME) from error
    for who, found in said.items():
        if isinstance(found, ImportError | AttributeError):
            raise SettingsError(f"{who} has no Zhitu, or another version of it ({found})", _SAME)
        if isinstance(found, KgError):
            raise SettingsError(f"{who}: {found.message}", found.hint)
        if found is not None:
            raise found


def _look(file: NoteFile | None = None, wanted: Wanted | None = None) -> None:
    """Raises KgError where a process could not do its part."""
    if wanted is not None:
        # Parts are written with it, and that would show only at the end.
        import pyarrow  # noqa: F401

        for path in wanted.lexicon:
            if not path.exists():
                raise SettingsError(f"cannot read {path}", _SHARED)
        prepare(wanted)
    if file is not None:
        try:
            file.read()
        except OSError as error:
            hint = _ACCESS if isinstance(file.path, RemotePath) else _SHARED
            raise SettingsError(f"cannot read {file.path}: {error.strerror or error}", hint) from error


def _write_parts(workers: Workers, shares: Shares, folder: Path, base: str) -> Counter[str]:
    """Files by part, one folder for each table and one for the graph; gives the number of rows of some tables.

    The parts of the graph, one after the other, are graph.nq.
    """
    writing: dict[Future, Callable[[Any], Counter[str] | None]] = {}
    for number, pair in enumerate(zip(shares.documents, shares.resolutions, strict=True)):
        writing[workers.submit(tables_part, *pair)] = partial(_write_tables, folder, number)
    for number, claims in enumerate(shares.claims):
        writing[workers.submit(relations_range, claims)] = partial(_write_part, folder, "relations", number)
    for number, graph in enumerate(shares.graphs(base)):
        writing[graph] = partial(_write_graph, folder, number, base)
    rows = Counter[str]()
    # A worker need not keep what is written.
    for future in workers.as_done("Writing parts", writing):
        rows += writing.pop(future)(workers.result(future)) or Counter()
    return rows


def _write_tables(folder: Path, number: int, tables: Mapping[str, tuple[int, bytes]]) -> Counter[str]:
    for name, (_, data) in tables.items():
        _write_part(folder, name, number, data)
    return Counter({name: count for name, (count, _) in tables.items()})


def _write_graph(folder: Path, number: int, base: str, packed: bytes) -> None:
    (folder / "graph").mkdir(parents=True, exist_ok=True)
    unpacker = zlib.decompressobj()
    with (folder / "graph" / f"part-{number:05}.nq").open("wb") as out:
        if number == 0:
            out.write(default_graph(base).encode())
        for start in range(0, len(packed), _PIECE):
            out.write(unpacker.decompress(packed[start : start + _PIECE]))
        out.write(unpacker.flush())


def _write_entities(workers: Workers, shares: Shares, folder: Path, base: str) -> Counter[str]:
    """Files by range, and on disk what the index is made of; gives how many entities have each type."""
    ranges = shares.entities(base)
    counts, tables, rows = workers.split(ranges, 3)
    workers.done("Writing entities", ranges)
    types: Counter[str] = Counter()
    for number, (counted, data) in enumerate(zip(counts, tables, strict=True)):
        types += workers.result(counted)
        _write_part(folder / PARTS, "entities", number, workers.result(data))
    if len(shares.files) <= INDEXED:
        held = {"rows": rows, "documents": shares.documents, "claims": shares.claims}
        for name, futures in held.items():
            (folder / _HELD / name).mkdir(parents=True)
            for number, future in enumerate(futures):
                (folder / _HELD / name / f"{number:05}").write_bytes(workers.result(future))
    return types


def _write_index(folder: Path, base: str, progress: Progress) -> None:
    """The index to search and find paths by. The workers are gone by now: it takes much memory, and theirs is needed."""

    def held(name: str) -> Iterator[Any]:
        return chain.from_iterable(unpack(file.read_bytes()) for file in sorted((folder / _HELD / name).iterdir()))

    if (folder / _HELD).exists():
        progress("Writing index.db", 0, 1)
        fill_index(folder, base, lambda: held("rows"), held("documents"), held("claims"))
        shutil.rmtree(folder / _HELD)
        progress("Writing index.db", 1, 1)


def _write_part(folder: Path, table: str, number: int, data: bytes) -> None:
    (folder / table).mkdir(parents=True, exist_ok=True)
    (folder / table / f"part-{number:05}.parquet").write_bytes(data)


def _write_rows(folder: Path, table: str, rows: Iterable[Sequence[object]]) -> None:
    _write_part(folder, table, 0, to_parquet(table, rows))


def _write_whole(folder: Path, tables: Sequence[str]) -> None:
    """Tables that are of no part, as Parquet too."""
    for table in tables:
        _write_rows(folder / PARTS, table, (row for _, row in read_rows(folder, f"{table}.csv", COLUMNS[table])))
