"""What a chain of certificates says: whose it is, how long it is good, and when that is an alarm.

Everything here is about bytes that were shown; portal.deadline.peek gets them. Why lifetimes count:
docs/adr/0021-certificates-as-they-are-shown.md.
"""

import datetime as dt
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.x509.oid import NameOID

STEPS = (30, 14, 7, 3, 1)
"""Days left at which somebody is told, unless a third of the lifetime is less."""
URGENT_DAYS = 7
LONGEST_NAME = 100
MOST_LINKS = 10
"""Nobody has verified what is looked at: of a longer chain the rest is left."""
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shown:
    """One certificate of a chain."""

    name: str
    not_before: dt.datetime
    not_after: dt.datetime
    hosts: tuple[str, ...] = ()

    def days_left(self, now: dt.datetime) -> int:
        """Whole days; negative once it has expired."""
        return (self.not_after - now) // DAY

    def step(self, now: dt.datetime) -> float | None:
        """The last of the steps that it has come below; 0 once expired, None while all is well."""
        left = (self.not_after - now) / DAY
        if left <= 0:
            return 0.0
        third = (self.not_after - self.not_before) / DAY / 3
        return min((step for step in (min(s, third) for s in STEPS) if left <= step), default=None)

    def fits(self, host: str) -> bool:
        """Whether it was made out for this host (RFC 9525: alternative names, no common name)."""
        return any(_covers(pattern, host.rstrip(".").lower()) for pattern in self.hosts)


def read_chain(chain: Sequence[bytes]) -> tuple[Shown, ...]:
    """DER certificates in the order in which they were shown; raises ValueError."""
    return tuple(_shown(x509.load_der_x509_certificate(der)) for der in chain[:MOST_LINKS])


def read_file(pem: bytes) -> tuple[Shown, ...]:
    """The certificates of a PEM file, such as our own for a channel; raises ValueError."""
    return tuple(_shown(certificate) for certificate in x509.load_pem_x509_certificates(pem))


def _shown(certificate: x509.Certificate) -> Shown:
    return Shown(
        name=_name(certificate),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        hosts=_hosts(certificate),
    )


def _name(certificate: x509.Certificate) -> str:
    """Printable, for tables and logs: whoever shows a certificate may have made it up."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    name = str(names[0].value) if names else f"{certificate.serial_number:x}"
    return "".join(sign if sign.isprintable() else "?" for sign in name[:LONGEST_NAME])


def _hosts(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return ()
    addresses = found.get_values_for_type(x509.IPAddress)
    return (*found.get_values_for_type(x509.DNSName), *map(str, addresses))


def _covers(pattern: str, host: str) -> bool:
    """A star stands for exactly the first word of a name, never for part of an IP address."""
    pattern = pattern.lower()
    if not pattern.startswith("*.") or _is_address(host):
        return pattern == host
    return host.partition(".")[2] == pattern[2:]


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
