"""The key that signs and the certificates that are trusted, as LETTER_… names them.

Only who signs opens the key: a web process verifies with the certificates alone.
"""

import datetime as dt
from dataclasses import replace
from functools import cache
from pathlib import Path

import pkcs11
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from portal.environment import kept, refuse
from portal.signing.configuration import Signing
from portal.signing.development import bundle
from portal.signing.pades import PadesSigner
from portal.signing.signer import Signer, SigningFailed, Trust

BUNDLE = "letter_signer.pem"


@cache
def signer() -> Signer:
    """Who signs letters; raises SigningFailed, and ImproperlyConfigured for a wrong file."""
    return made(configured())


def trust() -> Trust:
    """The roots that a letter must lead to. Those of former keys stay in LETTER_CERTIFICATE_FILE,
    those of former timestamping services in LETTER_TSA_CERTIFICATE_FILE."""
    given = configured()
    return Trust(
        letters=_roots("LETTER_CERTIFICATE_FILE", given.certificate_file),
        timestamps=_roots("LETTER_TSA_CERTIFICATE_FILE", given.tsa_certificate_file),
    )


def configured() -> Signing:
    """The settings; without any, in development, a key of our own under var/secrets."""
    given: Signing = settings.LETTER
    if given.certificate_file:
        return given
    path = settings.VAR / "secrets" / BUNDLE
    if not path.exists():
        kept(path, bundle(now=dt.datetime.now(dt.UTC)))
    return replace(given, key_file=str(path), certificate_file=str(path))


def made(given: Signing) -> PadesSigner:
    """The signer that a configuration describes."""
    own, *others = (
        asn1.Certificate.load(cert.public_bytes(Encoding.DER))
        for cert in _certificates("LETTER_CERTIFICATE_FILE", given.certificate_file)
    )
    if given.pkcs11_module:
        return PadesSigner(_on_token(given, own, others), tsa_url=given.tsa_url)
    store = SimpleCertificateStore()
    store.register_multiple(others)
    in_file = SimpleSigner(
        signing_cert=own,
        signing_key=_private(given.key_file, own),
        cert_registry=store,
        embed_roots=False,  # who verifies has the root from elsewhere, or it proves nothing
    )
    return PadesSigner(in_file, tsa_url=given.tsa_url)


def _on_token(
    given: Signing, own: asn1.Certificate, others: list[asn1.Certificate]
) -> PKCS11Signer:
    """The key stays in the token: it is sent hashes and gives signatures."""
    try:
        session = open_pkcs11_session(
            given.pkcs11_module,
            token_criteria=TokenCriteria(label=given.pkcs11_token),
            user_pin=given.pkcs11_pin,
        )
    except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
        raise SigningFailed(f"token: {type(error).__name__}") from None
    return PKCS11Signer(
        session,
        signing_cert=own,
        ca_chain=others,
        key_label=given.pkcs11_key,
        embed_roots=False,
        use_raw_mechanism=True,  # few tokens hash for ECDSA themselves
    )


def _private(path: str, own: asn1.Certificate) -> asn1_keys.PrivateKeyInfo:
    """The P-256 key of a PEM file, if it is the certificate's."""
    try:
        key = load_pem_private_key(Path(path).read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        raise refuse("LETTER_KEY_FILE", "is no PEM file with a private key") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise refuse("LETTER_KEY_FILE", "wants a key on the curve P-256")
    certified = x509.load_der_x509_certificate(own.dump()).public_key()
    if key.public_key() != certified:
        raise refuse("LETTER_CERTIFICATE_FILE", "is not the certificate of the key")
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return asn1_keys.PrivateKeyInfo.load(der)


def _roots(name: str, path: str) -> tuple[bytes, ...]:
    """What is self-issued in a file, in DER; nothing without a file."""
    found = [cert for cert in _certificates(name, path) if cert.subject == cert.issuer]
    if path and not found:
        raise refuse(name, "holds no root: nothing would ever be trusted")
    return tuple(cert.public_bytes(Encoding.DER) for cert in found)


def _certificates(name: str, path: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(Path(path).read_bytes()) if path else []
    except (OSError, ValueError):
        raise refuse(name, "holds no certificate in PEM") from None


__all__ = ["ImproperlyConfigured", "configured", "made", "signer", "trust"]
