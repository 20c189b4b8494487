"""Arguments in, exit status out. Commands are imported only when called, so that start-up stays short."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from tracker.cli.table import COMMANDS
from tracker.errors import Exit, TrackerError, UsageError, nearest


def entry() -> None:
    """The console script."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit status of the contract."""
    words = [word for word in arguments if word != "--debug"]
    try:
        status = _dispatch(words)
        sys.stdout.flush()
        return int(status)
    except TrackerError as error:
        if len(words) != len(arguments):
            raise
        sys.stderr.write(f"tracker: {error}\n")
        return int(error.exit)
    except KeyboardInterrupt:
        sys.stderr.write("tracker: interrupted\n")
        return int(Exit.INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(Exit.DONE)
    except OSError as error:
        if len(words) != len(arguments):
            raise
        return _failed(error)


def _failed(error: OSError) -> int:
    """Say what the system refused; the rest of the output goes nowhere, or exit would fail again."""
    place = f"{error.filename}: " if error.filename else "the output or a file: "
    sys.stderr.write(f"tracker: {place}{error.strerror or error}: see that it can be read and written\n")
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return int(Exit.FAILED)


def _dispatch(words: list[str]) -> int:
    if not words or (words[0] in ("-h", "--help", "help") and len(words) == 1):
        sys.stdout.write(overview())
        return Exit.DONE
    if words[0] in ("-V", "--version"):
        from tracker import __version__

        sys.stdout.write(f"tracker {__version__}\n")
        return Exit.DONE
    name = words[1] if words[0] == "help" else words[0]
    if name not in COMMANDS:
        raise UsageError(f"unknown command {name!r}", nearest(name, list(COMMANDS)) or "see tracker --help")
    from tracker.cli.parsing import parser_of

    parser = parser_of(name)
    arguments = parser.parse_args(["--help"] if words[0] == "help" else words[1:])
    return int(import_module(f"tracker.cli.{COMMANDS[name].module}").run(arguments))


def overview() -> str:
    """What ``tracker --help`` prints."""
    lines = [
        "Tells people what changed when a privacy policy changed.",
        "",
        "usage: tracker COMMAND [...]",
        "",
    ]
    lines += [f"  {name:<16} {command.summary}" for name, command in COMMANDS.items()]
    lines += ["", "tracker COMMAND --help tells more; --debug shows a traceback; --version the version.", ""]
    return "\n".join(lines)
