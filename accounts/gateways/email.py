"""Email over SMTP by EMAIL_URL: smtps://, smtp+starttls://, or smtp:// to the simulator.

smtplib's timeout bounds one socket operation; a watchdog closes the connection at a wall-clock
deadline, so that a server that drips cannot hold the sender.
"""

import contextlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import unquote, urlsplit

from django.conf import settings

from portal.gateway import Rejected, Unavailable

SECONDS = 15.0
PORTS = {"smtps": 465, "smtp+starttls": 587, "smtp": 25}


def send(*, address: str, subject: str, body: str, number: str) -> str:
    """Hand one email over; returns its Message-ID. Raises Unavailable or Rejected."""
    message = EmailMessage()
    message["Subject"], message["To"] = subject, address
    message["From"], message["Date"] = settings.EMAIL_FROM, formatdate()
    # The same number again is the same mail: most servers drop the second.
    message["Message-ID"] = f"<{number}@{settings.EMAIL_FROM.rpartition('@')[2]}>"
    message.set_content(body)
    sent = False
    try:
        with _connection() as server:
            sent = True
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code, _text = next(iter(error.recipients.values()))
        raise _refusal(code) from None
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code) from None
    except (OSError, smtplib.SMTPException) as error:
        raise Unavailable(type(error).__name__, sent=sent) from None
    return message["Message-ID"]


@contextlib.contextmanager
def _connection() -> Iterator[smtplib.SMTP]:
    parts = urlsplit(settings.EMAIL_URL)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    tls = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(timeout=SECONDS, context=tls)
    else:
        server = smtplib.SMTP(timeout=SECONDS)
    server._host = host  # type: ignore[attr-defined]  # what SMTP(host) sets, for TLS names
    watchdog = threading.Timer(SECONDS, _hang_up, (server,))
    watchdog.daemon = True
    watchdog.start()
    try:
        code, _greeting = server.connect(host, port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, b"")
        if parts.scheme == "smtp+starttls":
            server.starttls(context=tls)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server
    finally:
        watchdog.cancel()
        server.close()


def _hang_up(server: smtplib.SMTP) -> None:
    with contextlib.suppress(OSError):  # it may have ended just now
        if server.sock is not None:
            server.sock.shutdown(socket.SHUT_RDWR)


def _refusal(code: int) -> Rejected | Unavailable:
    """A server that answers with a number did not take the message: 5xx for good, 4xx for now."""
    if code >= 500:
        return Rejected(str(code))
    return Unavailable(f"smtp {code}", sent=False, vendor_code=str(code))
