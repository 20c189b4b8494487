"""What the index answers: a date, a version's neighbours, where words stood."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import NoReturn

from tracker.archive.index import Index
from tracker.archive.recorder import READ_ANEW
from tracker.archive.records import Records
from tracker.archive.search import Found, stretches
from tracker.archive.when import Instant, Place, parse
from tracker.errors import UsageError, nearest
from tracker.model import Check, Version


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


def unknown(index: Index, policy: str) -> NoReturn:
    """Raises UnknownPolicy."""
    raise UnknownPolicy(policy, index.policies())


def before_first(index: Index, policy: str, when: datetime) -> NoReturn:
    """Raises BeforeFirstCapture, or UnknownPolicy."""
    raise BeforeFirstCapture(policy, when, index.first(policy) or unknown(index, policy))


def resolve(index: Index, policy: str, words: str, now: datetime) -> Version:
    """The version that a DATE means. Raises BadDate, UnknownVersion, BeforeFirstCapture, UnknownPolicy."""
    when = parse(words, now)
    if isinstance(when, Instant):
        return index.at(policy, when.at) or before_first(index, policy, when.at)
    first = index.first(policy) or unknown(index, policy)
    if isinstance(when, Place):
        return first if when.name == "first" else _newest(index, policy, when.name)
    found = index.by_prefix(policy, when.digits)
    if len(found) == 1:
        return found[0]
    raise UnknownVersion(
        policy, f"{len(found) or 'no'} version{'s' * bool(found)} begin with {when.digits!r}"
    )


def _newest(index: Index, policy: str, name: str) -> Version:
    if name == "latest":
        return index.last(policy)
    newest = index.newest(policy, 2)
    if len(newest) < 2:
        raise UnknownVersion(policy, "there is one version only, and none before it")
    return index.readings(newest[1])[-1]


def comparable(index: Index, old: Version, new: Version) -> tuple[Version, Version]:
    """See ``Archive.comparable``."""
    if old.policy != new.policy:
        return old, new
    if old.captured > new.captured:
        newer, older = comparable(index, new, old)
        return older, newer
    before, after = index.readings(old), index.readings(new)
    if not before or not after or before[0] == after[0]:
        return new, new
    texts = {it.text_sha256: it for it in after}
    same = next((it for it in before if it.text_sha256 in texts), None)
    return (same, texts[same.text_sha256]) if same else (before[-1], after[0])


def search(
    records: Records,
    text: Callable[[Version], str],
    words: Sequence[str],
    policy: str,
    progress: Callable[[int], None],
) -> Iterator[tuple[str, tuple[Found, ...]]]:
    """See ``Archive.search``."""
    index = records.index()
    matches = records.search(text, progress).find(words, policy)
    for name, found in groupby(matches, key=lambda match: match.policy):
        yield name, tuple(stretches(found, index.history(name)[::-1]))


def checks_of(captures: list[Version]) -> Iterator[Check]:
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
