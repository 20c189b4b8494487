"""Evidence of what stood at an address on a date: bundles made of the archive, and checked without it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from tracker.archive import Archive, CannotWrite
from tracker.archive.mapping import METADATA, TEXT, source_name
from tracker.evidence import bundle, check, statement, timestamp, warc
from tracker.model import Check, Version


def make(archive: Archive, version: Version, stamp_by: str = "") -> bytes:
    """The evidence bundle of one version; ``stamp_by`` is the address of a time stamp server.

    Raises DamagedArchive, NoTimestamp.
    """
    capture = archive.capture_of(version)
    proof = archive.proof(capture)
    data = statement.facts(capture, archive.metadata(capture), proof, _confirmed(archive, capture))
    files = {
        source_name(capture.media_type): archive.raw(capture),
        TEXT: archive.text(capture).encode(),
        METADATA: archive.metadata_bytes(capture),
        bundle.PACK: proof.pack,
        bundle.FACTS: statement.as_json(data),
        bundle.STATEMENT: statement.in_words(data),
    }
    files[bundle.SUMS] = bundle.sums(files)
    if stamp_by:
        files[bundle.STAMP] = timestamp.ask(stamp_by, files[bundle.SUMS], secrets.randbits(63))
    return bundle.packed(files)


def _confirmed(archive: Archive, version: Version) -> list[Check]:
    found = [
        c for c in archive.checks(version.policy) if c.version == version.id and c.outcome == "unchanged"
    ]
    return sorted(found, key=lambda check: check.at)


def verify(file: Path) -> list[check.Finding]:
    """What was checked of a bundle and whether it holds. Raises BadBundle."""
    return list(check.findings(file, bundle.unpacked(file)))


def export_warc(archive: Archive, versions: Sequence[Version], file: Path) -> int:
    """Writes captures as WARC; gives the number of pages. Raises CannotWrite, NoWarcLibrary."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        with draft.open("wb") as out:
            count = warc.write(out, ((version.id, archive.snapshot(version)) for version in versions))
        draft.replace(file)
    except OSError as error:
        raise CannotWrite(file, error.strerror or str(error)) from None
    finally:
        draft.unlink(missing_ok=True)
    return count


def save(file: Path, content: bytes) -> None:
    """Writes a file whole or not at all. Raises CannotWrite."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        draft.write_bytes(content)
        draft.replace(file)
    except OSError as error:
        raise CannotWrite(file, error.strerror or str(error)) from None
    finally:
        draft.unlink(missing_ok=True)
