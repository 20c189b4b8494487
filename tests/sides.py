"""Short policies as sides of a comparison."""

from __future__ import annotations

from dataclasses import replace

from tracker import diff, extract, facts
from tracker.model import Change, Comparison, Side


def side_of_markdown(text: str, language: str = "en", name: str = "") -> Side:
    """The side that a policy in Markdown is; the language is given, a few words do not tell it."""
    document = replace(extract.read(text.encode(), "text/markdown"), language=language)
    return Side(document, facts.read(document), None, name)


def compared(old: str, new: str, language: str = "en") -> Comparison:
    """What changed between two policies in Markdown."""
    return diff.compare(side_of_markdown(old, language), side_of_markdown(new, language))


def told(changes: tuple[Change, ...]) -> list[tuple[str, str, str]]:
    """Kind, key and change of each."""
    return [(change.kind, change.key, change.change) for change in changes]
