"""The archive's door: saves captures, answers what stood when.

Versions are ordered by capture date, whatever order they came in; recorder.py says how that is kept.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import Any, Concatenate, Literal, ParamSpec, Self, TypeVar

from tracker.archive import answers, backup, mapping, proof, upkeep
from tracker.archive.mapping import Reading
from tracker.archive.proof import Proof
from tracker.archive.recorder import Ingested, Recorder
from tracker.archive.records import Records
from tracker.archive.repository import CannotWrite, NotAnArchive, Repository, gitdir_of, initialise
from tracker.archive.search import Found
from tracker.archive.suspects import State, Suspect, Suspects
from tracker.archive.verify import problems
from tracker.model import Check, Document, Snapshot, Version

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

    @classmethod
    def restore(cls, place: str, path: Path, clock: Callable[[], datetime] = _now) -> Self:
        """Makes the archive in the folder ``path`` from a backup and opens it.

        Raises ArchiveExists, RestoreFailed, NotAnArchive, CannotWrite.
        """
        return cls(backup.restore(place, path), clock)

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
    def reread(self, readings: Iterable[Reading]) -> int:
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
        return tuple(index.history(policy)) or answers.unknown(index, policy)

    @_serial
    def checks(self, policy: str) -> tuple[Check, ...]:
        """Every look at the policy, newest first. Raises UnknownPolicy."""
        index = self._records.index()
        found = [*answers.checks_of(index.captures(policy)), *index.looked(policy)]
        found.sort(key=lambda check: (check.at, check.outcome, check.detail), reverse=True)
        return tuple(found) or answers.unknown(index, policy)

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
    def last_captures(self) -> Mapping[str, Version]:
        """The last capture of each policy, in one question for all: a version, or one that repeats it."""
        return {version.policy: version for version in self._records.index().last_versions()}

    @_serial
    def at(self, policy: str, when: datetime) -> Version:
        """The latest captured at or before ``when``. Raises UnknownPolicy, BeforeFirstCapture."""
        index = self._records.index()
        when = when.astimezone(UTC)
        return index.at(policy, when) or answers.before_first(index, policy, when)

    @_serial
    def captures(self, policy: str) -> tuple[Version, ...]:
        """All captures, oldest first, repeating ones and technical upgrades too. Raises UnknownPolicy."""
        index = self._records.index()
        return tuple(index.captures(policy)) or answers.unknown(index, policy)

    @_serial
    def comparable(self, old: Version, new: Version) -> tuple[Version, Version]:
        """The readings of two versions that are nearest to each other: one, where they are the same version.

        Where no other technical upgrade lies between these, what differs was changed by the policy's owner
        and not by the tool that read it.
        """
        return answers.comparable(self._records.index(), old, new)

    @_serial
    def resolve(self, policy: str, words: str, now: datetime) -> Version:
        """The version that a DATE means (``when``). Raises BadDate, UnknownVersion, and as ``at``."""
        return answers.resolve(self._records.index(), policy, words, now)

    def document(self, version: Version) -> Document:
        """The version as read."""
        from tracker import extract

        return replace(
            extract.from_markdown(self.text(version)), language=version.language, title=version.title
        )

    def text(self, version: Version) -> str:
        """The version's text as Markdown."""
        return self._file(version, mapping.TEXT, version.reading or version.id).decode("utf-8", "replace")

    def snapshot(self, version: Version) -> Snapshot:
        """The capture as it came, to be read again as it was read last."""
        data = self.metadata(version)
        read = json.loads(self._file(version, mapping.METADATA, version.reading)) if version.reading else data
        return Snapshot(
            version.policy,
            version.url,
            version.captured,
            self.raw(version),
            version.media_type,
            version.provenance,
            data.get("status"),
            tuple(data.get("redirects", ())),
            data.get("headers", {}),
            data.get("tls", {}),
            mapping.pages_read(read),
            version.record == "upgrade",
        )

    def raw(self, version: Version) -> bytes:
        """The bytes that were fetched."""
        return self._file(version, mapping.source_name(version.media_type), version.id)

    def metadata(self, version: Version) -> dict[str, Any]:
        """How the version came: the members of its capture.json."""
        data = json.loads(self._file(version, mapping.METADATA, version.id))
        return data if isinstance(data, dict) else {}

    def metadata_bytes(self, version: Version) -> bytes:
        """The version's capture.json as git holds it."""
        return self._file(version, mapping.METADATA, version.id)

    def capture_of(self, version: Version) -> Version:
        """The version as it was read when it was captured, whatever was read out of it since."""
        if not version.reading:
            return version
        found = mapping.trailers(self._message(version.id))
        return mapping.version_of(version.id, found)

    @_serial
    def _message(self, commit: str) -> str:
        return self._repository.read(commit).decode("utf-8", "replace").partition("\n\n")[2]

    @_serial
    def _file(self, version: Version, name: str, commit: str) -> bytes:
        return self._repository.read(f"{commit}:{mapping.path(version.policy, name)}")

    @_serial
    def verify(self) -> tuple[str, ...]:
        """What is wrong with the archive and how to mend it, one line each; empty where all is well."""
        return tuple(problems(self._repository, self._records.index))

    @_serial
    def rebuild_index(self) -> None:
        """Makes the index anew from the commits and the journal; that of the texts when it is asked next."""
        self._records.drop()
        self._records.index()

    @_serial
    def search(
        self, words: Sequence[str], policy: str = "", progress: Callable[[int], None] = lambda done: None
    ) -> tuple[tuple[str, tuple[Found, ...]], ...]:
        """Where and from when to when the words stood, by policy; ``progress`` is told of texts taken up.

        Raises NoWords, UnknownPolicy.
        """
        index = self._records.index()
        if policy and index.first(policy) is None:
            answers.unknown(index, policy)
        return tuple(answers.search(self._records, self.text, words, policy, progress))

    @_serial
    def size(self) -> tuple[int, int, int]:
        """How many policies, captures, and checks that made no version it holds."""
        return self._records.index().size()

    @_serial
    def proof(self, version: Version) -> Proof:
        """What proves to a stranger that the capture stands in the history. Raises DamagedArchive."""
        return proof.of(self._repository, version)

    # --- elsewhere ------------------------------------------------------------------------------------

    @_serial
    def back_up(self, place: str) -> None:
        """Brings everything, waiting checks too, to a git remote or into a bundle. Raises BackupFailed."""
        self._recorder.fold()
        if backup.is_bundle(place):
            backup.write_bundle(self._repository, Path(place))
        else:
            backup.push(self._repository, place)
