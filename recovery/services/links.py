"""Links in messages: made, found by their hash, used up. Nobody of the staff ever sees one: the
word stands in the sealed message alone (accounts.Delivery), and no page shows that."""

import datetime as dt
import secrets
from typing import Final

from accounts.codes import hashed
from recovery.models import RecoveryLink, RecoveryTicket

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 16  # 80 bits
GROUP: Final = 4


def fresh_word() -> str:
    """K7M3-Q9TA-22ZX-0VBN: 80 bits that can be typed from a text message."""
    letters = "".join(secrets.choice(CROCKFORD) for _place in range(LENGTH))
    return "-".join(letters[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def word_hash(word: str) -> str:
    return hashed(word.replace("-", ""))


def make(*, ticket: RecoveryTicket, kind: str, lasts: dt.timedelta, now: dt.datetime) -> str:
    """The word of a new link, for one message and nowhere else."""
    word = fresh_word()
    RecoveryLink.objects.create(
        ticket=ticket,
        kind=kind,
        token_hash=word_hash(word),
        created_at=now,
        expires_at=now + lasts,
    )
    return word


def use(link: RecoveryLink, *, now: dt.datetime) -> bool:
    """Whether this caller is the one who used it, in the caller's transaction."""
    good = RecoveryLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=now)
    return good.update(used_at=now) == 1


def void(*, ticket: RecoveryTicket, kind: str, now: dt.datetime) -> None:
    """What was sent before opens nothing any more."""
    RecoveryLink.objects.filter(ticket=ticket, kind=kind, used_at=None).update(used_at=now)
