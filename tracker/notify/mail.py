"""E-mail over SMTP."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from tracker.config import Channel
from tracker.notify.sending import PATIENCE, Message, NotDelivered
from tracker.report.style import shortened


def send(channel: Channel, target: str, message: Message, password: str) -> None:
    """Hand the message to the channel's server. Raises NotDelivered."""
    mail = composed(channel, target, message)
    try:
        with _connected(channel) as server:
            if channel.user:
                server.login(channel.user, password)
            server.send_message(mail, channel.sender, [target])
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise NotDelivered(_answer("the server refuses the recipient", code, words)) from None
    except smtplib.SMTPResponseException as error:
        raise NotDelivered(_answer("the server refuses", error.smtp_code, error.smtp_error)) from None
    except (OSError, smtplib.SMTPException) as error:
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise NotDelivered(f"{channel.server}: {shortened(str(why), 200)}") from None


def composed(channel: Channel, target: str, message: Message) -> EmailMessage:
    """The message as a mail."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = channel.sender, target
    mail["Subject"] = f"[tracker] {message.subject}"
    mail["Date"] = format_datetime(message.at)
    mail["Message-ID"] = f"<{message.id}@{channel.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    if message.attachment:
        name, body = message.attachment
        mail.add_attachment(body, maintype="text", subtype="html", filename=name)
    return mail


def _connected(channel: Channel) -> smtplib.SMTP:
    host, port = _place(channel)
    context = ssl.create_default_context()
    if channel.security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=context)
    server = smtplib.SMTP(host, port, timeout=PATIENCE)
    if channel.security == "starttls":
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server


def _place(channel: Channel) -> tuple[str, int]:
    host, colon, port = channel.server.rpartition(":")
    if not colon or channel.server.endswith("]"):
        host, port = channel.server, {"tls": "465", "starttls": "587", "none": "25"}[channel.security]
    return host.strip("[]"), int(port)


def _answer(what: str, code: int, words: bytes | str) -> str:
    told = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{what}: {code} {shortened(told, 200)}"
