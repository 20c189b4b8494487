"""A comparison in one word, the verdict, and in one line of plain words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tracker.diff.labels import begun, gone_on, spoken_of
from tracker.model import Change, TextChange, TextClass, Verdict

_MERE = frozenset({"date", "contact"})  # kinds that do not make a version another in substance
_NOISY = frozenset(
    {"data_category", "purpose", "recipient_category"}
)  # altered: told of otherwise, perhaps the same
_MOST = 4  # phrases in a line; one more is told rather than counted
_NAMED_AT_MOST = 4
# What came and what went, where the bare name would not tell it
_TOLD = {
    "data_category": ("now collected: {}", "no longer said to be collected: {}"),
    "purpose": ("new purpose: {}", "purpose no longer stated: {}"),
    "recipient_category": ("data may now go to {}", "no longer named as recipients: {}"),
    "legal_basis": ("new legal basis: {}", "legal basis no longer stated: {}"),
    "country": ("data may now go to {}", "data are no longer said to go to {}"),
    "controller": ("{} now responsible for the data", "{} no longer named as responsible"),
    "contact": ("new address: {}", "address no longer stated: {}"),
    "age_limit": ("age limit of {} added", "age limit of {} removed"),
    "commitment": ("now promised: {}", "no longer promised: {}"),
}
_BY_MESSAGE = frozenset({"retention", "practice", "policy"})


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
    told = [change for change in changes if change.rule != "silent-change"]
    weighty = [change for change in told if counts(change.kind, change.change)] or told
    weighty += [change for change in told if change.kind == "date" and change not in weighty]
    phrases = _phrases(weighty)
    if not phrases:
        return _of_text(text_changes)
    shown = phrases if len(phrases) == _MOST + 1 else phrases[:_MOST]
    more = len(phrases) - len(shown)
    return begun("; ".join(shown), [change.key for change in told if _is_name(change)]) + (
        f"; and {more} more changes" if more else ""
    )


def _of_text(text_changes: Sequence[TextChange]) -> str:
    if not text_changes:
        return "No change"
    count = sum(change.kind is TextClass.SUBSTANTIVE for change in text_changes)
    if count:
        return f"{count} new or lost statement{'' if count == 1 else 's'} beyond the known facts"
    return "Wording only"


def _phrases(changes: Sequence[Change]) -> list[str]:
    """Phrases in the order of the changes, those that came (or went) of one kind joined."""
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        alone = change.change == "altered" or change.kind in _BY_MESSAGE
        groups.setdefault((change.id if alone else _sort(change), change.change), []).append(change)
    return [_phrase(group) for group in groups.values()]


def _sort(change: Change) -> str:
    """The kind; of transfers, places apart from safeguards."""
    return "country" if change.kind == "transfer" and ":" in change.key else change.kind


def _phrase(group: Sequence[Change]) -> str:
    first = group[0]
    if first.change == "altered" or first.kind in _BY_MESSAGE:
        return gone_on(first.message, (first.key, first.was or "") if _is_name(first) else ())
    names = list(dict.fromkeys(spoken_of(change.kind, change.key) for change in group))
    told = names[:_NAMED_AT_MOST]
    if len(names) > _NAMED_AT_MOST:
        told.append(f"{len(names) - _NAMED_AT_MOST} more")
    joined = told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"
    came, went = _TOLD.get(_sort(first), ("{} added", "{} removed"))
    return (came if first.change == "added" else went).format(joined)


def _is_name(change: Change) -> bool:
    return change.kind in ("party", "controller", "contact")
