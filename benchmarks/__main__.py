"""Runs all benchmarks one after the other: ``python -m benchmarks``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Each in a process of its own, so that none warms another; 1 if one of them failed."""
    names = sorted(file.stem for file in Path(__file__).parent.glob("[a-z]*.py"))
    failed = 0
    for name in names:
        print(f"\n== {name}\n", flush=True)
        failed |= subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode  # noqa: S603
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
