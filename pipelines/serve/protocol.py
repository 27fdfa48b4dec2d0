"""Requests of the SPARQL 1.1 Protocol read, and answers in the format that the client likes best."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kg.errors import GraphError, KgError, QueryError
from pipelines.sparql.formats import GRAPHS, SOLUTIONS, Format, format_named, liked, quality
from pipelines.sparql.guard import MAX_QUERY
from pipelines.sparql.pool import Answer, FormatError, MissingGraphError, QueryBusyError, QueryTimeoutError

__all__ = [
    "HEADERS",
    "Operation",
    "RequestError",
    "answer_response",
    "failure",
    "graph_format",
    "graph_response",
    "prefers_page",
    "read_operation",
]

HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-cache"}
"""On every answer."""

_MAX_BODY = 4 * MAX_QUERY + 100_000
"""Bytes of a POST."""
_MAX_ACCEPT = 4096
"""Characters of the header Accept; browsers send some 150."""
_SLOWEST = 30.0
"""Seconds that the body of a POST may take to arrive."""


class RequestError(Exception):
    """A request that the protocol does not allow, with the status that says so."""

    def __init__(self, status: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Operation:
    """A query operation."""

    query: str
    solutions: str | None
    """Format of solutions and booleans, a key of SOLUTIONS; None if the client takes none."""
    triples: str | None
    """Format of triples, a key of GRAPHS; None if the client takes none."""
    default_graphs: Sequence[str]
    named_graphs: Sequence[str]


async def read_operation(request: Request) -> Operation | None:
    """A query by GET, by POSTed form or by POSTed text (SPARQL 1.1 Protocol, 2.1); None where none is asked.

    Raises RequestError for what the protocol does not allow.
    """
    parameters = await _parameters(request)
    if not set(parameters) - {"format"} and request.method != "POST":
        return None
    query = _one(parameters, "query")
    if query is None:
        raise RequestError(400, "no query", "give it as ?query=... or POST it")
    solutions, triples = _formats(request, parameters)
    return Operation(
        query, solutions, triples, parameters.get("default-graph-uri", ()), parameters.get("named-graph-uri", ())
    )


def answer_response(answer: Answer) -> Response:
    """The answer with the headers of its format."""
    return _written(answer.body, GRAPHS[answer.format] if answer.kind == "triples" else SOLUTIONS[answer.format])


def graph_response(body: bytes | None, form: str) -> Response:
    """Triples that the server itself states, in a format of GRAPHS."""
    return _written(body, GRAPHS[form])


def _written(body: bytes | None, form: Format) -> Response:
    return Response(body, headers={**HEADERS, "Content-Type": form.content_type, "Vary": "Accept"})


def failure(error: RequestError | KgError) -> Response:
    """What went wrong, in JSON, under the status that says whose turn it is."""
    headers = dict(HEADERS)
    if isinstance(error, RequestError):
        status = error.status
    elif isinstance(error, FormatError):
        status = 406
    elif isinstance(error, MissingGraphError):
        status = 404
    elif isinstance(error, (QueryTimeoutError, QueryBusyError, GraphError)):
        status = 503
    else:
        status = 400 if isinstance(error, QueryError) else 500
    if status == 429 or isinstance(error, QueryBusyError):
        headers["Retry-After"] = "1"
    return JSONResponse({"error": error.message, "hint": error.hint}, status, headers)


def prefers_page(request: Request) -> bool:
    """Whether the client likes a page to read more than any data, as browsers do."""
    accept = _accept(request)
    data = max(quality(accept, form.media_types) for form in (*SOLUTIONS.values(), *GRAPHS.values()))
    return quality(accept, ("text/html", "application/xhtml+xml")) > data


def graph_format(request: Request) -> str:
    """The format of GRAPHS for triples, by ?format= or the header Accept; raises RequestError."""
    wanted = request.query_params.get("format")
    chosen = format_named(wanted, GRAPHS) if wanted else liked(_accept(request), GRAPHS)
    if chosen is None:
        names = ", ".join(f"{name} ({form.media_types[0]})" for name, form in GRAPHS.items())
        raise RequestError(
            400 if wanted else 406, f"{wanted or _accept(request)!r} cannot be given", f"there are {names}"
        )
    return chosen


def _formats(request: Request, parameters: Mapping[str, Sequence[str]]) -> tuple[str | None, str | None]:
    """Formats for solutions and for triples, by ?format= or the header Accept; the kind of query is not known yet."""
    # Some clients name the format twice.
    wanted = next(iter(parameters.get("format", ())), None)
    if wanted is not None:
        solutions, triples = format_named(wanted, SOLUTIONS), format_named(wanted, GRAPHS)
        if solutions is None and triples is None:
            raise RequestError(400, f"unknown format {wanted!r}", f"there are {', '.join((*SOLUTIONS, *GRAPHS))}")
        return solutions, triples
    accept = _accept(request)
    solutions, triples = liked(accept, SOLUTIONS), liked(accept, GRAPHS)
    if solutions is None and triples is None:
        known = ", ".join(form.media_types[0] for form in (*SOLUTIONS.values(), *GRAPHS.values()))
        raise RequestError(406, f"none of {accept!r} can be given", f"there are {known}")
    return solutions, triples


def _accept(request: Request) -> str:
    text = ",".join(request.headers.getlist("accept")) or "*/*"
    if len(text) > _MAX_ACCEPT:
        raise RequestError(431, f"the header Accept has {len(text)} characters", f"{_MAX_ACCEPT} are taken")
    return text


async def _parameters(request: Request) -> Mapping[str, Sequence[str]]:
    parameters: dict[str, list[str]] = {}
    try:
        read = parse_qs(request.url.query, keep_blank_values=True, max_num_fields=100, errors="strict")
    except ValueError as error:
        raise RequestError(400, f"the address cannot be read: {error}", "encode the parameters as UTF-8") from error
    posted = await _posted(request) if request.method == "POST" else {}
    for name, values in (*read.items(), *posted.items()):
        parameters.setdefault(name, []).extend(values)
    if "update" in parameters:
        raise RequestError(400, "the graph is read-only; updates are not taken", "change the notes and run kg build")
    return parameters


async def _posted(request: Request) -> Mapping[str, Sequence[str]]:
    kind, _, options = request.headers.get("content-type", "").partition(";")
    kind = kind.strip().lower()
    if kind not in ("application/x-www-form-urlencoded", "application/sparql-query"):
        message = f"{kind or 'a body without a content type'} is not taken"
        raise RequestError(415, message, "POST application/sparql-query, or a form with query=")
    charset = options.lower().partition("charset=")[2].partition(";")[0].strip(' "')
    if charset not in ("", "utf-8", "utf8"):
        raise RequestError(415, f"the charset {charset} is not taken", "send UTF-8")
    body = bytearray()
    try:
        async with asyncio.timeout(_SLOWEST):
            async for chunk in request.stream():
                body += chunk
                if len(body) > _MAX_BODY:
                    raise RequestError(413, f"the request is larger than {_MAX_BODY} bytes", "ask for less at once")
    except TimeoutError:
        raise RequestError(
            408, f"the request took longer than {_SLOWEST:g} seconds to arrive", "send it again"
        ) from None
    try:
        text = body.decode("utf-8")
        if kind == "application/sparql-query":
            return {"query": [text]}
        return parse_qs(text, keep_blank_values=True, max_num_fields=100, errors="strict")
    except ValueError as error:
        raise RequestError(400, f"the request cannot be read: {error}", "send UTF-8") from error


def _one(parameters: Mapping[str, Sequence[str]], name: str) -> str | None:
    values = parameters.get(name, ())
    if len(values) > 1:
        raise RequestError(400, f"{name} is given {len(values)} times", "give it once")
    return values[0] if values else None
