"""What kind of page an answer holds: by its Content-Type, corrected by its first bytes."""

from __future__ import annotations

import re

PAGES = {
    "text/html": "text/html",
    "application/xhtml+xml": "text/html",
    "application/pdf": "application/pdf",
    "application/x-pdf": "application/pdf",
    "text/plain": "text/plain",
    "text/markdown": "text/markdown",
    "text/x-markdown": "text/markdown",
}
# Types that say nothing, or that servers send for pages all the same
_UNSURE = {
    "",
    "application/octet-stream",
    "binary/octet-stream",
    "text/xml",
    "application/xml",
    "*/*",
    "text",
}
_MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|div|p|h[1-6]|article|section)\b", re.IGNORECASE
)


def media_type(content_type: str, body: bytes) -> str:
    """One of the values of PAGES, or "" where this is no page (an image, JSON, a script ...)."""
    named = content_type.partition(";")[0].strip().lower()
    if body[:1024].lstrip().startswith(b"%PDF-"):
        return "application/pdf"
    if named in PAGES:
        return PAGES[named]
    return _sniffed(body[:4096]) if named in _UNSURE else ""


def _sniffed(head: bytes) -> str:
    if _MARKUP.search(head.replace(b"\0", b"")):
        return "text/html"
    return "text/plain" if head.strip() and not any(byte < 9 or 13 < byte < 27 for byte in head) else ""
