"""A bureau that signs whatever a test wants to send: right keys, wrong content.

Written from docs/interface/pboc.yaml, apart from the client, and good for nothing else.
"""

import base64
import hashlib
import hmac
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SECRET = b"development-pboc-secret"
SESSION, SERVER_NONCE = "5e55" * 8, "ab" * 16
Body = Callable[[str], bytes]


def session_key(client_nonce: str) -> bytes:
    salt = bytes.fromhex(client_nonce + SERVER_NONCE)
    info = f"PBOC1 session {SESSION}".encode()
    return HKDF(SHA256(), 32, salt, info).derive(SECRET)


def envelope(code: str, **elements: str) -> bytes:
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in elements.items())
    message = f"<ResultCode>{code}</ResultCode><ResultText/>{inner}"
    return f"<Document><Head/><Msg>{message}</Msg></Document>".encode()


def delivering(report: bytes) -> Body:
    """The answer that carries this report, whatever it is."""

    def body(request_no: str) -> bytes:
        message = base64.b64encode(report).decode()
        return envelope("AAA000", RequestNo=request_no, ReportNo="1" * 22, ReportMessage=message)

    return body


@contextmanager
def answering(body: Body) -> Iterator[str]:
    """The base address of a bureau that answers each inquiry and question with `body`."""

    class Handler(BaseHTTPRequestHandler):
        key = b""

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path.endswith("/session"):
                Handler.key = session_key(self.headers["X-PBOC-Nonce"])
                opened = {"SessionId": SESSION, "ServerNonce": SERVER_NONCE, "ExpiresIn": "600"}
                self._send(envelope("AAA000", **opened), SECRET, "secret")
            else:
                number = sent.split(b"<RequestNo>")[1][:24].decode()
                self._send(body(number), Handler.key, "session")

        def do_GET(self) -> None:
            self._send(body(self.path[-24:]), Handler.key, "session")

        def _send(self, content: bytes, key: bytes, signed_with: str) -> None:
            nonce, stamp = self.headers["X-PBOC-Nonce"], "1767225600"
            digest = hashlib.sha256(content).hexdigest()
            text = "\n".join(("PBOC1-ANSWER", "200", nonce, stamp, digest))
            self.send_response(200)
            self.send_header("X-PBOC-Nonce", nonce)
            self.send_header("X-PBOC-Timestamp", stamp)
            self.send_header("X-PBOC-Signed-With", signed_with)
            signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
            self.send_header("X-PBOC-Signature", signature)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
