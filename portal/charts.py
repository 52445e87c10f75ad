"""Charts as plain geometry: `components/chart.html` draws one as an inline SVG without any script.

Each chart carries the same figures three times: as marks, as one sentence, and as rows of a table,
so that nobody has to see it to know what it says. Nothing here reads a clock or a database.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

WIDTH, HEIGHT = 350, 190
"""Of the drawing. Shown at about this size, so that its letters keep theirs."""
LEFT, RIGHT, TOP, BOTTOM = 54, 332, 10, 164
"""The edges of the plot; what is left of and below it holds the labels."""
STEPS = 4
"""At most so many steps from nothing to the top of the scale."""
LABELS = 4
"""At most so many labels along the bottom."""
FILL = 0.8
"""A bar takes this share of its place."""

Value = float | None


@dataclass(frozen=True, slots=True)
class Series:
    """Figures in the order of the chart's labels; None where there is none, which is not zero.

    `tone` is the class of the mark: plain, second, good, caution or bad.
    """

    name: str
    values: Sequence[Value]
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One series as the data of an SVG path."""

    name: str
    tone: str
    path: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`kind` is "lines" or "bars"; `rows` are the table, the newest first."""

    key: str
    title: str
    kind: str
    marks: Sequence[Mark]
    across: Sequence[Tick]
    up: Sequence[Tick]
    description: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]

    # What the template needs of the canvas.
    width, height, left, right, top, bottom = WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM


def lines(*, key: str, title: str, labels: Sequence[str], series: Sequence[Series]) -> Chart:
    """One line for each series; it is broken where a figure is missing."""
    top = _top(max(_known(series), default=0.0))
    return _chart("lines", key, title, labels, series, top, lambda one: _line(one.values, top))


def bars(*, key: str, title: str, labels: Sequence[str], series: Sequence[Series]) -> Chart:
    """The series stacked in their order, the first at the bottom; a missing figure is no bar."""
    sums = [sum(one.values[n] or 0 for one in series) for n in range(len(labels))]
    top = _top(max(sums, default=0.0))
    floor = [0.0] * len(labels)

    def stack(one: Series) -> str:
        path = _bars(one.values, floor, top)
        for n, value in enumerate(one.values):
            floor[n] += value or 0
        return path

    return _chart("bars", key, title, labels, series, top, stack)


def _chart(
    kind: str,
    key: str,
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    top: float,
    draw: Callable[[Series], str],
) -> Chart:
    return Chart(
        key=key,
        title=title,
        kind=kind,
        marks=[Mark(one.name, one.tone, draw(one)) for one in series],
        across=_across(labels),
        up=[
            Tick(_y(top * n / _steps(top), top), number(top * n / _steps(top)))
            for n in range(_steps(top) + 1)
        ],
        description=" ".join(_sentence(one, labels) for one in series),
        header=[one.name for one in series],
        rows=[
            [labels[n], *(number(one.values[n]) for one in series)]
            for n in reversed(range(len(labels)))
        ],
    )


# --- Scales ---------------------------------------------------------------------------------


def _known(series: Sequence[Series]) -> list[float]:
    return [value for one in series for value in one.values if value is not None]


def _top(largest: float) -> float:
    """The end of the scale: a whole number of round steps, and never nothing."""
    step = _round_step(largest)
    return step * max(1, math.ceil(largest / step))


def _steps(top: float) -> int:
    return round(top / _round_step(top))


def _round_step(largest: float) -> float:
    """1, 2 or 5 times a power of ten, and at least 1: calls and milliseconds come whole."""
    wanted = max(largest / STEPS, 1)
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(n * power for n in (1, 2, 5, 10) if n * power >= wanted)


def _y(value: float, top: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * value / top, 1)


def _x(index: int, count: int) -> float:
    """The middle of the place that one of so many figures has."""
    return round(LEFT + (RIGHT - LEFT) * (index + 0.5) / count, 1)


def _across(labels: Sequence[str]) -> list[Tick]:
    """Labels at equal distances that end with the last, which is the present."""
    every = math.ceil(len(labels) / LABELS) or 1
    shown = range(len(labels) - 1, -1, -every)
    return [Tick(_x(n, len(labels)), labels[n]) for n in sorted(shown)]


# --- Marks ----------------------------------------------------------------------------------


def _line(values: Sequence[Value], top: float) -> str:
    parts, pen = [], "M"
    for n, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        # A figure alone between gaps is a line of no length, whose round ends make a dot.
        dot = "h0" if pen == "M" else ""
        parts.append(f"{pen}{_x(n, len(values))} {_y(value, top)}{dot}")
        pen = "L"
    return "".join(parts)


def _bars(values: Sequence[Value], floor: Sequence[float], top: float) -> str:
    width = round((RIGHT - LEFT) / max(len(values), 1) * FILL, 1)
    return "".join(
        f"M{_x(n, len(values)) - width / 2:.1f} {_y(floor[n], top)}"
        f"V{_y(floor[n] + value, top)}h{width}V{_y(floor[n], top)}z"
        for n, value in enumerate(values)
        if value
    )


# --- Words ----------------------------------------------------------------------------------


def number(value: Value) -> str:
    """As people read it: 12,345, 0.5, and "--" for a figure that is missing."""
    if value is None:
        return "--"
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"


def _sentence(one: Series, labels: Sequence[str]) -> str:
    known = [n for n, value in enumerate(one.values) if value is not None]
    if not known:
        return _("%(name)s: no figures.") % {"name": one.name}
    highest = max(known, key=lambda n: one.values[n] or 0)
    return _("%(name)s: %(last)s at the end, %(most)s at most (%(when)s).") % {
        "name": one.name,
        "last": number(one.values[known[-1]]),
        "most": number(one.values[highest]),
        "when": labels[highest],
    }
