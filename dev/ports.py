"""The portal's ports on the loopback, three in a row: web, simulators, their mail server."""

import os
import socket
import sys
from collections.abc import Iterable

IN_A_ROW = 3


def chosen_port() -> int:
    """The first of the three, from PORT; exits with a sentence when that is no port."""
    raw = os.environ.get("PORT") or "8000"
    if not (raw.isascii() and raw.isdigit() and 1024 <= int(raw) <= 65533):
        sys.exit(f"PORT: {raw!r} is not a port number from 1024 to 65533.")
    return int(raw)


def refuse_taken_ports(first: int) -> None:
    for number in range(first, first + IN_A_ROW):
        if not is_free(number):
            sys.exit(
                f"Port {number} is in use: stop the program that uses it, or choose three "
                "free ports in a row, for example PORT=8100 make run."
            )


def free_ports(candidates: Iterable[int]) -> int | None:
    """The first of the candidates that begins three free ports."""
    rows = (range(first, first + IN_A_ROW) for first in candidates)
    return next((row[0] for row in rows if all(map(is_free, row))), None)


def is_free(number: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except OSError:
            return False
    return True
