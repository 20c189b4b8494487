"""Checks that the archive still holds what it recorded."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from tracker.archive import mapping
from tracker.archive.index import Index
from tracker.archive.objects import DamagedArchive
from tracker.archive.repository import Repository
from tracker.model import Version

_RESTORE = "restore the archive from a backup or a clone"


def problems(repository: Repository, index: Callable[[], Index]) -> Iterator[str]:
    """What is wrong and how to mend it, one line each; nothing where all is well."""
    yield from _objects(repository)
    try:
        yield from _history(repository, index)
    except DamagedArchive as error:
        yield str(error)


def _history(repository: Repository, index: Callable[[], Index]) -> Iterator[str]:
    recorded: dict[tuple[str, datetime], Version] = {}
    for commit, authored, words in _commits(repository):
        found = mapping.trailers(words)
        try:
            if mapping.is_capture(found) and int(mapping.time_of(found["Captured"]).timestamp()) != authored:
                yield f"commit {commit}: its author date is not the date of capture: {_RESTORE}"
            yield from _commit(repository, commit, found, recorded)
        except (KeyError, ValueError, mapping.BadPolicyId):
            yield f"commit {commit}: its Tracker- trailers cannot be read: {_RESTORE}"
    yield from _indexed(index(), recorded)


def _commits(repository: Repository) -> Iterator[tuple[str, int, str]]:
    """(commit, author date in seconds, message), oldest first."""
    order = ("-z", "--reverse", "--topo-order", "--format=%H%n%at%n%B")
    for field in repository.fields("log", *order, repository.tip(), "--"):
        commit, at, words = field.split("\n", 2)
        yield commit, int(at or -1), words  # a date that git cannot read is none


def _commit(
    repository: Repository,
    commit: str,
    found: Mapping[str, str],
    recorded: dict[tuple[str, datetime], Version],
) -> Iterator[str]:
    """Problems of one commit; what it records is noted in ``recorded``."""
    record = found.get("Record", "")
    if mapping.is_capture(found):
        version = mapping.version_of(commit, found)
        place = version.policy, version.captured
        if place in recorded:
            yield f"{_where(version)}: recorded twice, in {recorded[place].id[:12]} too: {_RESTORE}"
        recorded[place] = version
        yield from _files(repository, version)
    elif record == mapping.READING:
        anew = mapping.reading_of(commit, found)
        first = recorded.get((anew.policy, anew.captured))
        if first is None:
            yield f"commit {commit}: it reads a capture anew that is not there: {_RESTORE}"
            return
        version = replace(anew, id=first.id, url=first.url, provenance=first.provenance, record=first.record)
        recorded[anew.policy, anew.captured] = version
        if anew.raw_sha256 != first.raw_sha256:
            yield f"{_where(version)}: read anew from other bytes: {_RESTORE}"
        yield from _files(repository, replace(version, id=commit))


def _where(version: Version) -> str:
    return f"{version.policy}: capture of {mapping.stamp(version.captured)} ({version.id[:12]})"


def _objects(repository: Repository) -> Iterator[str]:
    status, out, errors = repository.repo.git.fsck(
        "--full",
        "--strict",
        "--no-dangling",
        "--no-progress",
        with_extended_output=True,
        with_exceptions=False,
    )
    if status:
        lines = [line for line in f"{out}\n{errors}".splitlines() if line.strip()]
        yield from (f"git fsck: {line}: {_RESTORE}" for line in lines)


def _files(repository: Repository, version: Version) -> Iterator[str]:
    where = _where(version)
    names = (mapping.source_name(version.media_type), mapping.TEXT, mapping.METADATA)
    try:
        raw, text, metadata = (
            repository.read(f"{version.id}:{mapping.path(version.policy, name)}") for name in names
        )
        data = json.loads(metadata)
        digests = {name: it["sha256"] for name, it in data["files"].items()}
    except (DamagedArchive, ValueError, KeyError, TypeError, AttributeError):
        yield f"{where}: its files cannot be read: {_RESTORE}"
        return
    if sha256(raw).hexdigest() != version.raw_sha256 or digests.get(names[0]) != version.raw_sha256:
        yield f"{where}: {names[0]} is not what its hash says: {_RESTORE}"
    if sha256(text).hexdigest() != digests.get(mapping.TEXT):
        yield f"{where}: {mapping.TEXT} is not what its hash says: {_RESTORE}"
    if (data.get("text_sha256"), data.get("captured")) != (
        version.text_sha256,
        mapping.stamp(version.captured),
    ):
        yield f"{where}: {mapping.METADATA} and the commit's trailers disagree: {_RESTORE}"


def _indexed(index: Index, recorded: dict[tuple[str, datetime], Version]) -> Iterator[str]:
    listed = {(v.policy, v.captured): v for policy in index.policies() for v in index.captures(policy)}
    differing = [key for key, version in recorded.items() if listed.get(key) != version]
    if wrong := len(differing) + len(listed.keys() - recorded.keys()):
        yield f"the index differs from the commits in {wrong} captures: run `tracker index --rebuild`"
