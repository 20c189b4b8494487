"""What the commits of somebody else's repository brought, in order; a bundle file counts as a repository."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tracker.archive.objects import GitMissing
from tracker.archive.repository import Repository, gitdir_of
from tracker.errors import UsageError

_BUNDLE = b"# v"  # "# v2 git bundle"
_OPTIONS = (
    *("-z", "--reverse", "--topo-order", "--raw", "--no-abbrev", "--no-renames", "--first-parent", "-m"),
    "--format=%H%x00%at%x00%B",
)


class NotARepository(UsageError):
    """Something that is no git repository and no bundle of one."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"{path} cannot be imported: {why}", "name a git repository on this machine or a bundle file"
        )


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: author date, message, and the files it brought or changed as (path, id of the blob)."""

    id: str
    at: datetime
    message: str
    files: tuple[tuple[str, str], ...]


@contextmanager
def opened(path: Path) -> Iterator[Path]:
    """The git folder of a repository; a bundle is unpacked and forgotten again. Raises NotARepository."""
    if path.is_file():
        with _unpacked(path) as gitdir:
            yield gitdir
        return
    found = gitdir_of(path)
    if found is None:
        raise NotARepository(path, "there is no git repository" if path.exists() else "there is no such file")
    yield found


@contextmanager
def _unpacked(bundle: Path) -> Iterator[Path]:
    from git import Git
    from git.exc import GitCommandError, GitCommandNotFound

    try:
        with bundle.open("rb") as file:
            if file.read(len(_BUNDLE)) != _BUNDLE:
                raise NotARepository(bundle, "the file is no git bundle")
    except OSError as error:
        raise NotARepository(bundle, error.strerror or str(error)) from None
    folder = Path(tempfile.mkdtemp(prefix="tracker-import-"))
    try:
        Git(folder).clone("--quiet", "--bare", "--", bundle.absolute(), folder / "bundle.git")
        yield folder / "bundle.git"
    except GitCommandNotFound:
        raise GitMissing from None
    except GitCommandError as error:
        raise NotARepository(bundle, " ".join(str(error.stderr).split())[:200]) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def commits(gitdir: Path) -> Iterator[Commit]:
    """The commits of the branch that is checked out, oldest first; deletions are left out."""
    with closing(Repository(gitdir, lambda: datetime.now(UTC))) as repository:
        fields = repository.fields("log", *_OPTIONS, "HEAD", "--")
        commit = next(fields, "")
        while commit:
            at, message = datetime.fromtimestamp(int(next(fields)), UTC), next(fields)
            files = []
            change = next(fields, "")
            while change.lstrip().startswith(":"):
                mode, blob, file = change.split(" ")[1], change.split(" ")[3], next(fields)
                if blob.strip("0") and mode.startswith("100"):  # a file: no link, no submodule
                    files.append((file, blob))
                change = next(fields, "")
            yield Commit(commit, at, message, tuple(files))
            commit = change
