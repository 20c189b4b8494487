"""Checks a bundle as a stranger would: hashes, git objects, the commit's own words, the chain."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

from tracker.archive.mapping import trailers
from tracker.archive.objects import DamagedArchive, ObjectReader
from tracker.evidence import statement, timestamp
from tracker.evidence.bundle import FACTS, PACK, STAMP, STATEMENT, SUMS, UNLISTED, BadBundle

_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked, and whether it holds."""

    holds: bool
    what: str


def findings(file: Path, files: Mapping[str, bytes]) -> Iterator[Finding]:
    """Everything that was checked, in order. Raises BadBundle where it cannot be read."""
    yield from _hashes(files)
    data = _facts(file, files[FACTS])
    yield Finding(_same(data, files[STATEMENT]), f"{STATEMENT} names the hashes that {FACTS} names")
    source, text = (files.get(data["files"][name], b"") for name in ("source", "text"))
    yield Finding(sha256(source).hexdigest() == data["raw_sha256"], "the bytes have the hash that is stated")
    yield Finding(bool(text), "the text is there")
    yield from _history(data, files)
    if STAMP in files:
        yield _stamp(files)


def _hashes(files: Mapping[str, bytes]) -> Iterator[Finding]:
    listed = {}
    for line in files[SUMS].decode("utf-8", "replace").splitlines():
        digest, _, name = line.partition("  ")
        listed[name] = digest
    for name in sorted(listed.keys() | files.keys() - UNLISTED):
        known = name in files and sha256(files[name]).hexdigest() == listed.get(name)
        yield Finding(known, f"{name} has the hash listed in {SUMS}")


def _same(data: Mapping[str, Any], words: bytes) -> bool:
    """Its wording may be an older program's; the values are the same."""
    named = (data["policy"], data["commit"], data["raw_sha256"], data["captured"][:10])
    return all(value.encode() in words for value in named)


def _facts(file: Path, raw: bytes) -> dict[str, Any]:
    try:
        data = json.loads(raw)
        if data["schema"] != statement.SCHEMA:
            raise BadBundle(file, f"it is of another kind ({str(data['schema'])[:40]})")
        statement.in_words(data)  # has every member that is needed
        names = (data["commit"], *data["chain"])
        if not all(isinstance(name, str) and _COMMIT.fullmatch(name) for name in names):
            raise ValueError("a commit's name")
        if not all(isinstance(name, str) for name in (*data["files"].values(), data["folder"])):
            raise ValueError("a file's name")
        return dict(data)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        raise BadBundle(file, f"{FACTS} is not as it should be") from None


def _history(data: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterator[Finding]:
    """What git says, in a repository that exists only while it is asked."""
    from git import Git
    from git.exc import GitCommandError

    with tempfile.TemporaryDirectory(prefix="tracker-evidence-") as folder:
        gitdir = Path(folder) / "check.git"
        Git(folder).init("--quiet", "--bare", "--template=", "--object-format=sha1", "--", str(gitdir))
        (pack := Path(folder) / "pack").write_bytes(files[PACK])
        try:
            with pack.open("rb") as stream:
                Git(gitdir).unpack_objects("-q", istream=stream)
        except GitCommandError:
            yield Finding(False, f"{PACK} holds git objects")
            return
        with closing(ObjectReader(gitdir)) as objects:
            yield from _commits(objects, data, files)


def _commits(objects: ObjectReader, data: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterator[Finding]:
    commit = data["commit"]
    for name in data["files"].values():
        held = _read(objects, f"{commit}:{data['folder']}/{name}")
        yield Finding(held is not None and held == files.get(name), f"{name} is what the commit holds")
    words = (_read(objects, commit) or b"").decode("utf-8", "replace")
    found = trailers(words)
    stated = (data["policy"], data["captured"], data["raw_sha256"], data["text_sha256"])
    named = tuple(found.get(name, "") for name in ("Policy", "Captured", "Raw-SHA256", "Text-SHA256"))
    yield Finding(named == stated, "the commit names this policy, date and hashes")
    yield Finding(_authored(words) == data["captured"][:19], "the commit's date is the date stated")
    yield Finding(data["chain"][0] == commit and _linked(objects, data["chain"]), _chain(data["chain"]))


def _chain(chain: list[str]) -> str:
    return f"{len(chain) - 1} later commits each name the one before, up to {chain[-1]}"


def _authored(words: str) -> str:
    found = re.search(r"^author .* (\d{1,12}) \+0000$", words.partition("\n\n")[0], re.MULTILINE)
    return datetime.fromtimestamp(int(found[1]), UTC).isoformat()[:19] if found else ""


def _linked(objects: ObjectReader, chain: list[str]) -> bool:
    for before, after in pairwise(chain):
        head = (_read(objects, after) or b"").partition(b"\n\n")[0]
        if f"\nparent {before}".encode() not in head:
            return False
    return True


def _read(objects: ObjectReader, name: str) -> bytes | None:
    if "\n" in name:
        return None
    try:
        return objects.read(name)
    except DamagedArchive:
        return None


def _stamp(files: Mapping[str, bytes]) -> Finding:
    found = timestamp.read(files[STAMP])
    if found is None or found.digest != sha256(files[SUMS]).digest():
        return Finding(False, f"{STAMP} is a time stamp of {SUMS}")
    return Finding(
        True,
        f"{STAMP} says that {SUMS} existed on {found.at:%Y-%m-%d %H:%M:%S} UTC "
        f"(its signature: openssl ts -verify -in {STAMP} -data {SUMS} -CAfile AUTHORITY.pem)",
    )
