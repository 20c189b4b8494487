"""What the archive records, in an index that keeps up with the commits and the journal."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from tracker.archive import journal, mapping
from tracker.archive.index import SCHEMA, Index
from tracker.archive.repository import Repository
from tracker.archive.search import Search
from tracker.errors import UsageError
from tracker.model import Check, Version


class Records:
    """The index of one repository, brought up to date whenever it is asked for."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._path = repository.own / "index.sqlite"
        self.journal = repository.own / "checks.jsonl"
        self._search_path = repository.own / "search.sqlite"
        self._index: Index | None = None
        self._search: Search | None = None

    def index(self) -> Index:
        """The index, after it has taken up what any process wrote."""
        index = self._index = self._index or self._open()
        state, tip = index.state(), self._repository.tip()
        if state and not self._continues(state, tip):
            index.clear()
            state = {}
        news = journal.read(self.journal, state.get("journal", ""), int(state.get("read", "0")))
        now = {"schema": SCHEMA, "tip": tip, "journal": news.journal, "read": str(news.read)}
        if now != state:
            index.add(self._since(state.get("tip", ""), tip, news.checks), **now)
        return index

    def search(self, text: Callable[[Version], str], progress: Callable[[int], None]) -> Search:
        """The index of the texts, after it has taken up every history that has changed since."""
        search = self._search = self._search or self._open_search()
        tip, known = self._repository.tip(), search.tip()
        if tip != known:
            done = 0
            for policy in self._touched(known, tip):
                versions = self.index().history(policy)[::-1]
                search.put(policy, map(text, versions))
                progress(done := done + len(versions))
            search.complete(tip)
        return search

    def _touched(self, known: str, tip: str) -> list[str]:
        if not known or not self._repository.contains(tip, known):
            return self.index().policies()
        messages = self._repository.messages(tip, known)
        named = {mapping.trailers(words).get("Policy", "") for _, words in messages}
        return sorted(named & set(self.index().policies()))

    def _open_search(self) -> Search:
        for _ in range(2):
            try:
                self._path.parent.mkdir(exist_ok=True)
                return Search(self._search_path)
            except (sqlite3.Error, OSError):
                _delete(self._search_path)
        return Search(None)

    def waiting(self) -> journal.Reading:
        """All that the journal holds."""
        return journal.read(self.journal, "", 0)

    def drop(self) -> None:
        """Deletes the indexes; the next question makes them anew."""
        self.close()
        _delete(self._path)
        _delete(self._search_path)

    def close(self) -> None:
        """Closes the indexes."""
        if self._index is not None:
            self._index.close()
            self._index = None
        if self._search is not None:
            self._search.close()
            self._search = None

    def _open(self) -> Index:
        for _ in range(2):
            try:
                self._path.parent.mkdir(exist_ok=True)
                return Index(self._path)
            except (sqlite3.Error, OSError):
                self.drop()
        return Index(None)  # a read-only disk: the answers are the same, only slower to come by

    def _continues(self, state: dict[str, str], tip: str) -> bool:
        known = state.get("tip", "")
        if state.get("schema") != SCHEMA or not known:
            return False
        return known == tip or self._repository.contains(tip, known)

    def _since(self, known: str, tip: str, checks: list[Check]) -> Iterator[Version | Check]:
        if tip != known:
            for commit, words in self._repository.messages(tip, known):
                yield from self._recorded(commit, mapping.trailers(words))
        yield from checks

    def _recorded(self, commit: str, found: dict[str, str]) -> Iterator[Version | Check]:
        again = found.get("Record") == mapping.READING
        if again or mapping.is_capture(found):
            read = mapping.reading_of if again else mapping.version_of
            with suppress(KeyError, ValueError, UsageError):  # somebody else's commit
                yield read(commit, found)
        elif "Checks" in found:
            yield from mapping.checks_of(self._repository.read(f"{commit}:{found['Checks']}"))


def _delete(database: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        with suppress(OSError):
            database.with_name(database.name + ending).unlink()
