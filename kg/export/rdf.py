"""graph.nq, the source of truth, in the other syntaxes of RDF: every term as it was written, in a stable order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from kg.errors import GraphError, build_hint
from kg.export.xml import attribute, content
from kg.graph.terms import RDF, read_literal, read_quads

__all__ = ["RDF_FORMATS", "write_rdf"]

_BATCH = 500_000
"""Triples sorted in memory at a time; more wait in temporary files and are merged."""
_NAME = re.compile(r"(.*[/#])([A-Za-z_][A-Za-z0-9_.-]*)")


def write_rdf(source: Path, target: Path, form: str) -> None:
    """Write graph.nq as ntriples, trig or rdfxml; the first and the last unite the graphs. Raises GraphError."""
    try:
        with (
            source.open(encoding="utf-8", newline="\n") as lines,
            target.open("w", encoding="utf-8", newline="\n") as out,
        ):
            RDF_FORMATS[form](lines, out)
    except FileNotFoundError as error:
        raise GraphError(f"{source.parent}: no {source.name}", build_hint(source.parent)) from error
    except ValueError as error:
        raise GraphError(f"{source}: {error}", build_hint(source.parent)) from error


def _ntriples(lines: Iterable[str], out: TextIO) -> None:
    with _united(lines) as triples:
        out.writelines(triples)


def _trig(lines: Iterable[str], out: TextIO) -> None:
    """Each graph in a block of its own, in the order of graph.nq: the default one first."""
    for graph, of_graph in groupby(read_quads(lines), key=itemgetter(3)):
        out.write(f"{graph} {{\n" if graph else "{\n")
        out.writelines(f"  {subject} {predicate} {thing} .\n" for subject, predicate, thing, _ in of_graph)
        out.write("}\n")


@contextmanager
def _united(lines: Iterable[str]) -> Iterator[Iterator[str]]:
    """The triples of all graphs as sorted lines of N-Triples, each once, while the block runs."""
    triples = (f"{subject} {predicate} {thing} .\n" for subject, predicate, thing, _ in read_quads(lines))
    with TemporaryDirectory() as folder, ExitStack() as stack:
        runs: list[Iterable[str]] = []
        while batch := sorted(set(islice(triples, _BATCH))):
            path = Path(folder) / str(len(runs))
            with path.open("w", encoding="utf-8", newline="\n") as run:
                run.writelines(batch)
            runs.append(stack.enter_context(path.open(encoding="utf-8", newline="\n")))
        yield (line for line, _ in groupby(merge(*runs)))


def _rdfxml(lines: Iterable[str], out: TextIO) -> None:
    """One description for each subject; characters that XML cannot carry become U+FFFD."""
    prefixes: dict[str, str] = {RDF: "rdf"}
    out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF xmlns:rdf="{RDF}">\n')
    with _united(lines) as triples:
        for subject, of_subject in groupby(read_quads(triples), key=itemgetter(0)):
            out.write(f"  <rdf:Description rdf:about={attribute(subject[1:-1])}>\n")
            for _, predicate, thing, _ in of_subject:
                match = _NAME.fullmatch(predicate[1:-1])
                if match is None:
                    raise ValueError(f"{predicate} has no name in XML")
                prefix = prefixes.setdefault(match[1], f"n{len(prefixes)}")
                declared = f" xmlns:{prefix}={attribute(match[1])}" if prefix != "rdf" else ""
                name = f"{prefix}:{match[2]}"
                out.write(f"    <{name}{declared}{_object(thing, name)}\n")
            out.write("  </rdf:Description>\n")
    out.write("</rdf:RDF>\n")


def _object(term: str, name: str) -> str:
    """What stands after the name of a property element."""
    if term.startswith("<"):
        return f" rdf:resource={attribute(term[1:-1])}/>"
    text, language, datatype = read_literal(term)
    kind = (
        f" xml:lang={attribute(language)}" if language else f" rdf:datatype={attribute(datatype)}" if datatype else ""
    )
    return f"{kind}>{content(text)}</{name}>"


RDF_FORMATS: Mapping[str, Callable[[Iterable[str], TextIO], None]] = {
    "ntriples": _ntriples,
    "trig": _trig,
    "rdfxml": _rdfxml,
}
"""Names of the syntaxes with what writes them."""
