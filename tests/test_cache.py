"""The derived store: it may be deleted, damaged, full or shared, and never gives a wrong answer."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from sides import compared

from tracker.cache import digests, encoding
from tracker.cache.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "cache.sqlite"


def test_what_is_kept_is_known_again(path: Path) -> None:
    with Store(path) as store:
        assert store.get("facts", "a") is None
        store.put("facts", "a", b"one")
        store.put("facts", "a", b"two")
        store.put("told", "a", b"other")
    with Store(path) as store:
        assert (store.get("facts", "a"), store.get("told", "a")) == (b"two", b"other")


DAMAGE: dict[str, Callable[[Path], object]] = {
    "deleted": lambda path: path.unlink(),
    "emptied": lambda path: path.write_bytes(b""),
    "other bytes": lambda path: path.write_bytes(b"no database" * 1000),
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:5000]),
    "values changed": lambda path: path.write_bytes(path.read_bytes().replace(b"x\x01", b"xx")),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=list(DAMAGE))
def test_a_damaged_file_is_begun_anew(path: Path, damage: Callable[[Path], object]) -> None:
    with Store(path) as store:
        for number in range(50):
            store.put("facts", str(number), bytes(range(256)) * 4)
    damage(path)
    with Store(path) as store:
        assert store.get("facts", "7") is None
        store.put("facts", "7", b"anew")
        store.put("facts", "7", b"anew")  # the first may have met the damage
        assert store.get("facts", "7") == b"anew"


def test_a_folder_in_its_place_only_makes_it_forget(path: Path) -> None:
    path.mkdir(parents=True)
    with Store(path) as store:
        store.put("facts", "a", b"one")
        assert store.get("facts", "a") is None


def test_its_size_is_bounded_and_the_newest_stays(path: Path) -> None:
    limit = 2**20
    with Store(path, limit) as store:
        for number in range(800):
            noise = b"".join(sha256(b"%d %d" % (number, part)).digest() for part in range(100))
            store.put("noise", str(number), noise)
        assert store.get("noise", "799") is not None
        assert store.get("noise", "0") is None
    assert path.stat().st_size <= limit * 1.2


def test_processes_share_it(path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from tracker.cache.store import Store\n"
        "with Store(Path(sys.argv[1])) as store:\n"
        "    for n in range(300): store.put('facts', f'{sys.argv[2]}-{n}', b'x' * n)\n"
    )
    crew = [subprocess.Popen([sys.executable, "-c", script, str(path), name]) for name in "abc"]
    assert [each.wait(60) for each in crew] == [0, 0, 0]
    with Store(path) as store:
        assert all(store.get("facts", f"{name}-{n}") == b"x" * n for name in "abc" for n in range(300))


OLD = (
    "# Rights\n\nYou have the right to access your data.\n\nLog files are kept for 60 days.\n\nWe use Stripe."
)
NEW = "# Rights\n\nYou may ask for deletion of your data.\n\nLog files are kept for 90 days.\n\nWe use Adyen."


def test_facts_and_comparisons_come_back_as_they_were() -> None:
    found = compared(OLD, NEW)
    assert found.changes
    assert found.text_changes
    kept = (
        (found.new.facts, encoding.facts, encoding.facts_of),
        (found.changes, encoding.changes, encoding.changes_of),
        (found.text_changes, encoding.text_changes, encoding.text_changes_of),
        (found.pairs, encoding.pairs, encoding.pairs_of),
    )
    for value, write, read in kept:
        assert encoding.unpacked(encoding.packed(write(value)), read) == value  # type: ignore[operator]


@pytest.mark.parametrize("data", [b"", b"{", b"3", b"[[1]]", b'[["right", "access", [], 3, null]]', b"\xff"])
def test_what_is_no_encoding_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        encoding.unpacked(data, encoding.facts_of)


def test_digests_tell_where_parts_end() -> None:
    assert digests.of("ab", "c") != digests.of("a", "bc")
    assert digests.program(digests.READING) != digests.program(digests.COMPARING)
