"""Values by kind and key in a SQLite file of bounded size that may be deleted, damaged or shared at any time.

Nothing rests on it: whatever goes wrong with the file, an answer is only not known. Threads may share a
store, processes may open the same file.
"""

from __future__ import annotations

import sqlite3
import threading
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self, TypeVar

LIMIT = 256 * 2**20  # bytes of the file; beyond, the oldest quarter of the values goes
_LARGEST = 16  # a value may take this part of the limit
_SCHEMA = 1
_TABLE = """
CREATE TABLE IF NOT EXISTS entry (
  number INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, UNIQUE (kind, key))
"""
_OLDEST = """
DELETE FROM entry WHERE number <= (
  SELECT number FROM entry ORDER BY number LIMIT 1 OFFSET (SELECT count(*) / 4 FROM entry))
"""

T = TypeVar("T")


class Store:
    """The open store; the file is opened when first asked."""

    def __init__(self, path: Path, limit: int = LIMIT) -> None:
        self._path, self._limit = path, limit
        self._db: sqlite3.Connection | None = None
        self._mutex = threading.Lock()
        self._useless = False  # no file can be had: a full or read-only disk

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(self, kind: str, key: str) -> bytes | None:
        """The value, None where it is not known."""

        def found(db: sqlite3.Connection) -> bytes | None:
            row = db.execute("SELECT value FROM entry WHERE kind = ? AND key = ?", (kind, key)).fetchone()
            return zlib.decompress(row[0]) if row else None

        return self._tried(found)

    def put(self, kind: str, key: str, value: bytes) -> None:
        """Keep a value, in the place of an earlier one."""
        packed = zlib.compress(value, 1)
        if len(packed) > self._limit // _LARGEST:
            return

        def kept(db: sqlite3.Connection) -> None:
            db.execute(
                "INSERT OR REPLACE INTO entry (kind, key, value) VALUES (?, ?, ?)", (kind, key, packed)
            )
            while _size(db) > self._limit and db.execute(_OLDEST).rowcount:
                pass

        self._tried(kept)

    def close(self) -> None:
        """Close the file; the next question opens it again."""
        with self._mutex:
            self._shut()

    def _tried(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """What ``work`` gives; None where the file does not allow it. A damaged file is begun anew."""
        with self._mutex:
            try:
                db = self._opened()
                return work(db) if db else None
            except sqlite3.OperationalError:  # busy, full, read-only: it may be well the next time
                return None
            except (sqlite3.DatabaseError, zlib.error):
                self._begin_anew()
                return None

    def _opened(self) -> sqlite3.Connection | None:
        if self._db is None and not self._useless:
            try:
                self._db = _connected(self._path)
            except sqlite3.DatabaseError as error:
                if not isinstance(error, sqlite3.OperationalError):
                    self._begin_anew()
                else:
                    self._useless = True
            except OSError:
                self._useless = True
        return self._db

    def _begin_anew(self) -> None:
        self._shut()
        for ending in ("", "-wal", "-shm"):
            with suppress(OSError):
                self._path.with_name(self._path.name + ending).unlink()

    def _shut(self) -> None:
        if self._db is not None:
            with suppress(sqlite3.Error):
                self._db.close()
            self._db = None


def _connected(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = OFF")  # what is lost is worked out again
        if db.execute("PRAGMA user_version").fetchone()[0] != _SCHEMA:
            db.executescript(f"DROP TABLE IF EXISTS entry; {_TABLE}; PRAGMA user_version = {_SCHEMA}")
    except sqlite3.Error:
        db.close()
        raise
    return db


def _size(db: sqlite3.Connection) -> int:
    pages, free, size = (
        db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)
