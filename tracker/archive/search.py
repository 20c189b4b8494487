"""Full-text search over all versions, in SQLite beside the index and derived like it.

What is searched is the paragraph: one that stands unchanged through a hundred versions is held once, with
the versions from which and up to which it stood.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tracker.errors import UsageError
from tracker.model import Version

_SCHEMA = "1"
_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS part (id INTEGER PRIMARY KEY, policy TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS stood (part INTEGER, first INTEGER, last INTEGER,
  PRIMARY KEY (part, first)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS part_policy ON part (policy);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
  text, content = 'part', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2');
"""
_PARTS = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*•|]|\d{1,3}[.)] ))")
_LINK = re.compile(r"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)")
_FOUND = """
SELECT part.policy, stood.first, stood.last, part.text, snippet(words, 0, '', '', ' … ', 24)
FROM words JOIN part ON part.id = words.rowid JOIN stood ON stood.part = part.id
WHERE words MATCH ? {} ORDER BY part.policy, stood.first, part.id
"""


class NoWords(UsageError):
    """A search for nothing that could be found."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__(
            f"{' '.join(words)[:60]!r} has no words to search for",
            "give letters or digits; '*' ends a beginning",
        )


@dataclass(frozen=True, slots=True)
class Match:
    """A paragraph that stood from the version ``first`` to the version ``last`` (numbers, oldest is 0)."""

    policy: str
    first: int
    last: int
    text: str
    snippet: str


class Search:
    """The open search index. Every method may raise sqlite3.DatabaseError where the file is damaged."""

    def __init__(self, path: Path | None) -> None:
        """Opens or makes it; in memory where ``path`` is None."""
        self._db = sqlite3.connect(
            ":memory:" if path is None else path, timeout=60, isolation_level=None, check_same_thread=False
        )
        try:
            self._db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;" + _TABLES)
        except sqlite3.Error:
            self._db.close()
            raise

    def close(self) -> None:
        """Closes it."""
        self._db.close()

    def tip(self) -> str:
        """The commit up to which it is complete; "" for none."""
        state = dict(self._db.execute("SELECT name, value FROM meta").fetchall())
        return str(state.get("tip", "")) if state.get("schema") == _SCHEMA else ""

    def put(self, policy: str, texts: Iterable[str]) -> None:
        """Takes up a policy's history anew: the texts of its versions as Markdown, oldest first."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._forget(policy)
            for text, spans in _spans(texts).items():
                row = self._db.execute(
                    "INSERT INTO part (policy, text) VALUES (?, ?)", (policy, text)
                ).lastrowid
                self._db.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (row, text))
                self._db.executemany("INSERT INTO stood VALUES (?, ?, ?)", [(row, *span) for span in spans])
            self._db.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")
            raise

    def _forget(self, policy: str) -> None:
        old = self._db.execute("SELECT id, text FROM part WHERE policy = ?", (policy,)).fetchall()
        self._db.executemany("INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)", old)
        self._db.executemany("DELETE FROM stood WHERE part = ?", [(id_,) for id_, _ in old])
        self._db.execute("DELETE FROM part WHERE policy = ?", (policy,))

    def complete(self, tip: str) -> None:
        """Notes that it holds everything up to ``tip``."""
        self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", [("schema", _SCHEMA), ("tip", tip)])

    def find(self, words: Sequence[str], policy: str = "") -> list[Match]:
        """Where all the words stand in one paragraph, in order of policy and time. Raises NoWords.

        Each item is a word or a phrase; one that ends in "*" is a beginning.
        """
        asked = " AND ".join(_asked(it) for it in words if re.search(r"\w", it))
        if not asked:
            raise NoWords(words)
        narrowed = _FOUND.format("AND part.policy = ?" if policy else "")
        rows = self._db.execute(narrowed, (asked, policy) if policy else (asked,))
        return [Match(*row) for row in rows]


def _asked(item: str) -> str:
    phrase = item.replace('"', " ").strip()
    return f'"{phrase.rstrip("*")}"' + " *" * phrase.endswith("*")


def _spans(texts: Iterable[str]) -> dict[str, list[tuple[int, int]]]:
    """Each distinct paragraph with the runs of versions in which it stands."""
    found: dict[str, list[tuple[int, int]]] = {}
    for number, text in enumerate(texts):
        for part in dict.fromkeys(_paragraphs(text)):
            spans = found.setdefault(part, [])
            if spans and spans[-1][1] == number - 1:
                spans[-1] = spans[-1][0], number
            else:
                spans.append((number, number))
    return found


def _paragraphs(text: str) -> Iterable[str]:
    for part in _PARTS.split(_LINK.sub("]", text)):
        if plain := " ".join(part.split()):
            yield plain


@dataclass(frozen=True, slots=True)
class Found:
    """Where words stood in a history: ``since`` the first version, ``until`` the last that has them.

    ``gone`` is the version without it that followed; None where it stands still.
    """

    since: Version
    until: Version
    gone: Version | None
    quotes: tuple[str, ...]


def stretches(matches: Iterable[Match], history: Sequence[Version]) -> list[Found]:
    """Runs of versions (``history`` oldest first) in which any of a policy's matches stands."""
    merged: list[tuple[int, int, dict[str, None]]] = []
    for match in sorted(matches, key=lambda it: (it.first, it.last, it.text)):
        if merged and match.first <= merged[-1][1] + 1:
            first, last, quotes = merged[-1]
            merged[-1] = first, max(last, match.last), quotes | {match.snippet: None}
        else:
            merged.append((match.first, match.last, {match.snippet: None}))
    following = (*history[1:], None)
    return [
        Found(history[first], history[last], following[last], tuple(quotes)) for first, last, quotes in merged
    ]
