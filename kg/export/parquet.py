"""The tables as Parquet, for what reads them in parts: Dask, Spark, DuckDB, pandas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO

from kg.export.tables import COLUMNS, NUMBERS, writable

__all__ = ["to_parquet"]


def to_parquet(table: str, rows: Iterable[Sequence[object]]) -> bytes:
    """Rows of a table as the bytes of a Parquet file, with the columns of the CSV; an empty number is null."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = COLUMNS[table]
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    arrays = []
    for name, values in zip(names, columns, strict=True):
        if NUMBERS.get(name) == "int64":
            arrays.append(pa.array([None if value == "" else int(str(value)) for value in values], pa.int64()))
        elif NUMBERS.get(name) == "float64":
            arrays.append(pa.array([round(float(str(value)), 4) for value in values], pa.float64()))
        else:
            arrays.append(pa.array([writable(str(value)) for value in values], pa.string()))
    target = BytesIO()
    pq.write_table(pa.table(arrays, names=list(names)), target, compression="zstd")
    return target.getvalue()
