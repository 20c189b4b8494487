"""Which addresses count as the public Internet."""

from __future__ import annotations

import pytest

from tracker.fetch.addresses import is_private_literal, is_public


@pytest.mark.parametrize("address", ["93.184.216.34", "1.1.1.1", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.31.0.1",
        "192.0.0.8", "192.168.1.1", "192.88.99.1", "198.18.0.1", "203.0.113.9", "224.0.0.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1",
        "64:ff9b:1::1", "2001::1", "2001:db8::1", "2002:a00:1::1", "fc00::1", "fd12::1", "fe80::1",
        "fe80::1%eth0",
        "fec0::1", "ff02::1", "", "localhost", "1.2.3",
    ],
)  # fmt: skip
def test_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("localhost", True), ("a.localhost.", True), ("[::1]", True), ("127.1", True), ("0x7f000001", True),
        ("2130706433", True), ("1.1.1.1", False), ("nordwind.example", False), ("7days.example", False),
    ],
)  # fmt: skip
def test_hosts_written_as_numbers(host: str, private: bool) -> None:
    assert is_private_literal(host) is private
