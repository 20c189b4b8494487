"""Webhooks, signed as standardwebhooks.com describes, and those that speak as Slack's do."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from tracker import __version__
from tracker.notify import notice as notices
from tracker.notify.sending import PATIENCE, Message, NotDelivered

_SLACK_MOST = 3_500  # characters of a message; Slack cuts longer ones
_ANSWER = 65_536  # bytes of an answer that are read; nothing in it is used


def send(url: str, message: Message, secret: str) -> None:
    """Post the message as ``tracker.notice/1``, signed where there is a secret. Raises NotDelivered."""
    body = json.dumps(payload(message), ensure_ascii=False).encode()
    headers = {"webhook-id": message.id, "webhook-timestamp": str(int(message.at.timestamp()))}
    if secret:
        headers["webhook-signature"] = signature(secret, headers, body)
    _post(url, body, headers)


def send_slack(url: str, message: Message) -> None:
    """Post the message's words. Raises NotDelivered."""
    words = f"*{_escaped(message.subject)}*\n{_escaped(message.text)}".strip()
    if len(words) > _SLACK_MOST:
        words = words[:_SLACK_MOST].rsplit("\n", 1)[0] + "\n…"
    _post(url, json.dumps({"text": words}, ensure_ascii=False).encode(), {})


def payload(message: Message) -> dict[str, Any]:
    """What a webhook is sent."""
    return {
        "schema": notices.SCHEMA,
        "id": message.id,
        "subject": message.subject,
        "text": message.text,
        "notices": [notices.as_data(notice) for notice in message.notices],
    }


def signature(secret: str, headers: Mapping[str, str], body: bytes) -> str:
    """The ``webhook-signature`` of a request: HMAC-SHA256 over its id, time and body."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(_key(secret), signed, sha256).digest()).decode()


def _key(secret: str) -> bytes:
    """The bytes of a secret: after "whsec_" they stand in base 64."""
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise NotDelivered("the secret begins with whsec_, but what follows is no base 64") from None


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> None:
    import requests  # costs more than start-up

    every = {"Content-Type": "application/json", "User-Agent": f"tracker/{__version__}", **headers}
    try:
        with requests.Session() as session:
            session.trust_env = False
            with session.post(
                url, data=body, headers=every, timeout=PATIENCE, allow_redirects=False, stream=True
            ) as answer:
                status, reason = answer.status_code, answer.reason
                answer.raw.read(_ANSWER)
    except requests.RequestException as error:  # its words hold the address
        raise NotDelivered(f"the server cannot be reached ({type(error).__name__})") from None
    except (OSError, ValueError) as error:
        raise NotDelivered(f"the server's answer cannot be read ({type(error).__name__})") from None
    if not 200 <= status < 300:
        raise NotDelivered(f"the server answers {status} {reason or ''}".strip())


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
