"""Snapshots in the layout of the Princeton corpus: ``z/zo/zoi/zoiper.com.md``, in a folder or in git history.

The first line of each text says of which site it is and when it was archived; without it the date is the
commit's. Pages (``.html``) stand beside texts (``.md``) and are taken instead of them where both are there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path, PurePosixPath

from tracker.archive.objects import ObjectReader
from tracker.archive.repository import gitdir_of
from tracker.errors import UsageError
from tracker.importers import git_history
from tracker.model import Snapshot

PROVENANCE = "import:princeton"
_LAYOUT = re.compile(r"(.)/(\1.?)/(\2.?)/(\3[a-z0-9.-]*)\.(md|html)")
_ARCHIVED = re.compile(rb"from the \S{1,253} privacy policy that was archived on (\d{4}-\d\d-\d\d)\.")
_HEAD = 1000  # bytes within which that line stands
_LARGEST = 64 << 20  # bytes
_MEDIA_TYPES = {"md": "text/markdown", "html": "text/html"}

Known = Callable[[str], Collection[datetime]]


class NotPrinceton(UsageError):
    """A folder or repository that is not laid out so."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: nothing in it is laid out as z/zo/zoi/zoiper.com.md", "name the corpus's own folder"
        )


@dataclass(frozen=True, slots=True)
class _File:
    policy: str
    at: datetime | None  # the commit's date
    order: int
    media_type: str
    provenance: str
    source: str | Path  # id of the blob, or the file


def archived(raw: bytes) -> datetime | None:
    """Midnight UTC of the day that the header line of an archived text names; None where there is none."""
    found = _ARCHIVED.search(raw[:_HEAD].partition(b"\n")[0])
    if found is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(found[1].decode()), time(), UTC)
    except ValueError:  # the 31st of June
        return None


def read(path: Path, known: Known = lambda policy: ()) -> Iterator[Snapshot]:
    """The snapshots, one site after the other, each in date order; those whose time is known are left out.

    Raises NotPrinceton, NotARepository.
    """
    if path.is_dir() and gitdir_of(path) is None:
        yield from _snapshots(path, _in_folder(path), lambda file: _bytes(Path(file)), known)
        return
    with git_history.opened(path) as gitdir, closing(ObjectReader(gitdir)) as objects:
        yield from _snapshots(path, _in_git(gitdir), lambda blob: objects.read(str(blob)), known)


def _in_folder(path: Path) -> Iterator[_File]:
    for file in sorted(path.glob("?/*/*/*")):
        if (found := _LAYOUT.fullmatch(file.relative_to(path).as_posix())) and file.is_file():
            yield _File(found[4].strip(".-"), None, 0, _MEDIA_TYPES[found[5]], PROVENANCE, file)


def _in_git(gitdir: Path) -> Iterator[_File]:
    for order, commit in enumerate(git_history.commits(gitdir)):
        for name, blob in commit.files:
            if found := _LAYOUT.fullmatch(PurePosixPath(name).as_posix()):
                media_type, provenance = _MEDIA_TYPES[found[5]], f"{PROVENANCE}:{commit.id}"
                yield _File(found[4].strip(".-"), commit.at, order, media_type, provenance, blob)


def _snapshots(
    path: Path, files: Iterator[_File], load: Callable[[str | Path], bytes], known: Known
) -> Iterator[Snapshot]:
    sites: dict[str, list[_File]] = defaultdict(list)
    for file in files:
        sites[file.policy].append(file)
    if not sites:
        raise NotPrinceton(path)
    for policy in sorted(sites):
        yield from _site(sites[policy], load, known(policy))


def _site(
    files: list[_File], load: Callable[[str | Path], bytes], known: Collection[datetime]
) -> Iterator[Snapshot]:
    dated: dict[datetime, tuple[_File, bytes]] = {}
    rounds: dict[int, datetime] = {}  # a page has no header: its date is that of the text beside it
    for file in sorted(files, key=lambda it: (it.order, it.media_type), reverse=True):
        raw = load(file.source)
        at = archived(raw) or rounds.get(file.order) or file.at
        if at is None or at in known:
            continue
        rounds.setdefault(file.order, at)
        if at not in dated or file.media_type == "text/html":
            dated[at] = file, raw
    for at in sorted(dated):
        file, raw = dated[at]
        yield Snapshot(file.policy, "", at, raw, file.media_type, file.provenance)


def _bytes(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(_LARGEST)
