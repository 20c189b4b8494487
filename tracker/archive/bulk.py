"""Many captures at once through ``git fast-import``: first blobs, by path and date, then commits.

In that order each blob is stored as its difference from the one before it, which it resembles; in the order
of the commits it is not, and the repository grows to several times the size
(docs/decisions/0003-archive-layout.md).
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha1
from typing import IO

from tracker.archive.mapping import METADATA, TEXT, Capture, folder, source_name
from tracker.archive.repository import BRANCH, WHO, CannotWrite, Repository
from tracker.model import Version

_BATCH = 64 << 20  # bytes of one policy's captures that are held in memory at once


@dataclass(frozen=True, slots=True)
class _Written:
    """A capture whose blobs are written."""

    capture: Capture
    blobs: Mapping[str, str]  # file name -> id

    @property
    def version(self) -> Version:
        return self.capture.version


def write(repository: Repository, captures: Iterable[Capture], now: datetime) -> int:
    """Writes a commit for each capture in date order and gives their number; under the lock.

    The captures come one policy after the other, each in date order. The branch moves once, at the end.
    Raises CannotWrite.
    """
    tip = repository.tip()
    process = repository.repo.git.fast_import(
        "--quiet", "--done", "--date-format=raw", istream=subprocess.PIPE, as_process=True
    )
    try:
        written = list(_blobs(process.stdin, captures))
        written.sort(key=lambda it: (it.version.captured, it.version.policy))
        _commits(process.stdin, written, tip, max(0, int(now.timestamp())))
        process.stdin.close()
        failure = process.stderr.read().decode("utf-8", "replace")
        if process.proc.wait() != 0:
            raise CannotWrite(repository.gitdir, failure.strip()[:200])
    except BrokenPipeError:
        failure = process.stderr.read().decode("utf-8", "replace")
        raise CannotWrite(repository.gitdir, failure.strip()[:200] or "git fast-import ended early") from None
    except BaseException:
        process.proc.kill()
        raise
    return len(written)


def _blobs(out: IO[bytes], captures: Iterable[Capture]) -> Iterator[_Written]:
    batch: list[Capture] = []
    held = 0
    for capture in captures:
        if batch and (capture.version.policy != batch[0].version.policy or held > _BATCH):
            yield from _grouped(out, batch)
            batch, held = [], 0
        batch.append(capture)
        held += sum(map(len, capture.files.values()))
    yield from _grouped(out, batch)


def _grouped(out: IO[bytes], batch: list[Capture]) -> Iterator[_Written]:
    """The blobs of one policy: all texts, then all sources, then all metadata."""
    blobs: list[dict[str, str]] = [{} for _ in batch]
    for name in (TEXT, "", METADATA):
        for capture, ids in zip(batch, blobs, strict=True):
            here = name or source_name(capture.version.media_type)
            ids[here] = capture.kept.get(here) or _blob(out, capture.files[here])
    for capture, ids in zip(batch, blobs, strict=True):
        yield _Written(replace(capture, files={}), ids)  # the bytes are written: let go of them


def _blob(out: IO[bytes], content: bytes) -> str:
    out.write(b"blob\ndata %d\n" % len(content))
    out.write(content)
    out.write(b"\n")
    return sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _commits(out: IO[bytes], written: list[_Written], tip: str, now: int) -> None:
    sources: dict[str, str] = {}
    parent = f"from {tip}\n" if tip else ""
    for it in written:
        policy = it.version.policy
        place = "/".join(folder(policy))
        words = it.capture.message.encode()
        head = f"commit {BRANCH}\nauthor {WHO} {int(it.version.captured.timestamp())} +0000\n"
        out.write(
            f"{head}committer {WHO} {now} +0000\ndata {len(words)}\n".encode()
            + words
            + f"\n{parent}".encode()
        )
        source = source_name(it.version.media_type)
        if it.capture.kept:  # written over what stands there, whatever it was
            out.write(f"D {place}\n".encode())
        elif sources.setdefault(policy, source) != source:  # a page that became a PDF
            out.write(f"D {place}/{sources[policy]}\n".encode())
        sources[policy] = source
        lines = (f"M 100644 {blob} {place}/{name}\n" for name, blob in it.blobs.items())
        out.write("".join(lines).encode() + b"\n")
        parent = ""
    out.write(b"done\n")
