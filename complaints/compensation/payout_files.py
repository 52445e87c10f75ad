"""The two files between the portal and the bank that pays: what to pay, what became of it.

Both are CSV in UTF-8. The first ends with a line of totals; docs/compensation.md has an example.
"""

import csv
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass

COLUMNS = ("ref", "account", "name", "amount_yuan", "purpose")
PURPOSE = "服务中断补偿"
TOTAL = "TOTAL"
RESULTS = frozenset({"paid", "failed"})
LONGEST = 2_000_000  # bytes of a result: some 40,000 lines
FORMULA = "=+-@\t\r"


class Unreadable(ValueError):
    """Not a file of results; the text says in which line."""


@dataclass(frozen=True, slots=True)
class Payment:
    ref: str
    account: str
    name: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Results:
    """What a bank's file says: reference to "paid" or "failed"."""

    outcomes: dict[str, str]
    sha256: str


def write(payments: Iterable[Payment]) -> bytes:
    """The file for the bank: a line a payment, and the control line: TOTAL, lines, "", sum."""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(COLUMNS)
    lines = total = 0
    for payment in payments:
        lines, total = lines + 1, total + payment.amount_fen
        name = _inert(payment.name)
        sheet.writerow([payment.ref, payment.account, name, _yuan(payment.amount_fen), PURPOSE])
    sheet.writerow([TOTAL, lines, "", _yuan(total), ""])
    return out.getvalue().encode()


def read_results(content: bytes) -> Results:
    """Columns: ref, result; others are ignored.

    Raises Unreadable for anything else, and for a reference with two results.
    """
    try:
        rows = list(csv.reader(io.StringIO(content[: LONGEST + 1].decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error):
        raise Unreadable("1") from None
    if len(content) > LONGEST or not rows or rows[0][:2] != ["ref", "result"]:
        raise Unreadable("1")
    found: dict[str, str] = {}
    for number, row in enumerate(rows[1:], start=2):
        if not row:
            continue
        ref, result = (cell.strip() for cell in (*row, "", "")[:2])
        if not (ref and ref.isprintable()) or result not in RESULTS:
            raise Unreadable(str(number))
        if found.get(ref, result) != result:
            raise Unreadable(str(number))
        found[ref] = result
    return Results(found, hashlib.sha256(content).hexdigest())


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _inert(text: str) -> str:
    """A spreadsheet takes a cell that begins with one of these for a formula."""
    return f"'{text}" if text[:1] in FORMULA and text else text
