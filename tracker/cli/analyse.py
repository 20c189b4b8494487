"""``tracker analyse``: facts and changes of a large collection."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from tracker.cli import options, terminal
from tracker.errors import Exit, TrackerError, UsageError

if TYPE_CHECKING:
    from tracker.pipeline.analysing import Work

_TYPES = {"version": "documents", "fact": "facts", "change": "changes", "error": "could not be read"}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        metavar="FOLDER",
        nargs="?",
        type=Path,
        help="a folder of documents, files named by their date being versions; without it, the workspace",
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=Path, help="where the JSON Lines go, if not to standard output"
    )
    parser.add_argument("--jobs", type=int, metavar="N", help="how many processes; one a core if not given")
    parser.add_argument(
        "--cluster", metavar="ADDRESS", help="a Dask scheduler, tcp://HOST:8786, whose workers have tracker"
    )
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.pipeline import analysing

    if arguments.jobs is not None and arguments.jobs < 1:
        raise UsageError("--jobs: must be 1 or more")
    if arguments.folder:
        if not arguments.folder.is_dir():
            raise UsageError(f"{arguments.folder}: no such folder", "name a folder of documents")
        return _written(analysing.of_folder(arguments.folder), arguments)
    from tracker.pipeline.workbench import Workbench

    with Workbench(options.workspace(arguments)) as bench:
        return _written(analysing.of_workspace(bench, bench.archive.policies()), arguments)


def results(works: Iterable[Work], jobs: int | None, cluster: str | None) -> Iterator[list[str]]:
    """The lines of each work, worked out where the options say."""
    from tracker.pipeline import scaling

    if cluster:
        return scaling.on_cluster(works, cluster)
    number = jobs or scaling.cores()
    return scaling.here(works) if number == 1 else scaling.on_cores(works, number)


def _written(works: Iterable[Work], arguments: argparse.Namespace) -> int:
    counts: Counter[str] = Counter()
    with _output(arguments.output) as stream:
        for lines in results(works, arguments.jobs, arguments.cluster):
            for line in lines:
                stream.write(line + "\n")
                counts[line[len('{"type":"') :].partition('"')[0]] += 1
    terminal.say(", ".join(f"{counts[name]} {told}" for name, told in _TYPES.items() if counts[name]))
    if counts["error"]:
        return Exit.PARTLY if counts["version"] else Exit.FAILED
    return Exit.DONE


@contextmanager
def _output(path: Path | None) -> Iterator[TextIO]:
    """The file, which appears only when it is whole; or standard output."""
    if path is None:
        yield sys.stdout
        return
    draft = path.with_name(path.name + ".part")
    try:
        with draft.open("w", encoding="utf-8") as stream:
            yield stream
        draft.replace(path)
    except OSError as error:
        raise TrackerError(f"{path}: {error.strerror or error}", "name a file that can be written") from None
    finally:
        draft.unlink(missing_ok=True)
