"""Handlers for the tests of durable work, and how a test puts a piece of work in a state."""

import datetime as dt

import pytest
from django.db import OperationalError

from portal.work import handlers
from portal.work import services as work
from portal.work.models import Work
from portal.work.states import Lane, WorkState

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=1)


def succeed(claim):
    with work.ending(claim, to=WorkState.DONE, now=NOW):
        pass


def stumble(claim):
    raise ValueError("张三 13812345678 110101199003070038")


def lose_the_database(claim):
    raise OperationalError("the connection is closed")


def forget_to_end(claim):
    pass


def park(claim):
    with work.ending(claim, to=WorkState.PARKED, now=NOW, reason="no route"):
        pass


def lose_the_lease(claim):
    work.collect_expired(lane=claim.lane, now=claim.lease_until + dt.timedelta(seconds=1))
    succeed(claim)


def _private(claim):
    raise AssertionError("never found")


def kind(handler):
    return f"{__name__}.{handler.__name__}"


@pytest.fixture
def probes(monkeypatch):
    """Lets the handlers of this module be found, and no others."""
    monkeypatch.setattr(handlers, "_periodic", {})
    monkeypatch.setattr(handlers, "modules", lambda: [__name__])


def add(handler=succeed, *, subject="one", lane=Lane.UPSTREAM, now=NOW, **options):
    return work.add(kind=kind(handler), subject=subject, lane=lane, now=now, **options)


def claim(lane=Lane.UPSTREAM, *, now=NOW, limit=1):
    return work.claim(lane=lane, now=now, holder="test:1", limit=limit)


def claim_one(**options):
    (only,) = claim(**options)
    return only


def in_state(state, **options):
    """A row that came into its state along the edges of the table."""
    row = add(**options)
    if state != WorkState.READY:
        held = claim_one()
        if state != WorkState.LEASED:
            with work.ending(held, to=state, now=NOW):
                pass
    return row


def state_of(row):
    return Work.objects.values_list("state", flat=True).get(pk=row.pk)
