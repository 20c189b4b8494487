"""``tracker report``: HTML reports and their index."""

from __future__ import annotations

import argparse

from tracker.cli import options, terminal
from tracker.errors import Exit


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "policies", metavar="POLICY", nargs="*", help="ids of policies; all where none is given"
    )
    parser.add_argument(
        "--from", dest="old", metavar="DATE", default="", help=f"{options.DATE_HELP}; previous if not given"
    )
    parser.add_argument(
        "--to", dest="new", metavar="DATE", default="latest", help="the same; latest if not given"
    )
    parser.add_argument(
        "--feed",
        action="store_true",
        help="write Atom feeds too; fetches keep them up to date from then on",
    )
    parser.add_argument(
        "--language",
        default="en",
        metavar="TAG",
        help="the language of the reports' own words; en if not given",
    )
    parser.add_argument("--open", action="store_true", help="open what was rendered in the browser")
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.cli import progress
    from tracker.pipeline import reporting
    from tracker.pipeline.workbench import Workbench

    with Workbench(options.workspace(arguments)) as bench:
        names = arguments.policies or list(reporting.reportable(bench))
        spoken = arguments.language
        made = [reporting.render(bench, name, arguments.old, arguments.new, spoken) for name in names]
        made.append(reporting.render_index(bench, spoken, progress.reporter("reading versions")))
        progress.cleared()
        if arguments.feed:
            from tracker.pipeline import feeding

            made += feeding.write(bench, names)
    for path in made:
        terminal.out(str(path))
    if arguments.open:
        import webbrowser

        webbrowser.open((made[0] if len(made) == 2 else made[len(names)]).as_uri())
    return Exit.DONE
