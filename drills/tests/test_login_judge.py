"""What the drill of attacked logins measures with: ranks, pages, and codes left behind."""

import pytest

from drills import login_judge as judge


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        (range(40), range(40), 0.9, 1.0),  # the same
        (range(40), range(3, 43), 0.1, 1.0),  # nearly
        (range(40), range(40, 80), 0.0, 1e-6),  # apart
        ([1] * 30, [1] * 30, 1.0, 1.0),  # nothing but ties
        ([1, 2, 3], [4, 5, 6], 0.08, 0.09),  # by the tables of the normal approximation
    ],
)
def test_ranks_tell_what_differs(one, other, least, most):
    assert least <= judge.mann_whitney([*one], [*other]) <= most
    assert judge.mann_whitney([*one], [*other]) == judge.mann_whitney([*other], [*one])


def test_medians_have_a_gap():
    assert judge.median_gap([1, 2, 9], [5, 5.5, 6]) == 3.5


def test_a_page_that_one_group_alone_gets_tells_it_apart():
    assert judge.telling(["a"] * 10, ["a"] * 10) == 0
    assert judge.telling(["a"] * 9 + ["b"], ["a"] * 10) == 0  # on its way, or there already
    assert judge.telling(["a"] * 10, ["a"] * 7 + ["b"] * 3) == 2


def test_what_differs_for_everybody_is_no_difference():
    one = '<p class="code nowrap">AB12</p><input value="x1"> at 12:30, 139 **** 0001'
    other = '<p class="code nowrap">ZZ99</p><input value="y2"> at 12:31, 139 **** 0002'
    assert judge.plain_page(one) == judge.plain_page(other)
    assert judge.plain_page("<p>known</p>") != judge.plain_page("<p>unknown</p>")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("the code is 123456.", 1),
        ("the code is 123456, hurry", 1),
        ('{"code": "123456"}', 1),
        ("2026-11-23 19:00:00.123456+00", 0),
        ("a1234567", 0),
        ("abc123456", 0),
        ("01234567", 0),
        ("(123456)", 1),
        ("654321 123456", 1),
    ],
)
def test_a_code_is_found_where_it_stands_by_itself(text, number):
    assert judge.leaks(["123456"], text) == number
