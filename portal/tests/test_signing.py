"""Signatures: whole, trusted or not, in a file or with a timestamp; what is wrong is named."""

import datetime as dt
import io
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.core.exceptions import ImproperlyConfigured
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from portal.signing import keys, pades
from portal.signing.configuration import Signing
from portal.signing.development import LASTS, bundle
from portal.signing.signer import Signer, SigningFailed, Trust, Verdict

NOW = dt.datetime.now(dt.UTC)
PAPER = {"reason": "test", "location": "CN"}


@pytest.fixture(scope="module")
def pdf() -> bytes:
    """The smallest document there is."""
    empty, buffer = pikepdf.new(), io.BytesIO()
    empty.add_blank_page()
    empty.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def configured(tmp_path):
    path = tmp_path / "signer.pem"
    path.write_text(bundle(now=NOW))
    return Signing(key_file=str(path), certificate_file=str(path))


def trust(configured: Signing, *timestamps: bytes) -> Trust:
    chain = x509.load_pem_x509_certificates(Path(configured.certificate_file).read_bytes())
    return Trust((chain[-1].public_bytes(Encoding.DER),), timestamps)


def verdict(signed: bytes, configured: Signing, now: dt.datetime = NOW) -> Verdict:
    return pades.verify(signed, trust(configured), now=now)


def test_what_was_signed_is_whole_and_trusted(pdf, configured):
    signer: Signer = keys.made(configured)
    found = verdict(signer.sign(pdf, **PAPER), configured)
    assert found.good
    assert found.signer == "Credit Portal (development)"
    assert found.at is not None
    assert abs(found.at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)
    assert not found.timestamped
    assert signer.algorithm == "ecdsa-p256-sha256"
    assert len(signer.chain) == 2


def test_every_changed_byte_that_is_signed_is_seen(pdf, configured):
    """What is not signed is the container of the signature itself, whose padding must be empty."""
    signed = keys.made(configured).sign(pdf, **PAPER)
    begins = signed.index(b"/Contents <")
    ends = signed.index(b">", begins)
    for place in (*range(0, begins, 7), *range(ends, len(signed), 3), ends - 1, ends - 500):
        changed = bytearray(signed)
        changed[place] ^= 1
        assert not verdict(bytes(changed), configured).good, place


def test_what_is_added_behind_the_signature_is_seen(pdf, configured):
    signed = keys.made(configured).sign(pdf, **PAPER)
    found = verdict(signed + b"\n% more", configured)
    assert (found.intact, found.covers_whole_file, found.good) == (True, False, False)


def test_a_stranger_with_a_certificate_of_the_same_name_is_not_trusted(pdf, configured, tmp_path):
    other = tmp_path / "other.pem"
    other.write_text(bundle(now=NOW))
    stranger = keys.made(Signing(key_file=str(other), certificate_file=str(other)))
    found = verdict(stranger.sign(pdf, **PAPER), configured)
    assert (found.intact, found.trusted, found.good) == (True, False, False)


def test_a_letter_outlives_the_certificate_that_signed_it(pdf, configured):
    signed = keys.made(configured).sign(pdf, **PAPER)
    assert verdict(signed, configured, NOW + 2 * LASTS).good


def test_certificates_that_vouch_for_each_other_hold_nobody_up(pdf, configured, monkeypatch):
    """Of one name each may have issued each other: ten are linked by ten million paths."""
    store = SimpleCertificateStore()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    own, *others = [timestamping(key) for _ in range(11)]
    store.register_multiple(others)
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    hostile = SimpleSigner(own, asn1_keys.PrivateKeyInfo.load(der), store, embed_roots=True)
    monkeypatch.setattr(pades, "ROOM", 64 * 1024)
    signed = pades.PadesSigner(hostile).sign(pdf, **PAPER)
    began = time.monotonic()
    found = verdict(signed, configured)
    assert (found.trusted, found.good) == (False, False)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF", b"/ByteRange [0 30 34 3] " + b"x" * 9 + b"<00>abc", b"\xff" * 1000],
)
def test_what_holds_no_signature_is_told_so_without_an_error(content, configured):
    found = verdict(content, configured)
    assert (found.signed, found.good) == (False, False)


# --- Keys -----------------------------------------------------------------------------------


def test_a_key_that_is_not_the_certificates_is_refused(configured, tmp_path):
    other = tmp_path / "other.pem"
    other.write_text(bundle(now=NOW))
    mixed = Signing(key_file=str(other), certificate_file=configured.certificate_file)
    with pytest.raises(ImproperlyConfigured, match="LETTER_CERTIFICATE_FILE: is not"):
        keys.made(mixed)


def test_a_key_of_another_kind_and_a_missing_file_are_refused(configured, tmp_path):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path = tmp_path / "rsa.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    for key_file, why in ((path, "P-256"), (tmp_path / "none", "no PEM file")):
        wrong = Signing(key_file=str(key_file), certificate_file=configured.certificate_file)
        with pytest.raises(ImproperlyConfigured, match=f"LETTER_KEY_FILE: .*{why}"):
            keys.made(wrong)


def test_a_token_that_is_not_there_fails_for_now_and_names_no_pin(configured, tmp_path):
    on_token = Signing(
        certificate_file=configured.certificate_file,
        pkcs11_module=str(tmp_path / "none.so"),
        pkcs11_token="letters",
        pkcs11_key="letters",
        pkcs11_pin="1234",
    )
    with pytest.raises(SigningFailed) as failed:
        keys.made(on_token)
    assert "1234" not in f"{failed.value}{on_token!r}"


def test_development_makes_its_key_once(settings, tmp_path):
    settings.VAR, settings.LETTER = tmp_path, Signing()
    first = keys.configured()
    made = Path(first.key_file).read_text()
    assert keys.configured() == first
    assert Path(first.key_file).read_text() == made
    assert keys.trust() == trust(first)


def test_roots_are_read_from_their_own_files(settings, tmp_path, configured):
    others = tmp_path / "timestamps.pem"
    others.write_text(bundle(now=NOW))
    chain = x509.load_pem_x509_certificates(others.read_bytes())
    settings.LETTER = replace(configured, tsa_certificate_file=str(others))
    assert keys.trust() == trust(configured, chain[-1].public_bytes(Encoding.DER))
    others.write_bytes(chain[0].public_bytes(Encoding.PEM))
    with pytest.raises(ImproperlyConfigured, match="LETTER_TSA_CERTIFICATE_FILE: holds no root"):
        keys.trust()


# --- Timestamps -----------------------------------------------------------------------------


def timestamping(key: rsa.RSAPrivateKey) -> asn1.Certificate:
    """A certificate for timestamps and nothing else (RFC 3161, 2.3), vouched for by itself."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Timestamps")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(NOW - dt.timedelta(days=1))
        .not_valid_after(NOW + LASTS)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    return asn1.Certificate.load(made.public_bytes(Encoding.DER))


@pytest.fixture
def service() -> Iterator[tuple[str, bytes]]:
    """A timestamping service on loopback, and the root that vouches for it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    own = timestamping(key)
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    stamper = DummyTimeStamper(own, asn1_keys.PrivateKeyInfo.load(der), SimpleCertificateStore())

    class Stamps(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            body = stamper.request_tsa_response(asked).dump()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Stamps) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", own.dump()
        server.shutdown()


def test_with_a_timestamping_service_the_time_is_its_own(pdf, configured, service):
    url, root = service
    key = configured.key_file
    signer = keys.made(Signing(key_file=key, certificate_file=key, tsa_url=url))
    signed = signer.sign(pdf, **PAPER)
    found = pades.verify(signed, trust(configured, root), now=dt.datetime.now(dt.UTC))
    assert (found.good, found.timestamped) == (True, True)
    found = pades.verify(signed, trust(configured), now=dt.datetime.now(dt.UTC))
    assert (found.good, found.timestamped) == (True, False)


def test_whom_the_timestamps_authority_vouches_for_signs_no_letters(pdf, configured, tmp_path):
    public = tmp_path / "public.pem"
    public.write_text(bundle(now=NOW, signer="A customer of the same authority"))
    customer = Signing(key_file=str(public), certificate_file=str(public))
    signed = keys.made(customer).sign(pdf, **PAPER)
    (root,) = trust(customer).letters
    found = pades.verify(signed, trust(configured, root), now=NOW)
    assert (found.intact, found.trusted, found.good) == (True, False, False)


def test_without_an_answer_of_the_service_nothing_is_signed(pdf, configured):
    key = configured.key_file
    signer = keys.made(Signing(key_file=key, certificate_file=key, tsa_url="http://127.0.0.1:9/"))
    with pytest.raises(SigningFailed, match="timestamp"):
        signer.sign(pdf, **PAPER)
