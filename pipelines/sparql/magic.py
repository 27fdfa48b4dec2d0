"""Text search inside SPARQL: `?thing kg:named "ResNet"`, `?thing kg:nameMatches "残差"`, `?evidence kg:textMatches "残差"`.

The triple is carried out by the text index before the query runs and replaced by VALUES. With a list on the left the
score comes too, with a list on the right the number of answers: `(?thing ?score) kg:nameMatches ("残差" 20)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from kg.errors import QueryError
from kg.identity import term_iri
from pipelines.sparql.tokens import Token, tokens

if TYPE_CHECKING:
    from kg.text_index import TextIndex

__all__ = ["MAGIC", "rewrite"]

MAGIC = {
    "named": "the entity, note or article that a name fits best",
    "nameMatches": "entities, notes and articles by name",
    "textMatches": "evidence by its sentence",
}
"""Predicates that search, and what they find."""

_LIMIT, _MOST = 100, 1000
_KEYWORDS = frozenset("FILTER OPTIONAL BIND VALUES MINUS GRAPH SERVICE".split())
_EXAMPLE = 'write it as a triple of its own: ?thing kg:nameMatches "text" .'


def rewrite(query: str, prefixes: Mapping[str, str], open_index: Callable[[], TextIndex | None]) -> str:
    """The query with each search replaced by what it found; the very same text where there is none.

    Raises QueryError for a search that is not written as above, or without an index.
    """
    if not any(name in query for name in MAGIC):
        return query
    found = list(tokens(query))
    searches = {**_names(found, prefixes), **{f"<{term_iri(name)}>": name for name in MAGIC}}
    parts, done = [], 0
    for at, token in enumerate(found):
        name = searches.get(token.text) if token.kind in ("name", "iri") else None
        if name is None:
            continue
        index = open_index()
        if index is None:
            raise QueryError("the outputs have no search index", "build again: kg build NOTES")
        first, variables = _subject(found, at)
        last, text, limit = _object(found, at)
        limit = 1 if name == "named" else limit
        hits = index.texts(text, limit) if name == "textMatches" else index.names(text, limit)
        parts += [query[done : found[first].start], _values(variables, hits)]
        done = found[last].end
        following = [item.text for item in found[last + 1 :]]
        if following[:1] in ([","], ["@"], ["^"]):
            raise QueryError(f"{token.text} takes one text without a language or a type", _EXAMPLE)
        semicolons = next((n for n, text in enumerate(following) if text != ";"), len(following))
        if semicolons:
            done = found[last + semicolons].end
            goes_on = following[semicolons : semicolons + 1]
            if goes_on and goes_on[0] not in "{}." and goes_on[0].upper() not in _KEYWORDS:
                if len(variables) > 1:
                    raise QueryError(f"{token.text} with a score cannot go on with ;", _EXAMPLE)
                parts.append(f" {variables[0]}")
    return "".join([*parts, query[done:]]) if parts else query


def _names(found: Sequence[Token], prefixes: Mapping[str, str]) -> dict[str, str]:
    """The magic predicates as this query would abbreviate them."""
    known = {f"{name}:": iri for name, iri in prefixes.items()}
    for word, name, iri in zip(found, found[1:], found[2:], strict=False):
        if word.text.upper() == "PREFIX" and name.kind == "name" and iri.kind == "iri":
            known[name.text] = iri.text[1:-1]
    return {
        f"{short}{term_iri(name).removeprefix(iri)}": name
        for short, iri in known.items()
        for name in MAGIC
        if iri and term_iri(name).startswith(iri)
    }


def _subject(found: Sequence[Token], at: int) -> tuple[int, list[str]]:
    """Place of the first token of the subject, and its variables: the thing and perhaps its score."""
    first = at - 1
    if first >= 0 and found[first].text == ")":
        while first > 0 and found[first].text != "(":
            first -= 1
    variables = [token.text for token in found[first:at] if token.kind == "variable"]
    brackets = 2 if at - 1 != first else 0
    before = found[first - 1].text if first > 0 else ""
    alone = before in ("{", "}", ")") or before.endswith(".")
    if not 1 <= len(variables) <= 2 or len(variables) + brackets != at - first or not alone:
        raise QueryError(f"{found[at].text} needs a variable before it", _EXAMPLE)
    return first, variables


def _object(found: Sequence[Token], at: int) -> tuple[int, str, int]:
    """Place of the last token of the object, the text to search and the number of answers."""
    rest = found[at + 1 : at + 5]
    kinds = [token.kind if token.kind != "mark" else token.text for token in rest]
    limit = _LIMIT
    if kinds[:1] == ["string"]:
        last, text = at + 1, rest[0].text
    elif kinds[:3] == ["(", "string", ")"]:
        last, text = at + 3, rest[1].text
    elif kinds[:4] == ["(", "string", "name", ")"] and rest[2].text.isdecimal():
        last, text, limit = at + 4, rest[1].text, min(_MOST, int(rest[2].text[:9]))
    else:
        raise QueryError(f"{found[at].text} needs a text in quotes after it", _EXAMPLE)
    from kg.graph.terms import unescape

    quote = 3 if text[:3] in ('"""', "'''") and len(text) >= 6 else 1
    return last, unescape(text[quote:-quote]), limit


def _values(variables: Sequence[str], hits: Sequence[tuple[str, float]]) -> str:
    def rows() -> Iterator[str]:
        for iri, score in hits:
            yield f"(<{iri}> {score:.6g})" if len(variables) > 1 else f"(<{iri}>)"

    return f"VALUES ({' '.join(variables)}) {{ {' '.join(rows())} }}"
