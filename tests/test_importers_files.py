"""Dated snapshots from files."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tracker.importers.files import NoDate, UnreadableFile, read

HEADER = (
    "The following text is extracted and transformed from the {} privacy policy that was archived on {}. "
    "Please check the original snapshot on the Wayback Machine for the most accurate reproduction.\n"
)


def write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_the_date_given_is_midnight_utc(tmp_path: Path) -> None:
    file = write(tmp_path / "policy.html", "<p>We keep logs.</p>")
    (snapshot,) = read([file], "acme", date(2024, 6, 1))
    assert snapshot.captured == datetime(2024, 6, 1, tzinfo=UTC)
    assert (snapshot.raw, snapshot.media_type, snapshot.provenance) == (
        file.read_bytes(),
        "text/html",
        "import:files",
    )


def test_the_date_of_the_archives_header_line(tmp_path: Path) -> None:
    file = write(tmp_path / "acme.txt", HEADER.format("acme.example", "2019-05-24") + "We keep logs.")
    assert [s.captured for s in read([file], "acme")] == [datetime(2019, 5, 24, tzinfo=UTC)]
    assert [s.captured.year for s in read([file], "acme", date(2024, 6, 1))] == [2024]


@pytest.mark.parametrize(
    "text",
    [
        "We keep logs.",
        "",
        HEADER.format("acme.example", "2019-06-31"),
        "\n" + HEADER.format("a", "2019-05-24"),
    ],
)
def test_no_date_is_an_error_that_says_what_to_do(tmp_path: Path, text: str) -> None:
    with pytest.raises(NoDate, match="--date"):
        list(read([write(tmp_path / "policy.txt", text)], "acme"))


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"none\.txt.*No such file"):
        list(read([tmp_path / "none.txt"], "acme", date(2024, 6, 1)))


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("a.MD", "text/markdown"), ("a.txt", "text/plain"), ("a.pdf", "application/pdf"), ("a", "")],
)
def test_media_types_by_suffix(tmp_path: Path, name: str, media_type: str) -> None:
    assert next(read([write(tmp_path / name, "x")], "acme", date(2024, 6, 1))).media_type == media_type
