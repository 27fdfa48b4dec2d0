"""The server, over real HTTP on a free port of this computer."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from pipelines.build import run_build
from pipelines.serve import DOWNLOADS
from tests.browser import open_page
from tests.conftest import ROOT
from tests.pipelines.serve.server import running

SELECT = "SELECT ?s ?o { ?s kg:variantOf ?o } ORDER BY ?s ?o"


@pytest.fixture(scope="module")
def outputs_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("serve") / "outputs"
    run_build([ROOT / "notes"], folder, jobs=1)
    return folder


@pytest.fixture(scope="module")
def server(outputs_folder: Path) -> Iterator[str]:
    """The address of `kg serve` with a time limit of two seconds per query."""
    with running(outputs_folder, "--timeout", "2") as address:
        yield address


def ask(server: str, query: str, **headers: str) -> httpx.Response:
    return httpx.get(f"{server}/sparql", params={"query": query}, headers=headers, timeout=30)


def test_the_explorer_is_served_under_a_policy_that_lets_nothing_in(server: str) -> None:
    page = httpx.get(server, timeout=30)
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert page.headers["x-content-type-options"] == "nosniff"


def test_the_explorer_fetches_sentences_when_it_needs_them(server: str) -> None:
    page = httpx.get(f"{server}/")
    assert 'id="graph"' in page.text
    assert "evidence-0" not in page.text
    piece = httpx.get(f"{server}/explorer/evidence-0")
    assert piece.headers["content-encoding"] == "gzip"
    assert any("ResNet" in quote for quote in piece.json()["quotes"])
    assert httpx.get(f"{server}/explorer/graph").status_code == 404
    assert httpx.get(f"{server}/explorer/..%2fentities.csv").status_code == 404
    with open_page() as browser:
        browser.goto(f"{server}/#/topic/ResNet")
        browser.wait_for_selector(".panel .said")
        for place in ("#/topic/ResNet", "#/path/RNN/ResNet", "#/?hide=Person"):
            browser.goto(f"{server}/{place}")
            browser.reload()
            browser.wait_for_selector(".panel h2")
            browser.click(".tools button >> nth=1")
            query = browser.get_attribute(".drawer a", "href")
            assert httpx.get(f"{server}/{query}", timeout=30).json()["results"]["bindings"], place


def test_query_by_get_post_form_and_post_body(server: str) -> None:
    expected = ask(server, SELECT).json()
    assert len(expected["results"]["bindings"]) > 2
    form = httpx.post(f"{server}/sparql", data={"query": SELECT}, timeout=30)
    body = httpx.post(
        f"{server}/sparql", content=SELECT, headers={"Content-Type": "application/sparql-query"}, timeout=30
    )
    assert form.json() == body.json() == expected


@pytest.mark.parametrize(
    ("accept", "kind", "start"),
    [
        ("application/sparql-results+json", "application/sparql-results+json", b"{"),
        ("application/sparql-results+xml", "application/sparql-results+xml", b"<?xml"),
        ("text/csv", "text/csv; charset=utf-8", b"s,o"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8", b"?s\t?o"),
        ("text/html;q=0.4, text/csv;q=0.5, */*;q=0.1", "text/csv; charset=utf-8", b"s,o"),
        ("*/*", "application/sparql-results+json", b"{"),
    ],
)
def test_the_answer_comes_as_asked(server: str, accept: str, kind: str, start: bytes) -> None:
    answer = ask(server, SELECT, Accept=accept)
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert answer.content.startswith(start)


def test_construct_and_describe_give_turtle_or_ntriples(server: str) -> None:
    import pyoxigraph

    query = "CONSTRUCT { ?s kg:variantOf ?o } WHERE { ?s kg:variantOf ?o }"
    turtle = ask(server, query, Accept="text/turtle")
    lines = ask(server, query, Accept="application/n-triples")
    first = set(pyoxigraph.parse(turtle.content, format=pyoxigraph.RdfFormat.TURTLE))
    second = set(pyoxigraph.parse(lines.content, format=pyoxigraph.RdfFormat.N_TRIPLES))
    assert first == second
    assert first
    described = httpx.get(f"{server}/id/model/resnet", timeout=30, follow_redirects=True)
    assert described.headers["content-type"].startswith("text/turtle")
    assert "ResNet" in described.text


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("SELECT {", 400, "malformed"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", 400, "read-only"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 400, "SERVICE"),
        ("SELECT * FROM <http://127.0.0.1:9/> { ?s ?p ?o }", 400, "no graph"),
        ("SELECT * " + "{" * 3000 + "}" * 3000, 400, "nested"),
        ("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", 503, "longer than 2"),
    ],
)
def test_bad_and_hostile_queries_are_refused_in_json(server: str, query: str, status: int, says: str) -> None:
    answer = ask(server, query)
    assert answer.status_code == status
    assert says in answer.json()["error"]
    assert ask(server, "ASK { ?s ?p ?o }").json()["boolean"] is True


def test_protocol_errors(server: str) -> None:
    assert httpx.post(f"{server}/sparql", data={"update": "CLEAR ALL"}, timeout=30).status_code == 400
    assert httpx.post(f"{server}/sparql", content=b"x", timeout=30).status_code == 415
    assert ask(server, SELECT, Accept="image/png").status_code == 406
    assert httpx.put(f"{server}/sparql", content=b"x", timeout=30).status_code == 405
    assert httpx.get(f"{server}/sparql?query=ASK{{}}&query=ASK{{}}", timeout=30).status_code == 400
    large = httpx.post(
        f"{server}/sparql", content=b"x" * 2_000_000, headers={"Content-Type": "application/sparql-query"}, timeout=30
    )
    assert large.status_code == 413


def test_downloads_are_the_files_and_nothing_else(server: str, outputs_folder: Path) -> None:
    for name, kind in DOWNLOADS.items():
        answer = httpx.get(f"{server}/outputs/{name}", timeout=30)
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
        assert answer.content == (outputs_folder / name).read_bytes()
    for name in ("store/CURRENT", "../pyproject.toml", "..%2f..%2fpyproject.toml", "%2e%2e/x", "index.html", ".hidden"):
        assert httpx.get(f"{server}/outputs/{name}", timeout=30).status_code == 404
    assert raw(server, "/outputs/../../pyproject.toml").startswith(b"HTTP/1.1 404")
    assert raw(server, "/outputs//etc/passwd").startswith(b"HTTP/1.1 404")


def test_another_host_name_is_refused(server: str) -> None:
    """A page elsewhere that points its own name at this computer must not read the notes."""
    assert ask(server, SELECT, Host="evil.example").status_code == 400


def test_a_new_build_is_served_without_a_restart(server: str, outputs_folder: Path) -> None:
    before = ask(server, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").json()
    run_build([ROOT / "notes"], outputs_folder, jobs=1)
    assert ask(server, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").json() == before


def test_names_in_any_script_have_addresses(server: str) -> None:
    query = "SELECT ?s { ?s a ?t FILTER(CONTAINS(STR(?s), '%E')) } LIMIT 1"
    rows = ask(server, query).json()["results"]["bindings"]
    assert rows
    path = rows[0]["s"]["value"].partition("/zhitu/")[2]
    described = httpx.get(f"{server}/{quote(path, safe='/%')}", timeout=30, follow_redirects=True)
    assert described.status_code == 200
    assert described.text.strip()


def test_a_port_in_use_is_one_clear_line(server: str, outputs_folder: Path) -> None:
    port = server.rpartition(":")[2]
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "serve", str(outputs_folder), "--port", port],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "in use" in done.stderr
    assert "Traceback" not in done.stderr


def raw(server: str, target: str) -> bytes:
    """The first bytes of an answer to a path that a polite client would tidy up before sending."""
    host, port = server.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return connection.recv(1000)


def test_health(server: str) -> None:
    assert json.loads(httpx.get(f"{server}/healthz", timeout=30).text)["status"] == "ok"
