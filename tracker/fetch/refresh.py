"""Pages that do nothing but send the browser on: ``<meta http-equiv=refresh>``."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urldefrag, urljoin

_LARGEST = 65_536  # bytes of a page that only sends on
_LONGEST = 15  # seconds until it does; later ones reload a page that is meant to be read
_MOST_WORDS = 60
_ASIDE = re.compile(
    rb"<(script|style|noscript|template|title)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.I | re.S
)
_META = re.compile(rb"<meta\b[^>]{0,2000}>", re.I)
_IS_REFRESH = re.compile(rb"""\bhttp-equiv\s*=\s*["']?refresh\b""", re.I)
_CONTENT = re.compile(rb"""\bcontent\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.I)
_WHERE = re.compile(r"""\s*(\d{1,3})(?:\.\d*)?\s*[;,\s]\s*(?:url\s*=\s*)?["']?([^"']+)""", re.I)
_TAG = re.compile(rb"<[^>]*>")


def target(body: bytes, here: str) -> str | None:
    """The address that a page sends on to; None for one that is there to be read."""
    if len(body) > _LARGEST or b"refresh" not in body.lower():
        return None
    shown = _ASIDE.sub(b" ", body)
    if len(_TAG.sub(b" ", shown).split()) > _MOST_WORDS:
        return None
    for meta in _META.findall(shown):
        content = _CONTENT.search(meta) if _IS_REFRESH.search(meta) else None
        words = next(filter(None, content.groups()), b"") if content else b""
        where = _WHERE.match(unescape(words.decode("utf-8", "replace")))
        if where and int(where[1]) <= _LONGEST:
            found = urljoin(here, where[2].strip())
            return found if urldefrag(found).url != urldefrag(here).url else None
    return None
