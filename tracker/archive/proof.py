"""What proves that a capture is part of the archive's history: git's own objects, few enough to hand on.

The commit of the capture, the trees on the way to its files, the files, and the commits that followed: each
names the one before by its hash, so whoever knows a later commit knows that nothing before it was altered.
"""

from __future__ import annotations

from dataclasses import dataclass
from tempfile import TemporaryFile

from tracker.archive import mapping
from tracker.archive.objects import entries_of
from tracker.archive.repository import Repository
from tracker.model import Version

_LONGEST = 10_000  # commits after the capture's that are handed on


@dataclass(frozen=True, slots=True)
class Proof:
    """``pack`` is a git pack; ``chain`` its commits, the capture's first, each the parent of the next."""

    pack: bytes
    chain: tuple[str, ...]
    folder: str  # where the capture's files stand in its commit
    files: tuple[str, ...]


def of(repository: Repository, version: Version) -> Proof:
    """The proof of one capture. Raises DamagedArchive."""
    path = mapping.folder(version.policy)
    objects = [version.id]
    here = f"{version.id}:"
    objects.append(repository.tree(version.id))
    for place in range(len(path)):
        tree = entries_of(repository.read(here + "/".join(path[:place])))
        objects.append(tree[path[place]].id)
    files = entries_of(repository.read(here + "/".join(path)))
    objects += [entry.id for entry in files.values()]
    chain = _chain(repository, version.id)
    listed = "".join(f"{name}\n" for name in dict.fromkeys([*objects, *chain]))
    with TemporaryFile() as names:
        names.write(listed.encode())
        names.seek(0)
        pack = repository.repo.git.pack_objects(
            "--stdout",
            "--quiet",
            "--threads=1",
            istream=names,
            stdout_as_string=False,
            strip_newline_in_stdout=False,
        )
    return Proof(bytes(pack), tuple(chain), "/".join(path), tuple(sorted(files)))


def _chain(repository: Repository, commit: str) -> list[str]:
    newer = repository.repo.git.rev_list("--first-parent", "--reverse", f"{commit}..{repository.tip()}", "--")
    return [commit, *newer.split()[:_LONGEST]]
