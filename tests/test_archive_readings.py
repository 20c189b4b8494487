"""Technical upgrades and re-extractions are other readings of a page, never a change of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tracker import extract
from tracker.archive import Archive, Reading
from tracker.model import Check, Snapshot

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=number)


def save(archive: Archive, number: int, words: str, *, upgrade: bool = False) -> Check:
    raw = f"{words}\n".encode()
    return archive.save(
        Snapshot("acme", "", day(number), raw, "text/plain", upgrade=upgrade), extract.read(raw, "text/plain")
    )


def told(archive: Archive) -> list[str]:
    return [archive.text(version).strip() for version in reversed(archive.history("acme"))]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.create(tmp_path / "snapshots", lambda: NOW) as it:
        yield it


HISTORY = [(1, "We keep logs.", False), (3, "Menu. We keep logs.", True), (5, "Menu. We keep all.", False)]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_an_upgrade_is_no_version_whatever_the_order_of_imports(
    archive: Archive, order: tuple[int, ...]
) -> None:
    for number in order:
        at, words, upgrade = HISTORY[number]
        save(archive, at, words, upgrade=upgrade)
    assert told(archive) == ["We keep logs.", "Menu. We keep all."]
    archive.rebuild_index()
    assert told(archive) == ["We keep logs.", "Menu. We keep all."]
    assert [check.outcome for check in archive.checks("acme")] == ["changed", "unchanged", "new"]


def test_what_is_shown_at_a_date_is_the_reading_of_then(archive: Archive) -> None:
    for at, words, upgrade in HISTORY:
        save(archive, at, words, upgrade=upgrade)
    assert archive.text(archive.at("acme", day(2))) == "We keep logs.\n"
    assert archive.text(archive.at("acme", day(4))) == "Menu. We keep logs.\n"
    assert archive.text(archive.resolve("acme", "previous", NOW)) == "Menu. We keep logs.\n"


def test_versions_are_compared_in_the_readings_that_are_nearest(archive: Archive) -> None:
    for at, words, upgrade in HISTORY:
        save(archive, at, words, upgrade=upgrade)
    first, upgraded, last = (archive.at("acme", day(n)) for n in (1, 3, 5))
    assert archive.comparable(first, upgraded) == (upgraded, upgraded)
    assert archive.comparable(first, last) == (upgraded, last)
    assert archive.comparable(last, first) == (last, upgraded)


def test_a_text_that_an_upgrade_brought_is_no_change_when_it_is_seen_again(archive: Archive) -> None:
    for at, words, upgrade in HISTORY[:2]:
        save(archive, at, words, upgrade=upgrade)
    assert save(archive, 4, "Menu. We keep logs.").outcome == "unchanged"


def test_an_upgrade_before_any_capture_is_the_first_version(archive: Archive) -> None:
    save(archive, 1, "We keep logs.", upgrade=True)
    assert told(archive) == ["We keep logs."]


def test_what_is_read_anew_stands_in_the_place_of_the_old_text(archive: Archive, tmp_path: Path) -> None:
    save(archive, 1, "Menu. We keep logs.")
    save(archive, 3, "Menu. We keep all.")
    first, last = reversed(archive.history("acme"))
    anew = extract.read(b"We keep logs.", "text/plain")
    assert archive.reread([Reading(first, anew), Reading(last, archive.document(last))]) == 1
    assert told(archive) == ["We keep logs.", "Menu. We keep all."]
    again = archive.at("acme", day(1))
    assert (again.id, again.captured) == (first.id, first.captured)
    assert again.text_sha256 != first.text_sha256
    assert archive.raw(again) == b"Menu. We keep logs.\n"
    assert [check.outcome for check in archive.checks("acme")] == ["changed", "new"]
    assert archive.reread([Reading(again, anew)]) == 0
    archive.rebuild_index()
    assert told(archive) == ["We keep logs.", "Menu. We keep all."]
    archive.fold()  # the newest capture is shown at the tip again
    assert archive.verify() == ()


def test_a_difference_that_only_the_old_tool_saw_is_no_version_any_more(archive: Archive) -> None:
    save(archive, 1, "Seen 17 times. We keep logs.")
    save(archive, 3, "Seen 18 times. We keep logs.")
    anew = extract.read(b"We keep logs.", "text/plain")
    archive.reread([Reading(version, anew) for version in archive.history("acme")])
    assert told(archive) == ["We keep logs."]
    assert save(archive, 5, "We keep logs.").outcome == "unchanged"
