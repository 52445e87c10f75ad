"""Where a request comes from: shapes traffic, never locks anybody out by itself."""

import ipaddress
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal.crypto import keyed_hash


def client_ip(request: HttpRequest) -> str:
    """The address that our outermost trusted proxy saw; without proxies, the peer's.

    X-Forwarded-For is read from the right: what stands left of our own proxies is anyone's claim.
    """
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if 0 < settings.TRUSTED_PROXIES <= len(hops):
        return hops[-settings.TRUSTED_PROXIES].strip()
    return request.META.get("REMOTE_ADDR", "")


def network_hash(request: HttpRequest) -> str:
    """Keyed hash of the /24 or /48 that a request comes from; "" when it is no address.

    Whole carriers sit behind one address, so a network only ever brings the captcha forward.
    """
    try:
        address = ipaddress.ip_address(client_ip(request))
    except ValueError:
        return ""
    prefix = 24 if address.version == 4 else 48
    return keyed_hash(str(ipaddress.ip_network((address, prefix), strict=False)), "network")


def name_hash(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """How axes counts a user name: some people type a phone or a password into that field."""
    return keyed_hash((credentials or {}).get("username") or "", "user-name")
