"""Impolite things that need the socket itself."""

import contextlib
import os
import select
import socket
import struct
import threading
import time

from simulators.background import Background

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


class Silenced:
    """Connections on which nothing comes any more, not even their end, until they are given up."""

    def __init__(self, background: Background) -> None:
        self._background = background
        self._connections: set[socket.socket] = set()

    def __contains__(self, connection: socket.socket) -> bool:
        return connection in self._connections

    def add(self, connection: socket.socket, seconds: float) -> None:
        self._connections.add(connection)
        self._background.after(seconds, lambda: self._give_up(connection))

    def reset(self) -> None:
        for connection in tuple(self._connections):
            self._give_up(connection)

    def _give_up(self, connection: socket.socket) -> None:
        self._connections.discard(connection)
        connection.close()
