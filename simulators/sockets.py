"""The one impolite thing that needs the socket itself."""

import contextlib
import os
import socket
import struct


def reset(connection: socket.socket) -> None:
    """End a TCP connection with RST, as a closed port or a crashed machine does."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # Files made from the socket keep its descriptor open; close it under them.
        os.close(connection.detach())
