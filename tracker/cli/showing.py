"""Writes a comparison in the form that was asked for: what ``diff`` and ``compare`` share."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace

from tracker.cli import options, terminal
from tracker.errors import Exit, UsageError, nearest
from tracker.model import Comparison, Severity


def show(result: Comparison, arguments: argparse.Namespace) -> int:
    """Print the comparison; the exit status."""
    narrowed = narrow(result, arguments)
    terminal.out(_written(narrowed, arguments))
    return Exit.FOUND if options.found(narrowed, arguments) else Exit.DONE


def narrow(result: Comparison, arguments: argparse.Namespace) -> Comparison:
    """The comparison with only the changes that ``--rule``, ``--kind`` and ``--severity`` leave."""
    _check_names(arguments)
    limit = Severity(arguments.severity or Severity.INFO).rank
    changes = tuple(
        change
        for change in result.changes
        if change.severity.rank <= limit
        and (not arguments.rule or change.rule in arguments.rule)
        and (not arguments.kind or change.kind in arguments.kind)
    )
    return result if changes == result.changes else replace(result, changes=changes)


def _check_names(arguments: argparse.Namespace) -> None:
    if not (arguments.rule or arguments.kind):
        return
    from tracker.config import rule_ids
    from tracker.facts import KINDS

    for option, given, known in (("--rule", arguments.rule, rule_ids()), ("--kind", arguments.kind, KINDS)):
        for name in given:
            if name not in known:
                raise UsageError(
                    f"{option}: no {option[2:]} {name!r}", nearest(name, list(known)) or "see tracker rules"
                )


def _written(result: Comparison, arguments: argparse.Namespace) -> str:
    if arguments.format == "json":
        from tracker.report import as_json

        return json.dumps(as_json.comparison(result), ensure_ascii=False, indent=1)
    if arguments.format == "markdown":
        from tracker.report import as_markdown

        return as_markdown.comparison(result)
    if arguments.format == "html":
        from tracker.report import html

        return html.render(result)
    from tracker.report import as_text

    return as_text.comparison(result, terminal.style(), everything=arguments.all, words=arguments.words)
