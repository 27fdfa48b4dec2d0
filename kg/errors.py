"""What can go wrong, as a small tree that callers can catch at any height.

    KgError                 every error Zhitu raises on purpose; the CLI prints it and exits with code 2
    ├── SettingsError       an option, a path or a combination of them that cannot work
    ├── OntologyError       ontologies/kg.ttl or shapes.ttl does not say what the code relies on
    ├── LexiconError        a lexicon row that cannot be used, with its file and line
    ├── GraphError          outputs that are missing, incomplete or of another version
    └── QueryError          a SPARQL query that is malformed or not allowed

A bad note is never an error: it is a `kg.model.Problem`, and the build goes on.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["GraphError", "KgError", "LexiconError", "OntologyError", "QueryError", "SettingsError", "build_hint"]


class KgError(Exception):
    """An error with a message that names the thing, and a hint that names the next move."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class SettingsError(KgError):
    """An option, a path or a combination of them that cannot work."""


class OntologyError(KgError):
    """The ontology does not say what the code relies on."""


class LexiconError(KgError):
    """A lexicon row that cannot be used."""


class GraphError(KgError):
    """Outputs that are missing, incomplete or of another version."""


class QueryError(KgError):
    """A SPARQL query that is malformed or not allowed."""


def build_hint(folder: Path) -> str:
    """The next move where an output folder lacks something or cannot be read."""
    if (folder / "parts").is_dir() and not (folder / "graph.nq").exists():
        return "These are parts alone: kg search and kg path answer, for all else build with --whole"
    return f"Build it: kg build NOTES --out {folder}"
