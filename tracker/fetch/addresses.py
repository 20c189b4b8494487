"""Which addresses may be connected to: those of the public Internet, unless the user allows others."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# Public by the letter of some Python versions' tables, yet not where a policy stands
_REFUSED = tuple(
    ip_network(block)
    for block in (
        "0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4",
        "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10",
    )
)  # fmt: skip
_NAT64 = ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether a numeric address belongs to the public Internet; one inside another counts as itself."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or (IPv4Address(int(found) & 0xFFFFFFFF) if found in _NAT64 else None)
        if inner is not None:
            return is_public(str(inner))
    refused = any(found.version == block.version and found in block for block in _REFUSED)
    return found.is_global and not found.is_multicast and not found.is_reserved and not refused


def is_private_literal(host: str) -> bool:
    """Whether a host in an address is written as a number, or is this machine, and is not public."""
    bare = host.strip("[]").rstrip(".").lower()
    numeric = ":" in bare or bare.rpartition(".")[2][:1].isdigit()
    return bare == "localhost" or bare.endswith(".localhost") or (numeric and not is_public(bare))
