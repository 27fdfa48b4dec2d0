"""The server stays up, stays fast and fetches nothing, whatever it is asked."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from tests.pipelines.serve.attacks import ENDLESS, nested
from tests.pipelines.serve.server import children_of, started

TIMEOUT = 2.0
ON_LINUX = sys.platform.startswith("linux")


@pytest.fixture(scope="module")
def serving(sample: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    with started(sample, "--timeout", str(TIMEOUT), "--max-bytes", "2000000") as found:
        yield found


@pytest.fixture
def server(serving: tuple[str, subprocess.Popen[str]]) -> str:
    return serving[0]


def ask(server: str, query: str, timeout: float = 30) -> httpx.Response:
    return httpx.post(f"{server}/sparql", data={"query": query}, timeout=timeout)


def alive(server: str) -> bool:
    return bool(ask(server, "ASK { ?s ?p ?o }").json()["boolean"])


# ---- nothing is fetched ----


@contextmanager
def listener() -> Iterator[tuple[int, list[str]]]:
    """A port of this computer, and everyone who came to it."""
    came: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        ended = threading.Event()

        def accept() -> None:
            while not ended.is_set():
                try:
                    connection, address = server.accept()
                except TimeoutError:
                    continue
                came.append(str(address))
                connection.close()

        thread = threading.Thread(target=accept)
        thread.start()
        yield server.getsockname()[1], came
        time.sleep(0.3)
        ended.set()
        thread.join()


REACHING_OUT = [
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "SELECT * { { { SERVICE SILENT <URL> { ?s ?p ?o } } } }",
    "SELECT * { VALUES ?u { <URL> } SERVICE ?u { ?s ?p ?o } }",
    "SELECT * { BIND(IRI('URL') AS ?u) SERVICE SILENT ?u { ?s ?p ?o } }",
    "SELECT * { OPTIONAL { SERVICE <URL> { SERVICE <URL> { ?s ?p ?o } } } }",
    "PREFIX u: <URL> SELECT * { SERVICE u: { ?s ?p ?o } }",
    "BASE <URL> SELECT * { SERVICE <x> { ?s ?p ?o } }",
    "SELECT * { FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "SELECT * { ?a ?b ?c FILTER(?a<'>') SERVICE <URL> { ?s ?p ?o } } # '",
    "SELECT * { # '''\n SERVICE <URL> { ?s ?p ?o } } # '''",
    "SELECT * FROM <URL> { ?s ?p ?o }",
    "SELECT * FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } }",
    "BASE <URL> SELECT * FROM <data> { ?s ?p ?o }",
    "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "SELECT * FROM NAMED <file:///etc/hostname> { GRAPH ?g { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } FROM <file:///proc/self/environ> WHERE { ?s ?p ?o }",
    "LOAD <URL>",
    "LOAD <file:///etc/passwd>",
]


def test_no_query_reaches_the_network_or_a_file(server: str) -> None:
    with listener() as (port, came):
        url = f"http://127.0.0.1:{port}/"
        for query in REACHING_OUT:
            answer = ask(server, query.replace("URL", url))
            assert 400 <= answer.status_code < 500, query
            assert "root:" not in answer.text
            assert answer.json()["hint"]
        for name in ("default-graph-uri", "named-graph-uri"):
            for graph in (url, "file:///etc/passwd"):
                answer = httpx.get(f"{server}/sparql", params={"query": "SELECT * { ?s ?p ?o }", name: graph})
                assert 400 <= answer.status_code < 500
        for path in (f"/graphs?graph={quote(url)}", "/graphs?graph=file:///etc/passwd", f"/data/{url}", f"/page/{url}"):
            assert httpx.get(server + path).status_code in (400, 404)
        # A context by reference stays a reference: answers in JSON-LD are written, never read.
        answer = ask(server, f"CONSTRUCT {{ <a:a> <http://www.w3.org/ns/json-ld#context> <{url}> }} WHERE {{}}")
        assert answer.status_code == 200
        ask(server, f"ASK {{ <{url}> ?p ?o }}")
    assert came == []


@pytest.mark.skipif(not ON_LINUX, reason="the kernel's filter is Linux's")
def test_a_query_that_fooled_the_guard_still_reaches_nothing(sample: Path, server: str) -> None:
    """The engine as the worker runs it, asked without any check."""
    code = """
        import sys, socket, subprocess
        from pipelines.sparql.isolation import confine
        assert confine() == "seccomp"
        import pyoxigraph
        store = pyoxigraph.Store.read_only(sys.argv[1])
        assert bool(store.query("ASK { ?s ?p ?o }"))
        url = sys.argv[2]
        failed = []
        for attempt in (
            lambda: list(store.query(f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}")),
            lambda: socket.create_connection(("127.0.0.1", int(sys.argv[3]))),
            lambda: socket.socket(socket.AF_UNIX),
            lambda: subprocess.run(["true"]),
        ):
            try:
                attempt()
            except Exception as error:
                failed.append(type(error).__name__)
        print(len(failed))
    """
    with listener() as (port, came):
        command = [
            sys.executable,
            "-c",
            textwrap.dedent(code),
            str(sample / "store"),
            f"http://127.0.0.1:{port}/",
            str(port),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == "4", done.stderr
    assert came == []
    assert httpx.get(f"{server}/healthz").json()["isolation"] == "seccomp"


# ---- nothing runs for ever ----


@pytest.mark.parametrize("name", ENDLESS)
def test_endless_queries_end(server: str, name: str) -> None:
    start = time.perf_counter()
    answer = ask(server, ENDLESS[name])
    assert time.perf_counter() - start < TIMEOUT + 1
    assert answer.status_code in (400, 503), answer.text[:200]
    assert answer.json()["error"]
    assert alive(server)


@pytest.mark.parametrize("depth", [100, 1_000, 10_000, 100_000])
def test_deep_queries_are_refused(server: str, depth: int) -> None:
    for shape, query in nested(depth).items():
        start = time.perf_counter()
        answer = ask(server, query)
        assert time.perf_counter() - start < TIMEOUT + 1, shape
        assert answer.status_code in (400, 413), shape
    assert alive(server)


def test_long_flat_queries_end(server: str) -> None:
    for query in (
        "SELECT * { FILTER(" + "||".join(f"?x={n}" for n in range(9_000)) + ") }",
        "SELECT * { BIND(" + "+".join("1" * 1 for _ in range(30_000)) + " AS ?x) }",
        "SELECT * { " + " UNION ".join(["{ ?s ?p ?o }"] * 5_000) + " }",
        "SELECT * { ?s " + "/".join(["<a:b>"] * 15_000) + " ?o }",
        "SELECT * { " + "<" * 50_000 + " }",
        "SELECT * { ?s ?p " + "'''\\'" * 18_000 + " }",
        'SELECT * { ?s ?p """' + '\\"' * 49_000,
        "SELECT * { " + "service " * 12_000 + "}",
        "SELECT * { ?x kg:nameMatches '" + "的" * 90_000 + "' }",
    ):
        start = time.perf_counter()
        answer = ask(server, query)
        assert time.perf_counter() - start < TIMEOUT + 1, query[:40]
        assert answer.status_code in (200, 400, 413, 503)
    assert alive(server)


def test_light_queries_are_answered_while_two_clients_attack(server: str) -> None:
    ended = threading.Event()

    def attack(name: str) -> None:
        while not ended.is_set():
            ask(server, ENDLESS[name])

    names = ["cartesian product, ordered", "text doubled for every row"]
    with ThreadPoolExecutor(2) as pool, httpx.Client() as client:
        attacks = [pool.submit(attack, name) for name in names]
        times = []
        try:
            until = time.perf_counter() + 6
            while time.perf_counter() < until:
                start = time.perf_counter()
                answer = client.get(
                    f"{server}/sparql",
                    params={"query": "SELECT ?l { <https://w3id.org/zhitu/id/model/resnet> skos:prefLabel ?l }"},
                )
                times.append(time.perf_counter() - start)
                assert answer.status_code == 200
                assert answer.json()["results"]["bindings"]
                time.sleep(0.02)
        finally:
            ended.set()
        for future in attacks:
            future.result()
    times.sort()
    assert len(times) > 50
    assert times[int(len(times) * 0.95)] < 0.25


def test_large_answers_are_cut_off(server: str) -> None:
    answer = ask(server, "SELECT * { ?a ?b ?c . ?d a ?f }")
    assert answer.status_code == 400
    assert "larger than" in answer.json()["error"]
    assert "LIMIT" in answer.json()["hint"]


def test_a_huge_header_is_refused_at_once(server: str) -> None:
    for size, status in ((10_000, 431), (2_000_000, None)):
        start = time.perf_counter()
        try:
            answer = httpx.get(f"{server}/sparql", params={"query": "ASK {}"}, headers={"Accept": "a/b," * size})
            assert answer.status_code in ({status} if status else {400, 431})
        except httpx.TransportError:
            assert status is None
        assert time.perf_counter() - start < 2
    assert alive(server)


def test_answers_that_nobody_reads_count_for_their_client(sample: Path) -> None:
    with started(sample, "--per-client", "3", "--timeout", "5") as (server, _):
        host, port = server.removeprefix("http://").split(":")
        query = quote("SELECT * { ?a ?b ?c . ?d a kg:Paper } LIMIT 30000")
        sockets = []
        for _ in range(3):
            connection = socket.create_connection((host, int(port)))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            sockets.append(connection)
        time.sleep(3)
        assert ask(server, "ASK {}").status_code == 429
        for connection in sockets:
            connection.close()
        time.sleep(0.5)
        assert alive(server)


def test_a_host_that_is_none_is_refused(sample: Path) -> None:
    with started(sample, "--host", "0.0.0.0") as (server, _):
        address = server.replace("0.0.0.0", "127.0.0.1")
        for path in ("/.well-known/void", "/sparql"):
            answer = httpx.get(address + path, headers={"Host": "a%zz", "Accept": "text/turtle"})
            assert answer.status_code == 400, path


# ---- nothing is left behind ----


def settled(process: subprocess.Popen[str], wanted: int = 0) -> set[int]:
    """The children of a server once they have been the same for a while, and as many as wanted, if that comes to pass."""
    last: set[int] = set()
    since = begin = time.monotonic()
    while time.monotonic() - since < 0.6 or (len(last) < wanted and time.monotonic() - begin < 20):
        now = set(children_of(process))
        if now != last:
            last, since = now, time.monotonic()
        time.sleep(0.05)
    return last


def test_a_client_that_goes_away_takes_its_query_with_it(serving: tuple[str, subprocess.Popen[str]]) -> None:
    server, process = serving
    before = settled(process)
    host, port = server.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        query = quote(ENDLESS["cartesian product, counted"])
        connection.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        time.sleep(0.5)
        assert before == set(children_of(process))
    start = time.perf_counter()
    while set(children_of(process)) == before and time.perf_counter() - start < 1.2:
        time.sleep(0.05)
    assert len(before - set(children_of(process))) == 1
    assert len(settled(process, len(before))) == len(before)


def test_a_hundred_kills_leave_a_whole_server(serving: tuple[str, subprocess.Popen[str]]) -> None:
    server, process = serving
    count = len(settled(process))
    for _ in range(100):
        victim = children_of(process)[0]
        os.kill(victim, 9)
        assert alive(server)
    assert len(settled(process, count)) == count
    assert alive(server)


@pytest.mark.parametrize(("options", "status"), [(("--per-client", "2"), 429), (("--waiting", "1"), 503)])
def test_too_many_requests_are_turned_away_politely(sample: Path, options: tuple[str, ...], status: int) -> None:
    with started(sample, "--timeout", "2", "--workers", "1", *options) as (server, _):
        with ThreadPoolExecutor(6) as pool:
            asked = pool.map(
                lambda _: (ask(server, ENDLESS["cartesian product, counted"]), time.perf_counter()), range(6)
            )
            answers = sorted(asked, key=lambda pair: pair[1])
        for answer, _ in answers[:4]:
            assert answer.status_code == status
            assert int(answer.headers["retry-after"]) >= 1
            assert answer.json()["hint"]
        assert {answer.status_code for answer, _ in answers[4:]} == {503}
        time.sleep(0.5)
        assert alive(server)


def test_children_do_not_outlive_a_killed_server(sample: Path) -> None:
    with started(sample, "--timeout", "1") as (server, process):
        children = children_of(process)
        assert len(children) >= 4
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(ask, server, ENDLESS["cartesian product, counted"])
            time.sleep(0.3)
            process.kill()
            process.wait()
            assert isinstance(asked.exception(), httpx.TransportError)
    until = time.monotonic() + 5
    left = children
    while left and time.monotonic() < until:
        left = [
            child
            for child in left
            if Path(f"/proc/{child}").exists() and "Z" not in Path(f"/proc/{child}/stat").read_text().split()[2]
        ]
        time.sleep(0.1)
    assert left == []
