"""The header line that an archive of policies sets before its copies: metadata, no words of the policy."""

from __future__ import annotations

import re

_HEADER = re.compile(
    r"\s*The following text is extracted and transformed from the \S+ privacy policy that was archived on "
    r"\d{4}-\d\d-\d\d\.[^\n]*(?:\n+|$)"
)


def without_header(text: str) -> str:
    """``text`` without the Princeton corpus's header line."""
    match = _HEADER.match(text[:2_000])
    return text[match.end() :] if match else text
