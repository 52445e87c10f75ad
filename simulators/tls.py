"""The same services over https, with the certificate that is served at the moment."""

import ssl
from typing import Any

from simulators.certificates import Authority
from simulators.server import Server
from simulators.world import World

HANDSHAKE_SECONDS = 10


class TlsServer(Server):
    def __init__(self, world: World, authority: Authority, port: int) -> None:
        super().__init__(world, port)
        self._authority = authority

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Shake hands in the connection's own thread: a silent caller must not stop the others."""
        request.settimeout(HANDSHAKE_SECONDS)
        try:
            secure = self._authority.context.wrap_socket(request, server_side=True)
        except (OSError, ssl.SSLError):
            self.shutdown_request(request)
            return
        super().process_request_thread(secure, client_address)
