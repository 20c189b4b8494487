"""What is to be told, kept in ``.tracker/outbox.sqlite`` until it is: it outlives crashes.

A row of ``deliveries`` is one item for one recipient, so that no item is told twice. Rows are made into a
batch, with an id of its own, before they are sent: a batch whose sender died is sent again under the same
id, by which the receiver knows it.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from tracker.errors import TrackerError
from tracker.notify import notice as notices
from tracker.notify.notice import Notice

_FILE, _LOCK = "outbox.sqlite", "deliver.lock"
_TABLES = """
CREATE TABLE IF NOT EXISTS notices (id TEXT PRIMARY KEY, policy TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS deliveries (
  channel TEXT NOT NULL, target TEXT NOT NULL, item TEXT NOT NULL, notice TEXT NOT NULL,
  state TEXT NOT NULL, due REAL NOT NULL, collect INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
  round INTEGER NOT NULL DEFAULT 0, batch TEXT, error TEXT NOT NULL DEFAULT '', sent REAL,
  PRIMARY KEY (channel, target, item)
);
CREATE INDEX IF NOT EXISTS waiting ON deliveries (state, due);
CREATE TABLE IF NOT EXISTS considered (policy TEXT PRIMARY KEY, captured REAL NOT NULL);
CREATE TABLE IF NOT EXISTS alarms (policy TEXT PRIMARY KEY, id TEXT NOT NULL);
"""

_AGAIN = """
UPDATE deliveries SET state = 'waiting', due = ?2, tries = 0, round = round + 1, batch = NULL
WHERE (?1 = '' AND state = 'given up')
  OR (?1 <> '' AND notice IN (SELECT id FROM notices WHERE policy = ?1 OR substr(id, 1, length(?1)) = ?1))
"""


class BrokenOutbox(TrackerError):
    """An outbox that cannot be read or written."""

    def __init__(self, file: Path, error: Exception) -> None:
        super().__init__(
            f"{file}: {error}", "free its disk, or move the file away: what waits in it is then not told"
        )


@dataclass(frozen=True, slots=True)
class Delivery:
    """One item on its way to one recipient: ``state`` is "waiting", "sent" or "given up"."""

    channel: str
    target: str
    due: datetime
    collect: bool
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """What is sent in one message to one recipient."""

    id: str
    channel: str
    target: str
    notices: tuple[Notice, ...]
    tries: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How many items of a notice stand how with a recipient, and the last error."""

    channel: str
    target: str
    notice: str
    state: str
    items: int
    due: datetime
    tries: int
    error: str


class Outbox:
    """An open outbox. Threads may share it, processes may have it open side by side."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mutex = threading.RLock()
        try:
            folder.mkdir(exist_ok=True)
            (folder / ".gitignore").write_text("*\n", "utf-8")
            self._store = sqlite3.connect(
                folder / _FILE, timeout=30, isolation_level=None, check_same_thread=False
            )
            self._store.execute("PRAGMA journal_mode = WAL")
            self._store.execute("PRAGMA synchronous = FULL")  # what was acknowledged outlasts a loss of power
            self._store.executescript(_TABLES)
        except (OSError, sqlite3.Error) as error:
            raise BrokenOutbox(folder / _FILE, error) from None

    @staticmethod
    def exists(folder: Path) -> bool:
        """Whether the folder has an outbox."""
        return (folder / _FILE).is_file()

    def close(self) -> None:
        """Closes the file."""
        self._store.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction. Raises BrokenOutbox."""
        with self._mutex:
            try:
                self._store.execute("BEGIN IMMEDIATE")
                try:
                    yield self._store
                except BaseException:
                    self._store.execute("ROLLBACK")
                    raise
                self._store.execute("COMMIT")
            except sqlite3.Error as error:
                raise BrokenOutbox(self._folder / _FILE, error) from None

    def _all(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with self._mutex:
            return self._store.execute(query, values).fetchall()

    # --- taking up --------------------------------------------------------------------------------------

    def considered(self) -> dict[str, datetime]:
        """Up to which capture each policy was looked at for news."""
        rows = self._all("SELECT policy, captured FROM considered")
        return {str(policy): _moment(at) for policy, at in rows}

    def consider(
        self, upto: Iterable[tuple[str, datetime]], told: Sequence[tuple[Notice, Sequence[Delivery]]] = ()
    ) -> None:
        """Take up notices, and that policies were looked at up to those captures; all of it or nothing."""
        with self._writing() as store:
            for notice, deliveries in told:
                _add(store, notice, deliveries)
            store.executemany(
                "INSERT INTO considered VALUES (?, ?) ON CONFLICT DO UPDATE "
                "SET captured = max(captured, excluded.captured)",
                [(policy, at.timestamp()) for policy, at in upto],
            )

    def alarms(self) -> dict[str, str]:
        """The id of the alarm that is on, by policy."""
        return {str(policy): str(name) for policy, name in self._all("SELECT policy, id FROM alarms")}

    def alarm(self, notice: Notice, deliveries: Sequence[Delivery], on: bool) -> None:
        """Take up an alarm, or that it is over."""
        with self._writing() as store:
            _add(store, notice, deliveries)
            if on:
                store.execute("INSERT OR REPLACE INTO alarms VALUES (?, ?)", (notice.policy, notice.id))
            else:
                store.execute("DELETE FROM alarms WHERE policy = ?", (notice.policy,))

    # --- sending ----------------------------------------------------------------------------------------

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether this process may send now: one does at a time; the lock goes when the process dies."""
        lock = sqlite3.connect(self._folder / _LOCK, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError:
                yield False
            else:
                yield True
        finally:
            lock.close()

    def batches(self, channels: Sequence[str], now: datetime) -> Iterator[Batch]:
        """What is due for the channels, fixed as batches; those that were begun before come first."""
        for channel, target, name, tries in self._fixed(channels, now):
            yield Batch(name, channel, target, self._content(channel, target, name), tries)

    def preview(self, channels: Sequence[str], now: datetime) -> list[Batch]:
        """What ``batches`` would give; nothing is fixed."""
        with self._mutex:
            self._store.execute("BEGIN IMMEDIATE")
            try:
                _fix(self._store, channels, now.timestamp())
                return [
                    Batch(name, channel, target, self._content(channel, target, name), tries)
                    for channel, target, name, tries in _due(self._store, channels, now.timestamp())
                ]
            finally:
                self._store.execute("ROLLBACK")

    def _fixed(self, channels: Sequence[str], now: datetime) -> list[tuple[str, str, str, int]]:
        with self._writing() as store:
            _fix(store, channels, now.timestamp())
            return _due(store, channels, now.timestamp())

    def _content(self, channel: str, target: str, batch: str) -> tuple[Notice, ...]:
        rows = self._all(
            "SELECT body, group_concat(item, char(10)) FROM deliveries JOIN notices ON notices.id = notice "
            "WHERE channel = ? AND target = ? AND batch = ? GROUP BY notice",
            *(channel, target, batch),
        )
        found = [
            notices.from_data(json.loads(str(body))).only(str(items).split("\n")) for body, items in rows
        ]
        return tuple(sorted(found, key=lambda each: (each.at, each.id)))

    def sent(self, batch: Batch, now: datetime) -> None:
        """The batch was delivered."""
        self._settle(batch, "state = 'sent', sent = ?, error = ''", now.timestamp())

    def failed(self, batch: Batch, why: str, again: datetime | None) -> None:
        """The batch could not be delivered; it is tried ``again`` then, or given up."""
        state = "waiting" if again else "given up"
        values = (state, why, (again or datetime.fromtimestamp(0, UTC)).timestamp())
        self._settle(batch, "state = ?, error = ?, due = max(due, ?), tries = tries + 1", *values)

    def _settle(self, batch: Batch, what: str, *values: object) -> None:
        where = "WHERE channel = ? AND target = ? AND batch = ?"
        with self._writing() as store:
            store.execute(  # the words are this module's own
                f"UPDATE deliveries SET {what} {where}",  # noqa: S608
                (*values, batch.channel, batch.target, batch.id),
            )

    def again(self, words: str, now: datetime) -> int:
        """Send again what went to nobody ("given up"), or what a policy's id or a notice's id means."""
        with self._writing() as store:
            done = store.execute(_AGAIN, (words, now.timestamp()))
            return done.rowcount

    def standing(self) -> list[Standing]:
        """All that waits or was given up, by due time."""
        rows = self._all(
            "SELECT channel, target, notice, state, count(*), min(due), max(tries), max(error) "
            "FROM deliveries WHERE state <> 'sent' GROUP BY channel, target, notice, state "
            "ORDER BY 6, 1, 2, 3"
        )
        return [
            Standing(
                str(row[0]),
                str(row[1]),
                str(row[2]),
                str(row[3]),
                int(str(row[4])),
                _moment(row[5]),
                int(str(row[6])),
                str(row[7]),
            )
            for row in rows
        ]

    def counts(self) -> dict[str, int]:
        """How many items stand how."""
        return {
            str(state): int(str(n))
            for state, n in self._all("SELECT state, count(*) FROM deliveries GROUP BY state")
        }


def _add(store: sqlite3.Connection, notice: Notice, deliveries: Sequence[Delivery]) -> None:
    if not deliveries:
        return
    body = json.dumps(notices.as_data(notice), ensure_ascii=False)
    store.execute("INSERT OR IGNORE INTO notices VALUES (?, ?, ?)", (notice.id, notice.policy, body))
    for each in deliveries:
        store.executemany(
            "INSERT OR IGNORE INTO deliveries (channel, target, item, notice, state, due, collect) "
            "VALUES (?, ?, ?, ?, 'waiting', ?, ?)",
            [
                (each.channel, each.target, item, notice.id, each.due.timestamp(), each.collect)
                for item in each.items
            ],
        )


def _fix(store: sqlite3.Connection, channels: Sequence[str], now: float) -> None:
    """Give what is due and in no batch one: all of it for a digest, else the items of one notice."""
    rows = store.execute(
        "SELECT channel, target, CASE collect WHEN 1 THEN '' ELSE notice END AS lot, "
        "group_concat(item, char(10)), max(round) FROM (SELECT * FROM deliveries "
        "WHERE state = 'waiting' AND batch IS NULL AND due <= ? ORDER BY item) GROUP BY 1, 2, 3",
        (now,),
    ).fetchall()
    for channel, target, _, items, sending in rows:
        if channel not in channels:
            continue
        named = f"{channel}\n{target}\n{sending}\n" + "\n".join(sorted(items.split("\n")))
        batch = sha256(named.encode()).hexdigest()[:24]
        store.executemany(
            "UPDATE deliveries SET batch = ? WHERE channel = ? AND target = ? AND item = ?",
            [(batch, channel, target, item) for item in items.split("\n")],
        )


def _due(store: sqlite3.Connection, channels: Sequence[str], now: float) -> list[tuple[str, str, str, int]]:
    rows = store.execute(
        "SELECT channel, target, batch, max(tries) FROM deliveries WHERE state = 'waiting' "
        "AND batch IS NOT NULL AND due <= ? GROUP BY channel, target, batch ORDER BY min(due), 1, 2, 3",
        (now,),
    )
    return [row for row in rows.fetchall() if row[0] in channels]


def _moment(stamp: object) -> datetime:
    return datetime.fromtimestamp(float(str(stamp)), UTC)
