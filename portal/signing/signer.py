"""What a provider of signatures does, and what is found out about a signature."""

import datetime as dt
from dataclasses import dataclass
from typing import Protocol


class SigningFailed(Exception):
    """No signature now: the token, the key file or the timestamping service did not do its part.

    Doing it again later may help. The message holds neither key nor PIN.
    """


class Signer(Protocol):
    """Signs a finished document, so that not one byte of it can change unseen.

    A provider for the national algorithms (SM2 with SM3, on OFD or PDF) implements this and
    nothing else: `sign` takes the finished file and gives the signed one (an OFD provider adds its
    Signs part, with the seal of GB/T 38540), `algorithm` names what it signs with, `chain` shows
    its certificates in DER, its own first. It raises SigningFailed and keeps no state of ours, so
    that a signer in another process or behind a network serves as well. The pair to it is a
    function like `pades.verify`: bytes in, Verdict out.
    """

    @property
    def algorithm(self) -> str: ...

    @property
    def chain(self) -> tuple[bytes, ...]: ...

    def sign(self, document: bytes, *, reason: str, location: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Trust:
    """Roots in DER: of who signs letters, and of who stamps their time. Neither stands in for the
    other, since an authority for timestamps may certify anybody for anything else."""

    letters: tuple[bytes, ...]
    timestamps: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """`intact`: the bytes are those that were signed. `trusted`: the signer's certificate leads to
    one of ours and was valid then. `covers_whole_file`: nothing stands outside the signature.
    `at` is the timestamp where there is one (`timestamped`), else the signer's own clock."""

    intact: bool = False
    trusted: bool = False
    covers_whole_file: bool = False
    signer: str = ""
    at: dt.datetime | None = None
    timestamped: bool = False

    @property
    def good(self) -> bool:
        return self.intact and self.trusted and self.covers_whole_file

    @property
    def signed(self) -> bool:
        """Whether a signature was found at all."""
        return bool(self.signer)
