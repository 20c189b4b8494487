"""Atom feeds of what changed (RFC 4287): one a policy and one for all. Only real changes are told.

Ids rest on the policy, the date of capture and the text, so they outlive re-imports and other archives.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from tracker import __version__
from tracker.model import Change, Evidence, Severity, Version
from tracker.report.as_json import time
from tracker.report.style import DIRECTION_MARK, harmless, shortened

MOST = 50  # entries of a feed
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_QUOTE = 600  # characters of a quote
_ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class Entry:
    """One real change of a policy; ``link`` leads to the report, or to the policy itself."""

    policy: str
    title: str
    version: Version
    summary: str
    changes: tuple[Change, ...]
    link: str


def feed(title: str, name: str, entries: Iterable[Entry], base: str = "") -> str:
    """The feed as XML. ``name`` tells feeds of one workspace apart ("" is that of all policies).

    ``base`` is the address at which the feed's folder is published, "" where it is not.
    """
    newest = sorted(entries, key=lambda entry: (entry.version.captured, entry.policy), reverse=True)[:MOST]
    root = ET.Element("feed", xmlns=_ATOM)
    _text(root, "title", title)
    _text(root, "id", _urn("feed", base, name))
    _text(root, "updated", time(newest[0].version.captured if newest else datetime.fromtimestamp(0, UTC)))
    ET.SubElement(root, "generator", version=__version__).text = "tracker"
    _text(ET.SubElement(root, "author"), "name", "tracker")
    if base:
        ET.SubElement(root, "link", rel="self", type="application/atom+xml", href=_clean(base))
    for entry in newest:
        _entry(root, entry)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _entry(root: ET.Element, entry: Entry) -> None:
    element, version = ET.SubElement(root, "entry"), entry.version
    _text(element, "title", shortened(f"{entry.title}: {entry.summary}", 200))
    _text(element, "id", _urn("change", entry.policy, time(version.captured), version.text_sha256))
    _text(element, "updated", time(version.captured))
    _text(element, "published", time(version.captured))
    ET.SubElement(element, "link", rel="alternate", href=_clean(entry.link))
    gravest = min((change.severity for change in entry.changes), key=lambda s: s.rank, default=Severity.LOW)
    ET.SubElement(element, "category", term=str(gravest))
    _text(element, "summary", entry.summary)
    ET.SubElement(element, "content", type="html").text = _clean(_content(entry.summary, entry.changes))


def _content(summary: str, changes: Sequence[Change]) -> str:
    """The changes with their quotes, as HTML."""
    items = "".join(f"<li>{_told(change)}</li>" for change in changes)
    return f"<p>{escape(harmless(summary))}</p>" + (f"<ul>{items}</ul>" if items else "")


def _told(change: Change) -> str:
    head = f"{DIRECTION_MARK[change.direction]} <strong>{escape(harmless(change.message))}</strong>"
    grade = f"({change.severity}, {escape(change.rule)})"
    return f"{head} {grade}{_quotes('before', change.old)}{_quotes('now', change.new)}"


def _quotes(name: str, evidence: Sequence[Evidence]) -> str:
    if not evidence:
        return ""
    return f"<br>{name}: <q>{escape(shortened(evidence[0].quote, _QUOTE))}</q>"


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _clean(text)


def _clean(text: str) -> str:
    """The text without what XML cannot hold and what reorders reading."""
    return _NOT_XML.sub("\ufffd", harmless(text))


def _urn(*parts: str) -> str:
    return uuid5(NAMESPACE_URL, "\n".join(("tracker", *parts))).urn
