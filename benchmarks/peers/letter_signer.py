"""The signature of the peers' letters: pyHanko as its documentation shows it."""

import io

from asn1crypto import keys, pem, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko_certvalidator.registry import SimpleCertificateStore

META = PdfSignatureMetadata(
    field_name="Signature", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
)


def loaded(text: str) -> SimpleSigner:
    """The key, its certificate and the root, in this order."""
    (key, own, root) = (der for _kind, _headers, der in pem.unarmor(text.encode(), multiple=True))
    store = SimpleCertificateStore()
    store.register(x509.Certificate.load(root))
    return SimpleSigner(
        signing_cert=x509.Certificate.load(own),
        signing_key=keys.PrivateKeyInfo.load(key),
        cert_registry=store,
    )


def signed(document: bytes, signer: SimpleSigner) -> bytes:
    out = sign_pdf(IncrementalPdfFileWriter(io.BytesIO(document)), META, signer=signer)
    return bytes(out.getbuffer())
