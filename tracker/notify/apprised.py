"""Whatever the library apprise knows: an optional extra, ``pip install 'tracker[apprise]'``."""

from __future__ import annotations

from tracker.notify.sending import Message, NotDelivered


def send(url: str, message: Message) -> None:
    """Send the message's words to the service that an apprise address names. Raises NotDelivered."""
    try:
        import apprise
    except ImportError:
        raise NotDelivered("apprise is not installed: pip install 'tracker[apprise]'") from None
    service = apprise.Apprise()
    if not service.add(url):
        raise NotDelivered("apprise knows no service of that address")
    if not service.notify(title=message.subject, body=message.text, body_format=apprise.NotifyFormat.TEXT):
        raise NotDelivered("the service did not take the message")
