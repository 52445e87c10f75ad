"""A chart's marks stay on its canvas and say what its sentence and its table say."""

import re

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal import charts
from portal.charts import BOTTOM, LEFT, RIGHT, TOP, Series

HOURS = ["08:00", "08:01", "08:02", "08:03"]


def positions(path):
    """Every x and y that a path goes to by its absolute commands."""
    xs = [float(x) for x in re.findall(r"[ML](-?[\d.]+) ", path)]
    ys = [float(y) for y in re.findall(r"(?:[ML]-?[\d.]+ |V)(-?[\d.]+)", path)]
    return xs, ys


@pytest.mark.parametrize(
    ("largest", "ends"),
    [
        (0, ["0", "1"]),
        (1, ["0", "1"]),
        (3, ["0", "3"]),
        (7, ["0", "8"]),
        (100, ["0", "100"]),
        (101, ["0", "150"]),
        (2300, ["0", "3,000"]),
    ],
)
def test_the_scale_ends_with_a_round_figure_just_above_the_largest(largest, ends):
    chart = charts.lines(key="k", title="t", labels=["a"], series=[Series("s", [largest])])
    assert [chart.up[0].text, chart.up[-1].text] == ends
    assert len(chart.up) <= charts.STEPS + 1
    assert (chart.up[0].at, chart.up[-1].at) == (BOTTOM, TOP)


def test_a_missing_figure_breaks_the_line_and_is_not_zero():
    chart = charts.lines(key="k", title="t", labels=HOURS, series=[Series("ms", [5, None, 5, 10])])
    assert chart.marks[0].path.count("M") == 2
    assert chart.marks[0].path.count("L") == 1
    assert [row[1] for row in chart.rows] == ["10", "5", "--", "5"]


def test_bars_stand_on_each_other():
    chart = charts.bars(
        key="k",
        title="t",
        labels=["a", "b"],
        series=[Series("good", [3, 0]), Series("bad", [1, 4], "bad")],
    )
    good, bad = (positions(mark.path)[1] for mark in chart.marks)
    assert good == [BOTTOM, good[1], BOTTOM]
    assert bad[0] == good[1]  # the first bar of the second series begins where the other ends
    assert bad[1] == TOP == bad[4]  # both sums are 4, the top of the scale
    assert [mark.tone for mark in chart.marks] == ["plain", "bad"]


@translation.override("en")
def test_the_sentence_names_the_last_and_the_highest():
    chart = charts.lines(
        key="k", title="t", labels=HOURS, series=[Series("Calls", [1, 1200, 3, None])]
    )
    assert chart.description == "Calls: 3 at the end, 1,200 at most (08:01)."


@translation.override("en")
def test_without_figures_the_sentence_says_so():
    chart = charts.bars(key="k", title="t", labels=HOURS, series=[Series("Calls", [None] * 4)])
    assert chart.description == "Calls: no figures."
    assert chart.marks[0].path == ""


def test_the_last_label_is_always_shown():
    labels = [f"{n:02d}" for n in range(60)]
    chart = charts.lines(key="k", title="t", labels=labels, series=[Series("s", range(60))])
    assert [tick.text for tick in chart.across] == ["14", "29", "44", "59"]


figures = st.lists(st.none() | st.floats(0, 1e9), min_size=1, max_size=90)


@given(figures, st.booleans())
def test_no_mark_leaves_the_plot(values, stacked):
    draw = charts.bars if stacked else charts.lines
    chart = draw(
        key="k",
        title="t",
        labels=[str(n) for n in range(len(values))],
        series=[Series("a", values), Series("b", list(reversed(values)))],
    )
    for mark in chart.marks:
        xs, ys = positions(mark.path)
        assert all(LEFT - 1 <= x <= RIGHT + 1 for x in xs)
        assert all(TOP - 0.2 <= y <= BOTTOM for y in ys)


def test_the_drawing_is_named_and_has_no_style_of_its_own():
    chart = charts.lines(key="calls", title="Calls & <b>", labels=HOURS, series=[
        Series("first", [1, 2, 3, 4]), Series("second", [4, 3, 2, 1], "second")
    ])  # fmt: skip
    page = render_to_string("components/chart.html", {"chart": chart})
    assert 'aria-labelledby="calls-title calls-desc"' in page
    assert "Calls &amp; &lt;b&gt;" in page
    assert "style=" not in page
    assert page.count("<tr>") == 1 + len(HOURS)
    assert page.count('class="mark tone-') == 2
