"""The archive's git repository: verbs only. What is written and why is store.py's affair.

Objects are written through GitPython's object database, then one reference moves; nothing is checked out.
A process that dies between the two leaves unreachable objects and a good archive.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker.archive.objects import (
    DIRECTORY,
    FILE,
    DamagedArchive,
    Entry,
    GitMissing,
    ObjectReader,
    environment,
    grafted,
    tree_of,
)
from tracker.errors import TrackerError

if TYPE_CHECKING:
    from git import Repo

BRANCH = "refs/heads/main"
WHO = "tracker <tracker@localhost>"
_PATIENCE = 10.0  # seconds to wait for another git process that holds the branch


class NotAnArchive(TrackerError):
    """A folder that holds no archive."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"{path} is no archive: {why}", "make one with `tracker init`, or restore it from a backup"
        )


class CannotWrite(TrackerError):
    """The archive cannot be written: the disk is full or read-only, or something else holds it."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"{path}: cannot write: {why}", "nothing was recorded; mend that and run the command again"
        )


def gitdir_of(path: Path) -> Path | None:
    """The git folder of the archive at ``path`` (a clone may be bare); None where there is none."""
    for folder in (path / ".git", path):
        if (folder / "HEAD").is_file() and (folder / "objects").is_dir():
            return folder
    return None


def initialise(path: Path) -> Path:
    """Makes an empty repository in ``path`` and gives its git folder. Raises CannotWrite, GitMissing."""
    from git import Git  # costs more than all of start-up: only what writes pays for it
    from git.exc import GitCommandError, GitCommandNotFound

    gitdir = path / ".git"
    try:
        path.mkdir(parents=True, exist_ok=True)
        git = Git(path)
        git.update_environment(**environment(gitdir))
        git.init("--quiet", "--template=", "--initial-branch=main", "--object-format=sha1")
        git.config("core.bare", "true")  # so that `git log` works here and no work tree goes stale
    except GitCommandNotFound:
        raise GitMissing from None
    except (GitCommandError, OSError) as error:
        raise CannotWrite(path, _words(error)) from None
    return gitdir


def _words(error: Exception) -> str:
    words = getattr(error, "strerror", None) or str(getattr(error, "stderr", "") or error)
    return " ".join(words.split())[:200]


class Repository:
    """One open repository; one thread at a time."""

    def __init__(self, gitdir: Path, clock: Callable[[], datetime]) -> None:
        self.gitdir = gitdir
        self.own = gitdir / "tracker"  # index, journal and lock: inside .git they can never enter the history
        self._clock = clock
        self._objects = ObjectReader(gitdir)
        self._repo: Repo | None = None
        self._unsynced: list[str] = []

    def close(self) -> None:
        """Ends the processes."""
        self._objects.close()
        if self._repo is not None:
            self._repo.close()
            self._repo = None

    def read(self, name: str) -> bytes:
        """An object's content by any name git knows. Raises DamagedArchive."""
        return self._objects.read(name)

    def tip(self) -> str:
        """The commit the branch stands at; "" before the first."""
        return self.reference(BRANCH)

    def reference(self, name: str) -> str:
        """The commit that a reference stands at; "" where there is none."""
        try:
            return (self.gitdir / name).read_text("ascii").strip()
        except FileNotFoundError:
            return self._packed(name)

    def _packed(self, name: str) -> str:
        try:
            lines = (self.gitdir / "packed-refs").read_text("utf-8").splitlines()
        except FileNotFoundError:
            return ""
        return next((line[:40] for line in lines if line[41:] == name), "")

    def messages(self, tip: str, since: str = "") -> Iterator[tuple[str, str]]:
        """(commit, message), oldest first, of what ``tip`` has and ``since`` has not."""
        names = [tip, *([f"^{since}"] if since else [])]
        for field in self.fields("log", "-z", "--reverse", "--topo-order", "--format=%H%n%B", *names, "--"):
            commit, _, words = field.partition("\n")
            yield commit, words

    def fields(self, *command: str) -> Iterator[str]:
        """What a git command writes, parted by NUL. Raises DamagedArchive."""
        process = self.repo.git.execute(["git", *command], as_process=True)
        rest = b""
        while chunk := process.stdout.read(1 << 18):
            *whole, rest = (rest + chunk).split(b"\0")
            for field in whole:
                yield field.decode("utf-8", "replace")
        if rest:
            yield rest.decode("utf-8", "replace")
        self._ended(process)

    def _ended(self, process: Any) -> None:
        from git.exc import GitCommandError

        try:
            process.wait()
        except GitCommandError as error:
            raise DamagedArchive(self.gitdir, f"its history ({_words(error)})") from None

    def contains(self, tip: str, commit: str) -> bool:
        """Whether ``commit`` is ``tip`` or an ancestor of it."""
        return (
            commit == tip
            or self.repo.git.merge_base(
                "--is-ancestor", commit, tip, with_exceptions=False, with_extended_output=True
            )[0]
            == 0
        )

    @property
    def repo(self) -> Repo:
        """GitPython's view of it."""
        if self._repo is None:
            from git import Repo

            self._repo = Repo(self.gitdir)
            self._repo.git.update_environment(**environment(self.gitdir))
        return self._repo

    # --- writing (only under the lock) -------------------------------------------------------------

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keeps other processes from writing; the kernel lifts it when this one dies. Raises CannotWrite."""
        try:
            self.own.mkdir(exist_ok=True)
            handle = os.open(self.own / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise CannotWrite(self.gitdir, _words(error)) from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            self._clear_after_crash(handle)
            self._lock = handle
            yield
        except OSError as error:
            raise CannotWrite(self.gitdir, _words(error)) from None
        finally:
            os.close(handle)

    def _clear_after_crash(self, handle: int) -> None:
        """Removes the branch's lock that a process left which died while it moved the branch."""
        if intended := os.pread(handle, 40, 0):
            left = self.gitdir / (BRANCH + ".lock")
            if left.is_file() and intended.startswith(left.read_bytes().strip()):
                left.unlink()
            os.ftruncate(handle, 0)

    def store(self, kind: str, content: bytes) -> str:
        """Writes an object and gives its id."""
        from gitdb import IStream, LooseObjectDB  # type: ignore[import-untyped]

        # not Repo.odb: that starts a git process for each object
        database = LooseObjectDB(str(self.gitdir / "objects"))
        name = database.store(IStream(kind, len(content), BytesIO(content))).hexsha.decode()
        self._unsynced.append(name)
        return str(name)

    def _sync(self) -> None:
        """Makes what was stored outlast a loss of power; all at once, as the first call does most of it."""
        for name in self._unsynced:
            with (self.gitdir / "objects" / name[:2] / name[2:]).open("rb") as written:
                os.fsync(written.fileno())
        self._unsynced.clear()

    def tree(self, commit: str) -> str:
        """The id of a commit's tree."""
        return self.read(commit)[len("tree ") :][:40].decode()

    def with_folder(self, tree: str, path: tuple[str, ...], files: Mapping[str, bytes]) -> str:
        """``tree`` ("" for none) in which the folder at ``path`` holds exactly ``files``."""
        entries = {name: Entry(FILE, self.store("blob", content)) for name, content in files.items()}
        return self.with_entry(tree, path, Entry(DIRECTORY, self.store("tree", tree_of(entries))))

    def with_entry(self, tree: str, path: tuple[str, ...], entry: Entry) -> str:
        """``tree`` ("" for none) with ``entry`` at ``path``."""
        return grafted(self.read, self.store, tree, path, entry)

    def commit(self, tree: str, message: str, parent: str, at: datetime | None = None) -> str:
        """Writes a commit, authored ``at`` (default now), and moves the branch to it."""
        now = self._clock()
        lines = [f"tree {tree}", *([f"parent {parent}"] if parent else [])]
        lines += [f"author {WHO} {_seconds(at or now)} +0000", f"committer {WHO} {_seconds(now)} +0000"]
        new = self.store("commit", "\n".join([*lines, "", message]).encode())
        self._leave_work_tree()
        self._sync()
        self._move(new)
        return new

    def store_tree(self, entries: Mapping[str, Entry]) -> str:
        """Writes a tree and gives its id."""
        return self.store("tree", tree_of(entries))

    def move_to(self, reference: str, tree: str, message: str) -> None:
        """Lets a reference of our own (not the branch) stand at a new commit of ``tree`` without a parent."""
        now = _seconds(self._clock())
        head = f"tree {tree}\nauthor {WHO} {now} +0000\ncommitter {WHO} {now} +0000\n\n{message}"
        new = self.store("commit", head.encode())
        self._sync()
        place = self.gitdir / reference
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = self.own / "reference.new"  # not beside it: git would take it for a reference
        with draft.open("w") as written:
            written.write(f"{new}\n")
            written.flush()
            os.fsync(written.fileno())
        draft.replace(place)

    def _leave_work_tree(self) -> None:
        """Makes a clone bare: nobody shall commit the files of its work tree, which go stale now."""
        if not self.repo.bare:
            self.repo.git.config("core.bare", "true")
            self.repo.close()
            self._repo = None

    def _move(self, new: str) -> None:
        """Moves the branch by git's own protocol: a lock file beside it that becomes it."""
        branch, held = self.gitdir / BRANCH, self.gitdir / (BRANCH + ".lock")
        branch.parent.mkdir(parents=True, exist_ok=True)
        os.pwrite(self._lock, new.encode(), 0)  # whoever finds this lock after a crash knows that it is ours
        handle = self._take(held)
        try:
            os.write(handle, f"{new}\n".encode())
            os.fsync(handle)
        except OSError:
            held.unlink()
            raise
        finally:
            os.close(handle)
        held.replace(branch)
        os.ftruncate(self._lock, 0)

    def _take(self, held: Path) -> int:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                return os.open(held, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
            except FileExistsError:
                if time.monotonic() > until:
                    os.ftruncate(self._lock, 0)
                    raise CannotWrite(self.gitdir, f"another git process holds {held.name}") from None
                time.sleep(0.01)


def _seconds(at: datetime) -> int:
    return max(0, int((at.astimezone(UTC)).timestamp()))  # git knows no time before 1970
