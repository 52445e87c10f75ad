"""Whether a request comes from a network of one of our offices."""

import ipaddress

from django.conf import settings


def holds(address: str) -> bool:
    """OFFICE_NETWORKS are networks; an address that is none is in no office."""
    if not settings.OFFICE_NETWORKS:
        return False
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return any((mapped or found) in network for network in settings.OFFICE_NETWORKS)
