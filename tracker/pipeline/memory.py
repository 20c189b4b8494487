"""What recorded versions state and how they differ, worked out once and kept beside the archive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from tracker import diff, facts
from tracker.archive import Archive
from tracker.cache import digests, encoding
from tracker.cache.store import Store
from tracker.diff.align import align
from tracker.history import blame, reverts
from tracker.model import (
    Change,
    Comparison,
    Document,
    Fact,
    Pair,
    Severity,
    Side,
    TextChange,
    Verdict,
    Version,
)

_NEIGHBOURS = 4  # documents held at once: a walk through a history needs each of them twice

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Told:
    """What a comparison found, without the texts."""

    verdict: Verdict
    summary: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """A version's words: a digest of each block's, and one of what it says (``reverts.fingerprint``)."""

    blocks: tuple[str, ...]
    sense: str


class Memory:
    """Answers about versions of an archive: from the file at ``path`` where it has them, else worked out.

    Answers are kept under digests of the stored texts and of the program, so that none outlives either.
    """

    def __init__(self, archive: Archive, path: Path) -> None:
        self._archive = archive
        self._store = Store(path)
        self.document: Callable[[Version], Document] = lru_cache(_NEIGHBOURS)(archive.document)
        self._text: Callable[[Version], str] = lru_cache(100_000)(self._digest)

    def close(self) -> None:
        """Close the file."""
        self._store.close()

    def facts(self, version: Version) -> tuple[Fact, ...]:
        """What the version states."""
        key = digests.of(digests.program(digests.READING), self._text(version))
        known = self._recalled("facts", key, encoding.facts_of)
        if known is not None:
            return known
        found = facts.read(self.document(version))
        self._store.put("facts", key, encoding.packed(encoding.facts(found)))
        return found

    def side(self, version: Version) -> Side:
        """The version with what it states, as one side of a comparison."""
        return Side(self.document(version), self.facts(version), version, version.policy)

    def comparison(self, old: Version, new: Version, severities: Mapping[str, Severity]) -> Comparison:
        """What changed between two versions, graded with the user's own severities."""
        key = self._pair_key(old, new, severities)
        told, texts = self._recalled("told", key, _told_of), self._recalled("texts", key, _texts_of)
        if told is None or texts is None:
            return self._compared(old, new, severities)
        changes, pairs = texts
        return Comparison(
            self.side(old), self.side(new), told.verdict, told.changes, changes, pairs, told.summary
        )

    def told(self, old: Version, new: Version, severities: Mapping[str, Severity]) -> Told:
        """The same without the texts."""
        known = self._recalled("told", self._pair_key(old, new, severities), _told_of)
        if known is not None:
            return known
        found = self._compared(old, new, severities)
        return Told(found.verdict, found.summary, found.changes)

    def known(self, old: Version, new: Version, severities: Mapping[str, Severity]) -> Told | None:
        """The same where it was worked out already, else None."""
        return self._recalled("told", self._pair_key(old, new, severities), _told_of)

    def wording(self, version: Version) -> Wording:
        """The version's words as digests."""
        key = digests.of(digests.program(digests.COMPARING), self._text(version))
        known = self._recalled("wording", key, _wording_of)
        if known is not None:
            return known
        document = self.document(version)
        found = Wording(blame.digests(document), reverts.fingerprint(document))
        self._store.put("wording", key, encoding.packed([found.blocks, found.sense]))
        return found

    def step(self, old: Version, new: Version) -> blame.Step:
        """How the newer version's blocks come from the older one's."""
        key = self._pair_key(old, new, {})
        known = self._recalled("step", key, _step_of)
        if known is not None:
            return known
        before, after = self.document(old), self.document(new)
        return self._stepped(key, before, after, align(before, after))

    def _stepped(self, key: str, old: Document, new: Document, pairs: Iterable[Pair]) -> blame.Step:
        found = blame.step(old, new, pairs)
        self._store.put("step", key, encoding.packed([found.origins, sorted(found.edited)]))
        return found

    def _compared(self, old: Version, new: Version, severities: Mapping[str, Severity]) -> Comparison:
        found = diff.compare(self.side(old), self.side(new), severities)
        key = self._pair_key(old, new, severities)
        told = [found.verdict, found.summary, encoding.changes(found.changes)]
        texts = [encoding.text_changes(found.text_changes), encoding.pairs(found.pairs)]
        self._store.put("told", key, encoding.packed(told))
        self._store.put("texts", key, encoding.packed(texts))
        # the alignment is at hand: blame need not make it again
        self._stepped(self._pair_key(old, new, {}), found.old.document, found.new.document, found.pairs)
        return found

    def _recalled(self, kind: str, key: str, read: Callable[[Any], T]) -> T | None:
        data = self._store.get(kind, key)
        try:
            return None if data is None else encoding.unpacked(data, read)
        except ValueError:  # damaged: it will be replaced
            return None

    def _pair_key(self, old: Version, new: Version, severities: Mapping[str, Severity]) -> str:
        program = digests.program(digests.COMPARING)
        graded = [f"{rule}={severity}" for rule, severity in sorted(severities.items())]
        return digests.of(program, self._text(old), self._text(new), *graded)

    def _digest(self, version: Version) -> str:
        return digests.of(self._archive.text(version), version.language, version.title)


def _told_of(value: Any) -> Told:
    verdict, summary, changes = value
    return Told(verdict, summary, encoding.changes_of(changes))


def _texts_of(value: Any) -> tuple[tuple[TextChange, ...], tuple[Pair, ...]]:
    changes, pairs = value
    return encoding.text_changes_of(changes), encoding.pairs_of(pairs)


def _wording_of(value: Any) -> Wording:
    blocks, sense = value
    return Wording(tuple(blocks), sense)


def _step_of(value: Any) -> blame.Step:
    origins, edited = value
    return blame.Step(tuple(map(tuple, origins)), frozenset(edited))
