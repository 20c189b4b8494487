"""A batch in words: the subject and plain text of a mail, the text of a chat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from tracker.model import Change, Evidence, Severity
from tracker.notify.notice import Notice
from tracker.report.style import DIRECTION_MARK, harmless, shortened

_SUBJECT = 160  # characters
_QUOTE = 400  # characters of a quote
_GRAVE = (Severity.HIGH, Severity.MEDIUM)  # told with quotes
_MOST = 40  # changes of one policy that are told; the report has all
_NAMED = 4  # policies that the subject of a digest names


def subject(notices: Sequence[Notice]) -> str:
    """One line for all of them."""
    if len(notices) == 1:
        return shortened(_headline(notices[0]), _SUBJECT)
    titles = list(dict.fromkeys(notice.title for notice in notices))
    more = f" and {len(titles) - _NAMED} more" if len(titles) > _NAMED else ""
    news = f"{len(notices)} news of {len(titles)} {'policy' if len(titles) == 1 else 'policies'}"
    return shortened(f"{news}: {', '.join(titles[:_NAMED])}{more}", _SUBJECT)


def text(notices: Sequence[Notice]) -> str:
    """All that there is to say, in plain text."""
    return "\n\n".join("\n".join(_told(notice)) for notice in notices) + "\n"


def _headline(notice: Notice) -> str:
    words = {
        "change": f"{notice.title}: {notice.summary}",
        "revert": f"{notice.title}: back to an earlier text",
        "alarm": f"{notice.title}: needs a look",
        "recovery": f"{notice.title}: is well again",
        "test": notice.summary,
    }
    return words[notice.kind]


def _told(notice: Notice) -> Iterator[str]:
    yield shortened(notice.title, 200) + (f"  {harmless(notice.url)}" if notice.url else "")
    if notice.old and notice.new:
        yield f"{notice.old[1]:%Y-%m-%d} → {notice.new[1]:%Y-%m-%d}"
    yield shortened(notice.summary, 600)
    changes = notice.changes[:_MOST]
    for severity, group in groupby(changes, key=lambda change: change.severity):
        yield ""
        yield str(severity).upper()
        for change in group:
            yield from _change(change, severity in _GRAVE)
            if until := notice.deadlines.get(change.id):
                yield f"    {_until(*until)}"
    if len(notice.changes) > _MOST:
        yield f"and {len(notice.changes) - _MOST} more"
    if notice.report:
        yield ""
        yield f"Report: {notice.report}"


def _until(by: date, latest: date) -> str:
    if by == latest:
        return f"one may object until {by}"
    return f"one may object until {by}, or {latest} if it was made on the day it was seen"


def _change(change: Change, quoted: bool) -> Iterator[str]:
    yield f"{DIRECTION_MARK[change.direction]} {shortened(change.message, 300)}  [{change.rule}, {change.id}]"
    if quoted:
        for name, evidence in (("before", change.old), ("now", change.new)):
            if evidence:
                yield f"    {name}: {_quote(evidence[0])}"


def _quote(evidence: Evidence) -> str:
    section = f" — {shortened(' › '.join(evidence.section), 120)}" if evidence.section else ""
    return f"“{shortened(evidence.quote, _QUOTE)}”{section}"
