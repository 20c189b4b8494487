"""Log lines of the watch: words for people, or one JSON object a line for machines."""

from __future__ import annotations

import json
import logging
import sys
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tracker.cli import terminal
from tracker.report.as_json import time

if TYPE_CHECKING:
    from tracker.pipeline.outcome import Outcome


class Log:
    """Where a watch writes what happens: standard error."""

    def __init__(self, form: str) -> None:
        self._json = form == "json"
        self._mutex = threading.Lock()  # lines of several threads must not mingle
        if self._json:
            logging.basicConfig(level=logging.INFO, handlers=[_Handler(self)], force=True)

    def say(self, message: str) -> None:
        """A message without more to it."""
        if self._json:
            self.write("info", "message", message)
            return
        with self._mutex:
            terminal.say(message)

    def look(self, outcome: Outcome, seconds: float) -> None:
        """One look at a policy; as words only where it found something, which ``say`` tells."""
        if not self._json:
            return
        level = "warning" if outcome.check.outcome in ("failed", "suspect") else "info"
        self.write(
            level,
            "look",
            outcome.summary,
            policy=outcome.policy,
            outcome=outcome.check.outcome,
            version=outcome.check.version or None,
            kind=outcome.kind or None,
            alarm=outcome.alarm or None,
            seconds=round(seconds, 3),
        )

    def write(self, level: str, event: str, message: str, **fields: object) -> None:
        """One JSON object on a line."""
        data = {"time": time(datetime.now(UTC)), "level": level, "event": event, "message": message, **fields}
        line = json.dumps(data, ensure_ascii=False, default=str)
        with self._mutex:
            sys.stderr.write(line + "\n")
            sys.stderr.flush()


class _Handler(logging.Handler):
    """Takes up what libraries and the scheduler log."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.INFO)
        self._log = log
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("tracker") or record.levelno >= logging.WARNING:
            self._log.write(record.levelname.lower(), "log", self.format(record), logger=record.name)
