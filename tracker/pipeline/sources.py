"""Files and addresses as documents and sides of a comparison: what needs no workspace."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from tracker import bundle, diff, extract, facts
from tracker.config.records import Policy
from tracker.errors import TrackerError
from tracker.extract import EmptyInput, Extraction, NothingSelected
from tracker.model import Comparison, Document, Severity, Side, Snapshot, Version

NO_SEVERITIES: Mapping[str, Severity] = {}


class UnreadableFile(TrackerError):
    """A file that cannot be read."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"{path}: {error.strerror or error}", "name a file that can be read")


def existing_file(source: str) -> Path | None:
    """The file that ``source`` names, if it is one rather than the id of a policy."""
    path = Path(source)
    return path if path.is_file() or path.suffix or path.name != source else None


def name_of(source: str) -> str:
    """What to call a file or address in output."""
    return source if "://" in source else Path(source).name


def media_type_of(path: Path) -> str:
    """The media type that the file's name tells; "" where it tells none."""
    if path.suffix.lower() in (".md", ".markdown"):
        return "text/markdown"
    return mimetypes.guess_type(path.name)[0] or ""


def bytes_of(path: Path) -> bytes:
    """The content of a file. Raises UnreadableFile."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(path, error) from None


def read_file(path: Path) -> Document:
    """The document in a file. Raises UnreadableFile and what extraction raises, with the file's name."""
    raw = bytes_of(path)
    try:
        return extract.read(raw, media_type_of(path))
    except TrackerError as error:
        raise error.within(str(path)) from None


def read_snapshot(snapshot: Snapshot, policy: Policy | None = None) -> Document:
    """What a snapshot says, read as the policy declares it. Raises what extraction raises."""
    found = joined([examine_page(page, policy) for page in pages_of(snapshot)], policy)
    if not found.document.blocks:
        raise EmptyInput("there are no words in the input")
    return found.document


def pages_of(snapshot: Snapshot) -> Iterator[Snapshot]:
    """Each page that the snapshot holds as one of its own, in order."""
    if snapshot.media_type != bundle.MEDIA_TYPE:
        yield snapshot
        return
    for part in bundle.split(snapshot.raw):
        kind = part.content_type.partition(";")[0].strip()
        headers = {"content-type": part.content_type}
        yield replace(snapshot, url=part.url, redirects=(), raw=part.body, media_type=kind, headers=headers)


def examine_page(page: Snapshot, policy: Policy | None = None) -> Extraction:
    """One page as read and what was left out of it; without words the document is empty."""
    chosen = policy or Policy(page.policy, page.url)
    try:
        return extract.examine(
            page.raw,
            _content_type(page),
            page.redirects[-1] if page.redirects else page.url,
            chosen.select,
            chosen.remove,
        )
    except (EmptyInput, NothingSelected):
        raise
    except TrackerError as error:
        raise error.within(page.url) from None


def joined(found: Sequence[Extraction], policy: Policy | None = None) -> Extraction:
    """Pages of one policy as one document, in the policy's language where it says one."""
    first = found[0].document
    whole = first
    if len(found) > 1:
        words = "\n\n".join(extract.to_markdown(page.document) for page in found)
        whole = replace(extract.from_markdown(words), title=first.title)
    language = (policy.language if policy else "") or first.language
    return Extraction(
        replace(whole, language=language),
        tuple(each for page in found for each in page.dropped),
        found[0].title,
    )


def _content_type(page: Snapshot) -> str:
    """The media type as recognised, with the charset as served."""
    given = {name.lower(): value for name, value in page.headers.items()}
    charset = given.get("content-type", "").partition(";")[2]
    return f"{page.media_type};{charset}" if charset else page.media_type


def side_of(document: Document, name: str, version: Version | None = None) -> Side:
    """A document with its facts, as one side of a comparison."""
    return Side(document, facts.read(document), version, name)


def compare(old: Side, new: Side, severities: Mapping[str, Severity] = NO_SEVERITIES) -> Comparison:
    """What changed from one side to the other."""
    return diff.compare(old, new, severities)
