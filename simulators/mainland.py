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


# First three digits by operator, as the ministry gave them out; resold ranges are nobody's here.
CARRIERS = {
    "mobile": "134 135 136 137 138 139 147 150 151 152 157 158 159 178 182 183 184 187 188 198",
    "unicom": "130 131 132 145 155 156 166 175 176 185 186 196",
    "telecom": "133 149 153 173 177 180 181 189 190 191 193 199",
}


def carrier(phone: str) -> str:
    """The operator of an eleven-digit number; "" for a range that is not listed."""
    return next((name for name, listed in CARRIERS.items() if phone[:3] in listed.split()), "")
