"""Parquet: one file a table, through pyarrow, an optional extra (``pip install 'tracker[parquet]'``)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tracker.errors import UsageError
from tracker.export.files import draft
from tracker.export.tables import COLUMNS, Numbered, Row, names

_GROUP = 20_000  # rows of one table that are kept in memory


class NoPyarrow(UsageError):
    """The library that writes Parquet is not there."""

    def __init__(self) -> None:
        super().__init__("pyarrow is not installed", "pip install 'tracker[parquet]'")


def write(lines: Iterable[str], folder: Path) -> list[Path]:
    """Write versions.parquet, facts.parquet, changes.parquet and evidence.parquet. Raises CannotExport."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise NoPyarrow from None
    types = {"text": pyarrow.string(), "integer": pyarrow.int64()}
    schemas = {
        table: pyarrow.schema([(name, types[kind]) for name, kind in columns])
        for table, columns in COLUMNS.items()
    }
    paths = {table: folder / f"{table}.parquet" for table in COLUMNS}
    numbered = Numbered()
    with ExitStack() as stack:
        writers = {
            table: stack.enter_context(
                parquet.ParquetWriter(stack.enter_context(draft(path)), schemas[table])
            )
            for table, path in paths.items()
        }
        waiting: dict[str, list[Row]] = {table: [] for table in COLUMNS}
        for line in lines:
            for table, row in numbered.rows(json.loads(line)):
                waiting[table].append(row)
                if len(waiting[table]) == _GROUP:
                    _flush(pyarrow, writers[table], schemas[table], table, waiting[table])
        for table, rows in waiting.items():
            _flush(pyarrow, writers[table], schemas[table], table, rows)
    return list(paths.values())


def _flush(pyarrow: Any, writer: Any, schema: Any, table: str, rows: list[Row]) -> None:
    columns = {name: [row[number] for row in rows] for number, name in enumerate(names(table))}
    writer.write_table(pyarrow.table(columns, schema=schema))
    rows.clear()
