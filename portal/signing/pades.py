"""PAdES signatures (ETSI EN 319 142-1): B-B by default, B-T with a timestamp.

Signing leaves the file to pyHanko. Verifying does not read the file as a PDF: what strangers
upload is never parsed. A letter has one signature over all its bytes but the signature itself, so
finding its place and its two ends is enough to know what was signed.
"""

import asyncio
import datetime as dt
import io
import re
import threading
from collections.abc import Collection

from asn1crypto import cms, tsp, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko.sign.validation.status import StandardCMSSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import CertificateRegistry

from portal.deadline import call
from portal.gateway import Unavailable
from portal.signing.signer import SigningFailed, Trust, Verdict

FIELD = "Signature"
ROOM = 8192
"""Hex digits kept free for the signature. pyHanko would sign twice to find out how many it needs,
which is half of its time; one with a timestamp gets four times as many."""
CERTIFICATES = 4
"""At most so many come with a signature, beside the signer's own: one that issued it, and three for
a timestamp. Of n that vouch for each other a stranger would have us walk n! paths."""
TSA_SECONDS = 10.0
TSA_BYTES = 64 * 1024
RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,9})\s+(\d{1,9})\s+(\d{1,9})\s+(\d{1,9})\s*\]")
HEX = re.compile(rb"<([0-9A-Fa-f]+)>")
MOMENT = re.compile(rb"/M\s*\(((?:[^()\\]|\\[0-7]{3}){16,80})\)")
OCTAL = re.compile(rb"\\([0-7]{3})")
DATE = re.compile(r"D:(\d{14})(Z|[+-]\d\d'\d\d)'?")


class PadesSigner:
    """Signs with the key that a pyHanko signer holds: of a file, or of a token."""

    def __init__(self, signer: Signer, *, tsa_url: str = "") -> None:
        self._signer = signer
        self._timestamper = OwnTimeStamper(tsa_url) if tsa_url else None
        self._one_at_a_time = threading.Lock()  # a token's session is no thread's but one's

    @property
    def algorithm(self) -> str:
        return "ecdsa-p256-sha256"

    @property
    def chain(self) -> tuple[bytes, ...]:
        own = self._signer.signing_cert
        others = (cert for cert in self._signer.cert_registry if own and cert != own)
        return tuple(cert.dump() for cert in ((own,) if own else ()) + tuple(others))

    def sign(self, document: bytes, *, reason: str, location: str) -> bytes:
        """The document with one invisible signature appended; raises SigningFailed."""
        meta = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            reason=reason,
            location=location,
        )
        pdf_signer = PdfSigner(meta, signer=self._signer, timestamper=self._timestamper)
        room = 4 * ROOM if self._timestamper else ROOM
        writer = IncrementalPdfFileWriter(io.BytesIO(document))
        try:
            with self._one_at_a_time:
                signed = pdf_signer.sign_pdf(writer, bytes_reserved=room)
        except (SigningError, TimestampRequestError) as error:
            raise SigningFailed(type(error).__name__) from None
        return bytes(signed.getbuffer())


class FewCertificates(CertificateRegistry):
    """What a signature brings along, and our roots. Raises ValueError beyond `most`."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def register(self, cert: x509.Certificate) -> bool:
        if len(self.certs) >= self.most:
            raise ValueError("too many certificates")
        return bool(super().register(cert))


class OwnTimeStamper(TimeStamper):
    """Asks a timestamping service (RFC 3161, 3.4) within a wall-clock deadline."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        headers = {"Content-Type": "application/timestamp-query"}
        try:
            answer = await asyncio.to_thread(
                call,
                "POST",
                self.url,
                headers=headers,
                body=req.dump(),
                seconds=TSA_SECONDS,
                max_bytes=TSA_BYTES,
            )
        except Unavailable as error:
            raise SigningFailed(f"timestamp: {error.reason}") from None
        if answer.status != 200:
            raise SigningFailed(f"timestamp: HTTP {answer.status}")
        return tsp.TimeStampResp.load(answer.body)


def verify(document: bytes, trust: Trust, *, now: dt.datetime) -> Verdict:
    """What the signature says about these bytes; never raises, whatever they are.

    A certificate that has run out since does not unmake what it signed before: it is judged at the
    time of signing.
    """
    found = _taken_apart(document)
    if found is None:
        return Verdict()
    covered, signature, whole = found
    at = _claimed(covered)
    moment = min(at or now, now)
    try:
        container = cms.ContentInfo.load(signature)
        if signature.strip(b"\0") != container.dump().strip(b"\0"):
            return Verdict(covers_whole_file=whole)
        signed = container["content"]
        status = asyncio.run(_validate(covered, signed, trust, moment))
    except Exception:  # noqa: BLE001 (what a stranger makes up may fail anywhere in ASN.1)
        return Verdict(covers_whole_file=whole)
    stamp = status.timestamp_validity
    stamped = stamp is not None and stamp.valid and stamp.intact and stamp.trusted
    return Verdict(
        intact=bool(status.intact and status.valid),
        trusted=bool(status.trusted),
        covers_whole_file=whole,
        signer=status.signing_cert.subject.native.get("common_name", ""),
        at=stamp.timestamp if stamp and stamped else at,
        timestamped=stamped,
    )


def _taken_apart(document: bytes) -> tuple[bytes, bytes, bool] | None:
    """What the signature covers, the signature, and whether nothing else is in the file."""
    ranges = list(RANGE.finditer(document))
    if len(ranges) != 1:  # a letter has one signature; with two, which would count is a guess
        return None
    first, length, second, rest = map(int, ranges[0].groups())
    gap = HEX.fullmatch(document, first + length, second)
    if gap is None or len(gap[1]) % 2:
        return None
    covered = document[first : first + length] + document[second : second + rest]
    whole = first == 0 and second + rest == len(document)
    return covered, bytes.fromhex(gap[1].decode()), whole


def _claimed(covered: bytes) -> dt.datetime | None:
    """The signer's own clock, from the dictionary of the signature, which comes last."""
    found = MOMENT.findall(covered)
    text = OCTAL.sub(lambda sign: bytes([int(sign[1], 8) & 0xFF]), found[-1]) if found else b""
    date = DATE.fullmatch(text.decode("latin-1"))
    if date is None:
        return None
    offset = "+0000" if date[2] == "Z" else date[2].replace("'", "")
    try:
        return dt.datetime.strptime(date[1] + offset, "%Y%m%d%H%M%S%z")
    except ValueError:
        return None


async def _validate(
    covered: bytes, signed: cms.SignedData, trust: Trust, moment: dt.datetime
) -> StandardCMSSignatureStatus:
    return await async_validate_detached_cms(
        covered,
        signed,
        signer_validation_context=_trusting(trust.letters, moment),
        ts_validation_context=_trusting(trust.timestamps, moment),
    )


def _trusting(roots: Collection[bytes], moment: dt.datetime) -> ValidationContext:
    return ValidationContext(
        trust_roots=[x509.Certificate.load(root) for root in roots],
        certificate_registry=FewCertificates(len(roots) + CERTIFICATES),
        moment=moment,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
