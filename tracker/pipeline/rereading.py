"""Old captures read anew by the present extractor: the tool changed, the page did not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tracker import __version__
from tracker.archive import Archive, DamagedArchive, Reading
from tracker.archive.mapping import text_digest
from tracker.config import Policy
from tracker.errors import TrackerError
from tracker.model import Document, PageReading, Snapshot, Version
from tracker.pipeline.reading import Progress, pool_for, read_all, read_as_said

_SHRUNK = 0.5  # a reading with fewer words than this part of the old one has lost text: the old one stays


@dataclass(frozen=True, slots=True)
class Reread:
    """What came of it: captures, how many say something else now, and why others kept their text."""

    policy: str
    captures: int
    changed: int
    kept: tuple[str, ...] = ()


def read_as_declared(policy: Policy) -> tuple[PageReading, ...]:
    """How the pages of a policy are read that is declared so; empty where they are read whole."""
    if not policy.select and not policy.remove:
        return ()
    return (PageReading(policy.url, policy.select, policy.remove),)


def reread(
    archive: Archive, policy: str, declared: Policy | None = None, progress: Progress = lambda done: None
) -> Reread:
    """Reads all captures of a policy anew and records what differs, in one step.

    Captures that were fetched are read as the policy is declared now, imported ones as they were. A reading
    that fails or loses half of the words is not recorded.
    """
    captures = archive.captures(policy)
    changed: list[Reading] = []
    kept: list[str] = []
    with pool_for(len(captures)) as pool:
        snapshots = (_as_now(archive.snapshot(version), declared) for version in captures)
        for number, (snapshot, document) in enumerate(read_all(snapshots, pool)):
            version = captures[number]
            progress(number + 1)
            if isinstance(document, str):
                kept.append(f"{version.id[:10]} of {version.captured:%Y-%m-%d}: {document}")
                continue
            reading = Reading(version, document, snapshot.read_as)
            if not reading.differs:
                continue
            if _lost(archive.document(version), document):
                kept.append(
                    f"{version.id[:10]} of {version.captured:%Y-%m-%d}: it would lose half of its words"
                )
            else:
                changed.append(reading)
    return Reread(policy, len(captures), archive.reread(changed) if changed else 0, tuple(kept))


def _as_now(snapshot: Snapshot, declared: Policy | None) -> Snapshot:
    if declared is None or snapshot.provenance.startswith("import:"):
        return snapshot
    return replace(snapshot, read_as=read_as_declared(declared))


def _lost(before: Document, after: Document) -> bool:
    return len(after.text.split()) < _SHRUNK * len(before.text.split())


def keep_up(archive: Archive, snapshot: Snapshot, document: Document) -> None:
    """Before a capture with another text is recorded: were it only the tool or the declaration that changed?

    Where the capture in force reads otherwise now than it did, the policy's captures are read anew, so that
    what the new one is compared with was read as it was.
    """
    if snapshot.policy not in archive.policies() or snapshot.provenance.startswith("import:"):
        return
    first = archive.captures(snapshot.policy)[0]
    if snapshot.captured < first.captured:
        return
    in_force = archive.at(snapshot.policy, snapshot.captured)
    if in_force.text_sha256 == text_digest(document) or not _differs(archive, in_force, snapshot.read_as):
        return
    page = snapshot.read_as[0] if snapshot.read_as else PageReading(snapshot.url)
    declared = Policy(snapshot.policy, snapshot.url, select=page.select, remove=page.remove)
    reread(archive, snapshot.policy, declared)


def _differs(archive: Archive, version: Version, read_as: tuple[PageReading, ...]) -> bool:
    old = archive.snapshot(version)
    if version.tool == __version__ and old.read_as == read_as:
        return False
    try:
        now = read_as_said(old if old.provenance.startswith("import:") else replace(old, read_as=read_as))
    except TrackerError:
        return False
    return text_digest(now) != version.text_sha256


def underived(
    archive: Archive, policies: Iterable[str], progress: Progress = lambda done: None
) -> Iterator[str]:
    """Captures whose text is not what their bytes say, one line each; those of other versions are told so."""
    captures = [version for policy in policies for version in archive.captures(policy)]
    with pool_for(len(captures)) as pool:
        found = read_all(_snapshots(archive, captures), pool)
        for done, (_, document) in enumerate(found, 1):
            progress(done)
            version = captures[done - 1]
            if problem := _underived(version, document):
                yield f"{_where(version)}: {problem}"


def _snapshots(archive: Archive, captures: Iterable[Version]) -> Iterator[Snapshot]:
    """The captures as they came; what cannot be read of the archive is an empty one."""
    for version in captures:
        try:
            yield archive.snapshot(version)
        except DamagedArchive:
            yield Snapshot(version.policy, version.url, version.captured, b"", version.media_type)


def _underived(version: Version, document: Document | str) -> str:
    if not isinstance(document, str) and text_digest(document) == version.text_sha256:
        return ""
    if version.tool != __version__:
        return (
            f"read by tracker {version.tool}, otherwise by this one: run `tracker reextract {version.policy}`"
        )
    return "its text is not what its bytes say: compare with a backup, or run `tracker reextract`"


def _where(version: Version) -> str:
    return f"{version.policy}: capture of {version.captured:%Y-%m-%d %H:%M} ({version.id[:12]})"
