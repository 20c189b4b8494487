"""``tracker verify-evidence``: does a bundle prove what it states?"""

from __future__ import annotations

import argparse
from pathlib import Path

from tracker.cli import terminal
from tracker.errors import Exit
from tracker.report.style import harmless


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="the bundle")


def run(arguments: argparse.Namespace) -> int:
    from tracker.pipeline import proving

    findings = proving.verify(arguments.file)
    for finding in findings:
        terminal.out(harmless(f"{'ok   ' if finding.holds else 'WRONG'} {finding.what}"))
    wrong = sum(not finding.holds for finding in findings)
    if wrong:
        terminal.say(f"{arguments.file}: {wrong} of {len(findings)} checks fail: it proves nothing")
        return Exit.FAILED
    return Exit.DONE
