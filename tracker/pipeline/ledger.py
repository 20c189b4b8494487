"""What every version changed against the one before it, worked out once and kept beside the workspace.

The file ``.tracker/changes.sqlite`` is derived: it may be deleted at any time, and is begun anew when the
program, its rules or its lexicons are others than those it was made with.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from tracker import __version__
from tracker.model import Change, Comparison, Severity, Verdict, Version
from tracker.report import as_json, from_json

if TYPE_CHECKING:
    from tracker.pipeline.workbench import Workbench

_FILE = "changes.sqlite"
_TABLES = """
CREATE TABLE IF NOT EXISTS made (by TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS steps (
  new TEXT NOT NULL, old TEXT NOT NULL, verdict TEXT NOT NULL, summary TEXT NOT NULL, changes TEXT NOT NULL,
  PRIMARY KEY (new, old)
) WITHOUT ROWID;
"""
_READERS = ("extract", "facts", "lexicons", "gazetteer", "diff", "rules")


@dataclass(frozen=True, slots=True)
class Step:
    """From one version to the next. ``returned`` is the earlier version whose text the new one has again."""

    old: Version
    new: Version
    verdict: Verdict
    summary: str
    changes: tuple[Change, ...]
    returned: Version | None = None

    @property
    def policy(self) -> str:
        """The policy's id."""
        return self.new.policy

    @property
    def real(self) -> bool:
        """Whether something of substance changed that did not stand so before."""
        return self.verdict == "substantive" and self.returned is None


class Ledger:
    """The steps of one workspace. Threads may share it, processes may have it open side by side."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._mutex = threading.RLock()
        self._store = _open(bench.workspace.state, _fingerprint(bench.workspace.severities))

    def close(self) -> None:
        """Closes the file."""
        self._store.close()

    def steps(self, policy: str) -> Iterator[Step]:
        """The policy's steps, newest first, worked out as they are asked for. Raises UnknownPolicy."""
        history = [each for each in self._bench.archive.history(policy) if each.record != "upgrade"]
        for number in range(len(history) - 1):
            yield self._step(history[number + 1], history[number], history[number + 2 :])

    def between(self, old: Version, new: Version, earlier: list[Version]) -> Step:
        """The step from one version to a later one; ``earlier`` are those before ``old``."""
        return self._step(old, new, earlier)

    def known(self, policy: str) -> Iterator[Step]:
        """Those of the policy's steps that were worked out already, newest first."""
        history = [each for each in self._bench.archive.history(policy) if each.record != "upgrade"]
        for number in range(len(history) - 1):
            if kept := self._kept(history[number + 1], history[number]):
                yield _step(history[number + 1], history[number], history[number + 2 :], kept)

    def keep(self, result: Comparison) -> None:
        """Take up a comparison of two versions that was made elsewhere."""
        if result.old.version and result.new.version:
            self._put(result.old.version, result.new.version, result)

    def _step(self, old: Version, new: Version, earlier: list[Version]) -> Step:
        kept = self._kept(old, new) or self._put(old, new, self._bench.compare(old, new))
        return _step(old, new, earlier, kept)

    def _kept(self, old: Version, new: Version) -> tuple[Verdict, str, str] | None:
        with self._mutex:
            row: tuple[Verdict, str, str] | None = self._store.execute(
                "SELECT verdict, summary, changes FROM steps WHERE new = ? AND old = ?", (new.id, old.id)
            ).fetchone()
        return row

    def _put(self, old: Version, new: Version, result: Comparison) -> tuple[Verdict, str, str]:
        changes = json.dumps(as_json.comparison(result)["changes"], ensure_ascii=False)
        kept = (result.verdict, result.summary, changes)
        # a ledger that cannot be written costs time, never an answer
        with self._mutex, suppress(sqlite3.OperationalError), self._store:
            self._store.execute(
                "INSERT OR REPLACE INTO steps VALUES (?, ?, ?, ?, ?)", (new.id, old.id, *kept)
            )
        return kept


def _step(old: Version, new: Version, earlier: list[Version], kept: tuple[Verdict, str, str]) -> Step:
    returned = next((each for each in earlier if each.text_sha256 == new.text_sha256), None)
    return Step(old, new, kept[0], kept[1], from_json.changes(json.loads(kept[2])), returned)


def _open(folder: Path, fingerprint: str) -> sqlite3.Connection:
    folder.mkdir(exist_ok=True)
    (folder / ".gitignore").write_text("*\n", "utf-8")
    try:
        return _begun(folder / _FILE, fingerprint)
    except sqlite3.DatabaseError:  # damaged: it is derived
        for ending in ("", "-wal", "-shm"):
            (folder / f"{_FILE}{ending}").unlink(missing_ok=True)
        return _begun(folder / _FILE, fingerprint)


def _begun(file: Path, fingerprint: str) -> sqlite3.Connection:
    store = sqlite3.connect(file, timeout=30, check_same_thread=False)
    store.execute("PRAGMA journal_mode = WAL")
    store.execute("PRAGMA synchronous = NORMAL")
    with store:
        store.executescript(_TABLES)
        if store.execute("SELECT by FROM made").fetchone() != (fingerprint,):
            store.execute("DELETE FROM steps")
            store.execute("DELETE FROM made")
            store.execute("INSERT INTO made VALUES (?)", (fingerprint,))
    return store


def _fingerprint(severities: Mapping[str, Severity]) -> str:
    """What decides over the result of a comparison."""
    own = ",".join(f"{rule}={grade}" for rule, grade in sorted(severities.items()))
    return sha256(f"{__version__}\n{_readers()}\n{own}".encode()).hexdigest()


@cache
def _readers() -> str:
    """The state of the code and data that read and compare."""
    package = Path(__file__).resolve().parents[1]
    found = []
    for room in _READERS:
        for path in sorted((package / room).rglob("*")):
            if path.suffix in (".py", ".toml", ".tsv", ".txt"):
                known = path.stat()
                found.append(f"{path.relative_to(package)} {known.st_size} {known.st_mtime_ns}")
    return sha256("\n".join(found).encode()).hexdigest()
