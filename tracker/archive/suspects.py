"""Captures that were held back: kept with their reason, apart from the history, on a reference of their own.

Each state of the reference is a commit without a parent, so that what is let go of leaves the repository when
it is packed. The folder ``policies/<two digits>/<policy>/<name>/`` holds ``source.*`` and ``suspect.json``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

from tracker.archive import mapping
from tracker.archive.objects import DIRECTORY, FILE, DamagedArchive, Entry, entries_of
from tracker.archive.repository import Repository
from tracker.model import Snapshot

REFERENCE = "refs/tracker/suspects"
State = Literal["waiting", "over", "rejected"]

_MOST = 4  # captures kept of one policy; the one not seen for longest goes first
_FILE = "suspect.json"


@dataclass(frozen=True, slots=True)
class Suspect:
    """A capture held back. ``key`` tells the text; ``seen`` counts the looks that brought the same.

    ``state`` is "waiting", "over" once the policy was seen again as it was, or "rejected" by the user. A
    ``confirmable`` one may prove to be the policy's new text; another betrays by itself that it is none.
    """

    policy: str
    captured: datetime
    key: str
    reason: str
    detail: str
    confirmable: bool
    last: datetime
    seen: int = 1
    state: State = "waiting"
    source: str = "source.bin"

    @property
    def name(self) -> str:
        """Its folder's name."""
        return sha256(self.key.encode()).hexdigest()[:16]


class Suspects:
    """The captures held back in one repository; one thread at a time."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def of(self, policy: str) -> list[Suspect]:
        """Those of a policy, the latest seen first."""
        tree = self._tree(*mapping.folder(mapping.checked_policy(policy)))
        found = [suspect for name in entries_of(tree) if (suspect := self._read(policy, name))]
        return sorted(found, key=lambda each: (each.last, each.name), reverse=True)

    def policies(self) -> Iterator[str]:
        """The policies that have any, in order."""
        spread = entries_of(self._tree("policies"))
        yield from sorted(name for digits in spread for name in entries_of(self._tree("policies", digits)))

    def hold(self, snapshot: Snapshot, suspect: Suspect) -> Suspect:
        """Keep a capture, or count it where one of its key is kept already; gives what is kept now."""
        at = mapping.checked_time(snapshot.policy, snapshot.captured)
        kept = {each.key: each for each in self.of(snapshot.policy)}
        known = kept.get(suspect.key)
        with self._repository.lock():
            if known and known.state != "over":
                held = replace(known, detail=suspect.detail, seen=known.seen + 1, last=at)
                self._write(held, {_FILE: _json(held)})
                return held
            held = replace(suspect, source=mapping.source_name(snapshot.media_type))
            about = _json(held, snapshot)
            self._write(held, {held.source: snapshot.raw, _FILE: about})
            kept[held.key] = held
            for extra in sorted(kept.values(), key=lambda each: each.last)[:-_MOST]:
                self._forget(extra)
        return held

    def mark(self, suspect: Suspect, state: State) -> None:
        """Say what became of it."""
        with self._repository.lock():
            self._write(suspect, {_FILE: _json(replace(suspect, state=state))})

    def let_go(self, suspect: Suspect) -> None:
        """Keep it no longer: it has entered the history."""
        with self._repository.lock():
            self._forget(suspect)

    def snapshot(self, suspect: Suspect) -> Snapshot:
        """The capture as it came. Raises DamagedArchive."""
        data = self._data(suspect.policy, suspect.name)
        place = "/".join((*mapping.folder(suspect.policy), suspect.name, suspect.source))
        return Snapshot(
            policy=suspect.policy,
            url=data["url"],
            captured=suspect.captured,
            raw=self._repository.read(f"{self._tip()}:{place}"),
            media_type=data["media_type"],
            provenance=data["provenance"],
            status=data["status"],
            redirects=tuple(data["redirects"]),
            headers=data["headers"],
        )

    # --- in git -----------------------------------------------------------------------------------------

    def _tip(self) -> str:
        return self._repository.reference(REFERENCE)

    def _tree(self, *path: str) -> bytes:
        """The tree object of a folder; b"" where there is none."""
        tip = self._tip()
        try:
            return self._repository.read(f"{tip}:{'/'.join(path)}") if tip else b""
        except DamagedArchive:  # git says no more than that it is not there
            return b""

    def _data(self, policy: str, name: str) -> dict[str, Any]:
        place = "/".join((*mapping.folder(policy), name, _FILE))
        data = json.loads(self._repository.read(f"{self._tip()}:{place}"))
        return data if isinstance(data, dict) else {}

    def _read(self, policy: str, name: str) -> Suspect | None:
        try:
            data = self._data(policy, name)
            known = {field: data[field] for field in Suspect.__dataclass_fields__}
            known |= {field: mapping.time_of(data[field]) for field in ("captured", "last")}
            return Suspect(**known)
        except (DamagedArchive, KeyError, ValueError, TypeError):
            return None

    def _write(self, suspect: Suspect, files: dict[str, bytes]) -> None:
        """Write some of its files; what is not told of a capture that is kept already stays as it was."""
        path = (*mapping.folder(suspect.policy), suspect.name)
        if suspect.source not in files:
            before = self._data(suspect.policy, suspect.name)
            files[_FILE] = _whole(before | json.loads(files[_FILE]))
        tree = self._root()
        for name, content in files.items():
            entry = Entry(FILE, self._repository.store("blob", content))
            tree = self._repository.with_entry(tree, (*path, name), entry)
        self._keep(tree)

    def _forget(self, suspect: Suspect) -> None:
        above = mapping.folder(suspect.policy)
        left = entries_of(self._tree(*above))
        left.pop(suspect.name, None)
        path = list(above)
        entries = left
        while len(path) > 1 and not entries:  # an empty folder has no place in git
            name = path.pop()
            entries = entries_of(self._tree(*path))
            entries.pop(name, None)
        tree = self._repository.store_tree(entries)
        self._keep(self._repository.with_entry(self._root(), tuple(path), Entry(DIRECTORY, tree)))

    def _root(self) -> str:
        tip = self._tip()
        return self._repository.tree(tip) if tip else ""

    def _keep(self, tree: str) -> None:
        self._repository.move_to(REFERENCE, tree, "Captures held back\n")


def _json(suspect: Suspect, snapshot: Snapshot | None = None) -> bytes:
    data = asdict(suspect) | {
        "captured": mapping.stamp(suspect.captured),
        "last": mapping.stamp(suspect.last),
    }
    if snapshot is not None:
        came = {
            "url": mapping.public(snapshot.url),
            "media_type": snapshot.media_type,
            "provenance": snapshot.provenance,
        }
        data |= came | mapping.transport(snapshot)
    return _whole(data)


def _whole(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"
