"""Dated snapshots from an Open Terms Archive repository of versions or snapshots.

Each file is a policy, each commit that touches it a capture on the commit's author date. A commit that
applied a new filter or declaration to an old page is told by its provenance (``...:upgrade:<commit>``): the
text that it brings differs, the policy does not.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path, PurePosixPath

from tracker.archive.objects import ObjectReader
from tracker.archive.repository import Repository, gitdir_of
from tracker.errors import UsageError
from tracker.model import Snapshot

PROVENANCE = "import:open_terms_archive"
_MEDIA_TYPES = {".md": "text/markdown", ".html": "text/html", ".pdf": "application/pdf"}
_UPGRADE = re.compile(r"Apply technical or declaration upgrade|Refilter ")
_LOCATION = re.compile(r"^X-source-document-location: (https?://\S+)$", re.MULTILINE)
_TICK = timedelta(microseconds=1)


class NotTermsArchive(UsageError):
    """A folder that is no Open Terms Archive repository."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"{path} is no Open Terms Archive repository: {why}", "clone one with `git clone` and name that"
        )


@dataclass(frozen=True, slots=True)
class _Capture:
    commit: str
    at: datetime
    blob: str
    upgrade: bool
    url: str


def read(
    path: Path,
    accept: Callable[[str, str], bool] = lambda service, terms: True,
    known: Callable[[str], Collection[datetime]] = lambda policy: (),
) -> Iterator[Snapshot]:
    """The captures, one policy after the other, each in date order.

    ``accept`` is asked for each service and type of terms; captures whose time is among ``known(policy)`` are
    passed over. Raises NotTermsArchive, DamagedArchive.
    """
    gitdir = gitdir_of(path)
    if gitdir is None:
        raise NotTermsArchive(path, "there is no git repository")
    files = _files(gitdir)
    if not files:
        raise NotTermsArchive(path, "no file stands in a folder of a service")
    wanted = [file for file in sorted(files) if accept(*service_and_terms(file))]
    ids = policy_ids(sorted(files))  # of all, so that an id does not depend on what is accepted
    with closing(ObjectReader(gitdir)) as objects:
        for file in sorted(wanted, key=lambda file: ids[file]):
            yield from _snapshots(objects, ids[file], file, files[file], known(ids[file]))


def _snapshots(
    objects: ObjectReader, policy: str, file: str, captures: list[_Capture], known: Collection[datetime]
) -> Iterator[Snapshot]:
    media_type = _MEDIA_TYPES[PurePosixPath(file).suffix]
    for it in captures:
        if it.at in known:
            continue
        provenance = f"{PROVENANCE}:{'upgrade:' if it.upgrade else ''}{it.commit}"
        raw = objects.read(it.blob)
        yield Snapshot(policy, it.url, it.at, raw, media_type, provenance, upgrade=it.upgrade)


def service_and_terms(file: str) -> tuple[str, str]:
    """("Acme", "Privacy Policy") of ``Acme/Privacy Policy.md``."""
    path = PurePosixPath(file)
    return str(path.parent), path.stem


def policy_ids(files: list[str]) -> dict[str, str]:
    """An id for each file; where two would have the same one, both get a few digits of their path's hash."""
    plain = {file: _slug(" ".join(service_and_terms(file))) for file in files}
    often: dict[str, int] = defaultdict(int)
    for slug in plain.values():
        often[slug] += 1
    return {
        file: slug
        if slug and often[slug] == 1
        else f"{slug or 'terms'}-{sha256(file.encode()).hexdigest()[:8]}"
        for file, slug in plain.items()
    }


def _slug(words: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9.]+", "-", ascii_only).strip("-.")[:80]


def _files(gitdir: Path) -> dict[str, list[_Capture]]:
    """The captures of each file, by date; two of one second stand a microsecond apart, in commit order."""
    found: dict[str, list[_Capture]] = defaultdict(list)
    for commit, at, message, changes in _log(gitdir):
        upgrade, url = bool(_UPGRADE.match(message)), _LOCATION.search(message)
        for file, blob in changes:
            if "/" in file and PurePosixPath(file).suffix in _MEDIA_TYPES:
                found[file].append(_Capture(commit, at, blob, upgrade, url[1] if url else ""))
    return {file: _apart(sorted(captures, key=lambda it: it.at)) for file, captures in found.items()}


def _apart(captures: list[_Capture]) -> list[_Capture]:
    apart: list[_Capture] = []
    for it in captures:
        at = max(it.at, apart[-1].at + _TICK) if apart else it.at
        apart.append(_Capture(it.commit, at, it.blob, it.upgrade, it.url))
    return apart


def _log(gitdir: Path) -> Iterator[tuple[str, datetime, str, list[tuple[str, str]]]]:
    """(commit, author date, message, [(file, blob)]), oldest commit first; what was deleted is left out."""
    options = (
        "-z",
        "--reverse",
        "--topo-order",
        "--raw",
        "--no-abbrev",
        "--no-renames",
        "--first-parent",
        "-m",
    )
    with closing(Repository(gitdir, lambda: datetime.now(UTC))) as repository:
        fields = repository.fields("log", *options, "--format=%H%x00%at%x00%B", "HEAD", "--")
        commit = next(fields, "")
        while commit:
            at, message = int(next(fields)), next(fields)
            changes = []
            change = next(fields, "")
            while change.lstrip().startswith(":"):
                blob, file = change.split(" ")[3], next(fields)
                if blob.strip("0"):
                    changes.append((file, blob))
                change = next(fields, "")
            yield commit, datetime.fromtimestamp(at, UTC), message, changes
            commit = change
