"""Facts of mainland China that several parts need: Beijing time and identity numbers."""

import re
from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))


def beijing(at: float) -> datetime:
    """Unix seconds as an aware time in Beijing."""
    return datetime.fromtimestamp(at, BEIJING)


def rfc3339(at: float) -> str:
    return beijing(at).isoformat(timespec="seconds")


def valid_id_number(number: str) -> bool:
    """GB 11643: 18 characters, the last one the check digit by ISO 7064 MOD 11-2."""
    return bool(re.fullmatch(r"\d{17}[\dX]", number)) and number[17] == check_digit(number[:17])


def check_digit(first17: str) -> str:
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(first17))
    return "10X98765432"[total % 11]
