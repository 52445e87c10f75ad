"""A running outside world on free ports, and a plain client that keeps its connection."""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from simulators.mail import MailServer
from simulators.server import Server
from simulators.settings import Settings
from simulators.tls import TlsServer
from simulators.world import World


@dataclass
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Running:
    world: World
    port: int
    smtp_port: int
    tls_port: int = 0
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = self.connect()

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)

    def call(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> Reply:
        self.connection.request(method, path, body, headers or {})
        answer = self.connection.getresponse()
        return Reply(answer.status, answer.headers, answer.read())

    def get(self, path: str) -> Any:
        return self.call("GET", path).json()

    def post(self, path: str, value: Any) -> Reply:
        return self.call("POST", path, {"Content-Type": "application/json"}, _dump(value))

    def switch(self, service: str, mode: str, **more: float) -> None:
        assert self.post("/faults.json", {"service": service, "mode": mode, **more}).status == 200


def _dump(value: Any) -> bytes:
    return json.dumps(value).encode()


@contextmanager
def outside_world(**settings: Any) -> Iterator[Running]:
    """Free ports, small reports, nothing sent to anybody; `settings` say what is different."""
    quiet: dict[str, Any] = {
        "port": 0, "smtp_port": 0, "receipt_url": "", "receipt_delay": 0.0, "callback_url": "",
        "callback_delay": 0.0, "accounts": 6,
    }  # fmt: skip
    world = World(Settings(**quiet | settings))
    servers: list[Server | MailServer] = [
        Server(world, 0),
        MailServer(0, world.mailboxes, lambda: world.faults.draw("email"), world.wait),
    ]
    if world.authority:
        servers.append(TlsServer(world, world.authority, 0))
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield Running(world, *(server.server_address[1] for server in servers))
    world.stop()
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def outside() -> Iterator[Running]:
    with outside_world() as running:
        yield running
