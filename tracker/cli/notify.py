"""``tracker notify``: send what is due, show it, try the channels."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tracker.cli import options, terminal
from tracker.errors import Exit, TrackerError, UsageError, nearest

if TYPE_CHECKING:
    from tracker.config import Channel
    from tracker.pipeline.announcing import Announcer
    from tracker.pipeline.workbench import Workbench


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "channels", metavar="CHANNEL", nargs="*", help="names of channels; all where none is given"
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--test", action="store_true", help="send a test message over each channel, now")
    how.add_argument("--dry-run", action="store_true", help="show what would be sent now, send nothing")
    how.add_argument("--list", action="store_true", help="what waits, and what was given up and why")
    how.add_argument(
        "--again",
        metavar="WHAT",
        nargs="?",
        const="",
        help="send again: what was given up, or all notices of a policy, or one notice by its id",
    )
    options.add_format(parser, "json")
    options.add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    from tracker.pipeline.announcing import Announcer
    from tracker.pipeline.workbench import Workbench

    workspace = options.workspace(arguments)
    chosen = _chosen(workspace.channels, arguments.channels)
    with Workbench(workspace) as bench:
        if arguments.test:
            return _tested(bench, chosen)
        with Announcer(bench) as announcer:
            announcer.catch_up()
            if arguments.list:
                return _listed(announcer, arguments.format)
            if arguments.again is not None:
                number = announcer.outbox.again(arguments.again, bench.clock())
                terminal.say(f"{number} items are sent again" if number else "nothing to send again")
            if arguments.dry_run:
                return _shown(announcer, bench, chosen, arguments.format)
            return _sent(announcer, chosen)


def _chosen(channels: Sequence[Channel], names: Sequence[str]) -> list[Channel]:
    if not channels:
        raise UsageError("policies.toml has no [notify.NAME]", "docs/running.md shows how to add a channel")
    known = [channel.name for channel in channels]
    for name in names:
        if name not in known:
            raise UsageError(f"no channel {name!r}", nearest(name, known) or f"one of {', '.join(known)}")
    return [channel for channel in channels if not names or channel.name in names]


def _tested(bench: Workbench, channels: Sequence[Channel]) -> int:
    from tracker.notify import delivery
    from tracker.notify.notice import test_notice
    from tracker.notify.outbox import Batch
    from tracker.pipeline.announcing import test_id

    failed = 0
    for channel in channels:
        for target in channel.targets:
            at = bench.clock()
            batch = Batch(test_id(channel.name, target, at), channel.name, target, (test_notice(at),), 0)
            message = delivery.composed(channel, batch, at, lambda notice: None)
            try:
                delivery.send(channel, target, message, bench.workspace.root)
            except TrackerError as error:
                failed += 1
                terminal.say(f"{channel.name}: {error}")
                continue
            terminal.out(f"{channel.name}: sent{f' to {target}' if target else ''}")
    if failed == sum(len(channel.targets) for channel in channels):
        return Exit.FAILED
    return Exit.PARTLY if failed else Exit.DONE


def _sent(announcer: Announcer, channels: Sequence[Channel]) -> int:
    outcomes = list(announcer.deliver([channel.name for channel in channels]))
    for done in outcomes:
        (terminal.say if done.error else terminal.out)(done.told)
    if not outcomes:
        terminal.say("nothing is due")
    failed = sum(bool(done.error) for done in outcomes)
    return Exit.DONE if not failed else Exit.FAILED if failed == len(outcomes) else Exit.PARTLY


def _shown(announcer: Announcer, bench: Workbench, channels: Sequence[Channel], form: str) -> int:
    from tracker.notify import delivery, web

    by_name = {channel.name: channel for channel in channels}
    shown = []
    for batch in announcer.outbox.preview(list(by_name), bench.clock()):
        message = delivery.composed(by_name[batch.channel], batch, bench.clock(), lambda notice: None)
        where = f"{batch.channel}{f' to {batch.target}' if batch.target else ''}"
        if form == "json":
            shown.append({"channel": batch.channel, "target": batch.target or None, **web.payload(message)})
        else:
            terminal.out(f"--- {where}: {message.subject}\n{message.text}")
    if form == "json":
        terminal.out(json.dumps(shown, ensure_ascii=False, indent=1))
    return Exit.DONE


def _listed(announcer: Announcer, form: str) -> int:
    from tracker.report.as_json import time

    rows = announcer.outbox.standing()
    if form == "json":
        data = [
            {
                "channel": row.channel,
                "target": row.target or None,
                "notice": row.notice,
                "state": row.state,
                "items": row.items,
                "due": time(row.due),
                "tries": row.tries,
                "error": row.error or None,
            }
            for row in rows
        ]
        terminal.out(json.dumps(data, ensure_ascii=False, indent=1))
        return Exit.DONE
    for row in rows:
        error = f"; {row.error}" if row.error else ""
        terminal.out(
            f"{row.channel}  {row.state}  due {row.due:%Y-%m-%d %H:%M}  {row.notice}  "
            f"{row.items} item{'s' * (row.items != 1)}, {row.tries} tries{error}"
        )
    if not rows:
        terminal.say(f"nothing waits; {announcer.outbox.counts().get('sent', 0)} items were sent so far")
    return Exit.DONE
