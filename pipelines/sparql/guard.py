"""Which SPARQL may run: queries only, without SERVICE, of a bounded size and depth.

The engine changes and loads nothing through a query, but its SERVICE does reach the network, so no SERVICE call may
get past this check, whatever the text around it looks like.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from urllib.parse import urljoin

from kg.errors import QueryError
from pipelines.sparql.tokens import NAME_CHARACTER, TOKEN, tokens

__all__ = ["MAX_DEPTH", "MAX_QUERY", "check_query", "from_graphs"]

MAX_QUERY = 100_000
"""Characters."""
MAX_DEPTH = 64
"""Nested braces, brackets and parentheses, and signs in a row; the engine's parser overflows its stack at some 1,600."""

_GAP = r"(?:\s|\#[^\n\r]*(?:[\n\r]|$))*"
_CALL = re.compile(
    rf"service{_GAP}(?:silent{_GAP})?(?:<[^>]*>|[?$]{NAME_CHARACTER}+|(?:{NAME_CHARACTER})*:(?:{NAME_CHARACTER}|\\.)*){_GAP}\{{",
    re.IGNORECASE,
)
_LONGEST_NAME = 1000
"""Characters of a name with `service` in it; longer ones would make the search for calls slow."""
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_UPDATES = frozenset("INSERT DELETE LOAD CLEAR CREATE DROP COPY MOVE ADD WITH".split())
_OPEN, _CLOSE, _SIGNS = "{[(", "}])", frozenset("!^-+")


def check_query(query: str, largest: int = MAX_QUERY) -> None:
    """Raise QueryError for updates, SERVICE calls, queries over `largest` characters or nested deeper than MAX_DEPTH."""
    if len(query) > largest:
        raise QueryError(f"the query has {len(query)} characters, {largest} are allowed", "ask for less at once")
    _check(query)
    # SPARQL 1.1, 19.2: an engine may read S\u0045RVICE as SERVICE. Ours does not, another behind --sparql-endpoint may.
    plain = _ESCAPE.sub(lambda match: chr(min(int(match[1] or match[2], 16), 0x10FFFF)), query)
    if plain != query:
        _check(plain)


def _check(query: str) -> None:
    depth = signs = 0
    verb = ""
    for kind, text, *_ in tokens(query):
        signs = signs + 1 if text in _SIGNS else 0
        if kind == "mark":
            depth += 1 if text in _OPEN else -1 if text in _CLOSE else 0
            if max(depth, signs) > MAX_DEPTH:
                raise QueryError(f"the query is nested deeper than {MAX_DEPTH} levels", "write it flatter")
        elif kind == "name" and not verb and ":" not in text and text.upper() not in ("PREFIX", "BASE", "VERSION"):
            verb = text.upper()
    if verb in _UPDATES:
        raise QueryError(f"{verb} would change the graph, which is read-only", "change the notes and run kg build")
    if _calls_service(query):
        raise QueryError("SERVICE would fetch from the network, which is not allowed", "query this graph only")


def from_graphs(query: str, prefixes: Mapping[str, str], base: str) -> tuple[str, ...]:
    """IRIs that a query's FROM and FROM NAMED clauses give, in full; raises QueryError for what is none."""
    known = {f"{name}:": iri for name, iri in prefixes.items()}
    graphs: list[str] = []
    second = last = ""
    for kind, text, *_ in tokens(query):
        if kind == "iri" and last.upper() == "BASE":
            base = urljoin(base, text[1:-1])
        elif kind == "iri" and second.upper() == "PREFIX":
            known[last] = urljoin(base, text[1:-1])
        elif (last.upper() == "FROM" and text.upper() != "NAMED") or (second + last).upper() == "FROMNAMED":
            prefix, colon, local = text.partition(":")
            if kind == "iri":
                graphs.append(urljoin(base, text[1:-1]))
            elif kind == "name" and prefix + colon in known:
                graphs.append(known[prefix + colon] + local)
            else:
                raise QueryError(f"FROM {text} is no IRI", "write FROM <...>, the IRI of a note's graph")
        second, last = last, text
    return tuple(dict.fromkeys(graphs))


def _calls_service(query: str) -> bool:
    """Whether any reading of the text has a SERVICE call outside strings and comments.

    `<` opens an IRI or means "less than", and only the grammar can tell: `FILTER(?a<'>') SERVICE ...` is a call, though
    `<'>` looks like an IRI and what follows like a string. So both readings are followed from every `<`.
    """
    if "service" not in query.lower():
        return False
    closers = [closer.end() for closer in re.finditer(">", query)]
    seen: set[int] = set()
    waiting = [0]
    while waiting:
        at = waiting.pop()
        while at < len(query) and at not in seen:
            seen.add(at)
            token = TOKEN.match(query, at)
            if token is None:
                break
            if query[at] == "<":
                waiting += [at + 1, *closers[bisect_right(closers, at) :][:1]]
            elif token.lastgroup == "name" and _has_call(query, at, token.group()):
                return True
            at = token.end()
    return False


def _has_call(query: str, at: int, name: str) -> bool:
    """Whether a call starts in a name, or inside it: the engine takes `1SERVICE` and `SERVICEex:y` apart."""
    starts = [found.start() for found in re.finditer("service", name, re.IGNORECASE)]
    if starts and len(name) > _LONGEST_NAME:
        raise QueryError(f"a name in the query has {len(name)} characters", "write it shorter")
    return any(_CALL.match(query, at + start) for start in starts)
