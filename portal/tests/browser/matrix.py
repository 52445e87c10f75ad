"""Pages × languages × themes × widths: all of them, or so many that every two values meet."""

import os
from collections.abc import Sequence
from itertools import product

LANGUAGES, THEMES, WIDTHS = ("zh", "en"), ("light", "dark"), (320, 390, 1280)
FULL = os.environ.get("FULL_MATRIX") == "1"

Row = tuple[object, ...]


def matrix(pages: Sequence[object], widths: Sequence[int] = WIDTHS) -> list[Row]:
    """(page, language, theme, width), for parametrize."""
    rows: list[Row] = list(product(pages, LANGUAGES, THEMES, widths))
    return rows if FULL else pairwise(rows)


def pairwise(rows: list[Row]) -> list[Row]:
    """Greedy: takes the row with most pairs of values that no row before it had."""
    left = {pair for row in rows for pair in pairs(row)}
    chosen = []
    while left:
        best = max(rows, key=lambda row: len(pairs(row) & left))
        left -= pairs(best)
        chosen.append(best)
    return chosen


def pairs(row: Row) -> set[tuple[object, object]]:
    cells = list(enumerate(row))
    return {(a, b) for index, a in enumerate(cells) for b in cells[index + 1 :]}
