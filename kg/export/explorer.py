"""`index.html`: the explorer as one file that opens from disk without a network, its data compressed inside."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import SettingsError
from kg.export.explorer_data import evidence_pieces, graph_columns, link_columns, place_columns
from kg.model import Build
from kg.ontology import read_ontology

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["write_explorer"]


def write_explorer(build: Build, network: nx.MultiDiGraph, path: Path, *, note_url: str = "") -> None:
    """Write the map, the search and every sentence into one HTML file; raises SettingsError where the front end was not built.

    `note_url` is put before a note's path where a place links to it; empty for no links.
    """
    script, style = _bundled("app.js"), _bundled("app.css")
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(_HEAD.format(policy=_policy(script, style), style=style))
        # Base64 has neither quotes nor "<": what notes say cannot end the element.
        out.writelines(
            f'<script type="application/gzip" id="{name}">{_packed(data)}</script>\n'
            for name, data in _blocks(build, network, note_url)
        )
        out.write(f"<script>{script}</script>\n</body>\n</html>\n")


def _blocks(build: Build, network: nx.MultiDiGraph, note_url: str) -> Iterator[tuple[str, dict[str, Any]]]:
    ontology = read_ontology()
    yield "graph", {**graph_columns(build, network, ontology), "note_url": note_url, "base": build.base}
    yield "places", place_columns(build)
    yield "links", link_columns(build)
    for number, piece in enumerate(evidence_pieces(build, ontology)):
        yield f"evidence-{number}", piece


def _packed(data: dict[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode("utf-8", "replace"), 6, mtime=0)).decode()


def _bundled(name: str) -> str:
    file = files("kg.export").joinpath("bundle", name)
    if not file.is_file():
        raise SettingsError(
            f"the explorer's front end is not built: no {name}", "run make web, or install again: pip install -e ."
        )
    return file.read_text(encoding="utf-8").strip()


def _policy(script: str, style: str) -> str:
    """Only this script and this style run, and nothing is fetched but from where the page itself came."""
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (script, style)]
    return (
        f"default-src 'none'; script-src 'sha256-{hashes[0]}'; style-src 'sha256-{hashes[1]}'; img-src data: blob:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'"
    )


_HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>知图 Zhitu</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
<div id="app"><noscript>This page needs JavaScript. 此页需要 JavaScript。</noscript></div>
"""
