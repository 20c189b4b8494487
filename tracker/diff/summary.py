"""A comparison in one word, the verdict, and in one line of plain words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tracker.diff.labels import label
from tracker.model import Change, TextChange, TextClass, Verdict

_MERE = frozenset({"date", "contact"})  # kinds that do not make a version another in substance
_NOISY = frozenset(
    {"data_category", "purpose", "recipient_category"}
)  # altered: told of otherwise, perhaps the same
_MOST = 4  # phrases in a line
_NAMED_AT_MOST = 4


def counts(kind: str, change: str) -> bool:
    """Whether a change of that kind makes a version another in substance."""
    return kind not in _MERE and (change != "altered" or kind not in _NOISY)


def verdict(changes: Iterable[Change], text_changes: Sequence[TextChange]) -> Verdict:
    """What the changes amount to (docs/vocabulary.md)."""
    changes = list(changes)
    if any(counts(change.kind, change.change) for change in changes):
        return "substantive"
    if any(change.kind is TextClass.SUBSTANTIVE for change in text_changes):
        return "substantive"
    return "editorial" if changes or text_changes else "identical"


def line(changes: Sequence[Change], text_changes: Sequence[TextChange]) -> str:
    """One line for logs and notifications: "Portability removed; Stripe added; log files kept 90 days, were
    60 days".
    """
    phrases = [_capital(phrase) if not number else phrase for number, phrase in enumerate(_phrases(changes))]
    if not phrases:
        return _of_text(text_changes)
    more = len(phrases) - _MOST
    return "; ".join(phrases[:_MOST]) + (f"; {more} more" if more > 0 else "")


def _of_text(text_changes: Sequence[TextChange]) -> str:
    if not text_changes:
        return "No change"
    count = sum(change.kind is TextClass.SUBSTANTIVE for change in text_changes)
    if count:
        return f"{count} new or lost statement{'' if count == 1 else 's'} beyond the known facts"
    return "Wording only"


def _phrases(changes: Sequence[Change]) -> list[str]:
    """Phrases in the order of the changes, those of one rule and key kind joined."""
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        if change.kind != "policy":
            together = change.change != "altered" and change.kind != "retention"
            groups.setdefault((change.kind if together else change.id, change.change), []).append(change)
    return [_phrase(group) for group in groups.values()]


def _phrase(group: Sequence[Change]) -> str:
    first = group[0]
    if len(group) == 1 and (first.change == "altered" or first.kind in ("retention", "practice")):
        return (
            first.message[:1].lower() + first.message[1:].rstrip(".")
            if _is_word(first.message)
            else first.message
        )
    names = [label(change.kind, change.key) for change in group]
    told = names[:_NAMED_AT_MOST]
    if len(names) > _NAMED_AT_MOST:
        told.append(f"{len(names) - _NAMED_AT_MOST} more")
    joined = told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"
    return f"{joined} {first.change}"


def _is_word(message: str) -> bool:
    """Whether the message begins with an ordinary word, not with a name in capitals."""
    return message[:1].isupper() and message[1:2].islower() and " " in message


def _capital(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]
