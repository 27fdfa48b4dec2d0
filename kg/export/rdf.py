"""graph.nq, the source of truth, in the other syntaxes of RDF: every term as it was written, in a stable order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from heapq import merge
from itertools import groupby, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from kg.errors import GraphError
from kg.export.xml import attribute, content
from kg.graph.terms import RDF, read_literal, read_quads, read_triples

__all__ = ["RDF_FORMATS", "write_rdf"]

_BATCH = 500_000
"""Lines sorted in memory at a time."""
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
        raise GraphError(f"{source.parent}: no {source.name}", "Build it first: kg build NOTES") from error
    except ValueError as error:
        raise GraphError(f"{source}: {error}", "Build it again: kg build NOTES") from error


def _ntriples(lines: Iterable[str], out: TextIO) -> None:
    out.writelines(f"{' '.join(triple)} .\n" for triple in read_triples(lines))


def _trig(lines: Iterable[str], out: TextIO) -> None:
    """Each graph in a block of its own, the default one first."""
    # N-Quads writes tabs in literals as escapes, so a tab parts what a line is sorted by from what it says.
    keyed = (f"{graph}\t{s} {p} {o} .\n" for s, p, o, graph in read_quads(lines))
    with TemporaryDirectory() as folder:
        runs: list[Iterator[str]] = []
        while batch := sorted(islice(keyed, _BATCH)):
            runs.append(_run(batch, Path(folder) / str(len(runs))))
        for graph, of_graph in groupby((line.split("\t", 1) for line in merge(*runs)), key=lambda pair: pair[0]):
            out.write(f"{graph} {{\n" if graph else "{\n")
            out.writelines(f"  {triple}" for _, triple in of_graph)
            out.write("}\n")


def _run(batch: Iterable[str], path: Path) -> Iterator[str]:
    """Lines put away in a file, to be read again."""
    with path.open("w", encoding="utf-8", newline="\n") as handle:
        handle.writelines(batch)

    def read() -> Iterator[str]:
        with path.open(encoding="utf-8", newline="\n") as handle:
            yield from handle

    return read()


def _rdfxml(lines: Iterable[str], out: TextIO) -> None:
    """One description for each subject; characters that XML cannot carry become U+FFFD."""
    prefixes: dict[str, str] = {RDF: "rdf"}
    out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF xmlns:rdf="{RDF}">\n')
    for subject, of_subject in groupby(read_triples(lines), key=lambda triple: triple[0]):
        out.write(f"  <rdf:Description rdf:about={attribute(subject[1:-1])}>\n")
        for _, predicate, thing in of_subject:
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
