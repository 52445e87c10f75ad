"""A running outside world on free ports, and a plain client that keeps its connection."""

import http.client
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from simulators.mail import MailServer
from simulators.server import Server
from simulators.settings import Settings
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


def start(settings: Settings) -> tuple[Running, list[Server | MailServer]]:
    world = World(settings)
    web = Server(world)
    mail = MailServer(0, world.mailboxes, lambda: world.faults.draw("email", True), world.wait)
    for server in (web, mail):
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return Running(world, web.server_port, mail.server_address[1]), [web, mail]


@pytest.fixture
def outside() -> Iterator[Running]:
    settings = Settings(port=0, smtp_port=0, receipt_url="", receipt_delay=0.0, accounts=6)
    running, servers = start(settings)
    yield running
    running.world.stop()
    for server in servers:
        server.shutdown()
        server.server_close()
