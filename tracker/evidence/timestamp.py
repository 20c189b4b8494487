"""Time stamps by RFC 3161: asked of a server that the user names, and what one says.

Requests and replies are DER. What is read of a reply is read byte by byte, without trust; its signature is
checked by ``openssl ts -verify``, with the authority's certificate that the user has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from tracker.errors import TrackerError

_SHA256 = bytes.fromhex("300d06096086480165030402010500")  # AlgorithmIdentifier with NULL
_TST_INFO = bytes.fromhex("060b2a864886f70d0109100104")  # id-ct-TSTInfo
_LARGEST = 1 << 20  # bytes of a reply
_TIMEOUT = 30.0  # seconds
_TIME = re.compile(r"(\d{14})(?:\.(\d+))?Z")


class NoTimestamp(TrackerError):
    """A server that gave no time stamp."""

    def __init__(self, server: str, why: str) -> None:
        super().__init__(f"{server}: no time stamp: {why}", "name another server, or do without")


@dataclass(frozen=True, slots=True)
class Stamped:
    """When the authority says that it saw the data with this hash."""

    at: datetime
    digest: bytes


def request(data: bytes, nonce: int) -> bytes:
    """A request to stamp ``data``; the certificate is asked for."""
    imprint = _der(0x30, _SHA256 + _der(0x04, sha256(data).digest()))
    number = nonce.to_bytes(9, "big").lstrip(b"\0") or b"\0"
    signed = number if number[0] < 0x80 else b"\0" + number
    return _der(0x30, b"\x02\x01\x01" + imprint + _der(0x02, signed) + b"\x01\x01\xff")


def ask(server: str, data: bytes, nonce: int) -> bytes:
    """The reply of a server, which says that it stamped ``data``. Raises NoTimestamp."""
    import requests

    kind = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    try:
        with requests.post(
            server, request(data, nonce), headers=kind, timeout=_TIMEOUT, stream=True, allow_redirects=False
        ) as answer:
            if answer.status_code != 200:
                raise NoTimestamp(server, f"it answers with {answer.status_code}")
            reply = answer.raw.read(_LARGEST + 1, decode_content=True)
    except (requests.RequestException, OSError) as error:
        raise NoTimestamp(server, " ".join(str(error).split())[:120]) from None
    found = read(reply[:_LARGEST])
    if found is None or found.digest != sha256(data).digest():
        raise NoTimestamp(server, "what it answers is no time stamp of this")
    return bytes(reply)


def read(reply: bytes) -> Stamped | None:
    """What a reply says; None where it grants nothing or is none."""
    try:
        whole = next(_items(reply))[1]
        status, token = _items(whole)
        granted = next(_items(status[1]))
        if granted[0] != 0x02 or int.from_bytes(granted[1], "big") > 1:
            return None
        return _stamped(_info(token[1]))
    except (ValueError, IndexError, StopIteration):
        return None


def _info(token: bytes) -> bytes:
    """The TSTInfo within the signed data: an OCTET STRING that follows its type."""
    place = token.index(_TST_INFO) + len(_TST_INFO)
    explicit = next(_items(token[place:]))
    octets = next(_items(explicit[1]))
    return next(_items(octets[1]))[1]


def _stamped(info: bytes) -> Stamped | None:
    """version, policy, messageImprint, serialNumber, genTime ..."""
    items = list(_items(info))
    digest = list(_items(items[2][1]))[1][1]
    found = _TIME.fullmatch(items[4][1].decode("ascii"))
    if found is None:
        return None
    at = datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return Stamped(at, digest)


def _items(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(tag, content) of each DER item. Raises ValueError on what is none."""
    place = 0
    while place < len(data):
        tag, length, start = data[place], data[place + 1], place + 2
        if length & 0x80:
            count = length & 0x7F
            if not 0 < count <= 4:
                raise ValueError("an item of no length")
            length, start = int.from_bytes(data[start : start + count], "big"), start + count
        if start + length > len(data):
            raise ValueError("an item is cut off")
        yield tag, data[start : start + length]
        place = start + length


def _der(tag: int, content: bytes) -> bytes:
    length = len(content)
    size = bytes([length]) if length < 0x80 else b""
    if not size:
        digits = length.to_bytes((length.bit_length() + 7) // 8, "big")
        size = bytes([0x80 | len(digits)]) + digits
    return bytes([tag]) + size + content
