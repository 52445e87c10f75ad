"""Days, months and sums of money as papers print them, and as machines misread them."""

import datetime as dt
import re

MOST_FEN = 10**14
"""A trillion yuan: what is larger is the number of an account."""

DAY = r"20\d{2}(?:[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{4}(?=\d{6}(?!\d)|(?!\d)))"
TIME = r"\d{1,2}:\d{2}(?::\d{2})?"
# A point is often read as a comma and the other way round: what two digits follow is the point.
MONEY = r"[-+−–—一]?\s?[¥$]?\s?(?:\d{1,3}(?:[,.]\d{3})+|\d{1,12})[.,]\d{2}(?![\d,.]*\d)-?"
WHOLE = re.compile(r"[-+−–—]?\d{1,3}(?:,\d{3})+|[-+−–—]?\d{1,9}")
_MINUS = frozenset("-−–—一")
_MONTH = re.compile(
    r"(?<!\d)(20\d{2})(?:年(1[0-2]|0?[1-9])月(?!\d{1,2}日)|[-/.](1[0-2]|0[1-9])(?![-/.\d])|"
    r"(1[0-2]|0[1-9])(?!\d))"
)


def day(text: str) -> dt.date | None:
    """2026-03-02, 2026/3/2, 2026年3月2日, 20260302; None where the calendar has no such day."""
    digits = re.findall(r"\d+", text)
    if len(digits) == 1:
        digits = [digits[0][:4], digits[0][4:6], digits[0][6:8]]
    try:
        year, month, date = (int(number) for number in digits[:3])
        return dt.date(year, month, date)
    except ValueError:
        return None


def fen(text: str) -> tuple[int, bool] | None:
    """An amount in fen, and whether its sign was printed; None when it is no amount."""
    compact = text.replace(" ", "").replace("¥", "").replace("$", "")
    signed = compact[:1] in _MINUS or compact[:1] == "+" or compact[-1:] == "-"
    minus = compact[:1] in _MINUS or compact[-1:] == "-"
    digits = re.sub(r"\D", "", compact)
    if not digits:
        return None
    whole = WHOLE.fullmatch(compact) is not None
    value = int(digits) * (100 if whole else 1)
    if value > MOST_FEN:
        return None
    return (-value if minus else value), signed


def months(text: str, *, bare: bool = False) -> list[tuple[dt.date, int, int]]:
    """The months that a text names, each with where it stands: 2026年3月, 2026-03.

    `bare` also takes 202603, which elsewhere is any number.
    """
    found = []
    for match in _MONTH.finditer(text):
        year, spelt, dashed, digits = match.groups()
        number = spelt or dashed or (digits if bare else None)
        if number:
            found.append((dt.date(int(year), int(number), 1), match.start(), match.end()))
    return found


def yuan(amount: int) -> str:
    """As papers print it: 12,000.00."""
    return f"{amount / 100:,.2f}"
