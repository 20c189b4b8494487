"""`python -m tracker` is the console script."""

from tracker.cli import entry

entry()
