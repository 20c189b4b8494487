"""The archive's door: saves captures, answers what stood when.

Versions are ordered by capture date, whatever order they came in. A capture whose text equals the version
in force at its date makes no version: it is recorded as an "unchanged" check. Where an older capture comes
in between such a check and the version that it confirmed, the check becomes a version too (the text came
back), so that the history does not depend on the order of imports.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import wraps
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from tracker import __version__
from tracker.archive import journal, mapping
from tracker.archive.index import Index
from tracker.archive.objects import FILE, Entry, entries_of
from tracker.archive.records import Records
from tracker.archive.repository import NotAnArchive, Repository, gitdir_of, initialise
from tracker.archive.when import Instant, Place, parse
from tracker.errors import UsageError, nearest
from tracker.model import Check, Document, Snapshot, Version

_FOLD_AT = 32_000  # bytes of journal: some 200 checks; fewer wait for the next run, but not longer than a day
_DAY = timedelta(days=1)
_README = """# An archive of policies

Kept by tracker. Each commit whose message has `Tracker-Record: capture` holds one capture in `policies/<two
digits>/<policy>/`: the text (`policy.md`), the bytes that were fetched (`source.*`), and how they came
(`capture.json`). The author date is the date of capture. `checks/` holds the checks that found nothing new.
"""


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


class SameInstant(UsageError):
    """A capture of the very instant at which another text is recorded."""

    def __init__(self, policy: str, at: datetime) -> None:
        advice = "one instant has one text; give the capture its own date and time"
        super().__init__(f"{policy}: another text is archived as of {mapping.stamp(at)}", advice)


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
        self._clock = clock
        self._records = Records(self._repository)
        self._mutex = threading.RLock()
        self._behind: set[str] = (
            set()
        )  # policies whose folder at the tip holds an older capture than the newest
        self._wrote = False

    @classmethod
    def create(cls, path: Path, clock: Callable[[], datetime] = _now) -> Self:
        """Makes an archive in the folder ``path``, or opens the one there. ``clock`` dates the commits."""
        archive = cls(gitdir_of(path) or initialise(path), clock)
        if not archive._repository.tip():
            with archive._repository.lock():
                archive._begin()
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

    def _begin(self) -> None:
        if self._repository.tip():  # another process was quicker
            return
        about = json.dumps({"schema": mapping.FORMAT}).encode() + b"\n"
        tree = self._repository.with_entry("", ("README.md",), self._blob(_README.encode()))
        tree = self._repository.with_entry(tree, ("archive.json",), self._blob(about))
        fields = [("Record", "archive"), ("Format", mapping.FORMAT), ("Tool", __version__)]
        self._repository.commit(tree, mapping.compose("Begin the archive", fields), "")

    def _blob(self, content: bytes) -> Entry:
        return Entry(FILE, self._repository.store("blob", content))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Moves waiting checks into git where there are enough of them, and ends the processes."""
        try:
            if self._wrote and self._fold_is_due():
                self.fold()
        finally:
            self._repository.close()
            self._records.close()

    # --- writing --------------------------------------------------------------------------------------

    @_serial
    def save(self, snapshot: Snapshot, document: Document) -> Check:
        """Records a capture: "new" or "changed" when it made a version, else "unchanged".

        Raises BadPolicyId, NaiveDate, SameInstant, CannotWrite.
        """
        from tracker import extract  # reading the history does without

        capture = mapping.capture(snapshot, document, extract.to_markdown(document))
        version = capture.version
        with self._repository.lock():
            self._wrote = True
            index = self._records.index()
            in_force = index.at(version.policy, version.captured)
            if in_force is not None and in_force.text_sha256 == version.text_sha256:
                check = Check(version.policy, version.captured, "unchanged", "", in_force.id)
                journal.append(self._records.journal, check, self._repository.tip())
                return check
            self._refuse_same_instant(index, version)
            returned = self._returning(index, version, in_force)
            made = self._commit(index, capture)
            if returned is not None:
                self._commit(index, returned)
        return Check(version.policy, version.captured, "new" if in_force is None else "changed", "", made.id)

    def _refuse_same_instant(self, index: Index, version: Version) -> None:
        at = version.captured
        if index.exactly(version.policy, at) or index.confirmed(
            version.policy, at, at + timedelta(microseconds=1)
        ):
            raise SameInstant(version.policy, at)

    def _returning(self, index: Index, version: Version, in_force: Version | None) -> mapping.Capture | None:
        """The capture that says that ``in_force`` stood again after ``version``, if a check saw it."""
        after = index.after(version.policy, version.captured)
        check = index.confirmed(version.policy, version.captured, after.captured if after else None)
        if in_force is None or check is None:
            return None
        again = replace(in_force, id="", captured=check.at, provenance="check")
        text = self._file(in_force, mapping.TEXT)
        return mapping.capture_of(again, self.raw(in_force), text, {"confirmed": in_force.id})

    def _commit(self, index: Index, capture: mapping.Capture) -> Version:
        repository, version = self._repository, capture.version
        parent = repository.tip()
        tree = repository.tree(parent)
        tree = repository.with_folder(tree, mapping.folder(version.policy), capture.files)
        made = replace(
            version, id=repository.commit(tree, mapping.message(version), parent, version.captured)
        )
        later = index.after(version.policy, version.captured)
        (self._behind.discard if later is None else self._behind.add)(version.policy)
        index.add([made], tip=made.id)
        return made

    @_serial
    def record(self, check: Check) -> None:
        """Records a check that made no version (failed, suspect, unchanged). Raises as ``save`` does."""
        mapping.checked_policy(check.policy)
        check = replace(check, at=mapping.checked_time(check.policy, check.at))
        with self._repository.lock():
            self._wrote = True
            journal.append(self._records.journal, check, self._repository.tip())

    def _fold_is_due(self) -> bool:
        if self._behind:
            return True
        waiting = self._records.waiting()
        return waiting.read >= _FOLD_AT or any(self._clock() - check.at > _DAY for check in waiting.checks)

    @_serial
    def fold(self) -> None:
        """Moves the waiting checks into git, and brings the newest captures back to the tip after imports."""
        with self._repository.lock():
            index = self._records.index()
            waiting = self._records.waiting().checks
            if not waiting and not self._behind:
                return
            parent = self._repository.tip()
            tree, where = self._with_checks(self._with_newest(index, self._repository.tree(parent)), waiting)
            subject = (
                f"Record {len(waiting)} checks"
                if waiting
                else "Bring back the newest captures after an import"
            )
            words = mapping.compose(subject, [("Record", "checks"), ("Checks", where), ("Tool", __version__)])
            tip = self._repository.commit(tree, words, parent)
            self._records.journal.unlink(missing_ok=True)
            index.add([], tip=tip, journal="", read="0")
            self._behind.clear()

    def _with_checks(self, tree: str, waiting: list[Check]) -> tuple[str, str]:
        if not waiting:
            return tree, ""
        lines = "".join(map(mapping.check_line, waiting)).encode("utf-8", "replace")
        first = min(check.at for check in waiting)
        path = ("checks", f"{first:%Y}", f"{first:%m-%dT%H%M%S}-{sha256(lines).hexdigest()[:8]}.jsonl")
        return self._repository.with_entry(tree, path, self._blob(lines)), "/".join(path)

    def _with_newest(self, index: Index, tree: str) -> str:
        for policy in sorted(self._behind):
            newest = index.newest(policy, 1)[0]
            *above, name = mapping.folder(policy)
            shown = entries_of(self._repository.read(f"{newest.id}:{'/'.join(above)}"))[name]
            tree = self._repository.with_entry(tree, (*above, name), shown)
        return tree

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
        newest = index.newest(policy, 2)
        if name == "previous" and len(newest) < 2:
            raise UnknownVersion(policy, "there is one version only, and none before it")
        return newest[name == "previous"]

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
        return self._file(version, mapping.TEXT).decode("utf-8", "replace")

    def raw(self, version: Version) -> bytes:
        """The bytes that were fetched."""
        return self._file(version, mapping.source_name(version.media_type))

    def metadata(self, version: Version) -> dict[str, Any]:
        """How the version came: the members of its capture.json."""
        data = json.loads(self._file(version, mapping.METADATA))
        return data if isinstance(data, dict) else {}

    @_serial
    def _file(self, version: Version, name: str) -> bytes:
        return self._repository.read(f"{version.id}:{mapping.path(version.policy, name)}")

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
        yield Check(version.policy, version.captured, "changed" if before else "new", "", version.id)
        before = version
