"""A snapshot read and judged: what it says, and whether it is fit to be recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tracker.config.records import Policy
from tracker.extract import Dropped, EmptyInput, Extraction, NothingSelected
from tracker.extract.language import detect
from tracker.fetch import gate
from tracker.fetch.gate import Suspicion
from tracker.model import Document, Snapshot
from tracker.pipeline.sources import examine_page, joined, pages_of


@dataclass(frozen=True, slots=True)
class Look:
    """A page as it came and as read (None where it has no words), and why it may not be the policy."""

    snapshot: Snapshot
    document: Document | None
    suspicion: Suspicion | None
    dropped: tuple[Dropped, ...] = ()
    title: str = ""  # what the page calls itself


def judged(snapshot: Snapshot, policy: Policy | None = None, known: Document | None = None) -> Look:
    """Read a snapshot and judge it, also by the last good text. Raises what extraction raises.

    Each page of a policy of several is judged by itself, and all of them together by the last good text.
    """
    found, suspicion = list[Extraction](), None
    for page, extraction, doubt in _pages(snapshot, policy):
        words = extraction.document if extraction and extraction.document.blocks else None
        suspicion = suspicion or gate.judge(words, page) or doubt
        if extraction:
            found.append(extraction)
    whole = joined(found, policy) if found else None
    document = whole.document if whole and whole.document.blocks else None
    if suspicion is None and document is not None and known is not None:
        suspicion = gate.judge_by(_as_detected(document, policy), _as_detected(known, policy))
    return Look(snapshot, document, suspicion, whole.dropped if whole else (), whole.title if whole else "")


def _pages(
    snapshot: Snapshot, policy: Policy | None
) -> Iterator[tuple[Snapshot, Extraction | None, Suspicion | None]]:
    """Each page with what was read of it, and the doubt that reading itself raises."""
    for page in pages_of(snapshot):
        try:
            yield page, examine_page(page, policy), None
        except EmptyInput:
            yield page, None, None
        except NothingSelected as error:  # another page than the one that the selectors were made for?
            whole = replace(policy, select=()) if policy else None
            yield page, examine_page(page, whole), Suspicion("wrong_document", error.what)


def _as_detected(document: Document, policy: Policy | None) -> Document:
    """The document in the language that its words are in, whatever the policy declares."""
    declared = policy is not None and policy.language
    return replace(document, language=detect(document.text)) if declared else document
