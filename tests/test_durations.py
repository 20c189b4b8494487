"""Periods of time, however they are written."""

from __future__ import annotations

import pytest

from tracker.facts.cues import fold
from tracker.facts.durations import periods


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        ("en", "kept for ninety (90) days", ["P90D"]),
        ("en", "sixty days, a 24-month term, one calendar month", ["P60D", "P24M", "P1M"]),
        ("en", "1 year and 6 months", ["P1Y6M"]),
        ("en", "within 24-48 hours or 1.5 years", ["PT48H", "P18M"]),
        ("en", "two hundred days, twenty-four (24) months", ["P200D", "P24M"]),
        ("en", "see section 4.2 days; 2019 years; 12 mayors", []),
        ("ru", "шести месяцев, 12 (двенадцати) месяцев, пять лет", ["P6M", "P12M", "P5Y"]),
        ("ru", "в течение года и трёхлетнего срока", ["P1Y", "P3Y"]),
        ("fr", "deux ans, d'un (1) an, vingt-quatre mois", ["P2Y", "P1Y", "P24M"]),
        ("de", "zwölf Monate, dreijährige Frist, 6-monatige", ["P12M", "P3Y", "P6M"]),
        ("es", "seis años, treinta días", ["P6Y", "P30D"]),
        ("it", "dieci anni, 24 mesi", ["P10Y", "P24M"]),
        ("nl", "zeven jaar, dertig dagen", ["P7Y", "P30D"]),
        ("pt", "cinco anos, três meses", ["P5Y", "P3M"]),
        ("pl", "pięć lat, 30 dni, pół roku", ["P5Y", "P30D", "P6M"]),
    ],
)
def test_reads_what_is_written(language: str, text: str, wanted: list[str]) -> None:
    assert [period.iso for period in periods(fold(text), language)] == wanted


def test_tells_working_days_and_where_the_period_stands() -> None:
    text = fold("within ten (10) business days of receipt")
    (period,) = periods(text, "en")
    assert period.business
    assert text[period.start : period.end] == "ten (10) business days"
    assert periods(fold("sous 30 jours ouvrés"), "fr")[0].business


def test_a_language_without_words_has_no_periods() -> None:
    assert periods("30 days", "xx") == ()
