"""Impolite things that need the socket itself."""

import contextlib
import os
import select
import socket
import struct
import threading
import time

GLANCE = 0.5  # seconds between two looks at whether the program ends


def reset(connection: socket.socket) -> None:
    """End a TCP connection with RST, as a closed port or a crashed machine does."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # Files made from the socket keep its descriptor open; close it under them.
        os.close(connection.detach())


def keep_silent(connection: socket.socket, seconds: float, stopping: threading.Event) -> None:
    """Hold a connection without a word, until the time is over or the other side hangs up."""
    poller = select.poll()
    poller.register(connection, select.POLLRDHUP | select.POLLHUP | select.POLLERR)
    until = time.monotonic() + seconds
    while not stopping.is_set() and (left := until - time.monotonic()) > 0:
        if poller.poll(min(left, GLANCE) * 1000):
            return
