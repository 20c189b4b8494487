"""``tracker compare``: what changed between two files."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tracker.errors import Exit


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", metavar="OLD")
    parser.add_argument("new", metavar="NEW")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(arguments: argparse.Namespace) -> int:
    from tracker import pipeline
    from tracker.report import as_json

    result = pipeline.compare_files(Path(arguments.old), Path(arguments.new))
    if arguments.format == "json":
        sys.stdout.write(json.dumps(as_json.comparison(result), ensure_ascii=False) + "\n")
    else:
        for change in result.changes:
            sys.stdout.write(f"{change.severity:8} {change.rule:28} {change.kind}:{change.key}  {change.message}\n")
    return Exit.DONE
