"""The report's own words: a catalogue file for each language, with plurals and dates in the reader's form."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from tracker.diff import labels
from tracker.diff.periods import days
from tracker.errors import UsageError, nearest
from tracker.model import Change, Comparison
from tracker.report import pages

FALLBACK = "en"
_PERIOD = re.compile(r"P(?P<number>\d{1,6})(?P<unit>[DWMY])")
_DAY = re.compile(r"[12]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
_UNITS = {"D": "day", "W": "week", "M": "month", "Y": "year"}
_TOLD = 4  # changes in a line


class UnknownLocale(UsageError):
    """A language that no catalogue file exists for."""

    def __init__(self, locale: str, known: list[str]) -> None:
        super().__init__(
            f"no report texts in {locale!r}", nearest(locale, known) or f"choose one of {', '.join(known)}"
        )


@dataclass(frozen=True)
class Wording:
    """The texts of one language. Texts are named by table and name: ``text("report.verdict")``."""

    locale: str
    texts: Mapping[str, Any]

    def text(self, name: str, /, **values: object) -> str:
        """The text of that name, with its ``{values}`` filled in. Raises KeyError."""
        table, _, key = name.partition(".")
        return str(self.texts[table][key]).format(**values)

    def known(self, table: str, key: str, otherwise: str = "") -> str:
        """The text in an open table, for keys that may have none."""
        return str(self.texts.get(table, {}).get(key, otherwise))

    def count(self, name: str, number: int) -> str:
        """The text in the plural form that goes with ``number``. Raises KeyError."""
        table, _, key = name.partition(".")
        forms = self.texts[table][key]
        form = _PLURALS[self.texts["form"]["plural"]](number)
        return str(forms.get(form, forms["other"])).format(n=number)

    def label(self, kind: str, key: str) -> str:
        """What a fact of that kind and key is called."""
        known = self.texts.get("label", {}).get(kind, {}).get(key)
        return str(known) if known else labels.label(kind, key)

    def period(self, key: str) -> str:
        """A retention's period ("P90D") or criterion in words."""
        found = _PERIOD.fullmatch(key)
        if found is None:
            return self.label("retention", key)
        return self.count(f"unit.{_UNITS[found['unit']]}", int(found["number"]))

    def headline(self, change: Change) -> str:
        """A change in a line: the rule's own message in English, elsewhere what changed and how."""
        if self.locale == FALLBACK:
            return change.message
        named = self._named(change)
        if change.change == "altered" and change.was:
            kind = {"practice": "polarity", "party": "key", "controller": "key"}.get(change.kind, "value")
            return self.text("headline.was", label=named, was=self.value(kind, change.was))
        return self.text(f"headline.{change.change}", label=named)

    def _named(self, change: Change) -> str:
        """What a change is about, with what it is now where that is said in a word."""
        label, stated = self.label(change.kind, change.key), {**change.before, **change.now}
        if change.kind == "retention":
            subject = str(stated.get("subject") or "")
            return (
                self.text("headline.now", label=subject, now=self.period(change.key))
                if subject
                else self.period(change.key)
            )
        name = {"practice": "polarity", "date": "value", "commitment": "value"}.get(change.kind, "")
        now = str(stated.get(name) or "")
        return self.text("headline.now", label=label, now=self.value(name, now)) if now else label

    def value(self, name: str, value: str) -> str:
        """An attribute's value in words: a role, an answer, a period, a day."""
        if name in ("role", "polarity"):
            return self.known("value", value, value)
        if _DAY.fullmatch(value):
            return self._day(value)
        return self.period(value) if value.startswith("until:") or days(value) is not None else value

    def _day(self, value: str) -> str:
        try:
            return self.date(datetime.fromisoformat(value).replace(tzinfo=UTC))
        except ValueError:  # the policy names a day that no calendar has
            return value

    def summary(self, result: Comparison) -> str:
        """A comparison in a line."""
        if self.locale == FALLBACK:
            return result.summary
        told = [self.headline(change) for change in result.changes[:_TOLD]]
        more = len(result.changes) - _TOLD
        return "; ".join(told + ([self.count("count.further", more)] if more > 0 else []))

    def date(self, moment: datetime | None) -> str:
        """The day in UTC as a reader writes it; "" for none."""
        return self._filled("date", moment)

    def time(self, moment: datetime | None) -> str:
        """Day and time in UTC."""
        return self._filled("time", moment)

    def _filled(self, form: str, moment: datetime | None) -> str:
        if moment is None:
            return ""
        at = moment.astimezone(UTC)
        return str(self.texts["form"][form]).format(
            day=at.day, month=self.texts["form"]["months"][at.month - 1], year=at.year, clock=f"{at:%H:%M}"
        )


def _one_other(number: int) -> str:
    return "one" if number == 1 else "other"


def _french(number: int) -> str:
    return "one" if number in (0, 1) else "other"


def _russian(number: int) -> str:
    if number % 10 == 1 and number % 100 != 11:
        return "one"
    return "few" if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else "other"


_PLURALS = {"one-other": _one_other, "french": _french, "russian": _russian}  # after CLDR, whole numbers


def load(locale: str = FALLBACK, templates: Path | None = None) -> Wording:
    """The texts of a language ("de", "de-AT"); the user's own folder is asked first. Raises UnknownLocale."""
    return _load(locale.replace("_", "-").partition("-")[0].lower(), templates)


@lru_cache(maxsize=8)
def _load(language: str, templates: Path | None) -> Wording:
    known = {
        path.stem: path
        for folder in reversed(pages.folders(templates))
        for path in sorted((folder / "locales").glob("*.toml"))
    }
    if language not in known:
        raise UnknownLocale(language, sorted(known))
    return Wording(language, tomllib.loads(known[language].read_text("utf-8")))
