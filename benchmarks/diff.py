"""The text diff beside ``git diff --word-diff`` on the labelled pairs: CPU time and words marked as changed.

Two figures for each pair, both after reading the documents: alignment alone, and alignment with every text
change judged and its words marked. git's time is that of its whole process.

    python -m benchmarks.diff
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, log
from pathlib import Path

from tracker import extract
from tracker.diff.align import align
from tracker.diff.textual import text_changes
from tracker.model import Side

BENCH = Path(__file__).resolve().parents[1].parent / "shared" / "bench"
NAMES = (("old.md", "new.md"), ("before.md", "after.md"))


@dataclass(frozen=True, slots=True)
class Run:
    """One pair: CPU seconds of git, of the alignment and of everything; words that each marks as changed."""

    name: str
    git: float
    aligned: float
    judged: float
    git_words: int
    words: int


def pairs() -> Iterator[tuple[Path, Path]]:
    """The older and newer files of the labelled pairs."""
    for folder in sorted([*BENCH.glob("pairs/*"), *BENCH.glob("memos/pairs/*")]):
        yield from ((folder / old, folder / new) for old, new in NAMES if (folder / old).is_file())


def by_git(old: Path, new: Path) -> tuple[float, int]:
    """CPU seconds and changed words of ``git diff --word-diff``."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = ["git", "diff", "--no-index", "--word-diff=porcelain", str(old), str(new)]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603 - own arguments
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, sum(len(line[1:].split()) for line in told.split("\n")[4:] if line[:1] in ("+", "-"))


def measure(old: Path, new: Path) -> Run:
    """One pair, measured."""
    git, git_words = by_git(old, new)
    ours, theirs = (Side(extract.read(path.read_bytes(), "text/markdown"), ()) for path in (old, new))
    began = time.process_time()
    found = align(ours.document, theirs.document)
    aligned = time.process_time()
    changes = text_changes(ours, theirs, found, ())
    judged = time.process_time()
    words = sum(len(text.split()) for change in changes for tag, text in change.edits if tag != "=")
    return Run(old.parent.name, max(git, 1e-3), aligned - began, judged - began, git_words, words)


def main() -> int:
    """Prints a line for each pair, then the ratios."""
    runs = [measure(old, new) for old, new in pairs()]
    if not runs:
        sys.stderr.write(f"no labelled pairs in {BENCH}: put the shared sets beside the checkout\n")
        return 1
    print(f"{'pair':42}{'git ms':>8}{'align':>8}{'all':>8}{'git words':>11}{'words':>7}")
    for run in runs:
        times = f"{run.git * 1e3:8.1f}{run.aligned * 1e3:8.1f}{run.judged * 1e3:8.1f}"
        print(f"{run.name[:40]:42}{times}{run.git_words:11}{run.words:7}")
    for title, spent in (("alignment", [run.aligned for run in runs]), ("all", [run.judged for run in runs])):
        ratios = [ours / run.git for ours, run in zip(spent, runs, strict=True)]
        mean = exp(sum(map(log, ratios)) / len(ratios))
        total = sum(spent) / sum(run.git for run in runs)
        print(f"{title} / git: geometric mean {mean:.2f}, sum {total:.2f}, worst {max(spent) * 1e3:.0f} ms")
    print(f"words marked / git's: {sum(run.words for run in runs) / sum(run.git_words for run in runs):.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
