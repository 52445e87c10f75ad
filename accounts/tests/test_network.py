"""Whose address counts behind proxies, and how it is kept."""

import re

import pytest

from accounts.network import client_ip, network_hash


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "198.51.100.1", "192.0.2.1"),
        (1, "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        (2, "203.0.113.9, 198.51.100.1", "203.0.113.9"),
        (2, "198.51.100.1", "192.0.2.1"),
    ],
)
def test_only_our_own_proxies_are_believed(rf, settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_ip(request) == address


def test_neighbours_share_a_hash_and_the_address_is_not_in_it(rf):
    def of(address):
        return network_hash(rf.get("/", REMOTE_ADDR=address))

    assert of("192.0.2.1") == of("192.0.2.99") != of("192.0.3.1")
    assert of("2001:db8:1:2::1") == of("2001:db8:1:ffff::1") != of("2001:db8:2::1")
    assert of("") == of("nonsense") == ""
    assert re.fullmatch("[0-9a-f]{64}", of("192.0.2.1"))
