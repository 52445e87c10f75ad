"""A look at what an address shows when hands are shaken: TLS, HTTP version, certificates."""

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from portal.deadline import Deadline, peek
from portal.watch.certificates import Shown, read_chain

SECONDS = 5.0
TLS_SCHEMES = {"https", "smtps"}
TLS_PORTS = {"smtps": 465}


@dataclass(frozen=True, slots=True)
class Look:
    """`http` is what the other side chose of HTTP/2 and HTTP/1.1; our calls speak the latter."""

    host: str
    tls: str
    cipher: str
    http: str
    chain: tuple[Shown, ...]


def look(url: str, *, seconds: float = SECONDS) -> Look | None:
    """None for an address that shows nothing; raises Unavailable.

    An expired certificate, or one for another host, is looked at like any other.
    """
    parts = urlsplit(url)
    if parts.scheme not in TLS_SCHEMES:
        return None
    host = parts.hostname or ""
    if parts.scheme in TLS_PORTS:
        bare = f"[{host}]" if ":" in host else host
        place = f"{bare}:{parts.port or TLS_PORTS[parts.scheme]}"
        url = urlunsplit(("https", place, "", "", ""))
    facts = peek(url, deadline=Deadline(seconds))
    if facts is None:
        return None
    http = "HTTP/2" if facts.protocol == "h2" else "HTTP/1.1"
    return Look(host, facts.version, facts.cipher, http, _readable(facts.chain))


def _readable(chain: tuple[bytes, ...]) -> tuple[Shown, ...]:
    """What can be read: a call that meets anything else fails and says so itself."""
    try:
        return read_chain(chain)
    except ValueError:
        return ()
