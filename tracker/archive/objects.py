"""Git objects read through one persistent ``git cat-file --batch``, and trees as values.

Reading does without GitPython: importing it takes longer than the reading.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tracker.errors import TrackerError

DIRECTORY, FILE = "40000", "100644"


class DamagedArchive(TrackerError):
    """An object that the archive should hold is missing or unreadable."""

    def __init__(self, gitdir: Path, name: str) -> None:
        advice = "check it with `git fsck`, then restore the archive from a backup"
        super().__init__(f"{gitdir}: cannot read {name}", advice)


class GitMissing(TrackerError):
    """There is no git program."""

    def __init__(self) -> None:
        super().__init__(
            "git is not installed", "install git 2.33 or newer and make sure that it is on the PATH"
        )


class Entry(NamedTuple):
    """One entry of a tree."""

    mode: str
    id: str


def environment(gitdir: Path) -> dict[str, str]:
    """Variables that tie git to this repository whatever the caller's environment says; hooks never run."""
    settings = {
        "core.hooksPath": os.devnull,
        "i18n.logOutputEncoding": "UTF-8",
        "log.showSignature": "false",
        "gc.auto": "0",
    }
    numbered = enumerate(settings.items())
    return {
        "GIT_DIR": str(gitdir),
        "GIT_OBJECT_DIRECTORY": str(gitdir / "objects"),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
        "GIT_NAMESPACE": "",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_COUNT": str(len(settings)),
        **{
            f"GIT_CONFIG_{part}_{n}": it
            for n, pair in numbered
            for part, it in zip(("KEY", "VALUE"), pair, strict=True)
        },
        "LC_ALL": "C",
    }


class ObjectReader:
    """Reads objects by any name git knows: an id, ``<commit>:<path>``. One thread at a time."""

    def __init__(self, gitdir: Path) -> None:
        self._gitdir = gitdir
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, name: str) -> bytes:
        """The object's content. Raises DamagedArchive where there is none, GitMissing."""
        process = self._process or self._start()
        assert process.stdin is not None and process.stdout is not None  # noqa: S101  # both are pipes
        try:
            process.stdin.write(name.encode() + b"\n")
            process.stdin.flush()
            head = process.stdout.readline().split(b" ")
            if (
                len(head) != 3 or not head[2].strip().isdigit()
            ):  # "<name> missing", "<name> ambiguous", or it ended
                raise DamagedArchive(self._gitdir, name)
            size = int(head[2])
            content = process.stdout.read(size + 1)
        except OSError:
            self.close()
            raise DamagedArchive(self._gitdir, name) from None
        if len(content) != size + 1:
            self.close()
            raise DamagedArchive(self._gitdir, name)
        return content[:-1]

    def _start(self) -> subprocess.Popen[bytes]:
        command = ["git", "cat-file", "--batch"]
        try:
            self._process = subprocess.Popen(  # noqa: S603  # a fixed command
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **environment(self._gitdir)},
            )
        except FileNotFoundError:
            raise GitMissing from None
        return self._process

    def close(self) -> None:
        """Ends the process; reading again starts another."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # it has ended already
                    continue
        process.wait()


# --- trees ------------------------------------------------------------------------------------------


def entries_of(tree: bytes) -> dict[str, Entry]:
    """The entries of a tree object by name."""
    found, at = {}, 0
    while at < len(tree):
        space, end = tree.index(b" ", at), tree.index(b"\0", at)
        found[tree[space + 1 : end].decode("utf-8", "surrogateescape")] = Entry(
            tree[at:space].decode(), tree[end + 1 : end + 21].hex()
        )
        at = end + 21
    return found


def tree_of(entries: Mapping[str, Entry]) -> bytes:
    """The tree object with these entries, in git's order (a folder sorts as if its name ended in "/")."""
    named = [(name.encode("utf-8", "surrogateescape"), entry) for name, entry in entries.items()]
    named.sort(key=lambda pair: pair[0] + (b"/" if pair[1].mode == DIRECTORY else b""))
    return b"".join(
        entry.mode.encode() + b" " + name + b"\0" + bytes.fromhex(entry.id) for name, entry in named
    )


def grafted(
    read: Callable[[str], bytes],
    store: Callable[[str, bytes], str],
    tree: str,
    path: Sequence[str],
    new: Entry,
) -> str:
    """The id of ``tree`` ("" for none) with ``new`` at ``path``; only the trees on the way are written."""
    name, *rest = path
    entries = entries_of(read(tree)) if tree else {}
    if rest:
        here = entries.get(name)
        new = Entry(DIRECTORY, grafted(read, store, here.id if here else "", rest, new))
    entries[name] = new
    return store("tree", tree_of(entries))
