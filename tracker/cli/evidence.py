"""``tracker evidence``: a bundle that lets somebody else check what stood there on a date."""

from __future__ import annotations

import argparse
from pathlib import Path

from tracker.cli import options, terminal
from tracker.errors import Exit


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("policy", metavar="POLICY", help="the policy's id")
    parser.add_argument("--at", metavar="DATE", default="latest", help=options.DATE_HELP)
    parser.add_argument(
        "--output", metavar="FILE", type=Path, help="where to write it; POLICY-DATE.evidence.zip if not given"
    )
    parser.add_argument(
        "--timestamp", metavar="URL", default="", help="have it stamped by this RFC 3161 time stamp server"
    )
    parser.add_argument(
        "--warc", action="store_true", help="write the capture as a WARC file instead of a bundle"
    )
    parser.add_argument("--all", action="store_true", help="with --warc: all captures of the policy")
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.archive import Archive
    from tracker.pipeline import proving

    with Archive.open(options.workspace(arguments).snapshots) as archive:
        version = archive.resolve(arguments.policy, arguments.at, options.now())
        name = f"{version.policy}-{version.captured:%Y-%m-%d}"
        if arguments.warc:
            versions = archive.captures(arguments.policy) if arguments.all else [version]
            file = arguments.output or Path(f"{name}.warc.gz")
            count = proving.export_warc(archive, versions, file)
            terminal.out(f"{file}: {count} page{'s' * (count != 1)}")
            return Exit.DONE
        file = arguments.output or Path(f"{name}.evidence.zip")
        proving.save(file, proving.make(archive, version, arguments.timestamp))
    terminal.out(
        f"{file}: what stood at {version.url or version.policy} on {version.captured:%Y-%m-%d %H:%M}"
    )
    terminal.say(f"check it with: tracker verify-evidence {file}")
    return Exit.DONE
