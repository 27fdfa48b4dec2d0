"""Linked data: every entity, note, claim, piece of evidence and ontology term has an address that answers.

A thing's own address answers 303 See Other, to a page for people and to RDF for programs (https://www.w3.org/TR/cooluris/);
the ontology's terms share one document.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kg.ontology import ontologies_dir
from pipelines.serve.card import card_page, ontology_page
from pipelines.serve.protocol import HEADERS, RequestError, answer_response, graph_format, graph_response, prefers_page
from pipelines.serve.rdf import convert
from pipelines.sparql.pool import QueryPool
from pipelines.sparql.remote import RemoteStore

__all__ = ["Described"]

_KINDS = ("id", "note", "claim", "evidence", "software")
"""First parts of the paths of things; beside them the dataset and its build."""
_ALONE = ("graph", "build")
_ALL = """CONSTRUCT { <IRI> ?p ?o . ?claim ?cp ?co . ?piece ?ep ?eo } WHERE {
  { <IRI> ?p ?o }
  UNION { ?claim rdf:subject|rdf:object <IRI> ; ?cp ?co }
  UNION { ?c rdf:subject|rdf:object <IRI> ; kg:evidence ?piece . ?piece ?ep ?eo }
  UNION { <IRI> kg:evidence ?piece . ?piece ?ep ?eo }
}"""


class Described:
    """Pages and RDF of the things in a store."""

    def __init__(self, store: QueryPool | RemoteStore) -> None:
        self._store = store

    def routes(self) -> Iterator[tuple[str, Callable[[Request], Awaitable[Response]]]]:
        """Paths with what answers under them."""
        yield "/ontology", self.ontology
        for name in _ALONE:
            yield f"/{name}", self.thing
        for kind in _KINDS:
            yield f"/{kind}/{{rest:path}}", self.thing
        yield "/page/{rest:path}", self.page
        yield "/data/{rest:path}", self.data

    async def thing(self, request: Request) -> Response:
        """The address of the thing itself: it cannot be sent, what is known of it can."""
        path = _path(request)
        target = f"/page/{path}" if prefers_page(request) else f"/data/{path}?format={graph_format(request)}"
        return RedirectResponse(target, 303, {**HEADERS, "Vary": "Accept"})

    async def data(self, request: Request) -> Response:
        """What the graph says of a thing: its statements, and the claims about it with their evidence."""
        name = await self._known(_path(request))
        form = graph_format(request)
        answer = await self._store.query(_ALL.replace("IRI", name), triples=form, solutions=None)
        response = answer_response(answer)
        response.headers["Link"] = f'<{name}>; rel="describes"'
        return response

    async def page(self, request: Request) -> Response:
        """The same as a card to read."""
        path = _path(request)
        name = await self._known(path)
        return _html(await card_page(self._store, name, path))

    async def ontology(self, request: Request) -> Response:
        """The ontology with all its terms."""
        source = (ontologies_dir() / "kg.ttl").read_text(encoding="utf-8")
        if prefers_page(request):
            return _html(ontology_page(source))
        form = graph_format(request)
        return graph_response(convert(source, "turtle", form, self._store.base), form)

    async def _known(self, path: str) -> str:
        """The IRI of a path, if the graph says anything of it; raises RequestError."""
        name = self._store.base + path
        if not path or not await self._store.select(f"SELECT ?p {{ <{name}> ?p ?o }} LIMIT 1"):
            raise RequestError(404, f"the graph says nothing of <{name}>", "look it up: /search?q=...")
        return name


def _path(request: Request) -> str:
    """The path of a thing as its IRI has it: what a client decoded is encoded again."""
    path: str = request.path_params.get("rest", "") if request.url.path.startswith(("/page/", "/data/")) else ""
    return quote(path or request.scope["path"].lstrip("/"), safe="/-._~")


def _html(text: str) -> Response:
    policy = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    headers = {**HEADERS, "Content-Security-Policy": policy, "Vary": "Accept"}
    return Response(text, media_type="text/html; charset=utf-8", headers=headers)
