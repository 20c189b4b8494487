"""E-mail addresses that a host masks against harvesters and the browser's script would unmask."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

_PATH = "/cdn-cgi/l/email-protection#"


def unmask(tree: LexborHTMLParser) -> None:
    """Puts the addresses back into the page's words and links."""
    for link in tree.css(f'a[href*="{_PATH}"]'):
        address = decoded((link.attributes.get("href") or "").partition("#")[2])
        if address:
            link.attrs["href"] = f"mailto:{address}"
    for node in tree.css("[data-cfemail]"):
        address = decoded(node.attributes.get("data-cfemail") or "")
        if address:
            node.replace_with(address)


def decoded(code: str) -> str:
    """The address in ``code``, hexadecimal bytes of which the first masks the others; "" where it is none."""
    try:
        mask, *rest = bytes.fromhex(code)
        address = bytes(byte ^ mask for byte in rest).decode("utf-8")
    except ValueError:  # no hexadecimal digits, no bytes at all, no UTF-8
        return ""
    return address.partition("?")[0] if address.isprintable() else ""
