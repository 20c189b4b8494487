"""Sends what is due, and tries again later what could not be delivered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tracker.config import Channel
from tracker.errors import TrackerError
from tracker.notify import apprised, mail, web, wording
from tracker.notify.notice import Notice
from tracker.notify.outbox import Batch, Outbox
from tracker.notify.sending import Message, NotDelivered

_FIRST, _LONGEST = timedelta(minutes=1), timedelta(hours=6)
_TRIES = 14  # about two days
Attach = Callable[[Notice], tuple[str, bytes] | None]


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of one message: ``error`` is "" where it was delivered, ``again`` when it is tried again."""

    channel: str
    target: str
    subject: str
    items: int
    error: str = ""
    again: datetime | None = None

    @property
    def told(self) -> str:
        """The outcome as a line, without the recipient's address."""
        if not self.error:
            return f"{self.channel}: told: {self.subject}"
        then = (
            f"again at {self.again:%Y-%m-%d %H:%M}" if self.again else "given up: see tracker notify --list"
        )
        return f"{self.channel}: not delivered: {self.error}; {then}"


def deliver(
    outbox: Outbox, channels: Sequence[Channel], root: Path, clock: Callable[[], datetime], attach: Attach
) -> Iterator[Delivered]:
    """Send what is due, batch by batch; nothing where another process is at it.

    ``root`` is where files with secrets are looked for, ``attach`` gives the report of a notice. A recipient
    that does not take a message is left alone until the next time.
    """
    known = {channel.name: channel for channel in channels}
    with outbox.alone() as alone:
        if not alone:
            return
        down: set[tuple[str, str]] = set()
        for batch in outbox.batches(list(known), clock()):
            if (batch.channel, batch.target) not in down:
                done = _one(outbox, known[batch.channel], batch, root, clock, attach)
                if done.error:
                    down.add((batch.channel, batch.target))
                yield done


def _one(
    outbox: Outbox,
    channel: Channel,
    batch: Batch,
    root: Path,
    clock: Callable[[], datetime],
    attach: Attach,
) -> Delivered:
    message = composed(channel, batch, clock(), attach)
    items = sum(len(notice.items) for notice in batch.notices)
    try:
        send(channel, batch.target, message, root)
    except TrackerError as error:
        again = clock() + wait(batch.tries) if batch.tries + 1 < _TRIES else None
        outbox.failed(batch, str(error), again)
        return Delivered(channel.name, batch.target, message.subject, items, str(error), again)
    outbox.sent(batch, clock())
    return Delivered(channel.name, batch.target, message.subject, items)


def wait(tries: int) -> timedelta:
    """How long to wait after so many failed tries: it doubles, up to six hours."""
    return min(_LONGEST, _FIRST * (1 << min(tries, 20)))


def composed(channel: Channel, batch: Batch, at: datetime, attach: Attach) -> Message:
    """The message of a batch."""
    alone = channel.type == "email" and channel.attach and len(batch.notices) == 1
    return Message(
        batch.id,
        at,
        wording.subject(batch.notices),
        wording.text(batch.notices),
        batch.notices,
        attach(batch.notices[0]) if alone and batch.notices[0].kind == "change" else None,
    )


def send(channel: Channel, target: str, message: Message, root: Path) -> None:
    """Send one message over a channel. Raises NotDelivered and MissingSecret."""
    if channel.type == "email":
        mail.send(channel, target, message, channel.password.read(root) if channel.password else "")
        return
    url = channel.url.read(root) if channel.url else ""
    if channel.type == "webhook":
        web.send(url, message, channel.secret.read(root) if channel.secret else "")
    elif channel.type == "slack":
        web.send_slack(url, message)
    elif channel.type == "apprise":
        apprised.send(url, message)
    else:
        raise NotDelivered(f"{channel.type} is no type of channel")
