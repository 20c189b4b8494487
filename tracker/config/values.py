"""From TOML values to the records' values; a parser's ValueError has words that follow the key's name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tracker import cadence

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.IGNORECASE)
_ID = re.compile(r"[a-z0-9](?:[a-z0-9]|[._-](?=[a-z0-9])){0,63}")
_SIZE = re.compile(r"(\d{1,12}(?:\.\d{1,3})?)\s*([kmg]?)b?", re.IGNORECASE)
_OWN_HEADERS = {
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "if-none-match",
    "if-modified-since",
}


def policy_id(value: str) -> str:
    """An id that is safe as a file name, in a URL and on a command line."""
    if not _ID.fullmatch(value) or value.endswith(".lock"):
        raise ValueError(
            "an id consists of up to 64 lower-case letters and digits, parted by '-', '_' or '.'"
        )
    return value


def words(value: object) -> str:
    """One line of text, not empty."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text that is not empty")
    if _CONTROL.search(value):
        raise ValueError("must be one line without control characters")
    return value.strip()


def strings(value: object) -> tuple[str, ...]:
    """A text or a list of texts."""
    if isinstance(value, list):
        return tuple(words(each) for each in value)
    return (words(value),)


def url(value: object) -> str:
    """An http or https address."""
    address = words(value)
    if any(character.isspace() for character in address):
        raise ValueError(f"{address!r} contains a space: write it as %20")
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"{address!r} is no address ({error})") from None
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"{address!r} must begin with https:// or http://")
    if not host:
        raise ValueError(f"{address!r} names no host")
    return address


def urls(value: object) -> tuple[str, ...]:
    """One address or a list of them."""
    return tuple(url(each) for each in value) if isinstance(value, list) else (url(value),)


def every(value: object) -> str:
    """An interval or a cron expression."""
    return cadence.check(words(value))


def language(value: object) -> str:
    """A BCP 47 language tag."""
    tag = words(value)
    if not _LANGUAGE.fullmatch(tag):
        raise ValueError(f"{tag!r} is no language: write its code, like 'en' or 'pt-BR'")
    return tag


def timezone(value: object) -> str:
    """The name of a time zone."""
    name = words(value)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone: write it like 'Europe/Berlin' or 'UTC'") from None
    return name


def flag(value: object) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def count(least: int, most: int) -> Callable[[object], int]:
    """A parser of whole numbers from ``least`` to ``most``."""

    def parse(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return value

    return parse


def seconds_or_none(value: object) -> float:
    """A length of time in seconds, nought allowed: a number, or words ("30s", "2 min")."""
    if isinstance(value, str):
        length = cadence.duration(value).total_seconds()
    elif isinstance(value, int | float) and not isinstance(value, bool):
        length = float(value)
    else:
        raise ValueError("must be a length of time: seconds, or words like '30s'")
    if not 0 <= length <= 3_600:
        raise ValueError("must be a length of time of at most an hour")
    return length


def seconds(value: object) -> float:
    """A length of time in seconds, longer than nought."""
    length = seconds_or_none(value)
    if not length:
        raise ValueError("must be longer than 0 seconds")
    return length


def wait(value: object) -> float:
    """A length of time in seconds, nought allowed, of up to a year: a number, or words ("12 hours", "7d")."""
    if isinstance(value, str):
        length = cadence.duration(value).total_seconds()
    elif isinstance(value, int | float) and not isinstance(value, bool):
        length = float(value)
    else:
        raise ValueError("must be a length of time: seconds, or words like '12 hours'")
    if not 0 <= length <= cadence.LONGEST.total_seconds():
        raise ValueError("must be a length of time of at most a year")
    return length


def choice(*names: str) -> Callable[[object], str]:
    """A parser of one of the names."""

    def parse(value: object) -> str:
        if value not in names:
            raise ValueError(f"must be one of {', '.join(names)}")
        return str(value)

    return parse


def size(value: object) -> int:
    """A number of bytes: a whole number, or words ("10 MB")."""
    match = _SIZE.fullmatch(str(value).strip()) if not isinstance(value, bool) else None
    amount = int(float(match[1]) * 1_000 ** " kmg".index(match[2].lower() or " ")) if match else 0
    if not 1_000 <= amount <= 2_000_000_000:
        raise ValueError("must be a size from 1 kB to 2 GB, like '10 MB'")
    return amount


def header_value(value: object) -> str:
    """What may stand in a request header."""
    text = words(value)
    if not text.isascii():
        raise ValueError("must be ASCII: it is sent in a request header")
    return text


def headers(value: object) -> Mapping[str, str]:
    """A table of request headers."""
    if not isinstance(value, dict):
        raise ValueError("must be a table of headers, like { Cookie = 'consent=1' }")
    for name in value:
        if not _TOKEN.fullmatch(name) or name.lower() in _OWN_HEADERS:
            raise ValueError(f"{name!r} is no header that can be set")
    return MappingProxyType({name: header_value(text) for name, text in value.items()})
