"""Where the signing key is: plain values, read from LETTER_… by portal/environment.py."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signing:
    """A key in a file, or one on a token behind PKCS #11 that never leaves it; the certificates,
    the signer's first; a timestamping service (RFC 3161) where `tsa_url` names one, and the roots
    that vouch for its timestamps and for nothing else."""

    key_file: str = ""
    certificate_file: str = ""
    pkcs11_module: str = ""
    pkcs11_token: str = ""
    pkcs11_key: str = ""
    pkcs11_pin: str = ""
    tsa_url: str = ""
    tsa_certificate_file: str = ""

    def __repr__(self) -> str:
        return "Signing(…)"  # a PIN must not end in a traceback
