"""What is written when: one commit for a capture, a journal line for a check.

A capture whose text equals the version in force at its date makes no version: it is recorded as an
"unchanged" check. Where an older capture comes in between such a check and the version that it confirmed,
the check becomes a version too (the text came back). So the history does not depend on the order in which
captures come in.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import groupby

from tracker import __version__
from tracker.archive import bulk, journal, mapping, upkeep
from tracker.archive.index import Index
from tracker.archive.objects import FILE, Entry, entries_of
from tracker.archive.records import Records
from tracker.archive.repository import Repository
from tracker.errors import UsageError
from tracker.model import Check, Document, Snapshot, Version

Captured = tuple[Snapshot, Document]
READ_ANEW = "read anew by another tool"  # detail of the check that a technical upgrade is

_FOLD_AT = 32_000  # bytes of journal: some 200 checks; fewer wait for the next run, but not longer than a day
_DAY, _TICK = timedelta(days=1), timedelta(microseconds=1)
_RUN = (
    10_000  # captures after which a bulk import moves the branch, so that a broken one need not begin again
)
_README = """# An archive of policies

Kept by tracker. Each commit whose message has `Tracker-Record: capture` holds one capture in
`policies/<two digits>/<policy>/`: the text (`policy.md`), the bytes that were fetched (`source.*`), and how
they came (`capture.json`). The author date is the date of capture. `Tracker-Record: upgrade` and
`Tracker-Record: reading` are other readings of a page that did not change: by a tool that the archive was
imported from, and by a later version of tracker. `checks/` holds the checks that made no version.
"""


class SameInstant(UsageError):
    """A capture of the very instant at which another text is recorded."""

    def __init__(self, policy: str, at: datetime) -> None:
        advice = "one instant has one text; give the capture its own date and time"
        super().__init__(f"{policy}: another text is archived as of {mapping.stamp(at)}", advice)


@dataclass(frozen=True, slots=True)
class Ingested:
    """What came of an import: captures that made a version, that repeat one or were there, and upgrades."""

    versions: int = 0
    repeats: int = 0
    upgrades: int = 0

    def __add__(self, other: Ingested) -> Ingested:
        return Ingested(
            self.versions + other.versions, self.repeats + other.repeats, self.upgrades + other.upgrades
        )


class Recorder:
    """Writes to one repository; one thread at a time, and under the lock against other processes."""

    def __init__(self, repository: Repository, records: Records, clock: Callable[[], datetime]) -> None:
        self._repository = repository
        self._records = records
        self._clock = clock
        self._behind: set[str] = (
            set()
        )  # policies whose folder at the tip holds an older capture than the newest
        self._wrote = False

    def begin(self) -> None:
        """Writes the first commit where there is none."""
        repository = self._repository
        if repository.tip():
            return
        with repository.lock():
            if repository.tip():  # another process was quicker
                return
            about = json.dumps({"schema": mapping.FORMAT}).encode() + b"\n"
            tree = repository.with_entry("", ("README.md",), self._blob(_README.encode()))
            tree = repository.with_entry(tree, ("archive.json",), self._blob(about))
            fields = [("Record", "archive"), ("Format", mapping.FORMAT), ("Tool", __version__)]
            repository.commit(tree, mapping.compose("Begin the archive", fields), "")

    def _blob(self, content: bytes) -> Entry:
        return Entry(FILE, self._repository.store("blob", content))

    # --- one capture --------------------------------------------------------------------------------

    def save(self, snapshot: Snapshot, document: Document) -> Check:
        """See ``Archive.save``."""
        capture = _capture(snapshot, document)
        with self._repository.lock():
            self._wrote = True
            return self._save(capture)

    def _save(self, capture: mapping.Capture) -> Check:
        index, version = self._records.index(), capture.version
        in_force = index.at(version.policy, version.captured)
        known = self._known(index, version)
        if in_force is not None and in_force.text_sha256 == version.text_sha256:
            check = Check(version.policy, version.captured, "unchanged", "", in_force.id)
            if not known:
                journal.append(self._records.journal, check, self._repository.tip())
            return check
        if known:
            raise SameInstant(version.policy, version.captured)
        returned = self._returning(index, version, in_force)
        made = self._commit(index, capture)
        if returned is not None:
            self._commit(index, returned)
        if in_force is not None and version.record == "upgrade":
            return Check(version.policy, version.captured, "unchanged", READ_ANEW, made.id)
        return Check(version.policy, version.captured, "changed" if in_force else "new", "", made.id)

    def _known(self, index: Index, version: Version) -> bool:
        """Whether a text was seen at this very instant."""
        policy, at = version.policy, version.captured
        return bool(index.exactly(policy, at) or index.confirmed(policy, at, at + _TICK))

    def _returning(self, index: Index, version: Version, in_force: Version | None) -> mapping.Capture | None:
        """The capture that says that ``in_force`` stood again after ``version``, if a check saw it."""
        after = index.after(version.policy, version.captured)
        check = index.confirmed(version.policy, version.captured, after.captured if after else None)
        if in_force is None or check is None:
            return None
        again = replace(in_force, id="", captured=check.at, provenance="check", record="capture", reading="")
        raw = self._file(in_force, mapping.source_name(in_force.media_type))
        return mapping.capture_of(again, raw, self._file(in_force, mapping.TEXT), {"confirmed": in_force.id})

    def _file(self, version: Version, name: str) -> bytes:
        commit = version.reading or version.id
        return self._repository.read(f"{commit}:{mapping.path(version.policy, name)}")

    def _commit(self, index: Index, capture: mapping.Capture) -> Version:
        repository, version = self._repository, capture.version
        parent = repository.tip()
        tree = repository.with_folder(repository.tree(parent), mapping.folder(version.policy), capture.files)
        made = replace(version, id=repository.commit(tree, capture.message, parent, version.captured))
        later = index.after(version.policy, version.captured)
        (self._behind.discard if later is None else self._behind.add)(version.policy)
        with suppress(sqlite3.Error):  # the capture is safe; the index takes it up from the commits next time
            index.add([made], tip=made.id)
        return made

    # --- many captures ------------------------------------------------------------------------------

    def ingest(self, captures: Iterable[Captured]) -> Ingested:
        """See ``Archive.ingest``."""
        total = Ingested()
        with self._repository.lock():
            self._wrote = True
            for (fresh, _), run in groupby(captures, key=_Runs(self._records)):
                write = self._ingest_run if fresh else self._save_run
                total += write(run)
        return total

    def _save_run(self, run: Iterable[Captured]) -> Ingested:
        checks = [self._save(_capture(*captured)) for captured in run]
        repeats = sum(check.outcome == "unchanged" for check in checks)
        upgrades = sum(check.detail == READ_ANEW for check in checks)
        return Ingested(len(checks) - repeats, repeats - upgrades, upgrades)

    def _ingest_run(self, run: Iterable[Captured]) -> Ingested:
        repeats: list[Check] = []
        upgrades: list[Version] = []
        written = bulk.write(self._repository, _distinct(run, repeats, upgrades), self._clock())
        tip = self._repository.tip()
        for check in repeats:
            journal.append(self._records.journal, check, tip)
        return Ingested(written - len(upgrades), len(repeats), len(upgrades))

    # --- re-extractions -----------------------------------------------------------------------------

    def reread(self, readings: Iterable[mapping.Reading]) -> int:
        """See ``Archive.reread``."""
        with self._repository.lock():
            self._wrote = True
            changed = [self._anew(it) for it in readings if it.differs]
            written = bulk.write(self._repository, changed, self._clock())
            self._behind |= {capture.version.policy for capture in changed}
            return written

    def _anew(self, reading: mapping.Reading) -> mapping.Capture:
        from tracker import extract

        version = reading.version
        name = mapping.source_name(version.media_type)
        folder = self._repository.read(f"{version.id}:{'/'.join(mapping.folder(version.policy))}")
        raw = self._repository.read(f"{version.id}:{mapping.path(version.policy, name)}")
        markdown = extract.to_markdown(reading.document)
        return mapping.reading_capture(reading, raw, entries_of(folder)[name].id, markdown)

    # --- checks -------------------------------------------------------------------------------------

    def record(self, check: Check) -> None:
        """See ``Archive.record``."""
        mapping.checked_policy(check.policy)
        check = replace(check, at=mapping.checked_time(check.policy, check.at))
        with self._repository.lock():
            self._wrote = True
            journal.append(self._records.journal, check, self._repository.tip())

    def finish(self) -> None:
        """Folds and packs where that is due; asked for when the archive is closed."""
        if not self._wrote:
            return
        if self._behind or self._many_wait():
            self.fold()
        upkeep.pack_when_due(self._repository)

    def _many_wait(self) -> bool:
        waiting = self._records.waiting()
        return waiting.read >= _FOLD_AT or any(self._clock() - check.at > _DAY for check in waiting.checks)

    def fold(self) -> None:
        """See ``Archive.fold``."""
        with self._repository.lock():
            index, waiting = self._records.index(), self._records.waiting().checks
            if not waiting and not self._behind:
                return
            parent = self._repository.tip()
            tree, where = self._with_checks(self._with_newest(index, self._repository.tree(parent)), waiting)
            subject = f"Record {len(waiting)} checks" if waiting else "Bring back the newest captures"
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
            newest = index.last(policy)
            *above, name = mapping.folder(policy)
            commit = newest.reading or newest.id
            shown = entries_of(self._repository.read(f"{commit}:{'/'.join(above)}"))[name]
            tree = self._repository.with_entry(tree, (*above, name), shown)
        return tree


class _Runs:
    """Tells which captures may be written in bulk (those of policies not known yet), and in which run."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._seen: dict[str, bool] = {}
        self._last: Snapshot | None = None
        self._count = self._run = 0

    def __call__(self, captured: Captured) -> tuple[bool, int]:
        snapshot, last, self._last = captured[0], self._last, captured[0]
        same = last is not None and last.policy == snapshot.policy
        if not same:
            self._seen[snapshot.policy] = snapshot.policy not in self._seen and self._is_new(snapshot.policy)
            if self._count > _RUN:
                self._count, self._run = 0, self._run + 1
        elif last is not None and snapshot.captured < last.captured:
            self._seen[snapshot.policy] = False  # out of date order: one by one
        self._count += 1
        return self._seen[snapshot.policy], self._run

    def _is_new(self, policy: str) -> bool:
        index = self._records.index()
        return index.first(policy) is None and not index.looked(policy)


def _distinct(
    run: Iterable[Captured], repeats: list[Check], upgrades: list[Version]
) -> Iterator[mapping.Capture]:
    """The captures that differ from the one before; ``repeats`` takes the others, ``upgrades`` those."""
    last: Version | None = None
    for captured in run:
        capture = _capture(*captured)
        version = capture.version
        same_policy = last is not None and last.policy == version.policy
        if same_policy and last is not None and last.text_sha256 == version.text_sha256:
            if version.captured != last.captured:
                repeats.append(Check(version.policy, version.captured, "unchanged"))
            continue
        if same_policy and last is not None and last.captured == version.captured:
            raise SameInstant(version.policy, version.captured)
        if same_policy and version.record == "upgrade":
            upgrades.append(version)
        last = version
        yield capture


def _capture(snapshot: Snapshot, document: Document) -> mapping.Capture:
    from tracker import extract  # reading the history does without

    return mapping.capture(snapshot, document, extract.to_markdown(document))
