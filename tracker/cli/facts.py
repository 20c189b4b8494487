"""``tracker facts``: what a policy states."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tracker.errors import Exit


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="POLICY|FILE", nargs="+")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(arguments: argparse.Namespace) -> int:
    from tracker import pipeline
    from tracker.report import as_json

    for source in arguments.source:
        side = pipeline.side_of(pipeline.read_file(Path(source)), Path(source).stem)
        if arguments.format == "json":
            sys.stdout.write(json.dumps(as_json.facts(side), ensure_ascii=False) + "\n")
        else:
            for fact in side.facts:
                sys.stdout.write(f"{fact.kind:18} {fact.key}  {dict(fact.attributes)}  «{fact.evidence[0].quote[:90]}»  {fact.cue}\n")
    return Exit.DONE
