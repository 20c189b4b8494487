"""The archive's door: saves captures, answers what stood when.

Versions are ordered by capture date, whatever order they came in; recorder.py says how that is kept.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import replace
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import Any, Concatenate, Literal, ParamSpec, Self, TypeVar

from tracker.archive import mapping, upkeep
from tracker.archive.index import Index
from tracker.archive.recorder import READ_ANEW, Ingested, Recorder
from tracker.archive.records import Records
from tracker.archive.repository import CannotWrite, NotAnArchive, Repository, gitdir_of, initialise
from tracker.archive.suspects import State, Suspect, Suspects
from tracker.archive.verify import problems
from tracker.archive.when import Instant, Place, parse
from tracker.errors import UsageError, nearest
from tracker.model import Check, Document, Snapshot, Version


class UnknownPolicy(UsageError):
    """A policy of which nothing is archived."""

    def __init__(self, policy: str, known: list[str]) -> None:
        super().__init__(
            f"nothing is archived of {policy!r}",
            nearest(policy, known) or "`tracker list` names the policies",
        )


class BeforeFirstCapture(UsageError):
    """A date before the first capture."""

    def __init__(self, policy: str, when: datetime, first: Version) -> None:
        date = f"{first.captured:%Y-%m-%d}"
        super().__init__(
            f"{policy}: nothing is archived as of {when:%Y-%m-%d}", f"the first capture is of {date}"
        )


class UnknownVersion(UsageError):
    """Words that name no version, or several."""

    def __init__(self, policy: str, why: str) -> None:
        super().__init__(f"{policy}: {why}", f"`tracker log {policy}` lists the versions")


P = ParamSpec("P")
R = TypeVar("R")


def _serial(method: Callable[Concatenate[Archive, P], R]) -> Callable[Concatenate[Archive, P], R]:
    """One thread at a time; and once more with a new index where the index is damaged."""

    @wraps(method)
    def run(self: Archive, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self._mutex:
            try:
                return method(self, *args, **kwargs)
            except sqlite3.Error:
                self._records.drop()
                return method(self, *args, **kwargs)

    return run


def _now() -> datetime:
    return datetime.now(UTC)


class Archive:
    """An open archive. Threads may share it; processes may open it side by side."""

    def __init__(self, gitdir: Path, clock: Callable[[], datetime]) -> None:
        self._repository = Repository(gitdir, clock)
        self._records = Records(self._repository)
        self._recorder = Recorder(self._repository, self._records, clock)
        self._suspects = Suspects(self._repository)
        self._mutex = threading.RLock()

    @classmethod
    def create(cls, path: Path, clock: Callable[[], datetime] = _now) -> Self:
        """Makes an archive in the folder ``path``, or opens the one there. ``clock`` dates the commits."""
        archive = cls(gitdir_of(path) or initialise(path), clock)
        archive._recorder.begin()
        return archive

    @classmethod
    def open(cls, path: Path, clock: Callable[[], datetime] = _now) -> Self:
        """Opens the archive in the folder ``path``. Raises NotAnArchive."""
        gitdir = gitdir_of(path)
        if gitdir is None:
            raise NotAnArchive(
                path, "there is no git repository" if path.is_dir() else "there is no such folder"
            )
        archive = cls(gitdir, clock)
        if not archive._repository.tip():
            raise NotAnArchive(path, "its git repository has no branch 'main'")
        return archive

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Moves waiting checks into git where there are enough of them, and ends the processes."""
        try:
            self._recorder.finish()
        finally:
            self._repository.close()
            self._records.close()

    # --- writing --------------------------------------------------------------------------------------

    @_serial
    def save(self, snapshot: Snapshot, document: Document) -> Check:
        """Records a capture: "new" or "changed" when it made a version, else "unchanged".

        Raises BadPolicyId, NaiveDate, SameInstant, CannotWrite.
        """
        return self._recorder.save(snapshot, document)

    def ingest(self, captures: Iterable[tuple[Snapshot, Document]]) -> Ingested:
        """Records many captures, fast where they come one policy after the other, each in date order.

        What is recorded already is passed over, so that an import that broke off can be run again. Raises as
        ``save`` does.
        """
        with self._mutex:
            try:
                return self._recorder.ingest(captures)
            except sqlite3.Error as error:  # not to be tried again by itself: captures are used up
                self._records.drop()
                raise CannotWrite(self._repository.own, str(error)) from None

    @_serial
    def record(self, check: Check) -> None:
        """Records a check that made no version (failed, suspect, unchanged). Raises as ``save`` does."""
        self._recorder.record(check)

    @_serial
    def hold(self, snapshot: Snapshot, suspect: Suspect) -> Suspect:
        """Keeps a capture apart from the history; what is kept of it now. Raises as ``save`` does."""
        return self._suspects.hold(snapshot, suspect)

    @_serial
    def suspects(self, policy: str = "") -> tuple[Suspect, ...]:
        """The captures held back, of one policy (the latest seen first) or of all of them."""
        named = [policy] if policy else self._suspects.policies()
        return tuple(suspect for name in named for suspect in self._suspects.of(name))

    @_serial
    def held(self, suspect: Suspect) -> Snapshot:
        """A capture held back, as it came. Raises DamagedArchive."""
        return self._suspects.snapshot(suspect)

    @_serial
    def settle(self, suspect: Suspect, state: State | Literal["recorded"]) -> None:
        """Says what became of a capture held back; a recorded one is let go of."""
        if state == "recorded":
            self._suspects.let_go(suspect)
        else:
            self._suspects.mark(suspect, state)

    @_serial
    def reread(self, readings: Iterable[tuple[Version, Document]]) -> int:
        """Records what captures say as they are read now; gives how many say something else than before.

        The new text takes the place of the old one in every answer; it is no version and no check.
        Raises CannotWrite.
        """
        return self._recorder.reread(list(readings))

    @_serial
    def fold(self) -> None:
        """Moves the waiting checks into git, and brings the newest captures back to the tip after imports."""
        self._recorder.fold()

    @_serial
    def gc(self) -> tuple[int, int]:
        """Packs everything into one pack; bytes of all objects before and after. Raises CannotWrite."""
        return upkeep.pack_all(self._repository)

    # --- reading --------------------------------------------------------------------------------------

    @_serial
    def policies(self) -> tuple[str, ...]:
        """The policies that have a version, in order."""
        return tuple(self._records.index().policies())

    @_serial
    def history(self, policy: str) -> tuple[Version, ...]:
        """The policy's versions, newest first by date of capture. Raises UnknownPolicy."""
        index = self._records.index()
        return tuple(index.history(policy)) or self._unknown(index, policy)

    @_serial
    def checks(self, policy: str) -> tuple[Check, ...]:
        """Every look at the policy, newest first. Raises UnknownPolicy."""
        index = self._records.index()
        found = [*_checks_of(index.captures(policy)), *index.looked(policy)]
        found.sort(key=lambda check: (check.at, check.outcome, check.detail), reverse=True)
        return tuple(found) or self._unknown(index, policy)

    @_serial
    def instants(self, policy: str) -> Set[datetime]:
        """When the policy was looked at; empty for one that is not known."""
        index = self._records.index()
        return {v.captured for v in index.captures(policy)} | {check.at for check in index.looked(policy)}

    @_serial
    def last_checks(self) -> Mapping[str, Check]:
        """The latest look at each policy."""
        index = self._records.index()
        last: dict[str, Check] = {}
        made = [Check(v.policy, v.captured, "changed", "", v.id) for v in index.last_versions()]
        for check in [*made, *index.last_looks()]:
            if check.policy not in last or check.at > last[check.policy].at:
                last[check.policy] = check
        return last

    @_serial
    def at(self, policy: str, when: datetime) -> Version:
        """The latest captured at or before ``when``. Raises UnknownPolicy, BeforeFirstCapture."""
        index = self._records.index()
        when = when.astimezone(UTC)
        return index.at(policy, when) or self._before_first(index, policy, when)

    @_serial
    def captures(self, policy: str) -> tuple[Version, ...]:
        """All captures, oldest first, repeating ones and technical upgrades too. Raises UnknownPolicy."""
        index = self._records.index()
        return tuple(index.captures(policy)) or self._unknown(index, policy)

    @_serial
    def comparable(self, old: Version, new: Version) -> tuple[Version, Version]:
        """The readings of two versions that are nearest to each other: one, where they are the same version.

        Where no other technical upgrade lies between these, what differs was changed by the policy's owner
        and not by the tool that read it.
        """
        if old.policy != new.policy:
            return old, new
        if old.captured > new.captured:
            return self.comparable(new, old)[::-1]
        index = self._records.index()
        before, after = index.readings(old), index.readings(new)
        if not before or not after or before[0] == after[0]:
            return new, new
        texts = {it.text_sha256: it for it in after}
        same = next((it for it in before if it.text_sha256 in texts), None)
        return (same, texts[same.text_sha256]) if same else (before[-1], after[0])

    @_serial
    def resolve(self, policy: str, words: str, now: datetime) -> Version:
        """The version that a DATE means (``when``). Raises BadDate, UnknownVersion, and as ``at``."""
        when = parse(words, now)
        index = self._records.index()
        if isinstance(when, Instant):
            return index.at(policy, when.at) or self._before_first(index, policy, when.at)
        first = index.first(policy) or self._unknown(index, policy)
        if isinstance(when, Place):
            return first if when.name == "first" else self._newest(index, policy, when.name)
        found = index.by_prefix(policy, when.digits)
        if len(found) == 1:
            return found[0]
        raise UnknownVersion(
            policy, f"{len(found) or 'no'} version{'s' * bool(found)} begin with {when.digits!r}"
        )

    def _newest(self, index: Index, policy: str, name: str) -> Version:
        if name == "latest":
            return index.last(policy)
        newest = index.newest(policy, 2)
        if len(newest) < 2:
            raise UnknownVersion(policy, "there is one version only, and none before it")
        return index.readings(newest[1])[-1]

    def _unknown(self, index: Index, policy: str) -> Any:
        raise UnknownPolicy(policy, index.policies())

    def _before_first(self, index: Index, policy: str, when: datetime) -> Version:
        first = index.first(policy) or self._unknown(index, policy)
        raise BeforeFirstCapture(policy, when, first)

    def document(self, version: Version) -> Document:
        """The version as read."""
        from tracker import extract

        return replace(
            extract.from_markdown(self.text(version)), language=version.language, title=version.title
        )

    def text(self, version: Version) -> str:
        """The version's text as Markdown."""
        return self._file(version, mapping.TEXT, version.reading or version.id).decode("utf-8", "replace")

    def raw(self, version: Version) -> bytes:
        """The bytes that were fetched."""
        return self._file(version, mapping.source_name(version.media_type), version.id)

    def metadata(self, version: Version) -> dict[str, Any]:
        """How the version came: the members of its capture.json."""
        data = json.loads(self._file(version, mapping.METADATA, version.id))
        return data if isinstance(data, dict) else {}

    @_serial
    def _file(self, version: Version, name: str, commit: str) -> bytes:
        return self._repository.read(f"{commit}:{mapping.path(version.policy, name)}")

    @_serial
    def verify(self) -> tuple[str, ...]:
        """What is wrong with the archive and how to mend it, one line each; empty where all is well."""
        return tuple(problems(self._repository, self._records.index()))

    @_serial
    def rebuild_index(self) -> None:
        """Makes the index anew from the commits and the journal."""
        self._records.drop()
        self._records.index()


def _checks_of(captures: list[Version]) -> Iterator[Check]:
    """The looks that captures (oldest first) are."""
    before: Version | None = None
    for version in captures:
        if before is not None and version.text_sha256 == before.text_sha256:
            yield Check(version.policy, version.captured, "unchanged", "", before.id)
            continue
        if before is not None and version.record == "upgrade":
            yield Check(version.policy, version.captured, "unchanged", READ_ANEW, version.id)
            before = version
            continue
        yield Check(version.policy, version.captured, "changed" if before else "new", "", version.id)
        before = version
