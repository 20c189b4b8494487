"""Compares two versions by meaning: what they state first, their words beneath."""

from __future__ import annotations

from collections.abc import Mapping

from tracker.model import Comparison, Severity, Side


def compare(old: Side, new: Side, severities: Mapping[str, Severity] | None = None) -> Comparison:
    """What changed from ``old`` to ``new``; ``severities`` are the user's own, by rule.

    Raises tracker.rules.UnknownRule where ``severities`` names a rule that does not exist.
    """
    from tracker.diff import (  # a command that compares nothing need not pay for it
        align,
        semantic,
        summary,
        textual,
    )

    pairs = align.align(old.document, new.document)
    ground = semantic.ground(old, new, pairs, severities)
    changes = semantic.changes(ground)
    text_changes = textual.text_changes(old, new, pairs, changes)
    changes = semantic.completed(ground, changes, text_changes)
    return Comparison(
        old,
        new,
        summary.verdict(changes, text_changes),
        changes,
        text_changes,
        pairs,
        summary.line(changes, text_changes),
    )
