"""The SPARQL endpoint beside rdflib-endpoint over oxrdflib, on the same graph in the same run; then load and attacks.

    python benchmarks/sparql.py OUTPUTS --peer-python PATH [--kills 1000] [--seconds 5]

The peer is in .venv-peers (requirements-peers.txt), which `make bench` makes: --peer-python .venv-peers/bin/python. Both serve on this computer; rates are requests answered a
second by 16 connections that ask different things in turn, times are milliseconds.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx

from benchmarks.load import Load
from kg.identity import BASE_IRI
from pipelines.sparql.pool import prefixes_of
from tests.pipelines.serve.attacks import ENDLESS, nested
from tests.pipelines.serve.server import children_of, running, started

_HEADS = "".join(f"PREFIX {name}: <{iri}> " for name, iri in prefixes_of(BASE_IRI).items())
_TEMPLATES = {
    "label lookup": "SELECT ?l { <IRI> skos:prefLabel ?l }",
    "one hop with evidence": "SELECT ?p ?o ?q ?line { ?c rdf:subject <IRI> ; rdf:predicate ?p ; rdf:object ?o ; kg:evidence ?e . ?e kg:quote ?q ; kg:line ?line } LIMIT 20",
    "two hops": "SELECT DISTINCT ?o2 { ?c rdf:subject <IRI> ; rdf:object ?o . ?d rdf:subject ?o ; rdf:object ?o2 } LIMIT 50",
    "notes that mention": "SELECT ?n ?t { ?n kg:mentions <IRI> ; dcterms:title ?t } LIMIT 20",
    "path of broader topics": "SELECT ?t { <IRI> kg:broader* ?t } LIMIT 50",
    "count by predicate": "SELECT ?p (COUNT(*) AS ?n) { <IRI> ?p ?o } GROUP BY ?p ORDER BY DESC(?n)",
}
_PEER = """
import sys, uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint
graph = Dataset(store="Oxigraph", default_union=True)
graph.parse(sys.argv[1], format="ox-nq")
uvicorn.run(SparqlEndpoint(graph=graph, path="/sparql"), host="127.0.0.1", port=int(sys.argv[2]), log_level="error")
"""


def load(url: str, queries: Sequence[str], seconds: float) -> Load:
    """Measured from a process of its own."""
    asked = {"url": url, "queries": queries, "clients": 16, "seconds": seconds}
    command = [sys.executable, "-m", "benchmarks.load"]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=True)
    return Load(*json.loads(done.stdout))


@contextmanager
def peer(outputs: Path, python: str) -> Iterator[str]:
    """rdflib-endpoint over the same N-Quads."""
    port = random.randint(20_000, 40_000)
    process = subprocess.Popen([python, "-c", _PEER, str(outputs / "graph.nq"), str(port)])
    url = f"http://127.0.0.1:{port}/sparql"
    try:
        for _ in range(600):
            try:
                if httpx.get(url, params={"query": "ASK { ?s ?p ?o }"}, timeout=5).status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.2)
        yield url
    finally:
        process.kill()
        process.wait()


def compare(outputs: Path, seconds: float, python: str) -> None:
    """Six queries on both."""
    with (outputs / "entities.csv").open(encoding="utf-8", newline="") as handle:
        rows = sorted(csv.DictReader(handle), key=lambda row: -int(row["degree"]))
    iris = [row["iri"] for row in rows][:2000]
    random.Random(1).shuffle(iris)
    queries = {name: [_HEADS + text.replace("IRI", iri) for iri in iris] for name, text in _TEMPLATES.items()}
    with running(outputs) as ours, peer(outputs, python) as theirs:
        print(
            f"{'query':26} {'ours/s':>8} {'p50':>6} {'p95':>6} {'peer/s':>8} {'p50':>6} {'p95':>7} {'ratio':>6} failed"
        )
        for name, each in queries.items():
            mine, other = load(f"{ours}/sparql", each, seconds), load(theirs, each, seconds)
            ratio = mine.rate / max(0.01, other.rate)
            print(
                f"{name:26} {mine.rate:8.0f} {mine.p50:6.1f} {mine.p95:6.1f} {other.rate:8.0f} {other.p50:6.1f} {other.p95:7.1f} {ratio:5.1f}x {mine.failed}/{other.failed}"
            )


def attack(outputs: Path, kills: int) -> None:
    """Every attack, light queries beside two attackers, and a thousand kills."""
    timeout = 5.0
    with started(outputs, "--timeout", str(timeout)) as (server, process), httpx.Client(timeout=60) as client:

        def ask(query: str) -> tuple[int, float]:
            start = time.perf_counter()
            status = client.post(f"{server}/sparql", data={"query": query}).status_code
            return status, time.perf_counter() - start

        attacks = [
            *ENDLESS.items(),
            *(
                (f"{shape} {depth}", text)
                for depth in (10**2, 10**3, 10**4, 10**5)
                for shape, text in nested(depth).items()
            ),
        ]
        found = [(name, *ask(text)) for name, text in attacks]
        slowest = max(found, key=lambda item: item[2])
        statuses = sorted({status for _, status, _ in found})
        print(
            f"{len(found)} attacks: statuses {statuses}, the longest {slowest[2]:.2f} s ({slowest[0]}), timeout {timeout:g} s"
        )
        ended = threading.Event()

        def go_on(name: str) -> None:
            with httpx.Client(timeout=60) as attacker:
                while not ended.is_set():
                    attacker.post(f"{server}/sparql", data={"query": ENDLESS[name]})

        with ThreadPoolExecutor(2) as pool:
            for name in ("cartesian product, ordered", "text doubled for every row"):
                pool.submit(go_on, name)
            until = time.perf_counter() + 20
            light = []
            while time.perf_counter() < until:
                light.append(ask("SELECT ?l { ?x a kg:Model ; skos:prefLabel ?l } LIMIT 5"))
                time.sleep(0.02)
            ended.set()
        times = sorted(took for _, took in light)
        answered = sum(status == 200 for status, _ in light)
        print(
            f"light queries beside two attackers: {answered} of {len(light)} answered, p50 {1000 * times[len(times) // 2]:.0f} ms, p95 {1000 * times[int(len(times) * 0.95)]:.0f} ms"
        )
        start = time.perf_counter()
        failed = 0
        for _ in range(kills):
            victims = children_of(process)
            if victims:
                os.kill(random.choice(victims), 9)
            failed += ask("ASK { ?s ?p ?o }")[0] != 200
        time.sleep(1)
        print(
            f"{kills} kills in {time.perf_counter() - start:.0f} s: {failed} queries beside them failed, {len(children_of(process))} children after, the store opens: {ask('ASK { ?s ?p ?o }')[0] == 200}"
        )
        children = children_of(process)
    time.sleep(2)
    print(f"after the server was killed: {sum(Path(f'/proc/{child}').exists() for child in children)} processes left")


def main() -> None:
    """Print it all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("outputs", type=Path)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--peer-python", default=sys.executable, help="an interpreter that has the peer")
    options = parser.parse_args()
    compare(options.outputs, options.seconds, options.peer_python)
    attack(options.outputs, options.kills)


if __name__ == "__main__":
    main()
