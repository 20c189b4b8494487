"""The archive beside other ways to keep dated files in git: CPU time, ours and git's together, in one run.

Recording: one capture among few and among many policies, beside one ``git fast-import`` process for each.
Bulk: captures of many policies, beside ``git fast-import`` in the order of the commits with inline blobs.
Reading: the text at a date, beside ``git log`` with a path. Index: beside ``git log --raw``.

    python -m benchmarks.archive [POLICIES]
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from tracker import extract
from tracker.archive import Archive
from tracker.model import Document, Snapshot

START = datetime(2020, 1, 1, tzinfo=UTC)
NOW = datetime(2030, 1, 1, tzinfo=UTC)
BREAK = "\n\n"
VERSIONS = 20  # of each policy
WORDS = (
    "we",
    "collect",
    "share",
    "store",
    "delete",
    "your",
    "data",
    "for",
    "purposes",
    "that",
    "partners",
    "need",
)


def cpu(job: Callable[[], object]) -> float:
    """Seconds of CPU of this process and of those that it waited for."""

    def spent() -> float:
        uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(use.ru_utime + use.ru_stime for use in uses)

    before = spent()
    job()
    return spent() - before


def texts(policy: int) -> Iterator[str]:
    """Versions of one policy: some 1,200 words, of which a few change each time."""
    source = random.Random(policy)  # noqa: S311  # the same texts in each run
    lines = [" ".join(source.choices(WORDS, k=24)) for _ in range(50)]
    for _ in range(VERSIONS):
        lines[source.randrange(len(lines))] = " ".join(source.choices(WORDS, k=24))
        yield "\n\n".join(lines) + "\n"


def captures(policies: int) -> Iterator[tuple[Snapshot, Document]]:
    """All captures, one policy after the other."""
    for policy in range(policies):
        for number, text in enumerate(texts(policy)):
            at = START + timedelta(days=number, seconds=policy)
            nonce = sha256(
                f"{policy} {number}".encode()
            ).hexdigest()  # what differs each time and says nothing
            page = (
                f"<html><script nonce={nonce}></script><main>{text.replace(BREAK, '</p><p>')}</main></html>"
            )
            document = extract.from_markdown(text)
            yield Snapshot(f"policy-{policy:05}", "", at, page.encode(), "text/html"), document


def filled(folder: Path, ready: list[tuple[Snapshot, Document]]) -> tuple[Archive, float]:
    """An archive with these captures, and the CPU time of writing it, extraction aside."""
    archive = Archive.create(folder, lambda: NOW)
    return archive, cpu(lambda: archive.ingest(iter(ready)))


def by_commits(folder: Path, captured: list[tuple[Snapshot, Document]]) -> float:
    """The same files by fast-import in the order of the commits."""
    ready = sorted(captured, key=lambda it: it[0].captured)
    git(folder.parent, "init", "-q", "--bare", str(folder))

    def write() -> None:
        command = ["git", "-C", str(folder), "fast-import", "--quiet"]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as process:  # noqa: S603
            assert process.stdin is not None  # noqa: S101
            for snapshot, document in ready:
                process.stdin.write(commit(snapshot, document))

    return cpu(write)


def commit(snapshot: Snapshot, document: Document, parent: str = "") -> bytes:
    """One commit for fast-import with the two files of a capture inline."""
    stamp = f"t <t@localhost> {int(snapshot.captured.timestamp())} +0000"
    text = extract.to_markdown(document).encode()
    head = f"commit refs/heads/main\nauthor {stamp}\ncommitter {stamp}\ndata 2\nx\n{parent}"
    files = (("policy.md", text), ("source.html", snapshot.raw))
    return head.encode() + b"".join(
        f"M 100644 inline policies/{snapshot.policy}/{name}\ndata {len(content)}\n".encode() + content + b"\n"
        for name, content in files
    )


def git(folder: Path, *words: str, stdin: bytes = b"") -> bytes:
    """Runs git and gives what it writes."""
    command = ["git", "-C", str(folder), *words]
    return subprocess.run(command, check=True, capture_output=True, input=stdin).stdout  # noqa: S603


def size(folder: Path) -> int:
    """Bytes of all files."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def one_more(archive: Archive, count: int) -> float:
    """CPU of recording one changed capture, the mean of so many."""
    ready = []
    for number in range(count):
        text = f"Another text, number {number}.\n"
        snapshot = Snapshot(f"policy-{number:05}", "", NOW, text.encode(), "text/markdown")
        ready.append((snapshot, extract.from_markdown(text)))
    return cpu(lambda: [archive.save(*it) for it in ready]) / count


def one_process_each(folder: Path, count: int) -> float:
    """The same by one fast-import process for each."""

    def write(number: int) -> None:
        text = f"Another text, number {number}.\n"
        snapshot = Snapshot(f"policy-{number:05}", "", NOW, text.encode(), "text/markdown")
        words = commit(snapshot, extract.from_markdown(text), "from refs/heads/main^0\n")
        git(folder, "fast-import", "--quiet", stdin=words)

    return cpu(lambda: [write(number) for number in range(count)]) / count


def reading(archive: Archive, folder: Path, policies: int) -> tuple[float, float]:
    """CPU of the text at a date: ours, and by ``git log`` with a path and ``git show``."""
    asked = [
        (f"policy-{n * 7 % policies:05}", START + timedelta(days=n % VERSIONS, hours=9)) for n in range(200)
    ]
    ours = cpu(lambda: [archive.text(archive.at(*it)) for it in asked]) / len(asked)

    def by_log(policy: str, at: datetime) -> None:
        path = f"policies/{policy}/policy.md"
        found = git(folder, "log", "-1", "--format=%H", f"--before={at.isoformat()}", "main", "--", path)
        git(folder, "show", f"{found.decode().strip()}:{path}")

    return ours, cpu(lambda: [by_log(*it) for it in asked[:10]]) / 10


def main(policies: int = 250) -> int:
    """Prints a line for each figure: ours, the rival's, their ratio and the goal."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ready, rival = list(captures(policies)), folder / "rival.git"
        few, _ = filled(folder / "few", ready[: 10 * VERSIONS])
        many, bulk = filled(folder / "many", ready)
        inline = by_commits(rival, ready)
        print(f"{policies} policies, {policies * VERSIONS} captures; CPU, ours and git's together\n")
        show("bulk import", bulk, inline, "<= 0.5")
        sizes = size(folder / "many" / ".git" / "objects"), size(rival / "objects")
        show("its size, MB", sizes[0] / 1e9, sizes[1] / 1e9, "<= 0.25", "MB")
        small, large = one_more(few, 100), one_more(many, 100)
        show("one capture / among 10 policies", large, small, "<= 1.5")
        show("one capture / fast-import process", large, one_process_each(rival, 30), "<= 1.5")
        show("text at a date / git log", *reading(many, rival, policies), "<= 1 ms")
        raw = cpu(lambda: git(folder / "many", "log", "--raw", "main"))
        show("index rebuilt / git log --raw", cpu(many.rebuild_index), raw, "<= 1.5")
        few.close()
        many.close()
    return 0


def show(title: str, ours: float, theirs: float, goal: str, unit: str = "ms") -> None:
    """One line."""
    ratio = ours / max(theirs, 1e-9)
    print(
        f"{title:36}{ours * 1e3:10.2f} {unit}{theirs * 1e3:10.2f} {unit}   ratio {ratio:6.3f}   goal {goal}"
    )


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
