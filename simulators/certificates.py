"""A certificate authority for one machine: root, intermediate and the server's certificate.

The last can be issued with little time left, run out, for another host, without its intermediate,
or be served over an old TLS, so that whoever connects learns to tell.
"""

import contextlib
import datetime as dt
import ipaddress
import os
import ssl
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

AUTHORITY_DAYS = 3650.0
HOSTS = ("127.0.0.1", "localhost")
VERSIONS = {
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}


class BadCertificate(ValueError):
    """A wish that cannot be met; the text says what can."""


@dataclass(frozen=True)
class Wish:
    """What is served. Days left may be negative; `tls` is the highest version offered."""

    days: float = 90.0
    lifetime: float = 90.0
    intermediate: bool = True
    intermediate_days: float = 1095.0
    host: str = ""
    tls: str = "1.3"

    @classmethod
    def read(cls, wish: Any) -> "Wish":
        known = asdict(cls())
        if not isinstance(wish, dict) or set(wish) - set(known):
            raise BadCertificate(f"a certificate is an object of {', '.join(known)}")
        for name, value in wish.items():
            number = isinstance(known[name], float)
            if isinstance(value, bool) != isinstance(known[name], bool) or not isinstance(
                value, int | float if number else type(known[name])
            ):
                raise BadCertificate(f"{name} is of another kind")
            if number and not -36_500 <= value <= 36_500:
                raise BadCertificate(f"{name} is out of range")
        made = cls(**wish)
        if made.tls not in VERSIONS:
            raise BadCertificate(f"tls is one of {', '.join(VERSIONS)}")
        return made


@dataclass(frozen=True)
class Issuer:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


class Authority:
    """`file` gets the root, certificate and key: over a restart whoever trusts it goes on to."""

    def __init__(self, file: str = "", hosts: tuple[str, ...] = HOSTS) -> None:
        path = Path(file) if file else None
        self._root = (_load(path) if path else None) or _new_root()
        self.root_pem = self._root.certificate.public_bytes(Encoding.PEM)
        if path:
            path.touch(mode=0o600)
            path.write_bytes(self.root_pem + _pem(self._root.key))
        self._hosts = hosts
        self.issue(Wish())

    def issue(self, wish: Wish) -> None:
        """Connections from now on meet this certificate."""
        self.context, self.wish = self._serve(wish), wish

    def _serve(self, wish: Wish) -> ssl.SSLContext:
        between = _certify(self._root, "Simulated Intermediate", wish.intermediate_days, ca=True)
        hosts = (wish.host,) if wish.host else self._hosts
        leaf = _certify(between, "Simulator", wish.days, lifetime=wish.lifetime, hosts=hosts)
        chain = leaf.certificate.public_bytes(Encoding.PEM) + _pem(leaf.key)
        if wish.intermediate:
            chain += between.certificate.public_bytes(Encoding.PEM)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        if wish.tls == "1.1":
            context.set_ciphers("ALL:@SECLEVEL=0")  # else the library refuses to be this old
            context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = VERSIONS[wish.tls]
        _load_chain(context, chain)
        return context


def _load(path: Path) -> Issuer | None:
    with contextlib.suppress(OSError, ValueError):
        pem = path.read_bytes()
        key = load_pem_private_key(pem, None)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return Issuer(x509.load_pem_x509_certificate(pem), key)
    return None


def _new_root() -> Issuer:
    return _certify(None, "Simulated Root", AUTHORITY_DAYS, ca=True)


def _certify(
    issuer: Issuer | None,
    name: str,
    days: float,
    *,
    lifetime: float = AUTHORITY_DAYS,
    ca: bool = False,
    hosts: tuple[str, ...] = (),
) -> Issuer:
    """A key and its certificate with `days` left of `lifetime`, self-signed without an issuer."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - dt.timedelta(days=max(lifetime, days + 1)))
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_usage(ca), critical=True)
    )
    signing_key = issuer.key if issuer else key
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key())
    builder = builder.add_extension(authority, critical=False)
    if hosts:
        names = x509.SubjectAlternativeName([_host(host) for host in hosts])
        builder = builder.add_extension(names, critical=False)
    return Issuer(builder.sign(signing_key, SHA256()), key)


def _usage(ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        key_cert_sign=ca,
        crl_sign=ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _load_chain(context: ssl.SSLContext, pem: bytes) -> None:
    """The ssl module takes certificates from files alone."""
    handle, name = tempfile.mkstemp(prefix="simulators-", suffix=".pem")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
        context.load_cert_chain(name)
    finally:
        Path(name).unlink()
