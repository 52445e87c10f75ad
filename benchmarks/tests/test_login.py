"""The rows of `login` from figures, the reading of a form, and our walk on the portal itself."""

import itertools

import pytest

from accounts.models import Login
from benchmarks import login, login_figures, login_profile
from benchmarks.login_client import Round, fields

PAGE = """
<form action="/other"><input name="q" value="1"></form>
<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="t">
<input name="phone" autocomplete="tel"><button name="way" value="other">x</button></form>
"""


def figures(**changes):
    took = {"open": 4.0, "ask": 8.0, "code page": 5.0, "enter": 9.0}
    figure = {"per_second": 20.0, "request_p95_ms": 100.0, "login_p95_ms": 400.0, "steps_ms": took}
    theirs = {**figure, "site": "allauth", "per_second": 40.0}
    return [{**figure, "site": "ours", **changes}, theirs]


def test_a_row_says_how_much_slower_ours_is():
    rows = {row.figure: row for row in login.rows(figures())}
    assert rows["full logins a second"].ratio == 0.5
    assert rows["p95 of a request"].ok and rows["p95 of a request"].goal == 300
    assert rows["median, ask"].peer_value == 8.0


def test_a_slow_request_misses_the_goal():
    rows = {row.figure: row for row in login.rows(figures(request_p95_ms=301.0))}
    assert not rows["p95 of a request"].ok


def test_the_median_of_the_rounds_is_told():
    rounds = [Round(float(seconds), [{"open": 0.01, "ask": 0.03}] * 8) for seconds in (1, 2, 4)]
    told = login_figures.summary(rounds)
    assert told["per_second"] == 4.0
    assert (told["request_p95_ms"], told["login_p95_ms"]) == (30.0, 40.0)
    assert told["steps_ms"] == {"open": 10.0, "ask": 30.0}


def test_the_fields_of_the_form_that_is_meant_are_read():
    assert fields(PAGE, form=1) == {"csrfmiddlewaretoken": "t", "phone": ""}


@pytest.mark.django_db
def test_our_walk_ends_in_a_session_and_is_told_step_by_step(monkeypatch, settings):
    monkeypatch.setattr(login_profile, "LOGINS", 2)
    monkeypatch.setattr(login_profile, "WARM_UP", 1)
    settings.CAPTCHA_AFTER_NETWORK = 100
    phones = [f"137{number:08d}" for number in range(5)]
    login_figures.borrowers(phones)
    told = login_profile.steps(itertools.chain(phones))
    assert list(told["steps"]) == ["open", "ask", "code page", "enter"]
    assert told["steps"]["enter"]["statements"] > 5
    assert sum(told["parts"].values()) == pytest.approx(1, abs=0.01)
    assert Login.objects.count() == 5
