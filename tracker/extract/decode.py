"""What kind of thing the bytes are, and their text: what is said of them is believed only where it fits."""

from __future__ import annotations

import codecs
import re
from typing import Literal

from tracker.errors import TrackerError

Kind = Literal["html", "markdown", "text", "pdf"]

_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_TAG = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|div|main|article|section|table|h[1-6]|p|ul|ol)\b[^<>]*>",
    re.IGNORECASE,
)
_CLOSING = re.compile(rb"</(?:p|div|li|h[1-6]|span|body|html|td|section)>", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 65_536  # bytes looked at to guess
# Browsers read these names as the Windows pages that extend them.
_ALIASES = {
    **dict.fromkeys(("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk"), "gb18030"),
    **dict.fromkeys(("shift_jis", "x-sjis"), "cp932"),
    "iso-8859-9": "cp1254",
    "ks_c_5601-1987": "cp949",
}


class EmptyInput(TrackerError):
    """There is nothing in the input, or no text in it."""

    def __init__(self, what: str = "the input is empty") -> None:
        super().__init__(what, "give a page, Markdown, plain text or PDF with words in it")


class NotText(TrackerError):
    """The input is binary and no PDF."""

    def __init__(self, what: str = "the input is binary data, not a text") -> None:
        super().__init__(what, "give a page, Markdown, plain text or PDF")


def kind_of(raw: bytes, media_type: str) -> Kind:
    """What to read ``raw`` as. Raises EmptyInput, NotText."""
    if not raw.strip():
        raise EmptyInput
    head = raw[:_SAMPLE]
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if _is_binary(head):
        raise NotText
    said = media_type.partition(";")[0].strip().lower()
    probe = head.replace(b"\0", b"")  # UTF-16 without its halves is still legible markup
    if said in ("text/markdown", "text/x-markdown"):
        return "html" if _begins_as_page(probe) else "markdown"
    if _looks_like_html(probe) or (said in ("text/html", "application/xhtml+xml") and b"<" in probe):
        return "html"
    return "text"


def _begins_as_page(head: bytes) -> bool:
    return bool(
        re.match(
            rb"(?:\xef\xbb\xbf)?\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html)\b", head, re.I | re.S
        )
    )


def _looks_like_html(head: bytes) -> bool:
    return _begins_as_page(head) or (len(_TAG.findall(head)) >= 2 and _CLOSING.search(head) is not None)


def _is_binary(head: bytes) -> bool:
    if any(head.startswith(bom) for bom, _ in _BOMS):
        return False
    if b"\0" in head:
        return _utf16_without_mark(head) == ""
    controls = sum(head.count(bytes([c])) for c in [*range(1, 7), *range(14, 27), *range(28, 32)])
    return controls > max(2, len(head) // 50)


def _utf16_without_mark(head: bytes) -> str:
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) / 2
    if odd > half * 0.6 and even < half * 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.6 and odd < half * 0.05 else ""


def decode(raw: bytes, media_type: str, html: bool = False) -> str:
    """The text of ``raw``: by its byte order mark, as UTF-8 if it is, by the charset said, by guessing."""
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            return raw.decode(encoding, "replace").removeprefix("\ufeff")
    said = _said(media_type) or (_said(_meta(raw)) if html else "")
    if said not in ("", "utf-8"):
        # Many servers name a wrong encoding; text that is valid UTF-8 is hardly anything else.
        return _utf8(raw) or raw.decode(said, "replace")
    return _utf8(raw) or _guess(raw)


def _utf8(raw: bytes) -> str:
    if b"\0" in raw[:_SAMPLE]:
        return ""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        rest = len(raw) - error.start
        if error.start > 0 and rest <= 3:  # cut inside a character
            return raw.decode("utf-8", "replace")
    return ""


def _meta(raw: bytes) -> str:
    head = raw[:4096].decode("latin-1")
    return head[: head.lower().find("</head>")] if "</head>" in head.lower() else head


def _said(words: str) -> str:
    match = _CHARSET.search(words)
    if not match:
        return ""
    name = match[1].lower()
    name = _ALIASES.get(name, name)
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    return info.name if info._is_text_encoding else ""  # "base64" and "rot13" are codecs too


def _guess(raw: bytes) -> str:
    sixteen = _utf16_without_mark(raw[:_SAMPLE])
    if sixteen:
        return raw.decode(sixteen, "replace")
    broken = raw.decode("utf-8", "replace")
    if broken.count("\ufffd") < len(broken) / 200:  # UTF-8 with a few bad bytes
        return broken
    from charset_normalizer import from_bytes  # 50 ms to import, and most pages never need it

    best = from_bytes(raw[:_SAMPLE]).best()
    return raw.decode(best.encoding, "replace") if best else raw.decode("cp1252", "replace")
