"""The same services over https, and certificates to stumble over."""

import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509

from simulators.tests.conftest import Running, outside_world


@pytest.fixture
def secure() -> Iterator[Running]:
    with outside_world(tls_port=0) as running:
        yield running


def trusting(running: Running) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.load_verify_locations(cadata=running.get("/certificate.json")["ca"])
    return context


def connect(running: Running, context: ssl.SSLContext) -> ssl.SSLSocket:
    plain = socket.create_connection(("127.0.0.1", running.tls_port), timeout=5)
    return context.wrap_socket(plain, server_hostname="127.0.0.1")


def days_left(connection: ssl.SSLSocket) -> float:
    ends = (connection.getpeercert() or {})["notAfter"]
    return (ssl.cert_time_to_seconds(str(ends)) - time.time()) / 86400


def test_the_services_answer_over_tls_1_3(secure: Running) -> None:
    with connect(secure, trusting(secure)) as connection:
        connection.sendall(b"GET /pboc/east/v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        answer = connection.recv(65536)
        assert connection.version() == "TLSv1.3"
    assert answer.startswith(b"HTTP/1.1 200") and b"AAA000" in answer


def test_little_time_left_can_be_read(secure: Running) -> None:
    secure.post("/certificate.json", {"days": 2})
    with connect(secure, trusting(secure)) as connection:
        assert 1.9 < days_left(connection) < 2.1


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        ({"days": -1}, "certificate has expired"),
        ({"host": "wrong.example"}, "IP address mismatch"),
        ({"intermediate": False}, "unable to get local issuer"),
        ({"intermediate_days": -1}, "certificate has expired"),
    ],
)
def test_what_a_careful_client_refuses(
    secure: Running, wish: dict[str, object], reason: str
) -> None:
    assert secure.post("/certificate.json", wish).status == 200
    with pytest.raises(ssl.SSLCertVerificationError, match=reason):
        connect(secure, trusting(secure))


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_an_old_tls_is_all_that_is_offered(secure: Running) -> None:
    secure.post("/certificate.json", {"tls": "1.1"})
    context = trusting(secure)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(ssl.SSLError, match="alert protocol version"):
        connect(secure, context)


def test_reset_serves_a_good_one_again(secure: Running) -> None:
    secure.post("/certificate.json", {"days": -1})
    secure.post("/reset.json", {})
    connect(secure, trusting(secure)).close()


@pytest.mark.parametrize(
    "wish", [None, {"dayz": 1}, {"days": "2"}, {"days": True}, {"tls": "1.0"}, {"host": 1}]
)
def test_a_certificate_that_makes_no_sense(secure: Running, wish: object) -> None:
    assert secure.post("/certificate.json", wish).status == 400


def test_without_a_port_there_is_no_certificate(outside: Running) -> None:
    assert outside.call("GET", "/certificate.json").status == 404
    assert outside.post("/certificate.json", {"days": 2}).status == 404


def test_a_silent_caller_does_not_stop_the_others(secure: Running) -> None:
    with socket.create_connection(("127.0.0.1", secure.tls_port), timeout=5):
        connect(secure, trusting(secure)).close()


def test_the_root_outlives_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    with outside_world(tls_port=0, ca_file=str(file)) as running:
        before = running.get("/certificate.json")["ca"]
    assert file.stat().st_mode & 0o777 == 0o600
    with outside_world(tls_port=0, ca_file=str(file)) as running:
        assert running.get("/certificate.json")["ca"] == before
        context = ssl.create_default_context(cafile=str(file))
        connect(running, context).close()
    root = x509.load_pem_x509_certificate(before.encode())
    assert root.issuer == root.subject
