"""What can be wrong with ``select`` and ``remove``: apart from ``selectors``, which loads a parser."""

from __future__ import annotations

from tracker.errors import Exit, TrackerError


class WrongSelector(TrackerError):
    """A selector that is none, or does not find elements."""

    exit = Exit.USAGE

    def __init__(self, selector: str, reason: str) -> None:
        super().__init__(f"selector {selector!r} {reason}", "try it with `tracker preview FILE --select ...`")


class NothingSelected(WrongSelector):
    """Selectors that find nothing on a page: the page may be another one than was meant."""
