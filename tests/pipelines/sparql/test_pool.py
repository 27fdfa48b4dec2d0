"""The pool from within: those in line are served whatever happens to those before them."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from kg.errors import GraphError
from pipelines.sparql.pool import QueryBusyError, QueryPool, QueryTimeoutError
from tests.pipelines.serve.attacks import ENDLESS

SLOW = ENDLESS["cartesian product, counted"]


def test_who_leaves_the_line_does_not_hold_up_the_others(sample: Path) -> None:
    async def run() -> None:
        async with QueryPool(sample, timeout=6, size=1) as pool:
            slow = asyncio.create_task(pool.query(SLOW))
            await asyncio.sleep(0.1)
            waiting = [asyncio.create_task(pool.query("ASK {}")) for _ in range(4)]
            await asyncio.sleep(0.1)
            slow.cancel()
            waiting[0].cancel()
            waiting[2].cancel()
            answers = await asyncio.wait_for(asyncio.gather(waiting[1], waiting[3]), 3)
            assert all(answer.kind == "boolean" for answer in answers)

    asyncio.run(run())


def test_a_new_build_serves_those_in_line(sample: Path, tmp_path: Path) -> None:
    shutil.copytree(sample, tmp_path / "out")

    async def run() -> None:
        async with QueryPool(tmp_path / "out", timeout=3, size=1) as pool:
            slow = asyncio.create_task(pool.query(SLOW))
            await asyncio.sleep(0.1)
            waiting = asyncio.create_task(pool.query("ASK { ?s ?p ?o }", timeout=8))
            await asyncio.sleep(0.1)
            shutil.copytree(sample / "store", tmp_path / "store")
            (tmp_path / "out" / "store").rename(tmp_path / "old")
            (tmp_path / "store").rename(tmp_path / "out" / "store")
            with pytest.raises(QueryTimeoutError):
                await slow
            assert (await waiting).kind == "boolean"

    asyncio.run(run())


def test_without_a_store_everyone_is_told(sample: Path, tmp_path: Path) -> None:
    shutil.copytree(sample, tmp_path / "out")

    async def run() -> None:
        async with QueryPool(tmp_path / "out", timeout=3, size=2) as pool:
            (tmp_path / "out" / "store").rename(tmp_path / "away")
            found = await asyncio.gather(*(pool.query("ASK {}") for _ in range(5)), return_exceptions=True)
            assert all(isinstance(item, (GraphError, QueryBusyError)) for item in found)
            assert any(isinstance(item, GraphError) for item in found)
            (tmp_path / "away").rename(tmp_path / "out" / "store")
            assert (await pool.query("ASK { ?s ?p ?o }")).kind == "boolean"

    asyncio.run(run())


def test_the_line_has_an_end(sample: Path) -> None:
    async def run() -> None:
        async with QueryPool(sample, timeout=2, size=1, waiting=2) as pool:
            slow = asyncio.create_task(pool.query(SLOW))
            await asyncio.sleep(0.1)
            waiting = [asyncio.create_task(pool.query("ASK {}", timeout=8)) for _ in range(2)]
            await asyncio.sleep(0.1)
            with pytest.raises(QueryBusyError):
                await pool.query("ASK {}")
            with pytest.raises(QueryTimeoutError):
                await slow
            await asyncio.gather(*waiting)

    asyncio.run(run())
