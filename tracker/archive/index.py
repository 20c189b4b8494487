"""An index of versions and checks in SQLite, so that any date is answered without walking git.

It is derived: whatever it says can be read again from the commits and the journal, and records.py does so
when it is missing, stale or damaged. Times are microseconds since 1970.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from tracker.archive.mapping import EPOCH
from tracker.model import Check, Version

SCHEMA = "2"
_TICK = timedelta(microseconds=1)
_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS version (
  policy TEXT, captured INTEGER, id TEXT, url TEXT, language TEXT, title TEXT,
  raw_sha256 TEXT, text_sha256 TEXT, media_type TEXT, provenance TEXT, tool TEXT, record TEXT,
  reading TEXT NOT NULL DEFAULT '',
  repeats INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (policy, captured)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS looked (
  policy TEXT, at INTEGER, outcome TEXT, detail TEXT, version TEXT,
  PRIMARY KEY (policy, at, outcome, detail)) WITHOUT ROWID;
"""
_DROP = "DROP TABLE IF EXISTS meta; DROP TABLE IF EXISTS version; DROP TABLE IF EXISTS looked;"
_COLUMNS = (
    "policy, captured, id, url, language, title, raw_sha256, text_sha256, media_type, provenance, tool, "
    "record, reading"
)
_INSERT = f"INSERT OR REPLACE INTO version ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
_READ_ANEW = """
UPDATE version SET reading = ?, language = ?, title = ?, text_sha256 = ?, tool = ?
WHERE policy = ? AND captured = ?
"""
_MANY = 500  # from here on marking all repeats in one statement is cheaper
# 1: it repeats the text before it by date and adds nothing to the history: it confirms its predecessor.
# 2: a technical upgrade: another reading of the version before it.
_MARK_REPEATS = """
UPDATE version SET repeats = coalesce((
  SELECT CASE WHEN earlier.text_sha256 = version.text_sha256 THEN 1 ELSE 2 * (version.record = 'upgrade') END
  FROM version AS earlier
  WHERE earlier.policy = version.policy AND earlier.captured < version.captured
  ORDER BY earlier.captured DESC LIMIT 1), 0)
"""


def micros(at: datetime) -> int:
    """Microseconds since 1970; ``at`` is aware."""
    return (at - EPOCH) // _TICK


def _time(count: int) -> datetime:
    return EPOCH + timedelta(microseconds=count)


_AND_NEXT = """
WHERE policy = ? AND captured >= ? AND captured <= coalesce((
  SELECT min(next.captured) FROM version AS next WHERE next.policy = ? AND next.captured > ?), ?)
"""
_POLICIES = """
WITH RECURSIVE p(policy) AS (
  SELECT min(policy) FROM version UNION ALL
  SELECT (SELECT min(policy) FROM version WHERE version.policy > p.policy) FROM p WHERE p.policy IS NOT NULL)
SELECT policy FROM p WHERE policy IS NOT NULL
"""
_READINGS = """
policy = ? AND repeats <> 1 AND captured >= (
  SELECT max(base.captured) FROM version AS base
  WHERE base.policy = ? AND base.captured <= ? AND base.repeats = 0
) AND captured < coalesce((
  SELECT min(next.captured) FROM version AS next
  WHERE next.policy = ? AND next.captured > ? AND next.repeats = 0
), 9e18) ORDER BY captured
"""
_CONFIRMED = """
SELECT * FROM looked WHERE policy = ? AND at >= ? AND at < ? AND outcome = 'unchanged' ORDER BY at LIMIT 1
"""
_LAST = """
captured = (SELECT max(last.captured) FROM version AS last WHERE last.policy = version.policy) ORDER BY policy
"""


class Index:
    """The open index. Every method may raise sqlite3.DatabaseError where the file is damaged."""

    def __init__(self, path: Path | None) -> None:
        """Opens or makes it; in memory where ``path`` is None (a read-only archive)."""
        name = ":memory:" if path is None else path
        self._db = sqlite3.connect(name, timeout=60, isolation_level=None, check_same_thread=False)
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.executescript(_TABLES)
        except sqlite3.Error:
            self._db.close()
            raise

    def close(self) -> None:
        """Closes it."""
        self._db.close()

    # --- what it stands for -------------------------------------------------------------------------

    def state(self) -> dict[str, str]:
        """Which commit (``tip``) and how much of which journal it holds, and by which schema."""
        return dict(self._db.execute("SELECT name, value FROM meta").fetchall())

    def add(self, records: Iterable[Version | Check], **state: str) -> None:
        """Adds them and notes the state, all or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._mark_repeats(self._insert(records))
            self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(state.items()))
            self._db.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")
            raise

    def _insert(self, records: Iterable[Version | Check]) -> list[tuple[str, int]]:
        """Places in the version table that were filled."""
        touched = []
        for it in records:
            if isinstance(it, Check):
                row = (it.policy, micros(it.at), it.outcome, it.detail, it.version)
                self._db.execute("INSERT OR REPLACE INTO looked VALUES (?, ?, ?, ?, ?)", row)
            elif it.reading and not it.id:
                anew = (it.reading, it.language, it.title, it.text_sha256, it.tool)
                self._db.execute(_READ_ANEW, (*anew, it.policy, micros(it.captured)))
                touched.append((it.policy, micros(it.captured)))
            else:
                self._db.execute(_INSERT, _row(it))
                touched.append((it.policy, micros(it.captured)))
        return touched

    def _mark_repeats(self, touched: Sequence[tuple[str, int]]) -> None:
        if len(touched) > _MANY:
            self._db.execute(_MARK_REPEATS)
            return
        for policy, at in touched:  # the version itself and its successor
            self._db.execute(_MARK_REPEATS + _AND_NEXT, (policy, at, policy, at, at))

    def clear(self) -> None:
        """Forgets everything, tables of another schema too."""
        self._db.executescript(f"BEGIN; {_DROP} {_TABLES} COMMIT")

    # --- answers --------------------------------------------------------------------------------------

    def policies(self) -> list[str]:
        """Policies with a version, in order."""
        return [policy for (policy,) in self._db.execute(_POLICIES)]

    def size(self) -> tuple[int, int, int]:
        """How many policies, captures, and checks that made no version."""
        captures = self._db.execute("SELECT count(*) FROM version").fetchone()[0]
        return len(self.policies()), captures, self._db.execute("SELECT count(*) FROM looked").fetchone()[0]

    def history(self, policy: str) -> list[Version]:
        """The versions, newest first, without those that repeat the one before."""
        return self._versions("policy = ? AND repeats = 0 ORDER BY captured DESC", policy)

    def captures(self, policy: str) -> list[Version]:
        """All captures, oldest first, repeating ones too."""
        return self._versions("policy = ? ORDER BY captured", policy)

    def at(self, policy: str, when: datetime) -> Version | None:
        """The version in force at ``when``, in its latest reading by then."""
        query = "policy = ? AND captured <= ? AND repeats <> 1 ORDER BY captured DESC LIMIT 1"
        return next(iter(self._versions(query, policy, micros(when))), None)

    def readings(self, version: Version) -> list[Version]:
        """The version's readings, oldest first: its capture and the technical upgrades that followed."""
        policy, at = version.policy, micros(version.captured)
        return self._versions(_READINGS, policy, policy, at, policy, at)

    def exactly(self, policy: str, when: datetime) -> Version | None:
        """The capture of that very instant."""
        return next(iter(self._versions("policy = ? AND captured = ?", policy, micros(when))), None)

    def after(self, policy: str, when: datetime) -> Version | None:
        """The first capture after ``when``."""
        query = "policy = ? AND captured > ? ORDER BY captured LIMIT 1"
        return next(iter(self._versions(query, policy, micros(when))), None)

    def newest(self, policy: str, count: int) -> list[Version]:
        """The newest versions, newest first."""
        return self._versions("policy = ? AND repeats = 0 ORDER BY captured DESC LIMIT ?", policy, count)

    def first(self, policy: str) -> Version | None:
        """The first capture."""
        return next(iter(self._versions("policy = ? ORDER BY captured LIMIT 1", policy)), None)

    def last(self, policy: str) -> Version:
        """What is in force after all captures. Raises IndexError where there is none."""
        query = "policy = ? AND repeats <> 1 ORDER BY captured DESC LIMIT 1"
        return self._versions(query, policy)[0]

    def by_prefix(self, policy: str, digits: str) -> list[Version]:
        """The captures whose id begins so."""
        return self._versions(
            "policy = ? AND id >= ? AND id < ? ORDER BY captured", policy, digits, digits + "g"
        )

    def looked(self, policy: str) -> list[Check]:
        """The checks that made no version, newest first."""
        rows = self._db.execute(
            "SELECT * FROM looked WHERE policy = ? ORDER BY at DESC, outcome, detail", (policy,)
        )
        return [_check(row) for row in rows]

    def confirmed(self, policy: str, since: datetime, until: datetime | None) -> Check | None:
        """The first "unchanged" check at or after ``since`` and before ``until``."""
        end = 1 << 62 if until is None else micros(until)
        row = self._db.execute(_CONFIRMED, (policy, micros(since), end)).fetchone()
        return _check(row) if row else None

    def last_looks(self) -> list[Check]:
        """The last check of each policy that made no version."""
        query = "SELECT policy, max(at), outcome, detail, version FROM looked GROUP BY policy ORDER BY policy"
        return [_check(row) for row in self._db.execute(query)]

    def last_versions(self) -> list[Version]:
        """The last capture of each policy."""
        return self._versions(_LAST)

    def _versions(self, condition: str, *values: str | int) -> list[Version]:
        query = f"SELECT {_COLUMNS} FROM version WHERE {condition}"  # noqa: S608  # conditions are constants above
        return [_version(row) for row in self._db.execute(query, values)]


def _row(v: Version) -> tuple[str | int, ...]:
    texts = (v.url, v.language, v.title, v.raw_sha256, v.text_sha256, v.media_type, v.provenance, v.tool)
    return (v.policy, micros(v.captured), v.id, *texts, v.record, v.reading)


def _version(row: Sequence[str | int]) -> Version:
    policy, captured, id_, *rest = row
    return Version(str(policy), str(id_), _time(int(captured)), *map(str, rest))  # type: ignore[arg-type]


def _check(row: Sequence[str | int]) -> Check:
    policy, at, outcome, detail, version = row
    return Check(str(policy), _time(int(at)), outcome, str(detail), str(version))  # type: ignore[arg-type]
