"""The command `kg`: the only module that prints; every heavy import waits inside its command."""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from kg import __version__
from kg.errors import KgError, SettingsError, build_hint
from kg.identity import BASE_IRI
from kg.remote import Source, source_of

if TYPE_CHECKING:
    from rich.console import Console

    from pipelines.cache import Memory

__all__ = ["app", "main"]


class _Group(TyperGroup):
    """Turns errors raised on purpose into one line and exit code 2, wherever they come from."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KgError as error:
            _complain(error.message, error.hint)
        except BrokenPipeError:
            raise
        except OSError as error:
            _complain_of_system(error)
        raise typer.Exit(2)


class QueryFormat(StrEnum):
    """Formats of `kg query`."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    TSV = "tsv"
    XML = "xml"
    TURTLE = "turtle"
    NTRIPLES = "ntriples"
    NQUADS = "nquads"
    TRIG = "trig"
    JSONLD = "jsonld"
    RDFXML = "rdfxml"


class ExportFormat(StrEnum):
    """Formats of `kg export`."""

    GEXF = "gexf"
    GRAPHML = "graphml"
    PYVIS = "pyvis"
    TURTLE = "turtle"
    JSONLD = "jsonld"
    NQUADS = "nquads"
    NTRIPLES = "ntriples"
    TRIG = "trig"
    RDFXML = "rdfxml"
    CSV = "csv"


_FILES = {
    ExportFormat.GEXF: "graph.gexf",
    ExportFormat.GRAPHML: "graph.graphml",
    ExportFormat.TURTLE: "graph.ttl",
    ExportFormat.JSONLD: "graph.jsonld",
    ExportFormat.NQUADS: "graph.nq",
}

app = typer.Typer(
    name="kg",
    cls=_Group,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Zhitu (知图): build a knowledge graph from notes and ask it questions; every answer shows its note and line.",
    epilog="Start here: [bold]kg build NOTES[/], then [bold]kg serve[/] and a browser, or [bold]kg search NAME[/] and [bold]kg path NAME NAME[/].",
)

GraphOption = Annotated[Path, typer.Option("--graph", "--out", help="Output folder of a build.", show_default=True)]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
_OUTPUTS = Path("outputs")


def main() -> None:
    """Entry point of the command `kg`."""
    for stream in (sys.stdout, sys.stderr):
        # Names may be in any script; a terminal that lacks one shows escapes instead of failing.
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    try:
        app(prog_name="kg")
    except SystemExit as ending:
        _leave(ending)


def _leave(ending: SystemExit) -> NoReturn:
    """End at once: to take a graph apart object by object takes longer than to answer a question of it."""
    if threading.active_count() > 1 or not isinstance(ending.code, int | None):
        raise ending
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        # What was said did not arrive; Python tells of it.
        raise ending from None
    os._exit(ending.code or 0)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kg (zhitu) {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    return


@app.command(epilog="Example: [bold]kg build notes/ --out outputs[/]")
def build(
    notes: Annotated[
        list[str],
        typer.Argument(help="Folders, files or zip archives of notes, or fsspec URLs (s3://...).", metavar="NOTES"),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out", help="Folder for the outputs; those of an earlier build go when all went well, no other file."
        ),
    ] = (_OUTPUTS),
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs", min=0, help="Processes, or workers of --cluster local (1.5 GB each); 0 takes one for each core."
        ),
    ] = 0,
    lexicon: Annotated[
        list[Path] | None, typer.Option("--lexicon", help="More known names (CSV, or SKOS in .ttl); repeatable.")
    ] = None,
    corrections: Annotated[
        list[Path] | None,
        typer.Option("--corrections", help="Your corrections (YAML) beside kg.corrections.yaml in NOTES; repeatable."),
    ] = None,
    spacy: Annotated[
        str,
        typer.Option("--spacy", metavar="PIPELINE", help="A spaCy pipeline that finds more names: package or folder."),
    ] = "",
    spacy_labels: Annotated[
        list[str] | None,
        typer.Option("--spacy-labels", metavar="FROM=TO", help="Its label and our type: GPE=Institution; repeatable."),
    ] = None,
    note_url: Annotated[
        str,
        typer.Option(
            "--note-url",
            metavar="PREFIX",
            help="Put before a note's path to link to it: https://..., or ../notes/ for a page opened from disk.",
        ),
    ] = "",
    base_iri: Annotated[
        str,
        typer.Option("--base-iri", metavar="URL", help="Where you publish: the addresses of things begin with it."),
    ] = BASE_IRI,
    cluster: Annotated[
        str,
        typer.Option(
            "--cluster",
            metavar="ADDRESS",
            help="Build on a Dask cluster: its scheduler's address, or local for one here.",
        ),
    ] = "",
    whole: Annotated[
        bool | None,
        typer.Option(
            "--whole/--parts-only",
            help="With --cluster: put the parts together too, or never; else up to 20,000 notes.",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Build everything anew, even what has not changed since the last build.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Build again whenever notes change, until Ctrl-C.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing when all went well.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Read notes and write the knowledge graph."""
    from pipelines.outputs import fingerprint, fingerprint_of, problem_lines, read_summary

    if whole is not None and not cluster:
        raise SettingsError("--whole and --parts-only say nothing without a cluster", "Give one with --cluster")
    sources = [source_of(path) for path in notes]
    more = {"lexicon": tuple(lexicon or ()), "corrections": tuple(corrections or ())}
    settings: dict[str, Any] = {
        "spacy": spacy,
        "spacy_labels": list(spacy_labels or ()),
        "note_url": note_url,
        "base_iri": base_iri,
    }

    # Who ends a job by SIGTERM wants nothing left behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # What a build makes is in no cycle, and there is much to be searched for one.
    gc.disable()

    def once() -> None:
        # What a cluster is to build has parts besides. To read all notes may take long where they are far away.
        written = "" if force or (cluster and not (out / "parts").is_dir()) else fingerprint_of(out)
        if written and written == fingerprint(sources, **more, settings=settings):
            summary = read_summary(out)
            if as_json:
                _print_json(summary)
            elif not quiet:
                lines = [f"  {line}" for line in problem_lines(summary, str(out))]
                typer.echo("\n".join([*lines, f"nothing has changed since {out} was built (--force builds it anyway)"]))
            return
        how = {"address": cluster, "whole": whole} if cluster else {"remember": not force, "memory": memory}
        _build_once(sources, out, jobs, {**more, **settings, **how}, quiet=quiet, as_json=as_json)

    saved: Iterator[None] = iter(())
    memory: Memory | None = None
    if watch:
        from pipelines.cache import Memory
        from pipelines.watch import changes

        memory = Memory()

        # Before the first build: what is saved while it runs counts too.
        saved = changes(sources, [*more["lexicon"], *more["corrections"]])
    once()
    if watch:
        with contextlib.suppress(KeyboardInterrupt):
            if not quiet:
                typer.echo("watching the notes; Ctrl-C stops", err=True)
            for _ in saved:
                try:
                    once()
                except KgError as error:
                    _complain(error.message, error.hint)
                except OSError as error:
                    _complain_of_system(error)
                gc.collect()


def _build_once(notes: list[Source], out: Path, jobs: int, more: dict[str, Any], *, quiet: bool, as_json: bool) -> None:
    try:
        with _progress(hidden=quiet) as report:
            if "address" in more:
                from pipelines.cluster import run_cluster

                summary = run_cluster(notes, out, jobs=jobs, **more, progress=report)
            else:
                from pipelines.build import run_build
                from pipelines.memory import warn_of
                from pipelines.outputs import summary_json

                report = report if quiet else warn_of(report, _complain)
                summary = summary_json(run_build(notes, out, jobs=jobs or os.cpu_count() or 1, **more, progress=report))
    except KeyboardInterrupt:
        _complain("stopped", f"what was in {out} is untouched")
        raise typer.Exit(130) from None
    from pipelines.show import show_summary

    if as_json:
        _print_json(summary)
    elif not quiet:
        _console().print(show_summary(summary, str(out)))


@app.command(
    epilog="Examples: [bold]kg serve outputs --port 8000[/], [bold]kg serve outputs --sparql-endpoint http://127.0.0.1:3030/notes/query[/]"
)
def serve(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Output folder of a build.")] = _OUTPUTS,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
    timeout: Annotated[
        float, typer.Option("--timeout", min=0.1, max=3600, help="Seconds that a query may take, waiting included.")
    ] = 5.0,
    max_bytes: Annotated[int, typer.Option("--max-bytes", min=1000, help="Bytes of an answer at most.")] = 64 * 2**20,
    workers: Annotated[
        int,
        typer.Option("--workers", min=0, max=256, help="Processes that run queries; 0 takes one a core, 4 at least."),
    ] = 0,
    per_client: Annotated[
        int, typer.Option("--per-client", min=1, help="Requests at once from one address; more get 429.")
    ] = 32,
    waiting: Annotated[
        int, typer.Option("--waiting", min=1, help="Queries that may wait for a process; more get 503.")
    ] = 64,
    cors: Annotated[
        list[str] | None,
        typer.Option("--cors", metavar="ORIGIN", help="Let pages from there read answers; * for all. Repeatable."),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option("--allow-host", metavar="NAME", help="Another name of this server, behind a proxy. Repeatable."),
    ] = None,
    sparql_endpoint: Annotated[
        str,
        typer.Option("--sparql-endpoint", metavar="URL", help="Ask this SPARQL server (Fuseki, QLever) instead."),
    ] = "",
) -> None:
    """Serve the explorer, linked data, search and a read-only SPARQL endpoint on this computer."""
    from pipelines.serve import bind, create_app, run_server

    application = create_app(
        folder,
        timeout=timeout,
        host=host,
        workers=workers,
        max_bytes=max_bytes,
        per_client=per_client,
        waiting=waiting,
        cors=tuple(cors or ()),
        hosts=tuple(allow_host or ()),
        sparql_endpoint=sparql_endpoint,
    )
    listener = bind(host, port)
    shown = f"[{host}]" if ":" in host else host
    base = f"http://{shown}:{listener.getsockname()[1]}"
    typer.echo(
        f"explorer  {base}/\nSPARQL    {base}/sparql\nsearch    {base}/search?q=\n"
        f"downloads {base}/outputs/graph.ttl\nCtrl-C stops"
    )
    with contextlib.suppress(KeyboardInterrupt):
        run_server(application, listener, grace=timeout)


@app.command(epilog="Examples: [bold]kg search resnet[/], [bold]kg search '循环神经网络和常微分方程有什么关系'[/]")
def search(
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help="A name, a part of one, or a question, in Chinese or English.")
    ],
    limit: Annotated[int, typer.Option("--limit", min=1, help="Matches to show.")] = 10,
    graph: GraphOption = _OUTPUTS,
    as_json: JsonOption = False,
) -> None:
    """Find entities by name, part of a name, misspelt name or question."""
    from kg.explore.indexed import open_graph
    from kg.explore.search import search as find
    from pipelines.show import matches_json, show_matches

    read = open_graph(graph)
    matches = find(read, text, limit)
    if as_json:
        _print_json(matches_json(read, matches))
    elif matches:
        _console().print(show_matches(read, matches))
    else:
        typer.echo(f"nothing fits {text!r}: try a part of the name, or the other language")


@app.command(epilog="Example: [bold]kg topic 残差网络[/]")
def topic(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name or id of an entity.")],
    graph: GraphOption = _OUTPUTS,
    as_json: JsonOption = False,
) -> None:
    """Show all that the notes say about one thing: definition, statements, related things, articles, notes, years."""
    from kg.explore.graph import read_graph
    from kg.explore.search import find_entity
    from kg.explore.topic import topic_card
    from pipelines.show import card_json, show_card

    read = read_graph(graph)
    card = topic_card(read, find_entity(read, name).id)
    if as_json:
        _print_json(card_json(read, card))
    else:
        _console().print(show_card(read, card))


@app.command(epilog="Example: [bold]kg explain ResNet[/]")
def explain(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name or id of an entity.")],
    graph: GraphOption = _OUTPUTS,
    as_json: JsonOption = False,
) -> None:
    """Show why an entity exists: its spellings and mentions, who found them, what was merged into it, its rivals."""
    from kg.explore.graph import read_graph
    from kg.explore.search import find_entity
    from pipelines.explain import explain_entity, explanation_json, show_explanation

    read = read_graph(graph)
    explained = explain_entity(read, find_entity(read, name).id, graph)
    if as_json:
        _print_json(explanation_json(read, explained))
    else:
        _console().print(show_explanation(read, explained))


@app.command(epilog="Examples: [bold]kg path RNN ODE[/], [bold]kg path RNN 常微分方程 ResNet --top 5[/]")
def path(
    names: Annotated[list[str], typer.Argument(metavar="NAME", help="Two ends, with waypoints between them.")],
    top: Annotated[int, typer.Option("--top", min=1, max=50, help="Paths to show.")] = 3,
    graph: GraphOption = _OUTPUTS,
    as_json: JsonOption = False,
) -> None:
    """Explain how things are tied: the best paths, each hop with the sentence that says so."""
    from kg.explore.indexed import open_graph
    from kg.explore.paths import find_paths
    from kg.explore.search import find_entity
    from pipelines.show import path_json, show_path

    if len(names) < 2:
        raise SettingsError("a path needs two ends", "e.g. kg path RNN ODE")
    read = open_graph(graph)
    paths = find_paths(read, [find_entity(read, name).id for name in names], top)
    if as_json:
        _print_json([path_json(read, found) for found in paths])
    elif not paths:
        typer.echo(f"no path: nothing in the notes ties {' and '.join(names)}")
    else:
        console = _console()
        for number, found in enumerate(paths, start=1):
            console.print(show_path(read, found, number))


@app.command(epilog="Example: [bold]kg verify outputs --notes ~/vault[/]")
def verify(
    notes: Annotated[
        list[str],
        typer.Option("--notes", metavar="NOTES", help="The folders or files that were built; repeatable."),
    ],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Output folder of a build.")] = _OUTPUTS,
    as_json: JsonOption = False,
) -> None:
    """Look up every mention and every quote in the notes; exit code 1 if one is not there or a note has changed."""
    from pipelines.verify import show_verification, verification_json
    from pipelines.verify import verify as look_up

    with _progress(hidden=as_json) as report:
        found = look_up(folder, [source_of(path) for path in notes], report)
    if as_json:
        _print_json(verification_json(found))
    else:
        _console().print(show_verification(found))
    if not found.passed:
        raise typer.Exit(1)


@app.command(epilog="Examples: [bold]kg report outputs[/], [bold]kg report outputs --html report.html[/]")
def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Output folder of a build.")] = _OUTPUTS,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html", metavar="FILE", help="Write the whole report as one page.", show_default="DIR/report.html"
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say how good the graph is: counts, coverage of notes, orphans, conflicts, doubtful claims, merges."""
    from pipelines.report import make_report
    from pipelines.report_page import report_page, show_report

    made = make_report(folder)
    if as_json:
        _print_json(made.to_json())
    else:
        _console().print(show_report(made))
    if html is not None or not as_json:
        page = html or folder / "report.html"
        page.write_text(report_page(made), encoding="utf-8")
        if not as_json:
            typer.echo(f"written to {page}")


@app.command(epilog="Example: [bold]kg query 'SELECT ?s ?o { ?s kg:variantOf ?o } LIMIT 5'[/]")
def query(
    sparql: Annotated[str | None, typer.Argument(metavar="SPARQL", help="SELECT, ASK, CONSTRUCT or DESCRIBE.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="Read the query from a file; - for standard input.")
    ] = None,
    format_: Annotated[QueryFormat, typer.Option("--format", help="Format of the answer.")] = QueryFormat.TABLE,
    timeout: Annotated[float, typer.Option("--timeout", min=0.1, max=3600, help="Seconds that it may take.")] = 60.0,
    graph: GraphOption = _OUTPUTS,
) -> None:
    """Ask the graph in SPARQL 1.1; kg:, id:, rdfs:, skos: and other usual prefixes are known."""
    from kg.text import plain
    from pipelines.show import show_answer
    from pipelines.sparql.pool import ask_once

    text = _query_text(sparql, file)
    wanted = format_.value
    answer, prefixes = ask_once(graph, text, timeout=timeout, form=None if format_ is QueryFormat.TABLE else wanted)
    if format_ is not QueryFormat.TABLE:
        _write(answer.body)
    elif answer.kind == "triples":
        typer.echo(plain(answer.body.decode()), nl=False)
    else:
        show_answer(_console(), answer.kind, answer.body, prefixes)


@app.command(
    epilog="Examples: [bold]kg export turtle --to graph.ttl[/], [bold]kg export pyvis --around ResNet --depth 2[/], [bold]kg export gexf --filter type=Model,Topic --min-degree 2 --to part.gexf[/]"
)
def export(
    format_: Annotated[ExportFormat, typer.Argument(metavar="FORMAT", help=", ".join(ExportFormat))],
    graph: GraphOption = _OUTPUTS,
    to: Annotated[
        Path | None,
        typer.Option("--to", help="File (a folder for csv); else standard output, for pyvis a page in DIR."),
    ] = None,
    around: Annotated[str | None, typer.Option("--around", help="pyvis: the entity in the middle.")] = None,
    depth: Annotated[int, typer.Option("--depth", min=1, help="pyvis: hops from the middle.")] = 1,
    limit: Annotated[int, typer.Option("--limit", min=1, help="pyvis: nodes at most.")] = 100,
    filters: Annotated[
        list[str] | None,
        typer.Option(
            "--filter",
            metavar="KEY=VALUES",
            help="gexf, graphml: only what fits: type=Model,Topic, community=0, year=2015..2020 (of the reference, else of the first note), predicate=uses, relation=typed, confidence=0.8 (at least). Repeatable: all must hold.",
        ),
    ] = None,
    gzipped: Annotated[
        bool, typer.Option("--gzip", help="Pack it; done by itself where the file ends in .gz.")
    ] = False,
    min_degree: Annotated[
        int, typer.Option("--min-degree", min=0, help="gexf, graphml: only things with so many relations in the part.")
    ] = 0,
) -> None:
    """Give the graph away in another format."""
    from kg.explore.graph import TABLES, read_graph

    if format_ is ExportFormat.PYVIS:
        from kg.explore.search import find_entity
        from kg.export import write_pyvis

        if around is None:
            raise SettingsError("pyvis draws a neighbourhood and needs its middle", "e.g. --around ResNet")
        read = read_graph(graph)
        page = to or graph / "neighbourhood.html"
        drawn = write_pyvis(read.to_network(), page, around=find_entity(read, around).id, depth=depth, limit=limit)
        typer.echo(f"{drawn} things{', the best connected (--limit)' if drawn >= limit else ''}, written to {page}")
        return
    if format_ is ExportFormat.CSV:
        if to is None:
            raise SettingsError(f"csv is {len(TABLES) + 2} tables", "give a folder: --to FOLDER")
        read_graph(graph)
        to.mkdir(parents=True, exist_ok=True)
        for name in (*TABLES, "problems.csv", "merges.csv"):
            if (graph / name).is_file():
                _copy(graph / name, to / name)
        typer.echo(f"written to {to}")
        return
    if filters or min_degree:
        _export_part(format_, graph, to, filters or [], min_degree)
        return
    packed = gzipped or (to is not None and to.suffix == ".gz")
    if format_ in _FILES:
        source = graph / _FILES[format_]
        if not source.is_file():
            raise KgError(f"{graph}: no {source.name}", build_hint(graph))
        _give(source, to, packed=packed)
        return
    from kg.export import write_rdf

    with tempfile.TemporaryDirectory() as folder:
        write_rdf(graph / "graph.nq", Path(folder) / "graph", format_.value)
        _give(Path(folder) / "graph", to, packed=packed)


def _export_part(format_: ExportFormat, graph: Path, to: Path | None, filters: list[str], min_degree: int) -> None:
    from kg.export import read_part, write_gexf, write_graphml

    write = {ExportFormat.GEXF: write_gexf, ExportFormat.GRAPHML: write_graphml}.get(format_)
    if write is None:
        raise SettingsError(f"{format_} cannot be filtered", "gexf and graphml can; for RDF use kg query")
    part = read_part(graph, filters, min_degree)
    if to is not None:
        write(part, to)
    else:
        with tempfile.TemporaryDirectory() as folder:
            write(part, Path(folder) / "part")
            _write((Path(folder) / "part").read_bytes())
    typer.echo(f"{len(part)} things, {part.size()} relations" + (f", written to {to}" if to else ""), err=to is None)


def _give(source: Path, to: Path | None, *, packed: bool) -> None:
    """Copy a file to a path or to standard output, gzipped if wished: the same bytes for the same file."""
    import gzip

    if to is not None and not packed:
        _copy(source, to)
    else:
        if to is not None and to.exists() and source.samefile(to):
            raise SettingsError(f"{to} is the output itself", "give another path with --to")
        with contextlib.ExitStack() as stack:
            out: Any = stack.enter_context(to.open("wb")) if to else sys.stdout.buffer
            if packed:
                out = stack.enter_context(gzip.GzipFile("", "wb", fileobj=out, mtime=0))
            shutil.copyfileobj(stack.enter_context(source.open("rb")), out)
        sys.stdout.buffer.flush()
    if to is not None:
        typer.echo(f"written to {to}")


def _copy(source: Path, target: Path) -> None:
    if target.exists() and source.samefile(target):
        raise SettingsError(f"{target} is the output itself", "give another path with --to")
    shutil.copyfile(source, target)


def _query_text(sparql: str | None, file: Path | None) -> str:
    if (sparql is None) == (file is None):
        raise SettingsError("give one query", "e.g. kg query 'ASK { ?s ?p ?o }', or --file q.rq")
    if sparql is not None:
        return sparql
    try:
        return sys.stdin.read() if str(file) == "-" else Path(str(file)).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file} is not UTF-8", "save the query as UTF-8") from error


@contextlib.contextmanager
def _progress(*, hidden: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on stderr where that is a terminal, else nothing."""
    if hidden or not sys.stderr.isatty():
        yield lambda stage, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield report


def _console() -> Console:
    """A console that wraps only on a terminal, so that piped lines stay whole."""
    from rich.console import Console

    return Console(highlight=False, emoji=False, markup=False, width=None if sys.stdout.isatty() else 100_000)


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _write(body: bytes) -> None:
    sys.stdout.buffer.write(body if body.endswith(b"\n") else body + b"\n")
    sys.stdout.buffer.flush()


def _complain(message: str, hint: str) -> None:
    from kg.text import plain

    typer.echo(f"kg: {plain(message)}" + (f" ({plain(hint)})" if hint else ""), err=True)


def _complain_of_system(error: OSError) -> None:
    _complain(f"{error.filename or 'the system'}: {error.strerror or error}", "check the path and its permissions")


if __name__ == "__main__":
    main()
