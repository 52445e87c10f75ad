"""Numbers of letters: the day, what nobody guesses, and a character that catches slips.

    2611 22K7 Q9ZM 4T8P X3RC        six digits of the day · 13 random characters · one check

The alphabet is Crockford's: no I, L, O and U; who types O or l is understood. 65 random bits, so
that trying out numbers finds no letter. The check is a sum over the field of 32 elements, each
place with a weight of its own: any one wrong character and any two exchanged ones are caught.
"""

import datetime as dt
import re
import secrets
import unicodedata

from django.utils import timezone

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
VALUES = {character: value for value, character in enumerate(ALPHABET)}
RANDOM, BITS = 13, 5
LENGTH = 6 + RANDOM + 1
MEANT = str.maketrans("OIL", "011")
MODULUS = 0b100101  # x^5 + x^2 + 1 is primitive: the powers of 2 run through 31 elements


def fresh(now: dt.datetime) -> str:
    """A number of a letter that is issued now; the day is Beijing's."""
    day = f"{timezone.localtime(now):%y%m%d}"
    chance = secrets.randbits(BITS * RANDOM)
    body = day + "".join(ALPHABET[chance >> BITS * place & 31] for place in range(RANDOM))
    return body + _check(body)


def read(typed: str) -> str | None:
    """The number that somebody typed, spaces and hyphens and all; None when it is none."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    plain = re.sub(r"[\s\-_.·‐-―]+", "", plain).translate(MEANT)
    if len(plain) != LENGTH or not set(plain) <= set(ALPHABET):
        return None
    return plain if _check(plain[:-1]) == plain[-1] else None


def grouped(serial: str) -> str:
    """As it is printed, in groups of four: easier to read out and to type."""
    return " ".join(serial[place : place + 4] for place in range(0, len(serial), 4))


def _check(body: str) -> str:
    total = 0
    for character in body:
        total = _double(total ^ VALUES[character])
    return ALPHABET[total]


def _double(value: int) -> int:
    value <<= 1
    return value ^ MODULUS if value & 0b100000 else value
