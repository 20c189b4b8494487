"""What every channel needs to send: the message, and the error that says why it was not delivered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.errors import TrackerError
from tracker.notify.notice import Notice

PATIENCE = 20.0  # seconds that a server may stay silent


class NotDelivered(TrackerError):
    """A message that a channel did not take. Its words never hold a webhook's address: it may be a secret."""

    def __init__(self, why: str) -> None:
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent to one recipient. ``id`` is the same when it is sent again after a crash."""

    id: str
    at: datetime
    subject: str
    text: str
    notices: tuple[Notice, ...]
    attachment: tuple[str, bytes] | None = None  # a file's name and the HTML in it
