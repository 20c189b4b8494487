"""Dated snapshots from an Open Terms Archive repository of versions or snapshots.

Each file is a policy, each commit that touches it a capture on the commit's author date. A commit that
applied a new filter or declaration to an old page ("Refilter ...", "Apply technical or declaration upgrade
...") is an upgrade: the text that it brings differs, the policy does not. Pages of one document
(``Service/Terms #page.html``) are one policy: each round of fetching is one capture of all its pages.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path, PurePosixPath

from tracker import bundle
from tracker.archive.objects import ObjectReader
from tracker.errors import UsageError
from tracker.importers import git_history
from tracker.importers.declarations import Declaration, Declarations, form_at
from tracker.model import Snapshot

PROVENANCE = "import:open_terms_archive"
_MEDIA_TYPES = {".md": "text/markdown", ".html": "text/html", ".pdf": "application/pdf"}
_UPGRADE = re.compile(r"Apply technical or declaration upgrade|Refilter ")
_LOCATION = re.compile(r"^X-source-document-location: (https?://\S+)$", re.MULTILINE)
_TICK = timedelta(microseconds=1)
_ROUND = timedelta(minutes=30)  # pages of one document that were fetched within it belong together


class NotTermsArchive(UsageError):
    """A repository that is not laid out as Open Terms Archive lays them out."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"{path} is no Open Terms Archive repository: {why}", "name a repository of versions or snapshots"
        )


@dataclass(frozen=True, slots=True)
class _Capture:
    """What one commit brought of one document; ``page`` is "" for a document of one page."""

    commit: str
    at: datetime
    page: str
    blob: str
    media_type: str
    upgrade: bool
    url: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the repository: the id that its policy gets, and what it is."""

    policy: str
    service: str
    terms: str
    captures: tuple[_Capture, ...]


def documents(path: Path, gitdir: Path) -> list[Document]:
    """The documents, by id. ``path`` is what an error calls the repository. Raises NotTermsArchive."""
    found = _captures(gitdir)
    if not found:
        raise NotTermsArchive(path, "no file stands in a folder of a service")
    ids = policy_ids(sorted(found))
    named = (Document(ids[name], *name, tuple(captures)) for name, captures in found.items())
    return sorted(named, key=lambda document: document.policy)


def read(
    gitdir: Path,
    chosen: Sequence[Document],
    known: Callable[[str], Collection[datetime]] = lambda policy: (),
    declarations: Declarations | None = None,
) -> Iterator[Snapshot]:
    """The captures, one policy after the other, each in date order; those whose time is known are left out.

    Raises DamagedArchive.
    """
    with closing(ObjectReader(gitdir)) as objects:
        for document in chosen:
            forms = (declarations or {}).get((document.service, document.terms), ())
            seen = known(document.policy)
            for it in _rounds(document.captures):
                if it[-1].at not in seen:
                    yield _snapshot(objects, document.policy, it, forms)


def _snapshot(
    objects: ObjectReader, policy: str, pages: Sequence[_Capture], forms: tuple[Declaration, ...]
) -> Snapshot:
    last = pages[-1]
    read_as = form_at(forms, last.at).pages if forms else ()
    declared = [page.url for page in read_as]
    url = last.url or (declared[0] if declared else "")
    provenance = f"{PROVENANCE}:{last.commit}"
    if len(pages) == 1:
        raw = objects.read(last.blob)
        if last.media_type != "text/html":  # a version is a text already, and no element selects within PDF
            read_as = ()
        return Snapshot(
            policy, url, last.at, raw, last.media_type, provenance, read_as=read_as, upgrade=last.upgrade
        )
    ordered = sorted(pages, key=lambda it: _place(it, declared))
    parts = [bundle.Part(_address(it, declared), it.media_type, objects.read(it.blob)) for it in ordered]
    raw = bundle.join(parts)
    upgrade = all(page.upgrade for page in pages)
    return Snapshot(
        *(policy, parts[0].url, last.at, raw, bundle.MEDIA_TYPE, provenance), read_as=read_as, upgrade=upgrade
    )


def _place(it: _Capture, declared: Sequence[str]) -> tuple[int, str]:
    address = _address(it, declared)
    return (declared.index(address) if address in declared else len(declared), it.page)


def _address(it: _Capture, declared: Sequence[str]) -> str:
    """The page's address: as the commit says, else the declared one that is written like the page's name."""
    if it.url:
        return it.url
    name = _slug(it.page)
    return next((url for url in declared if name and _slug(url.partition("://")[2]).endswith(name)), "")


def _rounds(captures: Sequence[_Capture]) -> Iterator[tuple[_Capture, ...]]:
    """What stood after each round of fetching: one capture, or the newest of each page."""
    state: dict[str, _Capture] = {}
    for number, it in enumerate(captures):
        state = {**state, it.page: it} if it.page else {"": it}
        following = captures[number + 1] if number + 1 < len(captures) else None
        if it.page and following and following.page and following.at - it.at < _ROUND:
            continue
        latest = tuple(sorted(state.values(), key=lambda each: (each.at, each.page)))
        yield tuple(each for each in latest if bool(each.page) == bool(it.page))


def _captures(gitdir: Path) -> dict[tuple[str, str], list[_Capture]]:
    """The captures of each document, by date; those of one second a microsecond apart, in commit order."""
    found: dict[tuple[str, str], list[_Capture]] = defaultdict(list)
    for commit in git_history.commits(gitdir):
        upgrade, location = bool(_UPGRADE.match(commit.message)), _LOCATION.search(commit.message)
        url = location[1] if location else ""
        for file, blob in commit.files:
            path = PurePosixPath(file)
            if "/" in file and path.suffix in _MEDIA_TYPES:
                terms, _, page = path.stem.partition(" #")
                media_type = _MEDIA_TYPES[path.suffix]
                capture = _Capture(commit.id, commit.at, page, blob, media_type, upgrade, url)
                found[str(path.parent), terms].append(capture)
    return {name: _apart(sorted(captures, key=lambda it: it.at)) for name, captures in found.items()}


def _apart(captures: list[_Capture]) -> list[_Capture]:
    apart: list[_Capture] = []
    for it in captures:
        apart.append(replace(it, at=max(it.at, apart[-1].at + _TICK) if apart else it.at))
    return apart


def policy_ids(names: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """An id for each (service, terms); where two would have the same one, both get digits of their hash."""
    plain = {name: _slug(" ".join(name)) for name in names}
    often: dict[str, int] = defaultdict(int)
    for slug in plain.values():
        often[slug] += 1
    return {
        name: slug
        if slug and often[slug] == 1
        else f"{slug[:50].rstrip('-.') or 'terms'}-{sha256('/'.join(name).encode()).hexdigest()[:8]}"
        for name, slug in plain.items()
    }


def _slug(words: str) -> str:
    """Up to 64 small letters and digits, parted by one "-" or ".": what policies.toml takes as an id."""
    ascii_only = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    parted = re.sub(r"[^a-z0-9]+", lambda found: "." if found[0] == "." else "-", ascii_only)
    return parted.strip("-.")[:64].rstrip("-.")
