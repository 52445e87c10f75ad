"""A mail server that delivers to nobody: every message lands in the recipient's mailbox page.

Enough of RFC 5321 for smtplib and Django: EHLO, AUTH PLAIN accepted from anybody, no TLS.
"""

import email
import email.policy
import re
import socketserver
import time
from collections.abc import Callable
from email.message import EmailMessage

from simulators.faults import Fault
from simulators.phones import Inboxes, Message
from simulators.sockets import reset

LARGEST_MAIL = 1024 * 1024  # bytes
LONGEST_LINE = 2000  # bytes
IDLE_SECONDS = 60
FEATURES = ("simulator", f"SIZE {LARGEST_MAIL}", "8BITMIME", "SMTPUTF8", "AUTH PLAIN LOGIN")

Draw = Callable[[], Fault | None]
Wait = Callable[[float], None]


class MailServer(socketserver.ThreadingTCPServer):
    """`draw` gives each connection its fault; `wait` sleeps, and stops early with the program."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, mailboxes: Inboxes, draw: Draw, wait: Wait) -> None:
        super().__init__(("127.0.0.1", port), _Session)
        self.mailboxes = mailboxes
        self.draw = draw
        self.wait = wait

    def accept_mail(self, recipients: list[str], data: bytes) -> None:
        message = read_mail(data)
        for recipient in recipients:
            self.mailboxes.deliver(recipient.lower(), message)


class _Session(socketserver.StreamRequestHandler):
    server: MailServer
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.fault: Fault | None = None
        self.recipients: list[str] = []

    def handle(self) -> None:
        self.fault = self.server.draw()
        try:
            if self._greet():
                while (line := self.rfile.readline(LONGEST_LINE)) and self._command(line):
                    pass
        except (OSError, ValueError):
            return  # the other side went away

    def _greet(self) -> bool:
        """The greeting, or the trouble that comes before it."""
        match self._mode():
            case "refuse":
                reset(self.connection)
                return False
            case "hang":
                self._wait()
                return False
            case "error":
                self._say("421 4.3.2 Service not available")
                return False
            case "garbage":
                self.wfile.write(bytes(range(128, 256)) + b"\r\n")
                return False
            case "slow":
                self._wait()
        self._say("220 simulator ESMTP")
        return True

    def _command(self, line: bytes) -> bool:
        """Answer one command; False ends the session."""
        verb, _, argument = line.decode("utf-8", "replace").strip().partition(" ")
        match verb.upper():
            case "EHLO":
                self._say(*(f"250-{name}" for name in FEATURES[:-1]), f"250 {FEATURES[-1]}")
            case "HELO" | "NOOP" | "RSET":
                self.recipients = []
                self._say("250 2.0.0 Ok")
            case "AUTH":
                self._authenticate(argument)
            case "MAIL":
                self.recipients = []
                self._say("250 2.1.0 Ok")
            case "RCPT":
                self._recipient(argument)
            case "DATA":
                return self._data()
            case "QUIT":
                self._say("221 2.0.0 Bye")
                return False
            case _:
                self._say("502 5.5.2 Command not recognised")
        return True

    def _authenticate(self, argument: str) -> None:
        if argument.upper() == "LOGIN":
            for prompt in ("VXNlcm5hbWU6", "UGFzc3dvcmQ6"):
                self._say(f"334 {prompt}")
                self.rfile.readline(LONGEST_LINE)
        self._say("235 2.7.0 Accepted")

    def _recipient(self, argument: str) -> None:
        found = re.match(r"(?i)to:\s*<([^<>\s]+@[^<>\s]+)>", argument)
        if not found:
            self._say("501 5.1.3 Bad recipient address")
            return
        self.recipients.append(found[1])
        self._say("250 2.1.5 Ok")

    def _data(self) -> bool:
        if not self.recipients:
            self._say("503 5.5.1 RCPT first")
            return True
        self._say("354 End data with <CR><LF>.<CR><LF>")
        data = self._read_data()
        if data is None:
            self._say("552 5.3.4 Message too big")
            return False
        if self._mode() == "late_effect":
            self._wait()
        for _ in range(2 if self._mode() == "duplicate" else 1):
            self.server.accept_mail(self.recipients, data)
        if self._mode() == "effect_then_timeout":
            self._wait()
        if self._mode() in ("late_effect", "effect_then_timeout"):
            return False
        self._say("250 2.0.0 Ok: queued")
        return True

    def _read_data(self) -> bytes | None:
        data = bytearray()
        while (line := self.rfile.readline()) not in (b".\r\n", b".\n"):
            if not line or len(data) > LARGEST_MAIL:
                return None
            data += line[1:] if line.startswith(b".") else line
        return bytes(data)

    def _say(self, *lines: str) -> None:
        text = "".join(f"{line}\r\n" for line in lines).encode()
        if self._mode() != "drip":
            self.wfile.write(text)
            return
        for byte in text:
            self.wfile.write(bytes([byte]))
            self._wait()

    def _mode(self) -> str:
        return self.fault.mode if self.fault else "ok"

    def _wait(self) -> None:
        assert self.fault is not None
        self.server.wait(self.fault.seconds)


def read_mail(data: bytes) -> Message:
    """The first text part of a mail, its subject, and the six-digit code when there is one."""
    mail = email.message_from_bytes(data, _class=EmailMessage, policy=email.policy.default)
    part = mail.get_body(("plain", "html"))
    text = str(part.get_content()).strip() if part else ""
    code = re.search(r"(?<!\d)\d{6}(?!\d)", text)
    subject = str(mail.get("Subject", ""))
    return Message(time.time(), "email", text, code[0] if code else "", subject)
