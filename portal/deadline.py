"""One HTTP call that ends at a wall-clock deadline, whatever the other side does.

The timeouts of the usual clients bound one socket operation, so a server that drips a byte a
second holds them for ever. Here every operation (DNS, connect, TLS, each read) gets only what is
left of one budget.
"""

import http.client
import io
import queue
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from portal.database import release_connection
from portal.gateway import Unavailable

MAX_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes


class Deadline:
    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left; raises TimeoutError when none are."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("deadline over")
        return left


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    seconds: float = 30.0,
    max_bytes: int = MAX_BYTES,
    tls: ssl.SSLContext | None = None,
) -> Answer:
    """Send one request on a fresh connection and read its whole answer within `seconds`.

    Raises Unavailable: `sent=False` while nothing of the request had left (DNS, connect, TLS),
    else `sent=True`. Redirects are not followed. The thread's database connection is given back
    to the pool for the time of the call.
    """
    release_connection()
    deadline, sent = Deadline(seconds), False
    try:
        sock = _connect(url, deadline, tls)
        with sock:
            deadline.left()  # a process that slept through its budget must not begin to send
            sent = True
            return _exchange(method, url, headers or {}, body, sock, deadline, max_bytes)
    except TimeoutError:
        raise Unavailable("timeout", sent=sent) from None
    except ssl.SSLError as error:
        raise Unavailable(f"tls: {error.reason}", sent=sent) from None
    except OSError as error:
        raise Unavailable(f"connection: {type(error).__name__}", sent=sent) from None
    except (http.client.HTTPException, ValueError) as error:
        raise Unavailable(f"protocol: {type(error).__name__}", sent=sent) from None


def _connect(url: str, deadline: Deadline, tls: ssl.SSLContext | None) -> socket.socket:
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if secure else 80)
    error: OSError = OSError("no address")
    for family, kind, proto, _, address in _resolve(host, port, deadline):
        sock = socket.socket(family, kind, proto)
        try:
            sock.settimeout(deadline.left())
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if secure:
                sock.settimeout(deadline.left())
                sock = (tls or ssl.create_default_context()).wrap_socket(sock, server_hostname=host)
            return sock
        except TimeoutError:
            sock.close()
            raise
        except OSError as failed:
            sock.close()
            error = failed
    raise error


def _resolve(host: str, port: int, deadline: Deadline) -> list[Any]:
    """getaddrinfo has no timeout: it runs in a thread that is left behind when it hangs."""
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
        self._sock.settimeout(self._deadline.left())
        self._sock.sendall(data)

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
    return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, payload)
