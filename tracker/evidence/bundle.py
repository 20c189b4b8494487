"""The bundle: one zip file of a few plain files and their hashes; the same content gives the same bytes."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from tracker.errors import TrackerError

SUMS, STATEMENT, FACTS, PACK, STAMP = (
    "SHA256SUMS",
    "STATEMENT.md",
    "statement.json",
    "history.pack",
    "timestamp.tsr",
)
UNLISTED = frozenset((SUMS, STAMP))  # the time stamp is of the sums, and so cannot be among them
_MOST, _LARGEST = 64, 256 << 20  # files, and bytes of all of them: a bundle is opened whoever made it
_DAMAGE = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, struct.error)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class BadBundle(TrackerError):
    """A file that is no bundle."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"{file} is no evidence bundle: {why}", "make one with `tracker evidence POLICY`")


def sums(files: Mapping[str, bytes]) -> bytes:
    """The hashes of the files, as ``sha256sum`` writes and reads them."""
    lines = (f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files) if name not in UNLISTED)
    return "".join(lines).encode()


def packed(files: Mapping[str, bytes]) -> bytes:
    """The zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return out.getvalue()


def unpacked(file: Path) -> dict[str, bytes]:
    """The files in a bundle by name. Raises BadBundle; nothing is written anywhere."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _check(file, entries)
            return {entry.filename: _content(archive, entry) for entry in entries}
    except OSError as error:
        raise BadBundle(file, error.strerror or "it cannot be read") from None
    except (*_DAMAGE, RuntimeError, NotImplementedError, ValueError) as error:
        raise BadBundle(file, str(error)[:100] or type(error).__name__) from None


def _check(file: Path, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > _MOST or sum(entry.file_size for entry in entries) > _LARGEST:
        raise BadBundle(file, "it is too large")
    names = [entry.filename for entry in entries]
    if odd := next((name for name in names if not _NAME.fullmatch(name)), ""):
        raise BadBundle(file, f"it holds {odd[:60]!r}")
    if len(set(names)) != len(names):
        raise BadBundle(file, "it holds a file twice")
    if missing := {SUMS, STATEMENT, FACTS, PACK} - set(names):
        raise BadBundle(file, f"it holds no {min(missing)}")


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as stream:
        content = stream.read(entry.file_size + 1)
    if len(content) != entry.file_size:
        raise ValueError(f"{entry.filename} is not as long as it says")
    return content
