"""An hour of requests drawn from the grammar of SPARQL and from the protocol: what the server answered, by status.

    python benchmarks/fuzz.py OUTPUTS [--seconds 3600]

Ends at once at a 5xx other than 503, and prints the request, made as small as Hypothesis can.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.pipelines.serve.grammar import requests
from tests.pipelines.serve.server import running


def main() -> None:
    """Fuzz until the time is over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("outputs", type=Path)
    parser.add_argument("--seconds", type=float, default=3600)
    options = parser.parse_args()
    statuses: Counter[int] = Counter()
    until = time.monotonic() + options.seconds
    with running(options.outputs, "--timeout", "1") as address, httpx.Client(base_url=address, timeout=30) as client:
        for number in count():
            if time.monotonic() > until:
                break

            @seed(number)
            @settings(
                max_examples=500,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate, Phase.shrink],
            )
            @given(request=requests())
            def ask(request: dict[str, Any]) -> None:
                if time.monotonic() > until:
                    return
                answer = client.request(**request)
                statuses[answer.status_code] += 1
                assert answer.status_code < 500 or answer.status_code == 503, (request, answer.text)

            ask()
        assert client.get("/sparql", params={"query": "ASK { ?s ?p ?o }"}).json()["boolean"] is True
    print(f"{sum(statuses.values())} requests in {options.seconds:.0f} s, by status: {dict(sorted(statuses.items()))}")


if __name__ == "__main__":
    main()
