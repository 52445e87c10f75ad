"""What calls demand of TLS, and what a look at a connection tells. Certificates made here."""

import contextlib
import datetime as dt
import socket
import ssl
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from portal import deadline
from portal.gateway import Unavailable

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def certificate(name, *, issuer=None, days=30, host=""):
    """A key and its certificate, signed by `issuer` or by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    signer, signing_name = (issuer[0], issuer[1].subject) if issuer else (key, subject)
    end = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signing_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - dt.timedelta(days=90))
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=not host, path_length=None), critical=True)
    )
    if host:
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), False)
    return key, made.sign(signer, hashes.SHA256())


def pem(thing):
    if isinstance(thing, x509.Certificate):
        return thing.public_bytes(serialization.Encoding.PEM)
    return thing.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@contextlib.contextmanager
def served(folder, chain, *, newest=ssl.TLSVersion.TLSv1_3, protocols=("http/1.1",)):
    """The https address of a server that shows this chain, its own key and certificate first."""
    shown = folder / "chain.pem"
    shown.write_bytes(pem(chain[0][0]) + b"".join(pem(each[1]) for each in chain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version, context.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED, newest
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(shown)
    context.set_alpn_protocols(list(protocols))
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        with contextlib.suppress(OSError):
            connection, _ = listener.accept()
            with context.wrap_socket(connection, server_side=True) as secured:
                if secured.recv(65536):
                    secured.sendall(ANSWER)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"https://localhost:{listener.getsockname()[1]}/"
    finally:
        listener.close()


@pytest.fixture(scope="module")
def root():
    return certificate("Root")


@pytest.fixture
def trusting(root):
    context = ssl.create_default_context(cadata=pem(root[1]).decode())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def test_an_answer_tells_what_was_agreed(root, trusting, tmp_path):
    leaf = certificate("Leaf", issuer=root, host="localhost")
    with served(tmp_path, [leaf, root]) as url:
        got = deadline.call("GET", url, seconds=5, tls=trusting)
    assert (got.body, got.tls.version, got.tls.cipher[:4]) == (b"ok", "TLSv1.3", "TLS_")
    shown = [x509.load_der_x509_certificate(each) for each in got.tls.chain]
    assert shown == [leaf[1], root[1]]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"days": -1, "host": "localhost"}, "tls: certificate has expired"),
        ({"host": "elsewhere.example"}, "tls: Hostname mismatch"),
    ],
)
def test_a_certificate_that_is_not_good_says_why(given, reason, root, trusting, tmp_path):
    with (
        served(tmp_path, [certificate("Leaf", issuer=root, **given)]) as url,
        pytest.raises(Unavailable) as error,
    ):
        deadline.call("GET", url, seconds=5, tls=trusting)
    assert error.value.reason.startswith(reason)
    assert error.value.sent is False


def test_a_stranger_s_certificate_is_refused(root, tmp_path):
    with (
        served(tmp_path, [certificate("Leaf", issuer=root, host="localhost")]) as url,
        pytest.raises(Unavailable, match="tls: unable to get local issuer certificate"),
    ):
        deadline.call("GET", url, seconds=5)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_old_tls_is_refused(root, tmp_path):
    leaf = certificate("Leaf", issuer=root, host="localhost")
    lax = ssl.create_default_context(cadata=pem(root[1]).decode())
    lax.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    lax.set_ciphers("ALL:@SECLEVEL=0")
    with served(tmp_path, [leaf], newest=ssl.TLSVersion.TLSv1_1) as url:
        assert deadline.call("GET", url, seconds=5, tls=lax).tls.version == "TLSv1.1"
    with (
        served(tmp_path, [leaf], newest=ssl.TLSVersion.TLSv1_1) as url,
        pytest.raises(Unavailable, match="tls: ") as error,
    ):
        deadline.call("GET", url, seconds=5)
    assert error.value.sent is False


def test_a_look_sees_what_is_not_good(root, tmp_path):
    leaf = certificate("Leaf", issuer=root, days=-1, host="elsewhere.example")
    with served(tmp_path, [leaf, root], protocols=("h2", "http/1.1")) as url:
        seen = deadline.peek(url, deadline=deadline.Deadline(5))
    assert (seen.version, seen.protocol) == ("TLSv1.3", "h2")
    assert len(seen.chain) == 2
    assert x509.load_der_x509_certificate(seen.chain[0]) == leaf[1]


def test_a_look_at_a_plain_address_sees_no_tls():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert deadline.peek(f"http://127.0.0.1:{port}/", deadline=deadline.Deadline(5)) is None


def test_a_look_at_nobody_is_told_as_unavailable():
    with pytest.raises(Unavailable, match="connection: ConnectionRefusedError"):
        deadline.peek("https://127.0.0.1:9/", deadline=deadline.Deadline(5))
