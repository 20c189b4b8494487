"""Several pages in one source: they come back as they were, and a broken source is told."""

from __future__ import annotations

from email import message_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.bundle import BrokenBundle, Part, join, split

PARTS = (
    Part(
        "https://acme.example/a",
        "text/html; charset=utf-8",
        b"<p>one</p>",
        '"1"',
        "Tue, 05 Mar 2024 01:02:03 GMT",
    ),
    Part("https://acme.example/b.pdf", "application/pdf", b"%PDF\r\n--\0\xff\r\n\r\n"),
)


def test_a_mime_reader_sees_the_pages() -> None:
    message = message_from_bytes(join(PARTS))
    assert [part["Content-Location"] for part in message.get_payload()] == [part.url for part in PARTS]


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=4))
def test_bytes_come_back_exactly(bodies: list[bytes]) -> None:
    parts = tuple(Part(f"https://acme.example/{n}", "text/html", body) for n, body in enumerate(bodies))
    assert split(join(parts)) == parts
    assert join(parts) == join(parts)


def test_all_of_a_part_comes_back() -> None:
    assert split(join(PARTS)) == PARTS


@given(st.data())
def test_what_is_broken_is_told(data: st.DataObject) -> None:
    whole = join(PARTS)
    cut = data.draw(st.integers(0, len(whole) - 5))
    with pytest.raises(BrokenBundle):
        split(whole[:cut])


def test_a_header_cannot_be_smuggled_in() -> None:
    evil = Part("https://acme.example/\r\nContent-Length: 1", "text/html", b"body")
    assert split(join([evil]))[0].body == b"body"
