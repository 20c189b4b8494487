"""Addresses that somebody tracks with another program: urlwatch and webchanges job files, and plain lists.

Only what a declaration can hold is taken over; what cannot is told as a note. No job's commands are run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracker.errors import TrackerError, UsageError

_ADDRESS = re.compile(r"https?://[^\s<>\"']+")
_LARGEST = 8 << 20  # bytes
# What another program does to a page that the tracker does by itself, or has no need of.
_NEEDLESS = {"html2text", "strip", "html2markdown", "remove_repeated", "remove-duplicate-lines", "beautify"}
_UNTAKEN = ("data", "method", "cookies")
_SELECTING = ("css", "xpath", "element-by-id", "element-by-class", "element-by-tag")


class BadJobs(UsageError):
    """A file that is no job file and no list of addresses."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"{file}: {why}", "name a YAML job file, or a text file with one address a line")


class NoYaml(TrackerError):
    """The library that job files need is not installed."""

    def __init__(self) -> None:
        super().__init__("job files need PyYAML", "pip install 'tracker[imports]'")


@dataclass(frozen=True, slots=True)
class Job:
    """One address to be tracked."""

    url: str
    name: str = ""
    select: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()  # what was not taken over


def read_list(file: Path) -> list[Job]:
    """One address a line, perhaps with a name after it; ``#`` begins a remark. Raises BadJobs."""
    jobs = []
    for number, line in enumerate(_text(file).splitlines(), 1):
        words = line.split(" #")[0].strip() if not line.lstrip().startswith("#") else ""
        if not words:
            continue
        found = _ADDRESS.match(words)
        if found is None:
            raise BadJobs(file, f"line {number}: {words[:60]!r} begins with no http or https address")
        jobs.append(Job(found[0], " ".join(words[found.end() :].strip(" ,;\t").split())))
    if not jobs:
        raise BadJobs(file, "it names no address")
    return jobs


def read_jobs(file: Path) -> tuple[list[Job], list[str]]:
    """The jobs that fetch an address, and notes on those that do not. Raises BadJobs."""
    try:
        import yaml  # only this needs it
    except ImportError:
        raise NoYaml from None

    try:
        found = [job for job in yaml.safe_load_all(_text(file)) if job is not None]
    except (yaml.YAMLError, RecursionError) as error:
        told = " ".join(str(error).split())[:120]
        raise BadJobs(file, f"this is no YAML: {told}") from None
    jobs, notes = [], []
    for number, data in enumerate(found, 1):
        if not isinstance(data, dict):
            raise BadJobs(file, f"job {number} is no table")
        url = data.get("url") or data.get("navigate")
        if isinstance(url, str) and _ADDRESS.fullmatch(url.strip()):
            jobs.append(_job(url.strip(), data))
        else:
            name = str(data.get("name") or "no name")[:60]
            notes.append(f"job {number} ({name}) fetches no web address")
    if not jobs:
        raise BadJobs(file, "no job in it fetches a web address")
    return jobs, notes


def _job(url: str, data: Mapping[str, Any]) -> Job:
    select, remove, notes = [], [], []
    for name, value in _filters(data.get("filter", data.get("filters"))):
        chosen = _selector(name, value) if name in _SELECTING else ""
        if chosen:
            select.append(chosen)
            remove += _excluded(value)
        elif name not in _NEEDLESS:
            notes.append(f"filter {name}")
    notes += [name for name in _UNTAKEN if name in data]
    if data.get("navigate") or data.get("use_browser"):
        notes.append("use of a browser")
    headers = data.get("headers")
    named = headers.items() if isinstance(headers, dict) else ()
    pairs = tuple(sorted((str(name), str(value)) for name, value in named))
    return Job(url, str(data.get("name") or ""), tuple(select), tuple(remove), pairs, tuple(notes))


def _excluded(value: Any) -> list[str]:
    found = value.get("exclude") if isinstance(value, dict) else None
    return [str(it) for it in (found if isinstance(found, list) else [found] if found else [])]


def _filters(value: Any) -> Iterator[tuple[str, Any]]:
    """(name, argument): filters are a list of names or one-key tables, or the older "css:main,strip"."""
    if isinstance(value, str):
        for part in value.split(","):
            name, _, argument = part.partition(":")
            yield name.strip(), argument.strip()
    elif isinstance(value, list):
        for item in value:
            pairs = item.items() if isinstance(item, dict) else [(item, "")]
            yield from ((str(name), argument) for name, argument in pairs)
    elif isinstance(value, dict):
        yield from ((str(name), argument) for name, argument in value.items())


def _selector(name: str, value: Any) -> str:
    words = value.get("selector", value.get("path", "")) if isinstance(value, dict) else value
    if not isinstance(words, str) or not words.strip():
        return ""
    if name.startswith("element") and not re.fullmatch(r"[\w-]+", words):
        return ""
    return {"element-by-id": "#", "element-by-class": "."}.get(name, "") + words.strip()


def _text(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            raw = stream.read(_LARGEST + 1)
    except OSError as error:
        raise BadJobs(file, error.strerror or str(error)) from None
    if len(raw) > _LARGEST:
        raise BadJobs(file, f"it is larger than {_LARGEST >> 20} MB")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadJobs(file, "it is not UTF-8") from None
