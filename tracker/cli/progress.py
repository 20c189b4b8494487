"""How far a long job is: a line on a terminal that renews itself, now and then a line in a pipe."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

_ON_TERMINAL, _IN_PIPE = 0.1, 30.0  # seconds between two reports


def reporter(what: str, total: int = 0) -> Callable[[int], None]:
    """Gives what is to be called with the number that is done; ``total`` 0 where it is not known."""
    terminal = sys.stderr.isatty()
    last = time.monotonic()

    def report(done: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < (_ON_TERMINAL if terminal else _IN_PIPE):
            return
        last = now
        told = f"{what}: {done}" + (f" of {total}" if total else "")
        sys.stderr.write(f"\r\x1b[K{told}" if terminal else f"{told}\n")
        sys.stderr.flush()

    return report


def cleared() -> None:
    """Takes the line off the terminal."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
