"""The page to query from: YASGUI, bundled on install, with example queries in Chinese and English."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from kg.identity import term_iri
from pipelines.serve.protocol import HEADERS, RequestError, failure
from pipelines.sparql.pool import prefixes_of

__all__ = ["Example", "asset", "examples", "query_page"]

_HERE = Path(__file__).parent
_BUNDLE = _HERE.parent.parent / "kg" / "export" / "bundle"
_ASSETS = {
    "query.js": (_BUNDLE / "query.js", "text/javascript; charset=utf-8"),
    "query.css": (_BUNDLE / "query.css", "text/css; charset=utf-8"),
    "card.css": (_HERE / "card.css", "text/css; charset=utf-8"),
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Example:
    """A query that a person would want, from examples/*.rq."""

    name: str
    en: str
    zh: str
    query: str


@cache
def examples() -> tuple[Example, ...]:
    """The example queries in order; each file begins with its title in both languages."""
    found = []
    for path in sorted((_HERE / "examples").glob("*.rq")):
        text = path.read_text(encoding="utf-8")
        titles = dict(re.findall(r"^# (en|zh): (.*)$", text, re.MULTILINE))
        found.append(Example(path.stem, titles["en"], titles["zh"], text))
    return tuple(found)


def query_page(base: str) -> Response:
    """The page, for a graph whose things begin with `base`."""
    known = {
        "base": base,
        "ontology": term_iri(""),
        "prefixes": prefixes_of(base),
        "examples": [{"en": item.en, "zh": item.zh, "query": item.query} for item in examples()],
    }
    data = json.dumps(known, ensure_ascii=False).replace("<", "\\u003c")
    text = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>SPARQL · 知图 Zhitu</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="/static/query.css">'
        f'<script type="application/json" id="known">{data}</script>'
        '<nav><a href="/">知图 Zhitu</a> <a href="/ontology">ontology 本体</a> <a href="/.well-known/void">VoID</a></nav>'
        '<main id="query"></main><script src="/static/query.js"></script></html>\n'
    )
    headers = {**HEADERS, "Content-Security-Policy": _POLICY, "Vary": "Accept"}
    return Response(text, media_type="text/html; charset=utf-8", headers=headers)


async def asset(request: Request) -> Response:
    """A script or a style of the pages."""
    path, kind = _ASSETS.get(request.path_params["name"], (_HERE / "none", ""))
    if not path.is_file():
        return failure(RequestError(404, "there is no such file", "in a checkout: make web"))
    return FileResponse(path, media_type=kind, headers=HEADERS)
