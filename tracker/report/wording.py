"""The report's own words: a catalogue file for each language, with plurals and dates in the reader's form."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from tracker.errors import UsageError, nearest
from tracker.report import pages

FALLBACK = "en"


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
