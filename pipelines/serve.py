"""The local server: SPARQL 1.1 queries over the store of a build, the explorer page, and the files to download."""

from __future__ import annotations

import base64
import hashlib
import re
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qs, quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from kg.errors import GraphError, KgError, QueryError, SettingsError
from kg.identity import BASE_IRI
from pipelines.query import Answer, QueryBusyError, QueryPool, QueryTimeoutError
from pipelines.query_guard import MAX_QUERY

__all__ = ["DOWNLOADS", "bind", "create_app", "run_server"]

DOWNLOADS = {
    "entities.csv": "text/csv; charset=utf-8",
    "mentions.csv": "text/csv; charset=utf-8",
    "relations.csv": "text/csv; charset=utf-8",
    "links.csv": "text/csv; charset=utf-8",
    "documents.csv": "text/csv; charset=utf-8",
    "problems.csv": "text/csv; charset=utf-8",
    "merges.csv": "text/csv; charset=utf-8",
    "graph.nq": "application/n-quads",
    "graph.ttl": "text/turtle; charset=utf-8",
    "graph.jsonld": "application/ld+json",
    "graph.gexf": "application/gexf+xml",
    "graph.graphml": "application/graphml+xml",
}
"""The files that /outputs/ gives away, and nothing else, with their media types."""

_SOLUTIONS = {
    "json": ("application/sparql-results+json", "application/json"),
    "xml": ("application/sparql-results+xml", "application/xml", "text/xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
}
_TRIPLES = {
    "turtle": ("text/turtle", "application/turtle"),
    "ntriples": ("application/n-triples", "text/plain"),
}
_PARAMETERS = frozenset({"query", "format", "default-graph-uri", "named-graph-uri"})
_MAX_BODY = 4 * MAX_QUERY + 100_000
"""Bytes of a POST."""
_HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-cache"}
_BLOCK = re.compile(rb'<script type="application/gzip" id="(?!graph")([\w-]+)">([A-Za-z0-9+/=]*)</script>\n')
"""What the explorer's page reads when it first needs it."""
_SCRIPT = re.compile(rb"<script\b([^>]*)>(.*?)</script\s*>", re.IGNORECASE | re.DOTALL)


class _RequestError(Exception):
    """A request that the protocol does not allow, with the status that says so."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def create_app(folder: Path, *, timeout: float = 10.0, host: str = "127.0.0.1") -> Starlette:
    """The web application over an output folder; raises GraphError where it has no store.

    `timeout` is in seconds per query. Unless `host` is a wildcard address, requests under names other than it and
    localhost are refused, so that no foreign page can reach the notes by pointing its own name at this computer.
    """
    pool = QueryPool(folder, timeout=timeout, size=2)
    hosts = ["*"] if host in ("0.0.0.0", "::", "") else ["127.0.0.1", "localhost", "::1", "[::1]", host]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        with pool:
            yield

    async def sparql(request: Request) -> Response:
        try:
            parameters = await _parameters(request)
            solutions, triples = _formats(request, parameters)
            query = _one(parameters, "query")
            if query is None:
                raise _RequestError(400, "no query; give it as ?query=... or POST it")
        except _RequestError as error:
            return _failure(error.status, error.message, "")
        return await _reply(
            lambda: pool.run(
                query,
                solutions=solutions,
                triples=triples,
                default_graphs=parameters.get("default-graph-uri", ()),
                named_graphs=parameters.get("named-graph-uri", ()),
            )
        )

    async def describe(request: Request) -> Response:
        """What the graph says of an entity or note, under the path that its IRI has."""
        path = quote(request.scope["path"].lstrip("/"), safe="/-._~")
        try:
            _, triples = _formats(request, {})
        except _RequestError:
            triples = "turtle"
        return await _reply(lambda: pool.run(f"DESCRIBE <{BASE_IRI}{path}>", triples=triples))

    async def page(request: Request) -> Response:
        path = folder / "index.html"
        if not path.is_file():
            return _failure(404, "the outputs have no index.html", "build again: kg build NOTES")
        content, policy, _ = await run_in_threadpool(lambda: _pieces(path))
        headers = {**_HEADERS, "Content-Security-Policy": policy}
        return Response(content, media_type="text/html; charset=utf-8", headers=headers)

    async def piece(request: Request) -> Response:
        """A block of the page that it asks for when it needs it: sentences, places, links."""
        path = folder / "index.html"
        found = (await run_in_threadpool(lambda: _pieces(path)))[2] if path.is_file() else {}
        packed = found.get(request.path_params["name"])
        if packed is None:
            return _failure(404, "the page has no such piece", "reload it; the outputs may have been built again")
        headers = {**_HEADERS, "Content-Encoding": "gzip"}
        return Response(packed, media_type="application/json", headers=headers)

    async def download(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in DOWNLOADS or not (folder / name).is_file():
            return _failure(404, f"no such output: {name}", "there are " + ", ".join(DOWNLOADS))
        return FileResponse(folder / name, media_type=DOWNLOADS[name], filename=name, headers=_HEADERS)

    async def health(_: Request) -> Response:
        ready = pool.store.is_dir()
        return JSONResponse({"status": "ok" if ready else "no store"}, 200 if ready else 503, _HEADERS)

    return Starlette(
        routes=[
            Route("/", page),
            Route("/explorer/{name}", piece),
            Route("/sparql", sparql, methods=["GET", "POST"]),
            Route("/outputs/{name}", download),
            Route("/id/{rest:path}", describe),
            Route("/note/{rest:path}", describe),
            Route("/healthz", health),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)],
        lifespan=lifespan,
    )


def bind(host: str, port: int) -> socket.socket:
    """A listening socket (port 0 takes a free one); raises SettingsError where the address cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, OverflowError, UnicodeError) as error:
        raise SettingsError(f"cannot listen on {host}: {error}", "use --host 127.0.0.1") from error
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = "is in use" if getattr(error, "errno", 0) in (48, 98, 10048) else f"cannot be had: {error}"
        raise SettingsError(
            f"port {port} on {host} {reason}", "choose another, e.g. --port 8001, or --port 0"
        ) from error
    return listener


def run_server(app: Starlette, listener: socket.socket, *, grace: float = 10.0) -> None:
    """Serve an application on a listening socket until Ctrl-C or SIGTERM; requests at work get `grace` seconds."""
    import uvicorn

    config = uvicorn.Config(
        app, log_level="warning", server_header=False, lifespan="on", timeout_graceful_shutdown=int(grace) + 1
    )
    with listener:
        uvicorn.Server(config).run(sockets=[listener])


async def _parameters(request: Request) -> Mapping[str, Sequence[str]]:
    """The parameters of a query operation, by GET, by POSTed form or by POSTed query (SPARQL 1.1 Protocol, 2.1)."""
    parameters: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        parameters.setdefault(name, []).append(value)
    if request.method == "POST":
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in ("application/x-www-form-urlencoded", "application/sparql-query"):
            message = "application/sparql-update" if kind == "application/sparql-update" else kind or "no content type"
            raise _RequestError(415, f"{message} is not taken; POST application/sparql-query or a form with query=")
        try:
            body = (await _body(request)).decode("utf-8")
        except UnicodeDecodeError as error:
            raise _RequestError(400, "the request is not UTF-8") from error
        if kind == "application/sparql-query":
            parameters.setdefault("query", []).append(body)
        else:
            try:
                form = parse_qs(body, keep_blank_values=True, max_num_fields=100, errors="strict")
            except ValueError as error:
                raise _RequestError(400, f"the form cannot be read: {error}") from error
            for name, values in form.items():
                parameters.setdefault(name, []).extend(values)
    if "update" in parameters:
        raise _RequestError(400, "the graph is read-only; updates are not taken")
    unknown = sorted(set(parameters) - _PARAMETERS)
    if unknown:
        raise _RequestError(400, f"unknown parameter {unknown[0]!r}; there are {', '.join(sorted(_PARAMETERS))}")
    return parameters


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_BODY:
            raise _RequestError(413, f"the request is larger than {_MAX_BODY} bytes")
    return bytes(body)


def _one(parameters: Mapping[str, Sequence[str]], name: str) -> str | None:
    values = parameters.get(name, ())
    if len(values) > 1:
        raise _RequestError(400, f"{name} is given {len(values)} times; give it once")
    return values[0] if values else None


def _formats(request: Request, parameters: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """Formats for solutions and for triples: ?format= first, else what the Accept header likes best."""
    wanted = _one(parameters, "format")
    if wanted is not None:
        names = {
            **{name: name for name in (*_SOLUTIONS, *_TRIPLES)},
            **{kind: name for name, kinds in (*_SOLUTIONS.items(), *_TRIPLES.items()) for kind in kinds},
        }
        chosen = names.get(wanted.lower())
        if chosen is None:
            raise _RequestError(400, f"unknown format {wanted!r}; there are {', '.join((*_SOLUTIONS, *_TRIPLES))}")
        # The worker says so when the kind of the answer and the format do not go together.
        return chosen, chosen
    accept = ",".join(request.headers.getlist("accept")) or "*/*"
    solutions, triples = _liked(accept, _SOLUTIONS), _liked(accept, _TRIPLES)
    if solutions is None and triples is None:
        known = ", ".join(kinds[0] for kinds in (*_SOLUTIONS.values(), *_TRIPLES.values()))
        raise _RequestError(406, f"none of {accept!r} can be given; there are {known}")
    return solutions or "json", triples or "turtle"


def _liked(accept: str, formats: Mapping[str, Sequence[str]]) -> str | None:
    """The format with the highest quality in an Accept header; ours come in our order where it likes them equally."""
    best: tuple[float, str] | None = None
    for name, kinds in formats.items():
        quality = max(_quality(accept, kind) for kind in kinds)
        if quality > 0 and (best is None or quality > best[0]):
            best = (quality, name)
    return best[1] if best else None


def _quality(accept: str, kind: str) -> float:
    """Quality that an Accept header gives a media type, 0-1; the most specific range counts (RFC 9110, 12.5.1)."""
    found = (-1, 0.0)
    for item in accept.split(","):
        range_, *options = (part.strip().lower() for part in item.split(";"))
        specific = (
            2 if range_ == kind else 1 if range_ == kind.partition("/")[0] + "/*" else 0 if range_ == "*/*" else -1
        )
        quality = 1.0
        for option in options:
            if option.startswith("q="):
                try:
                    quality = float(option[2:])
                except ValueError:
                    quality = 0.0
        found = max(found, (specific, quality)) if specific >= 0 else found
    return found[1]


async def _reply(run: Callable[[], Answer]) -> Response:
    try:
        answer = await run_in_threadpool(run)
    except QueryTimeoutError as error:
        return _failure(504, error.message, error.hint)
    except QueryBusyError as error:
        return _failure(503, error.message, error.hint)
    except GraphError as error:
        return _failure(503, error.message, error.hint)
    except (QueryError, KgError) as error:
        return _failure(400, error.message, error.hint)
    kinds = _TRIPLES[answer.format] if answer.kind == "triples" else _SOLUTIONS[answer.format]
    charset = "; charset=utf-8" if kinds[0].startswith("text/") else ""
    return Response(answer.body, headers={**_HEADERS, "Content-Type": kinds[0] + charset, "Vary": "Accept"})


def _failure(status: int, message: str, hint: str) -> Response:
    return JSONResponse({"error": message, "hint": hint}, status, _HEADERS)


def _pieces(path: Path) -> tuple[bytes, str, Mapping[str, bytes]]:
    """The page without the blocks that are needed later, its policy, and those blocks by name, gzipped."""
    state = path.stat()
    return _split(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=2)
def _split(path: Path, _changed: int, _size: int) -> tuple[bytes, str, Mapping[str, bytes]]:
    content = path.read_bytes()
    later = {match[1].decode(): base64.b64decode(match[2]) for match in _BLOCK.finditer(content)}
    page = _BLOCK.sub(b"", content)
    return page, _content_policy(page), later


def _content_policy(page: bytes) -> str:
    """A policy under which the page's script elements run, by their hashes, but no event handlers, no script URLs and
    nothing from elsewhere; what the elements hold is for `kg.export` to keep clean."""
    hashes = []
    for attributes, code in _SCRIPT.findall(page):
        if b"src=" in attributes.lower() or b"application/" in attributes.lower():
            continue
        digest = hashlib.sha256(code.replace(b"\r\n", b"\n")).digest()
        hashes.append(f"'sha256-{base64.b64encode(digest).decode()}'")
    scripts = " ".join(dict.fromkeys(hashes)) or "'none'"
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
        "connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
