"""One HTTP call that ends at a wall-clock deadline, whatever the other side does.

The timeouts of the usual clients bound one socket operation, so a server that drips a byte a
second holds them for ever. Here every operation (DNS, connect, TLS, each read) gets only what is
left of one budget.
"""

import contextlib
import http.client
import io
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from portal.database import release_connection
from portal.gateway import Unavailable

MAX_BYTES = 8 * 1024 * 1024
CONNECT_SECONDS = 5.0
"""Name resolution, TCP and TLS together get no more of a budget than this."""


@dataclass(frozen=True, slots=True)
class TlsFacts:
    """What was agreed on a connection: TLS version, cipher, and the HTTP version named by ALPN
    ("" when none was). `chain` is what the other side showed, its own certificate first, in DER."""

    version: str
    cipher: str
    protocol: str
    chain: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    tls: TlsFacts | None = None


class Deadline:
    """A moment on the monotonic clock, which nobody can set."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left; raises TimeoutError when none are."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("deadline over")
        return left

    def within(self, seconds: float) -> "Deadline":
        """The same moment, or so many seconds from now when that is earlier."""
        return Deadline(min(seconds, self.left()))


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    deadline: Deadline | None = None,
    seconds: float = 30.0,
    max_bytes: int = MAX_BYTES,
    tls: ssl.SSLContext | None = None,
) -> Answer:
    """Send one request on a fresh connection and read its whole answer by the deadline, which is
    `seconds` from now unless it was set before.

    Raises Unavailable: `sent=False` while nothing of the request had left (DNS, connect, TLS),
    else `sent=True`. Redirects are not followed. The thread's database connection is given back
    to the pool for the time of the call.
    """
    release_connection()
    deadline, sent = deadline or Deadline(seconds), False
    with _told(lambda: sent), _connect(url, deadline, tls or _verifying()) as sock:
        deadline.left()  # a process that slept through its budget must not begin to send
        sent = True
        return _exchange(method, url, headers or {}, body, sock, deadline, max_bytes)


def peek(url: str, *, deadline: Deadline) -> TlsFacts | None:
    """Shake hands, send nothing, hang up: what the other side shows, good or not.

    None for an address without TLS; raises Unavailable. Nothing is verified, so that an expired
    certificate can be looked at, and HTTP/2 is offered, which no call of ours speaks.
    """
    release_connection()
    with _told(lambda: False), _connect(url, deadline, _looking()) as sock:
        return _facts(sock)


@contextlib.contextmanager
def _told(sent: Callable[[], bool]) -> Iterator[None]:
    """Every way to fail, told as Unavailable."""
    try:
        yield
    except TimeoutError:
        raise Unavailable("timeout", sent=sent()) from None
    except ssl.SSLCertVerificationError as error:
        raise Unavailable(f"tls: {error.verify_message}", sent=sent()) from None
    except ssl.SSLError as error:
        raise Unavailable(f"tls: {error.reason}", sent=sent()) from None
    except OSError as error:
        raise Unavailable(f"connection: {type(error).__name__}", sent=sent()) from None
    except (http.client.HTTPException, ValueError) as error:
        raise Unavailable(f"protocol: {type(error).__name__}", sent=sent()) from None


# --- Connecting -----------------------------------------------------------------------------


@cache
def _verifying() -> ssl.SSLContext:
    """One for all calls: reading the machine's authorities takes 10 ms of processor time."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context


@cache
def _looking() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context


def _connect(url: str, deadline: Deadline, tls: ssl.SSLContext) -> socket.socket:
    """A connection over which nothing has been sent yet. Each address of the name gets its share
    of the time, so that one that does not answer leaves some for the next."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    if settings.PRODUCTION and not secure:
        raise Unavailable("plain http", sent=False)
    host, port = parts.hostname or "", parts.port or (443 if secure else 80)
    deadline = deadline.within(CONNECT_SECONDS)
    addresses = _resolve(host, port, deadline)
    error: OSError = OSError("no address")
    for tried, (family, kind, proto, _, address) in enumerate(addresses):
        share = deadline.within(deadline.left() / (len(addresses) - tried))
        sock = socket.socket(family, kind, proto)
        try:
            sock.settimeout(share.left())
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if secure:
                sock.settimeout(share.left())
                sock = tls.wrap_socket(sock, server_hostname=host)
            return sock
        except OSError as failed:
            sock.close()
            error = failed
    raise error


def _resolve(host: str, port: int, deadline: Deadline) -> list[Any]:
    """getaddrinfo has no timeout: it runs in a thread that is left behind when it hangs."""
    with contextlib.suppress(socket.gaierror):  # digits need no resolving, and never hang
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    result: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            result.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError as error:
            result.put(error)

    threading.Thread(target=look_up, daemon=True, name="resolve").start()
    try:
        found = result.get(timeout=deadline.left())
    except queue.Empty:
        raise TimeoutError("name resolution") from None
    if isinstance(found, OSError):
        raise found
    return list(found)


def _facts(sock: socket.socket) -> TlsFacts | None:
    if not isinstance(sock, ssl.SSLSocket):
        return None
    cipher = sock.cipher()
    # Public only from Python 3.13 on; until then a method of the object underneath.
    chain = sock._sslobj.get_unverified_chain() or ()  # type: ignore[attr-defined]
    return TlsFacts(
        version=sock.version() or "",
        cipher=cipher[0] if cipher else "",
        protocol=sock.selected_alpn_protocol() or "",
        chain=tuple(ssl.PEM_cert_to_DER_cert(link.public_bytes()) for link in chain),
    )


# --- Sending and receiving ------------------------------------------------------------------


class _TimedReader(io.RawIOBase):
    """Socket bytes; each read may take only what is left of the deadline."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock, self._deadline = sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._deadline.left())
        return self._sock.recv_into(buffer)


class _TimedSocket:
    """What http.client asks of a socket."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock, self._deadline = sock, deadline

    def sendall(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:  # sendall of a TLS socket would begin its timeout anew with every piece
            self._sock.settimeout(self._deadline.left())
            rest = rest[self._sock.send(rest) :]

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._sock, self._deadline))

    def close(self) -> None:
        """Not yet: http.client closes before it reads an answer that ends with the connection."""


def _exchange(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    sock: socket.socket,
    deadline: Deadline,
    max_bytes: int,
) -> Answer:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    connection.sock = _TimedSocket(sock, deadline)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request(
        method, target, body=body or None, headers={"Connection": "close", **headers}
    )
    response = connection.getresponse()
    payload = response.read(max_bytes + 1)
    if len(payload) > max_bytes:
        raise Unavailable("answer too large", sent=True)
    if response.length:  # a read of a given size does not complain about a missing end
        raise Unavailable("answer cut off", sent=True)
    named = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, named, payload, _facts(sock))
