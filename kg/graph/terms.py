"""Terms of RDF written and read as N-Quads: IRIs and literals, escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

__all__ = [
    "DCAT",
    "DCTERMS",
    "PROV",
    "RDF",
    "SKOS",
    "VOID",
    "XSD",
    "iri",
    "literal",
    "read_literal",
    "read_quads",
    "unescape",
]

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
PROV = "http://www.w3.org/ns/prov#"
VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"

_SPECIAL = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPE = re.compile(r'["\\\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]')
_QUAD = re.compile(r'(<[^>]*>) (<[^>]*>) (<[^>]*>|"(?:[^"\\]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^>]*>)?)(?: (<[^>]*>))? \.')
_LITERAL = re.compile(r'^"(?P<text>(?:[^"\\]|\\.)*)"(?:@(?P<language>[A-Za-z0-9-]+)|\^\^<(?P<datatype>[^>]*)>)?$', re.S)
_UNESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "\\": "\\", "'": "'"}


def iri(text: str) -> str:
    """`<text>`; the text must already be an IRI."""
    return f"<{text}>"


def literal(text: str, language: str = "", datatype: str = "") -> str:
    """A quoted literal; NUL, lone surrogates and non-characters, which RDF cannot carry, become U+FFFD."""
    quoted = f'"{_ESCAPE.sub(_escape, text)}"'
    if language:
        return f"{quoted}@{language}"
    return f"{quoted}^^<{datatype}>" if datatype else quoted


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    if char in _SPECIAL:
        return _SPECIAL[char]
    if char == "\x00" or "\ud800" <= char <= "\udfff" or char >= "\ufffe":
        return "\ufffd"
    return f"\\u{ord(char):04X}"


def unescape(text: str) -> str:
    """The text of a literal between its quotes."""
    return (
        _UNESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else _PLAIN[m[3]], text)
        if "\\" in text
        else text
    )


def read_literal(term: str) -> tuple[str, str, str]:
    """Text, language and datatype of a literal as `literal` writes it; raises ValueError for other terms."""
    match = _LITERAL.match(term)
    if match is None:
        raise ValueError(f"not a literal that Zhitu wrote: {term[:80]!r}")
    return unescape(match["text"]), match["language"] or "", match["datatype"] or ""


def read_quads(lines: Iterable[str]) -> Iterator[tuple[str, str, str, str]]:
    """Quads of the N-Quads lines that `kg.graph` wrote, terms as written, "" for the default graph; raises ValueError."""
    for line in lines:
        match = _QUAD.match(line)
        if match is None:
            raise ValueError(f"not a line that Zhitu wrote: {line[:80]!r}")
        yield match[1], match[2], match[3], match[4] or ""
