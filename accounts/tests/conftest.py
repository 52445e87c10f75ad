"""A clock that tests set, and people who log in."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.tests.visitor import Visitor, fresh_phone


class Clock:
    """Real time, moved forward."""

    def __init__(self):
        self.ahead = dt.timedelta()

    def __call__(self):
        return dt.datetime.now(dt.UTC) + self.ahead

    def pass_(self, **span):
        self.ahead += dt.timedelta(**span)


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    return clock


@pytest.fixture
def phone():
    return fresh_phone()


@pytest.fixture
def visitor(db):
    return Visitor(fresh_phone())
