"""Keeps the repository small: loose objects become packs, packs of like size become one."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from tracker.archive.repository import CannotWrite, Repository

_MANY_LOOSE = 27  # loose objects in one of the 256 folders: 6,900 in all, some 860 captures
_MANY_PACKS = 30  # bulk imports leave one each


def pack_when_due(repository: Repository) -> None:
    """Packs loose objects once there are many; a failure changes nothing and is left for the next time."""
    from git.exc import GitCommandError

    objects = repository.gitdir / "objects"
    packs = sum(1 for _ in (objects / "pack").glob("*.pack"))
    if _names(objects / "17") <= _MANY_LOOSE and packs <= _MANY_PACKS:
        return
    with suppress(GitCommandError, CannotWrite), repository.lock():
        repository.repo.git.repack("-d", "-q", "--geometric=2")


def pack_all(repository: Repository) -> tuple[int, int]:
    """One pack of everything that is reachable; bytes of all objects before and after. Raises CannotWrite."""
    from git.exc import GitCommandError

    with repository.lock():
        before = size(repository)
        for left in (repository.gitdir / "objects").glob("obj*"):  # what a writer that was killed had begun
            left.unlink()
        try:
            repository.repo.git.repack("-a", "-d", "-q", "--window=50")
            repository.repo.git.prune("--expire=1.day.ago")  # what a crash left; younger things may be in use
        except GitCommandError as error:
            raise CannotWrite(repository.gitdir, " ".join(str(error.stderr).split())[:200]) from None
        return before, size(repository)


def size(repository: Repository) -> int:
    """Bytes of all object files."""
    return sum(file.stat().st_size for file in (repository.gitdir / "objects").rglob("*") if file.is_file())


def _names(folder: Path) -> int:
    return sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0
