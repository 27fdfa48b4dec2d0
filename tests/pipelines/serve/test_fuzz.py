"""Nothing that is sent makes the server fail: no 5xx but 503. `benchmarks/fuzz.py` goes on for an hour."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings

from tests.pipelines.serve.grammar import requests
from tests.pipelines.serve.server import running


@pytest.fixture(scope="module")
def client(sample: Path) -> Iterator[httpx.Client]:
    with running(sample, "--timeout", "1") as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(request=requests())
def test_no_request_makes_the_server_fail(client: httpx.Client, request: dict[str, Any]) -> None:
    answer = client.request(**request)
    assert answer.status_code < 500 or answer.status_code == 503, request
    if (
        answer.status_code >= 400
        and answer.headers.get("content-type") == "application/json"
        and request["method"] != "HEAD"
    ):
        assert answer.json()["error"]
    assert answer.headers.get("x-content-type-options") == "nosniff" or answer.status_code in (404, 405)


def test_the_server_is_whole_after_it(client: httpx.Client) -> None:
    assert client.get("/sparql", params={"query": "ASK { ?s ?p ?o }"}).json()["boolean"] is True
