"""What servers gave to ask by later whether a page changed, kept between runs in the workspace's own folder.

Derived and dispensable: where nothing is remembered, the page is fetched whole.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from tracker.fetch.http import Validators

_TABLE = """
CREATE TABLE IF NOT EXISTS given (
  policy TEXT PRIMARY KEY, reading TEXT NOT NULL, whole_at REAL NOT NULL, validators TEXT NOT NULL
) WITHOUT ROWID
"""


class Remembered:
    """The validators of each policy's last good capture. Threads may share it; so may processes.

    ``reading`` tells what a capture was and how it was read: validators count only for the very same one.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "validators.sqlite"
        self._mutex = threading.Lock()
        self._open: sqlite3.Connection | None = None

    def close(self) -> None:
        """Closes the file."""
        with self._mutex:
            if self._open is not None:
                self._open.close()
                self._open = None

    def get(self, policy: str, reading: str) -> tuple[datetime, tuple[Validators, ...]] | None:
        """When the page was last fetched whole, and what the servers gave with it."""
        with self._mutex, suppress(sqlite3.Error, OSError, ValueError, TypeError):
            row = (
                self._db()
                .execute("SELECT reading, whole_at, validators FROM given WHERE policy = ?", (policy,))
                .fetchone()
            )
            if row and row[0] == reading:
                found = tuple(Validators(**each) for each in json.loads(row[2]))
                return datetime.fromtimestamp(row[1], UTC), found
        return None

    def put(self, policy: str, reading: str, whole_at: datetime, given: Sequence[Validators]) -> None:
        """Remember what came with a whole page that was recorded; forget the policy where nothing came."""
        with self._mutex, suppress(sqlite3.Error, OSError):
            if given:
                words = json.dumps([asdict(each) for each in given])
                row = (policy, reading, whole_at.timestamp(), words)
                self._db().execute("INSERT OR REPLACE INTO given VALUES (?, ?, ?, ?)", row)
            else:
                self._db().execute("DELETE FROM given WHERE policy = ?", (policy,))

    def _db(self) -> sqlite3.Connection:
        if self._open is None:
            self._file.parent.mkdir(exist_ok=True)
            (self._file.parent / ".gitignore").write_text("*\n", "utf-8")
            self._open = _opened(self._file)
        return self._open


def _opened(file: Path) -> sqlite3.Connection:
    """The file's database; a damaged file is begun anew."""
    try:
        return _prepared(file)
    except sqlite3.DatabaseError:
        file.unlink(missing_ok=True)
        return _prepared(file)


def _prepared(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file, timeout=30, isolation_level=None, check_same_thread=False)
    try:
        database.execute("PRAGMA synchronous = OFF")  # losing it costs one whole fetch
        database.execute(_TABLE)
    except sqlite3.Error:
        database.close()
        raise
    return database
