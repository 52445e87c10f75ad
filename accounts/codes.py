"""The six digits of a challenge: derived when needed, stored nowhere.

HOTP truncation (RFC 4226, 5.3) over HMAC-SHA-256 of the purpose and the challenge's random id.
The same digits go to the challenge's address however often and by text message or call alike. What
goes elsewhere (the bound mailbox of a phone's owner) is another code, so that an entered one tells
which of the two factors was held.
Whoever holds the database or a session, but not SECRET_KEY, knows no code.
"""

import hashlib
import hmac
import uuid

from accounts.states import PROVES_NO_ACCOUNT, Channel
from portal.keys import derive

DIGITS = 6


def place(purpose: str, channel: str) -> str:
    """Where a message on this channel goes: "" for the challenge's own address."""
    own = channel != Channel.EMAIL or purpose in PROVES_NO_ACCOUNT
    return "" if own else "mailbox"


def code_for(challenge_id: uuid.UUID, purpose: str, place: str = "") -> str:
    """Six digits as text: leading zeros count."""
    message = purpose.encode() + b"\0" + challenge_id.bytes + place.encode()
    digest = hmac.digest(derive("login-code"), message, hashlib.sha256)
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4]) & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def matches(entered: str, challenge_id: uuid.UUID, purpose: str, place: str = "") -> bool:
    return hmac.compare_digest(entered.encode(), code_for(challenge_id, purpose, place).encode())


def hashed(token: str) -> str:
    """How a random token is kept: it has 128 bits or more, so a plain hash tells nothing."""
    return hashlib.sha256(token.encode()).hexdigest()
