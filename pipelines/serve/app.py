"""The web application over a build: SPARQL, linked data, search, the explorer, a page to query from, downloads."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from pipelines.serve.dataset import Dataset
from pipelines.serve.described import Described
from pipelines.serve.explorer import page_pieces
from pipelines.serve.limits import Handler, Limited, Limits
from pipelines.serve.protocol import (
    HEADERS,
    RequestError,
    answer_response,
    failure,
    graph_format,
    graph_response,
    prefers_page,
    read_operation,
)
from pipelines.serve.query_page import asset, query_page
from pipelines.sparql.pool import MAX_BYTES, QueryPool
from pipelines.sparql.remote import RemoteStore

__all__ = ["DOWNLOADS", "create_app"]

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


_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?")
_MANY = 200
"""Answers of a search at most."""


def create_app(
    folder: Path,
    *,
    timeout: float = 5.0,
    host: str = "127.0.0.1",
    workers: int = 0,
    max_bytes: int = MAX_BYTES,
    per_client: int = 32,
    waiting: int = 64,
    cors: Sequence[str] = (),
    hosts: Sequence[str] = (),
    sparql_endpoint: str = "",
) -> Starlette:
    """The web application over an output folder; raises GraphError where it has no store.

    `timeout` is in seconds per query, `max_bytes` the size of an answer; `per_client` requests of one address and
    `waiting` in all may be open before more are turned away (429, 503). Unless `host` is a wildcard address, requests
    under names other than it, localhost and `hosts` are refused, so that no foreign page can reach the notes by pointing
    its own name at this computer. `cors` are the origins whose pages may read answers, `*` for all. With
    `sparql_endpoint` queries go to that server instead of the store.
    """
    pool = QueryPool(
        folder,
        timeout=timeout,
        size=workers or max(4, os.cpu_count() or 1),
        max_bytes=max_bytes,
        waiting=waiting,
        with_store=not sparql_endpoint,
    )
    store = RemoteStore(pool, sparql_endpoint) if sparql_endpoint else pool
    described, dataset = Described(store), Dataset(store)
    names = ["*"] if host in ("0.0.0.0", "::", "") else ["127.0.0.1", "localhost", "::1", "[::1]", host, *hosts]

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with store:
            yield

    limits = Limits(per_client, most_bytes=8 * max_bytes)

    def limited(handler: Handler) -> ASGIApp:
        return Limited(handler, limits)

    async def sparql(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={**HEADERS, "Allow": "GET, HEAD, POST, OPTIONS"})
        if request.method in ("GET", "HEAD") and prefers_page(request) and "format" not in request.query_params:
            return await run_in_threadpool(query_page, store.base)
        operation = await read_operation(request)
        if operation is None:
            form = graph_format(request)
            return graph_response(await dataset.service(_address(request, request.url.path), form), form)
        return answer_response(
            await store.query(
                operation.query,
                solutions=operation.solutions,
                triples=operation.triples,
                default_graphs=operation.default_graphs,
                named_graphs=operation.named_graphs,
            )
        )

    async def void(request: Request) -> Response:
        form = graph_format(request)
        return graph_response(await dataset.void(_address(request, "/sparql"), form), form)

    async def graph_store(request: Request) -> Response:
        """The read side of the SPARQL 1.1 Graph Store HTTP Protocol, graphs identified indirectly."""
        wanted = request.query_params
        if ("default" in wanted) == bool(wanted.get("graph")) or len(wanted.getlist("graph")) > 1:
            raise RequestError(400, "give one graph", "as ?default or ?graph=IRI")
        return answer_response(await store.graph(wanted.get("graph"), graph_format(request)))

    async def search(request: Request) -> Response:
        text = request.query_params.get("q", "")
        number = request.query_params.get("limit", "10")
        if not number.isdecimal() or len(number) > 4 or len(text) > 1000:
            raise RequestError(400, "q is a text of up to 1000 characters, limit a number", "e.g. ?q=ResNet&limit=10")
        answer = await pool.ask({"action": "search", "text": text, "limit": min(_MANY, int(number))})
        return Response(answer.body, headers={**HEADERS, "Content-Type": "application/json"})

    async def page(request: Request) -> Response:
        path = folder / "index.html"
        if not path.is_file():
            return failure(RequestError(404, "the outputs have no index.html", "build again: kg build NOTES"))
        content, policy, _ = await run_in_threadpool(page_pieces, path)
        headers = {**HEADERS, "Content-Security-Policy": policy}
        return Response(content, media_type="text/html; charset=utf-8", headers=headers)

    async def piece(request: Request) -> Response:
        """A block of the page that it asks for when it needs it: sentences, places, links."""
        path = folder / "index.html"
        found = (await run_in_threadpool(page_pieces, path))[2] if path.is_file() else {}
        packed = found.get(request.path_params["name"])
        if packed is None:
            hint = "reload it; the outputs may have been built again"
            return failure(RequestError(404, "the page has no such piece", hint))
        headers = {**HEADERS, "Content-Encoding": "gzip"}
        return Response(packed, media_type="application/json", headers=headers)

    async def download(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in DOWNLOADS or not (folder / name).is_file():
            return failure(RequestError(404, f"no such output: {name}", "there are " + ", ".join(DOWNLOADS)))
        return FileResponse(folder / name, media_type=DOWNLOADS[name], filename=name, headers=HEADERS)

    async def health(_: Request) -> Response:
        ready = bool(sparql_endpoint) or pool.store.is_dir()
        state = {"status": "ok" if ready else "no store", "isolation": pool.isolation, "build": _build_of(folder)}
        return JSONResponse(state, 200 if ready else 503, HEADERS)

    middleware = [Middleware(TrustedHostMiddleware, allowed_hosts=names, www_redirect=False)]
    if cors:
        middleware.append(Middleware(CORSMiddleware, allow_origins=list(cors), allow_methods=["GET", "HEAD", "POST"]))
    return Starlette(
        routes=[
            Route("/", page),
            Route("/explorer/{name}", piece),
            Route("/sparql", limited(sparql), methods=["GET", "POST", "OPTIONS"]),
            Route("/sparql/", limited(sparql), methods=["GET", "POST", "OPTIONS"]),
            Route("/graphs", limited(graph_store), methods=["GET"]),
            Route("/.well-known/void", limited(void), methods=["GET"]),
            Route("/search", limited(search), methods=["GET"]),
            Route("/static/{name}", asset),
            Route("/outputs/{name}", download),
            *(Route(path, limited(handler), methods=["GET"]) for path, handler in described.routes()),
            Route("/healthz", health),
        ],
        middleware=middleware,
        lifespan=lifespan,
    )


def _address(request: Request, path: str) -> str:
    """The address of a path on this server as the client sees it; raises RequestError for a host that is none."""
    if not _HOST.fullmatch(request.url.netloc):
        raise RequestError(400, "the header Host names no host", "ask by name or address")
    return f"{request.url.scheme}://{request.url.netloc}{path}"


def _build_of(folder: Path) -> str:
    """Another text after each build; empty where there is no telling."""
    try:
        return str((folder / "index.html").stat().st_mtime_ns)
    except OSError:
        return ""
