"""What the writers of files have in common: drafts that become files only when they are whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tracker.errors import TrackerError


class CannotExport(TrackerError):
    """A place that an export cannot be written to."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"{path}: {error.strerror or error}", "name a place that can be written")


@contextmanager
def draft(path: Path) -> Iterator[Path]:
    """A file beside ``path`` that takes its name when the block has ended well. Raises CannotExport."""
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        yield part
        part.replace(path)
    except OSError as error:
        raise CannotExport(path, error) from None
    finally:
        if part.parent.is_dir():
            part.unlink(missing_ok=True)
