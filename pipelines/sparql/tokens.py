"""SPARQL text taken apart into tokens: enough to tell names from strings and comments, no grammar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["NAME_CHARACTER", "TOKEN", "Token", "tokens"]

NAME_CHARACTER = r"""[^\s<>"'{}()\[\]|^`\\?$\#,;/=!&*+@~]"""
"""A character that may stand in a name, prefixed name or number."""
TOKEN = re.compile(
    rf"""
    (?P<blank>\s+|\#[^\n\r]*)
  | (?P<string>'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''|\"\"\"(?:(?:"|"")?(?:[^"\\]|\\.))*\"\"\"
             |'(?:[^'\\\n\r]|\\.)*'|"(?:[^"\\\n\r]|\\.)*")
  | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\[uU][0-9A-Fa-f]{{4}})*>)
  | (?P<variable>[?$]\w+)
  | (?P<name>(?:{NAME_CHARACTER}|\\.)+)
  | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A piece of a query."""

    kind: str
    """string, iri, variable, name or mark."""
    text: str
    start: int
    """Code point in the query."""
    end: int


def tokens(query: str) -> Iterator[Token]:
    """The tokens of a query in order, without blanks and comments."""
    for found in TOKEN.finditer(query):
        if found.lastgroup != "blank":
            yield Token(found.lastgroup or "", found.group(), found.start(), found.end())
