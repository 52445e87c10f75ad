"""The HTTP server: reads a request, meets the fault that is switched on, writes the answer."""

import contextlib
import socketserver
import sys
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from simulators import control
from simulators.exchange import Answer, Request, Service
from simulators.faults import DOOR_MODES, Fault
from simulators.pages import pages
from simulators.sockets import keep_silent, reset
from simulators.world import World

LARGEST_BODY = 64 * 1024  # bytes
IDLE_SECONDS = 60
DRIP_SECONDS = 600  # a dripped answer is given up then
TOO_MANY = Fault("throttle", 5.0)
TOO_LATE = Fault("busy", 5.0)
GARBAGE = b"\x1f\x8b\x00<html>\xff\xfe 502 Bad Gateway " + bytes(range(256))


class Server(ThreadingHTTPServer):
    """One daemon thread a connection."""

    daemon_threads = True
    request_queue_size = 512

    def __init__(self, world: World, port: int) -> None:
        super().__init__((world.settings.host, port), _Handler)
        self.world = world

    def shutdown_request(self, request: Any) -> None:
        if request not in self.world.silenced:
            super().shutdown_request(request)

    def server_bind(self) -> None:
        # The inherited one looks up our host name, which can take seconds without a network.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hangs up is no news: most faults here are made to cause it."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "Simulator"
    sys_version = ""
    timeout = IDLE_SECONDS
    # Without both, Nagle and delayed acknowledgement add 40 ms to each answer.
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024

    def do_GET(self) -> None:
        with contextlib.suppress(ConnectionError, TimeoutError):
            self._serve()

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: addresses here hold phone numbers."""

    def _serve(self) -> None:
        world = self.server.world
        found = world.service(urlsplit(self.path).path)
        if found is None:
            self._serve_ourselves()
            return
        name, service, rest = found
        head = self._request(rest)
        arrived = time.monotonic()
        fault = world.faults.draw(name, service.has_effect(head))
        mode = fault.mode if fault else "ok"
        if fault and mode in ("refuse", "cut"):
            self.close_connection = True
            if mode == "refuse":
                reset(self.connection)
            else:
                world.silenced.add(self.connection, fault.seconds)
            return
        request = self._read_body(head)
        if request is None:
            return
        if fault and mode in DOOR_MODES:
            self._send(service.turn_away(request, time.time(), fault))
        elif fault and mode == "hang":
            self.close_connection = True
            keep_silent(self.connection, fault.seconds, world.stopping)
        else:
            self._work(name, service, request, fault, arrived)

    def _serve_ourselves(self) -> None:
        request = self._read_body(self._request(""))
        if request is None:
            return
        if not self._from_here():
            self._send(Answer(HTTPStatus.FORBIDDEN, b"Requests from other sites are refused.\n"))
            return
        world = self.server.world
        answer = control.answer(world, request) or pages.answer(world, request, time.time())
        self._send(answer)

    def _work(
        self, name: str, service: Service, request: Request, fault: Fault | None, arrived: float
    ) -> None:
        """Do what was asked, if there is room and time for it, and say so as the fault allows."""
        world = self.server.world
        mode, seconds = (fault.mode, fault.seconds) if fault else ("ok", 0.0)
        if mode in ("slow", "late_effect"):
            world.wait(seconds)
        if service.has_effect(request):
            upstream = world.upstreams.of(name)
            if upstream and not upstream.work():
                self._send(service.turn_away(request, time.time(), TOO_MANY))
                return
            # "Not seen" is believed after this time: nothing may begin later.
            if time.monotonic() - arrived > world.settings.settle:
                self._send(service.turn_away(request, time.time(), TOO_LATE))
                return
        ahead = seconds if mode == "skewed" else 0.0
        answer = service.answer(request, time.time() + ahead, fault)
        self._say(answer, mode, seconds)

    def _say(self, answer: Answer, mode: str, seconds: float) -> None:
        match mode:
            case "late_effect":
                self.close_connection = True
            case "effect_then_timeout":
                self.close_connection = True
                keep_silent(self.connection, seconds, self.server.world.stopping)
            case "garbage":
                self._send(Answer(HTTPStatus.OK, GARBAGE, answer.content_type))
            case "drip":
                self._drip(answer, seconds)
            case "duplicate":
                self._send(answer)
                self._send(answer)
            case _:
                self._send(answer)

    def _request(self, rest: str) -> Request:
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(self.command, self.path, headers, rest=rest)

    def _read_body(self, head: Request) -> Request | None:
        """The request with its body; None (and the error sent) when it cannot be read."""
        length = head.header("Content-Length") or "0"
        if head.header("Transfer-Encoding") or not length.isdecimal():
            self.close_connection = True
            self._send(Answer(HTTPStatus.LENGTH_REQUIRED, b"Content-Length is needed.\n"))
            return None
        if int(length) > LARGEST_BODY:
            self.close_connection = True
            self._send(Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b"The body is too big.\n"))
            return None
        body = self.rfile.read(int(length))
        return Request(head.method, head.target, head.headers, body, head.rest)

    def _from_here(self) -> bool:
        """No other site may read or turn the switches through its visitor's browser."""
        host, origin = self.headers.get("Host", ""), self.headers.get("Origin")
        name = urlsplit(f"//{host}").hostname
        ours = (self.server.world.settings.host, "localhost")
        return name in ours and origin in (None, f"http://{host}", f"https://{host}")

    def _send(self, answer: Answer) -> None:
        self._send_head(answer)
        self.wfile.write(answer.body)
        self.wfile.flush()

    def _drip(self, answer: Answer, seconds: float) -> None:
        """The head at once, then a byte at a time: each read succeeds, the whole never does."""
        self._send_head(answer)
        self.wfile.flush()
        until = time.monotonic() + DRIP_SECONDS
        for byte in answer.body:
            if time.monotonic() > until or self.server.world.stopping.is_set():
                self.close_connection = True
                return
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            self.server.world.wait(seconds)

    def _send_head(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
