"""A comparison in Markdown, for issues and chats."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tracker.model import Comparison, Severity
from tracker.report import wording
from tracker.report.marking import Segment
from tracker.report.style import shortened
from tracker.report.view import Quote, TypedChange, View, view
from tracker.report.wording import Wording

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~@])")
_QUOTE = 400  # characters of a quote
_MARKS = {"weakens": "▼", "strengthens": "▲", "neutral": "•", "unclear": "?"}


def comparison(result: Comparison, locale: str = wording.FALLBACK) -> str:
    """What changed, by gravity, each change with quotes from both sides. Raises UnknownLocale."""
    texts = wording.load(locale)
    made = view(result, texts=texts)
    changes = sorted(
        (*made.foremost, *(each for group in made.groups for each in group.changes)),
        key=lambda change: Severity(change.severity).rank,
    )
    lines = [*_head(made, texts)]
    for severity in Severity:
        group = [change for change in changes if change.severity == severity]
        if group:
            lines += ["", f"### {texts.text(f'severity.{severity}')}", ""]
            for change in group:
                lines += _change(change, texts)
    lines += _tail(made, texts)
    return "\n".join(lines) + "\n"


def _head(made: View, texts: Wording) -> Iterator[str]:
    yield f"## {_plain(made.name)}: {texts.text(f'verdict.{made.verdict}')}"
    dates = [texts.date(side.captured) or _plain(side.name) for side in (made.old, made.new)]
    yield ""
    yield f"{dates[0]} → {dates[1]}"
    if made.summary:
        yield ""
        yield f"**{_plain(made.summary)}**"


def _change(change: TypedChange, texts: Wording) -> Iterator[str]:
    yield f"- {_MARKS[change.direction]} **{_plain(change.message)}** (`{change.rule}`)"
    for name, quotes in (("before", change.old), ("after", change.new)):
        if quotes:
            yield f"  - {texts.text(f'report.{name}')}: {_quote(quotes[0])}"
    if change.reason:
        yield f"  - {_plain(change.reason)}"


def _quote(quote: Quote) -> str:
    section = f" — {_plain(' › '.join(quote.section))}" if quote.section else ""
    return f"“{_marked(quote.segments)}”{section}"


def _marked(segments: Sequence[Segment]) -> str:
    """The words with struck and added ones marked, on one line."""
    text = shortened("".join(each.text for each in segments), _QUOTE)
    if text.endswith("…") or all(each.mark in ("same", "quoted") for each in segments):
        return _plain(text)
    wrap = {"same": "{}", "quoted": "{}", "removed": "~~{}~~", "added": "**{}**"}
    return "".join(_around(wrap[each.mark], each.text) for each in segments)


def _around(wrap: str, text: str) -> str:
    """The mark close to the words: Markdown takes none that touches a space from within."""
    words = text.strip()
    if not words:
        return " " if text else ""
    head, tail = " " * text[:1].isspace(), " " * text[-1:].isspace()
    return head + wrap.format(_plain(" ".join(words.split()))) + tail


def _tail(made: View, texts: Wording) -> Iterator[str]:
    told = [texts.count(f"class.{count.name}", count.number) for count in made.classes]
    if told:
        yield ""
        yield f"{texts.text('report.text')}: {', '.join(told)}."


def _plain(text: str) -> str:
    """The text as text: nothing of it works as markup or mention."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
