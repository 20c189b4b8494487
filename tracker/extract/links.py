"""Where links point: absolute, in plain ASCII, without what is no address."""

from __future__ import annotations

from urllib.parse import quote, urljoin

LONGEST = 2_000  # characters; what is longer carries data, not an address
_SCHEMES = frozenset({"http", "https", "mailto", "tel", "ftp"})
_SAFE = "%!#$&'()*+,/:;=?@[]~"


def target(href: str, base: str = "") -> str:
    """``href`` resolved against ``base``; "" for places on the same page and for what is no address."""
    href = "".join(href.split())
    if not href or href.startswith("#") or len(href) > LONGEST:
        return ""
    try:
        address = urljoin(base, href) if base else href
    except ValueError:
        return ""
    page = base.partition("#")[0]
    if page and "#" in address and address.partition("#")[0] == page:
        return ""
    address = quote(address, safe=_SAFE)
    scheme = address.partition(":")[0].lower() if ":" in address.partition("/")[0] else ""
    return address if len(address) <= LONGEST and (not scheme or scheme in _SCHEMES) else ""
