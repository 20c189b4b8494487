"""Declarations of an Open Terms Archive instance: which pages a document consists of, and what of them.

A document's declaration may have had earlier forms; each is valid up to an instant. Filters are programs and
are never run; what they did is told as a note.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from tracker.errors import UsageError
from tracker.importers.ranges import is_range, range_of
from tracker.model import PageReading

FOREVER = datetime.max.replace(tzinfo=UTC)


class BadDeclaration(UsageError):
    """A declaration that is not written as Open Terms Archive writes them."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"{file}: {why}", "correct the file, or import without --declarations")


@dataclass(frozen=True, slots=True)
class Declaration:
    """How a document was read up to ``until`` (inclusive)."""

    service: str
    terms: str
    pages: tuple[PageReading, ...]
    notes: tuple[str, ...] = ()  # what could not be taken over
    until: datetime = FOREVER

    @property
    def ranged(self) -> bool:
        """Whether it takes something that only a range tells."""
        return any(is_range(it) for page in self.pages for it in (*page.select, *page.remove))


Declarations = Mapping[tuple[str, str], tuple[Declaration, ...]]


def read(folder: Path) -> dict[tuple[str, str], tuple[Declaration, ...]]:
    """The declarations in a folder (or in its ``declarations``), forms in order. Raises BadDeclaration."""
    inner = folder / "declarations"
    folder = inner if inner.is_dir() else folder
    files = sorted(file for file in folder.glob("*.json") if not file.name.endswith(".history.json"))
    if not files:
        raise BadDeclaration(folder, "there are no declarations (<Service>.json) in this folder")
    return {(each[-1].service, each[-1].terms): each for file in files for each in _service(file)}


def form_at(forms: tuple[Declaration, ...], at: datetime) -> Declaration:
    """The form that was valid at an instant."""
    return next((form for form in forms if at <= form.until), forms[-1])


def _service(file: Path) -> Iterator[tuple[Declaration, ...]]:
    data = _json(file)
    terms = data.get("terms", data.get("documents"))
    if not isinstance(terms, dict):
        raise BadDeclaration(file, "it has no 'terms'")
    earlier_file = file.with_name(f"{file.stem}.history.json")
    earlier = _json(earlier_file) if earlier_file.is_file() else {}
    for kind, body in terms.items():
        past = earlier.get(kind, [])
        if not isinstance(past, list):
            raise BadDeclaration(earlier_file, f"{kind!r} is no list of earlier forms")
        forms = [_form(earlier_file, file.stem, kind, each, body) for each in past]
        forms.sort(key=lambda form: form.until)
        yield (*forms, replace(_form(file, file.stem, kind, body, {}), until=FOREVER))


def _form(file: Path, service: str, terms: str, body: Any, present: Any) -> Declaration:
    if not isinstance(body, dict):
        raise BadDeclaration(file, f"{terms!r} is no table")
    combined = body.get("combine")
    parts = [{**body, **each} for each in combined if isinstance(each, dict)] if combined else [body]
    fallback = present.get("fetch", "") if isinstance(present, dict) else ""
    try:
        pages = tuple(_page(part, fallback) for part in parts)
        until = _until(body["validUntil"]) if "validUntil" in body else FOREVER
    except (ValueError, TypeError, KeyError) as error:
        raise BadDeclaration(file, f"{terms!r}: {error}") from None
    return Declaration(service, terms, pages, tuple(_notes(parts)), until)


def _page(part: Mapping[str, Any], fallback: str) -> PageReading:
    url = part.get("fetch", fallback)
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        raise ValueError(f"'fetch' is no address: {url!r}")
    return PageReading(url, _selectors(part.get("select")), _selectors(part.get("remove")))


def _selectors(value: Any) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(_selector(item) for item in items)


def _selector(item: Any) -> str:
    if isinstance(item, str):
        return item
    if not isinstance(item, dict):
        raise ValueError(f"{item!r} is neither a selector nor a range")
    written = json.dumps(item, sort_keys=True, ensure_ascii=False)
    range_of(written)
    return written


def _notes(parts: list[dict[str, Any]]) -> Iterator[str]:
    filters = sorted({str(name) for part in parts for name in part.get("filter") or ()})
    if filters:
        yield f"its filters are programs and are not run: {', '.join(filters)}"
    if any(part.get("executeClientScripts") for part in parts):
        yield "it was fetched with a browser"


def _until(words: Any) -> datetime:
    at = datetime.fromisoformat(str(words))
    if len(str(words)) == 10:  # a day: all of it
        at = datetime.combine(at.date(), time.max)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _json(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(file.read_bytes())
    except OSError as error:
        raise BadDeclaration(file, error.strerror or str(error)) from None
    except (ValueError, RecursionError) as error:
        raise BadDeclaration(file, f"this is no JSON: {error}") from None
    if not isinstance(data, dict):
        raise BadDeclaration(file, "this is no JSON object")
    return data
