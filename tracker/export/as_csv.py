"""CSV: one file a table. Cells that a spreadsheet would run as a formula are made words."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from tracker.export.files import draft
from tracker.export.tables import TYPES, Numbered, Row, names

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # the wide ones are read as formulas too


def write(lines: Iterable[str], folder: Path) -> list[Path]:
    """Write versions.csv, facts.csv and changes.csv. Raises CannotExport."""
    paths = {table: folder / f"{table}.csv" for table in TYPES.values()}
    with ExitStack() as stack:
        streams = {
            table: stack.enter_context(
                stack.enter_context(draft(path)).open("w", encoding="utf-8-sig", newline="")
            )
            for table, path in paths.items()
        }
        writers = {table: csv.writer(stream) for table, stream in streams.items()}
        for table, writer in writers.items():
            writer.writerow(names(table))
        for table, row in _rows(lines):
            writers[table].writerow(map(harmless, row))
    return list(paths.values())


def write_one(lines: Iterable[str], table: str, stream: TextIO) -> None:
    """Write one table to a stream."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(names(table))
    for other, row in _rows(lines):
        if other == table:
            writer.writerow(map(harmless, row))


def harmless(cell: str | int | None) -> str | int | None:
    """The cell, with a quotation mark before what a spreadsheet would run."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _rows(lines: Iterable[str]) -> Iterator[tuple[str, Row]]:
    numbered = Numbered()
    for line in lines:
        for table, row in numbered.rows(json.loads(line)):
            if table != "evidence":
                yield table, row
