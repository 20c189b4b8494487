"""The whole archive in another place: a git remote, or one bundle file; and back.

Only what grows is pushed: the branch by fast-forward, so that a backup is never overwritten by another
archive or by an older state of this one.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from tracker.archive.objects import GitMissing, environment
from tracker.archive.repository import BRANCH, CannotWrite, NotAnArchive, Repository, gitdir_of
from tracker.errors import TrackerError

_OURS = "refs/tracker/*"  # captures held back; each state replaces the one before
_PROTOCOLS = "file:git:http:https:ssh"  # "ext::" and its like run programs


class BackupFailed(TrackerError):
    """A remote that did not take the backup."""

    def __init__(self, place: str, why: str) -> None:
        advice = "nothing there was overwritten; see that it can be reached and is a backup of this archive"
        super().__init__(f"{place}: the backup failed: {why}", advice)


class RestoreFailed(TrackerError):
    """A source from which no archive came."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place}: cannot be restored from: {why}", "name a git remote or a bundle file")


class ArchiveExists(TrackerError):
    """A place that holds an archive with captures."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} holds an archive already", "restore into another workspace, or move it away"
        )


def is_bundle(place: str) -> bool:
    """Whether it is a file, or to become one, rather than a git remote."""
    return Path(place).is_file() or (place.endswith(".bundle") and "://" not in place)


def push(repository: Repository, place: str) -> None:
    """Pushes to a git remote; a local path that does not exist becomes a repository. Raises BackupFailed."""
    from git import Git
    from git.exc import GitCommandError

    try:
        if _is_local(place) and not Path(place).exists():
            Git().init("--quiet", "--bare", "--template=", "--initial-branch=main", "--", place)
        refs = [f"{BRANCH}:{BRANCH}", f"+{_OURS}:{_OURS}"]
        with repository.repo.git.custom_environment(GIT_ALLOW_PROTOCOL=_PROTOCOLS):
            repository.repo.git.push("--quiet", "--atomic", "--", place, *refs)
    except GitCommandError as error:
        raise BackupFailed(place, _told(error)) from None


def write_bundle(repository: Repository, file: Path) -> None:
    """Writes one file with everything, whole or not at all. Raises BackupFailed."""
    from git.exc import GitCommandError

    draft = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        repository.repo.git.bundle("create", "--quiet", draft.absolute(), "--all")
        repository.repo.git.bundle("verify", "--quiet", draft.absolute())
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.replace(file)
    except GitCommandError as error:
        raise BackupFailed(str(file), _told(error)) from None
    except OSError as error:
        raise BackupFailed(str(file), error.strerror or str(error)) from None
    finally:
        draft.unlink(missing_ok=True)


def restore(place: str, path: Path) -> Path:
    """Makes the archive in the folder ``path`` from a backup and gives its git folder; all of it or nothing.

    Raises ArchiveExists, RestoreFailed, NotAnArchive, CannotWrite.
    """
    from git import Git
    from git.exc import GitCommandError, GitCommandNotFound

    if gitdir_of(path) is not None:
        raise ArchiveExists(path)
    draft = path / ".git.restoring"
    try:
        path.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(draft, ignore_errors=True)
        git = Git(path)
        git.update_environment(GIT_ALLOW_PROTOCOL=_PROTOCOLS, GIT_TERMINAL_PROMPT="0", LC_ALL="C")
        source = str(Path(place).absolute()) if _is_local(place) else place
        git.clone("--quiet", "--mirror", "--no-local", "--template=", "--", source, draft)
        _check(draft, place)
        draft.replace(path / ".git")
    except GitCommandNotFound:
        raise GitMissing from None
    except GitCommandError as error:
        raise RestoreFailed(place, _told(error)) from None
    except OSError as error:
        raise CannotWrite(path, error.strerror or str(error)) from None
    finally:
        with suppress(OSError):
            shutil.rmtree(draft)
    return path / ".git"


def _check(gitdir: Path, place: str) -> None:
    """Sees that it is an archive and whole, and lets go of where it came from. Raises NotAnArchive."""
    from git import Git

    git = Git(gitdir)
    git.update_environment(**environment(gitdir))
    git.config("core.bare", "true")
    git.remote("remove", "origin")
    git.symbolic_ref("HEAD", BRANCH)
    code = git.cat_file("-e", f"{BRANCH}:archive.json", with_exceptions=False, with_extended_output=True)[0]
    if code:
        raise NotAnArchive(Path(place), "its branch 'main' holds no archive.json")
    git.fsck("--connectivity-only", "--no-dangling", "--no-progress")


def _is_local(place: str) -> bool:
    """Whether it is a path; "host:path" and addresses are not."""
    return "://" not in place and "::" not in place and ":" not in place.partition("/")[0]


def _told(error: Exception) -> str:
    words = " ".join(str(getattr(error, "stderr", "") or error).split())
    return words.removeprefix("stderr: ").strip("' ")[:200]
