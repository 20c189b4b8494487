"""``tracker add``: declare a policy and fetch its first snapshot."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from tracker.cli import looking, options, terminal
from tracker.errors import Exit, TrackerError, UsageError

if TYPE_CHECKING:
    from tracker.config import Policy, Workspace
    from tracker.pipeline.judging import Look


class NotAdded(TrackerError):
    """A page that does not look like a policy."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"{url}: {why}", "nothing was added; --force adds it all the same")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", metavar="URL", help="where the policy is")
    parser.add_argument("--id", help="what to call it; made from the address if not given")
    parser.add_argument("--name", help="what reports call it; the page's title if not given")
    parser.add_argument(
        "--also", action="append", default=[], metavar="URL", help="one more page of the same policy"
    )
    parser.add_argument(
        "--select", action="append", default=[], metavar="CSS|XPATH", help="what on the page is the policy"
    )
    parser.add_argument(
        "--remove", action="append", default=[], metavar="CSS|XPATH", help="what on the page is not"
    )
    parser.add_argument(
        "--every", default="", metavar="TIME", help="how often to fetch it: 12h, 1d, 1w, or a cron expression"
    )
    parser.add_argument("--language", default="", help="ask for and read it in this language")
    parser.add_argument(
        "--allow-private", action="store_true", help="let the address point into a private network"
    )
    parser.add_argument(
        "--browser", choices=("auto", "always", "never"), default="auto", help=looking.BROWSER
    )
    parser.add_argument("--force", action="store_true", help="add it though it does not look like a policy")
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would be read, add and record nothing"
    )
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker import config
    from tracker.pipeline.workbench import Workbench

    workspace = options.workspace(arguments)
    if arguments.allow_private:
        workspace = replace(workspace, settings=replace(workspace.settings, allow_private=True))
    policy = _declared(arguments, workspace)
    with Workbench(workspace) as bench:
        look = bench.look(policy)
        if look is None:
            raise UsageError(
                f"{policy.url}: not modified", "remove it with its history, or choose another --id"
            )
        if arguments.dry_run:
            terminal.out(f"{looking.verdict(look)}\n{looking.left_out(look)}\n\n{_preview(look)}")
            return Exit.DONE
        if look.suspicion and not arguments.force:
            raise NotAdded(policy.url, str(look.suspicion))
        named = replace(
            policy, name=policy.name or look.title or (look.document.title if look.document else "")
        )
        config.add_policy(workspace.file, named)
        outcome = bench.keep(look, named)
    terminal.out(f"{policy.id}: {outcome.summary}\n\n{_preview(look)}")
    terminal.say(f"next: tracker facts {policy.id}, tracker fetch, tracker watch")
    return Exit.DONE


def _declared(arguments: argparse.Namespace, workspace: Workspace) -> Policy:
    from tracker import config

    known = {policy.url: policy.id for policy in workspace.policies}
    if arguments.url in known and not arguments.id:
        raise UsageError(
            f"{arguments.url} is tracked already", f"as {known[arguments.url]!r}; --id NAME adds it again"
        )
    return config.Policy(
        id=arguments.id or config.suggest_id(arguments.url, workspace),
        url=arguments.url,
        name=arguments.name or "",
        also=tuple(arguments.also),
        select=tuple(arguments.select),
        remove=tuple(arguments.remove),
        language=arguments.language,
        every=arguments.every,
        browser=arguments.browser,
    )


def _preview(look: Look) -> str:
    from tracker.pipeline import sources
    from tracker.report import as_text

    if look.document is None:
        return "there are no words to read\n"
    side = sources.side_of(look.document, look.document.title or look.snapshot.url)
    return as_text.facts(side, terminal.style())
