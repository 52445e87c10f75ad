"""A file shown to the virus scanner: clamd's INSTREAM command, over TCP or a Unix socket.

Thirty lines of our own instead of a client: those that exist set a time-out for each read, which a
server that drips holds for ever, and write the file to a disk or a log on the way. The protocol:
`zINSTREAM`, then pieces of four bytes of length and so many of the file, a length of nought, and
one line in answer (clamd(8)).
"""

import contextlib
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings

from portal.database import release_connection
from portal.deadline import Deadline
from portal.gateway import Unavailable
from portal.intake.refusals import IntakeRefused

COMMAND = b"zINSTREAM\0"
PIECE = 64 * 1024
SECONDS = 30.0
CONNECT_SECONDS = 3.0
LONGEST_ANSWER = 1024
CLEAN, FOUND = b"stream: OK", b" FOUND"


def scan(data: bytes, *, address: str | None = None, seconds: float = SECONDS) -> bool:
    """Whether a scanner has looked at it; False where none is named (CLAMD_ADDRESS).

    Raises IntakeRefused("upload-infected"), and Unavailable when the scanner is away or says
    anything else: the work is tried again, and nobody sees the file before.
    """
    address = settings.CLAMD_ADDRESS if address is None else address
    if not address:
        return False
    release_connection()
    answer = _ask(data, address, Deadline(seconds))
    if answer.endswith(FOUND):
        raise IntakeRefused("upload-infected")
    if answer != CLEAN:
        raise Unavailable("scanner", sent=True, vendor_code=answer[:40].decode("ascii", "replace"))
    return True


def _ask(data: bytes, address: str, deadline: Deadline) -> bytes:
    try:
        with contextlib.closing(_connect(address, deadline)) as scanner:
            for piece in _pieces(data):
                scanner.settimeout(deadline.left())
                scanner.sendall(piece)
            return _line(scanner, deadline)
    except OSError as error:  # a time-out is one, too
        raise Unavailable(f"scanner: {type(error).__name__}", sent=False) from None


def _connect(address: str, deadline: Deadline) -> socket.socket:
    parts = urlsplit(address)
    soon = deadline.within(CONNECT_SECONDS).left()
    if parts.scheme == "tcp":
        return socket.create_connection((parts.hostname, parts.port), timeout=soon)
    scanner = socket.socket(socket.AF_UNIX)
    scanner.settimeout(soon)
    try:
        scanner.connect(parts.path)
    except OSError:
        scanner.close()
        raise
    return scanner


def _pieces(data: bytes) -> Iterator[bytes]:
    yield COMMAND
    for start in range(0, len(data), PIECE):
        piece = data[start : start + PIECE]
        yield len(piece).to_bytes(4, "big") + piece
    yield bytes(4)


def _line(scanner: socket.socket, deadline: Deadline) -> bytes:
    """Up to the NUL that ends it."""
    answer = b""
    while b"\0" not in answer and len(answer) < LONGEST_ANSWER:
        scanner.settimeout(deadline.left())
        received = scanner.recv(LONGEST_ANSWER)
        if not received:
            break
        answer += received
    return answer.partition(b"\0")[0]
