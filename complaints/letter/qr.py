"""An address as a QR code (ISO/IEC 18004)."""

import qrcode
from qrcode.constants import ERROR_CORRECT_M

QUIET = 4  # modules of white around it, without which scanners fail
MASK = 3  # any of the eight is valid; trying all of them for the best costs 20 ms
Run = tuple[int, int, int]


def drawn(text: str) -> tuple[int, list[Run]]:
    """The side in modules, quiet zone included, and the dark ones as runs: x, y from the top,
    length."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=MASK)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    runs = [
        (x + QUIET, y + QUIET, length) for y, row in enumerate(rows) for x, length in _runs(row)
    ]
    return len(rows) + 2 * QUIET, runs


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where dark modules stand side by side, and how many."""
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if not dark:
            continue
        if runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((x, 1))
    return runs
