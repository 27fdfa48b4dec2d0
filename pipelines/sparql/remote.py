"""Another SPARQL server in place of the store: queries are checked and rewritten here, answered there."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from types import TracebackType
from typing import Any, Self

from kg.errors import GraphError, QueryError, SettingsError
from pipelines.sparql.formats import GRAPHS, SOLUTIONS, Format
from pipelines.sparql.pool import (
    Answer,
    FormatError,
    MissingGraphError,
    QueryBusyError,
    QueryPool,
    QueryTimeoutError,
    prefixes_of,
)

__all__ = ["RemoteStore"]


class RemoteStore:
    """The queries of a `QueryPool` answered by the SPARQL endpoint at a URL, be it Fuseki, QLever or GraphDB."""

    def __init__(self, pool: QueryPool, url: str) -> None:
        """`pool` needs no store: its children check queries and search texts. Raises SettingsError for no http(s) URL."""
        if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
            raise SettingsError(
                f"{url} is no SPARQL endpoint", "give its address, e.g. http://127.0.0.1:3030/notes/query"
            )
        self.pool = pool
        self.url = url

    async def __aenter__(self) -> Self:
        await self.pool.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.pool.close()

    @property
    def base(self) -> str:
        """Before the paths of entities and notes."""
        return self.pool.base

    @property
    def generation(self) -> int:
        """0: what the other server holds may change at any time."""
        return 0

    async def query(
        self,
        query: str,
        *,
        solutions: str | None = "json",
        triples: str | None = "turtle",
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        timeout: float | None = None,
    ) -> Answer:
        """As `QueryPool.query`; graphs are named to the other server, and GraphError also means that it is not there."""
        checked = await self.pool.ask({"action": "rewrite", "query": query})
        text = checked.body.decode()
        heads = f"BASE <{self.base}>\n" + "".join(
            f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes_of(self.base).items()
        )
        fields = [
            ("query", heads + text),
            *(("default-graph-uri", name) for name in default_graphs),
            *(("named-graph-uri", name) for name in named_graphs),
        ]
        wanted = [
            f"{kind};q={1 if at == 0 else 0.9}"
            for name, formats in ((solutions, SOLUTIONS), (triples, GRAPHS))
            for at, kind in enumerate(formats[name].media_types if name else ())
        ]
        limit = timeout or self.pool.timeout
        try:
            async with asyncio.timeout(limit):
                kind, body = await asyncio.to_thread(self._post, fields, ", ".join(wanted), limit)
        except TimeoutError:
            raise QueryTimeoutError(f"the query took longer than {limit:g} seconds", "ask for less") from None
        given = kind.partition(";")[0].strip().lower()
        named: tuple[tuple[str, Mapping[str, Format], str | None], ...] = (
            ("solutions", SOLUTIONS, solutions),
            ("triples", GRAPHS, triples),
        )
        for what, formats, name in named:
            if name and given in formats[name].media_types:
                return Answer(what, name, body)
        raise FormatError(f"{self.url} answered in {given or 'no format'}", "ask for another format")

    async def graph(self, name: str | None, triples: str) -> Answer:
        """As `QueryPool.graph`."""
        if name is None:
            return await self.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", triples=triples)
        if any(char in name for char in '<>"{}|^`\\') or any(ord(char) <= 32 for char in name):
            raise QueryError(f"{name!r} is no IRI", "encode it")
        if not await self.select(f"SELECT ?s {{ GRAPH <{name}> {{ ?s ?p ?o }} }} LIMIT 1"):
            raise MissingGraphError(f"no graph <{name}>", "name the graph of a note")
        return await self.query(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{name}> {{ ?s ?p ?o }} }}", triples=triples)

    async def select(self, query: str, timeout: float | None = None) -> list[dict[str, Any]]:
        """As `QueryPool.select`."""
        answer = await self.query(query, timeout=timeout)
        try:
            found: list[dict[str, Any]] = json.loads(answer.body)["results"]["bindings"]
        except (ValueError, KeyError, TypeError) as error:
            raise GraphError(f"{self.url} answered what is no result of a query", "see to that server") from error
        return found

    def _post(self, fields: Sequence[tuple[str, str]], accept: str, timeout: float) -> tuple[str, bytes]:
        """Content type and body of the answer."""
        request = urllib.request.Request(
            self.url,
            urllib.parse.urlencode(fields).encode(),
            {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded", "User-Agent": "zhitu"},
        )
        largest = self.pool.max_bytes
        try:
            with urllib.request.urlopen(request, timeout=timeout) as reply:
                body = reply.read(largest + 1)
                kind = reply.headers.get("content-type", "")
        except urllib.error.HTTPError as error:
            said = error.read(500).decode("utf-8", "replace").strip()
            if error.code in (408, 429):
                raise QueryBusyError(f"{self.url} is busy: {said or error.reason}", "try again in a moment") from None
            if 400 <= error.code < 500 and error.code not in (401, 403, 404):
                raise QueryError(f"{self.url} refused the query: {said or error.reason}", "check the query") from None
            raise GraphError(f"{self.url} failed: {error.code} {said or error.reason}", "see to that server") from None
        except (OSError, HTTPException) as error:
            raise GraphError(f"{self.url} does not answer: {error}", "start that server, or correct the URL") from None
        if len(body) > largest:
            raise QueryError(f"the answer is larger than {largest / 2**20:.3g} MiB", "add LIMIT or ask for less")
        return kind, body
