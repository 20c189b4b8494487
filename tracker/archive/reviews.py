"""What people said of changes, kept in the archive: ``reviews/<two digits>/<policy>.tsv`` on its branch.

So it is in every clone and backup, and a forge shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from tracker import __version__, review
from tracker.archive import mapping
from tracker.archive.objects import FILE, DamagedArchive, Entry
from tracker.archive.repository import NotAnArchive, Repository, gitdir_of
from tracker.review import Mark, Which


class Reviews:
    """The marks in the archive of a folder; one thread at a time. Raises NotAnArchive."""

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        gitdir = gitdir_of(path)
        if gitdir is None:
            raise NotAnArchive(path, "there is no git repository")
        self._repository = Repository(gitdir, clock)

    def close(self) -> None:
        """Ends the processes."""
        self._repository.close()

    def of(self, policy: str) -> Mapping[Which, Mark]:
        """The marks that count, by change."""
        return review.latest(self._text(policy))

    def add(self, policy: str, marks: Sequence[Mark]) -> None:
        """Write marks down. Raises CannotWrite."""
        repository = self._repository
        with repository.lock():
            text = review.merged(self._text(policy), marks).encode("utf-8", "replace")
            parent = repository.tip()
            entry = Entry(FILE, repository.store("blob", text))
            tree = repository.with_entry(repository.tree(parent), _path(policy), entry)
            subject = f"{policy}: {len(marks)} change{'s' * (len(marks) != 1)} {marks[0].state}"
            fields = [("Record", "review"), ("Policy", policy), ("Tool", __version__)]
            repository.commit(tree, mapping.compose(subject, fields), parent)

    def _text(self, policy: str) -> str:
        tip = self._repository.tip()
        try:
            words = self._repository.read(f"{tip}:{'/'.join(_path(policy))}") if tip else b""
        except DamagedArchive:  # git says no more than that it is not there
            return ""
        return words.decode("utf-8", "replace")


def _path(policy: str) -> tuple[str, str, str]:
    return "reviews", mapping.folder(policy)[1], f"{mapping.checked_policy(policy)}.tsv"
