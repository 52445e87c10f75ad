"""Every pair of states, the guards of the database, and the clock of the officers."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from evidence.services import IllegalMove
from portal.beijing import BEIJING
from portal.workdays.selectors import calendar
from recovery import clocks, reasons, words
from recovery.models import RecoveryLink, RecoveryStep, RecoveryTicket
from recovery.services import moves
from recovery.states import (
    RECOVERY_OPEN,
    RECOVERY_TERMINAL,
    RECOVERY_TRANSITIONS,
    Outcome,
    PaperKind,
    RecoveryState,
)
from recovery.tests.asking import DAY, approved, handed_in, opened, ready

pytestmark = pytest.mark.django_db


def test_the_table_knows_every_state_and_open_ones_are_not_over():
    assert set(RECOVERY_TRANSITIONS) == set(RecoveryState)
    assert not RECOVERY_OPEN & RECOVERY_TERMINAL
    assert set(words.NEXT) == set(RecoveryState) - {RecoveryState.BEGUN}
    assert set(words.HINTS) == set(PaperKind)
    assert {reason.outcome for reason in reasons.REASONS.values()} == set(Outcome)


@pytest.mark.parametrize("came_from", RecoveryState.values)
@pytest.mark.parametrize("to", RecoveryState.values)
def test_only_edges_of_the_table_are_walked(came_from, to, now):
    if to in RECOVERY_TRANSITIONS[came_from]:
        return  # walked by the journeys, with what the database wants of each
    ticket = RecoveryTicket(pk=0, state=came_from)
    with pytest.raises(IllegalMove):
        moves.ticket(ticket, to=to, now=now)


def refused(ticket, **values):
    with pytest.raises(IntegrityError), transaction.atomic():
        RecoveryTicket.objects.filter(pk=ticket.pk).update(**values)


def test_the_database_wants_two_persons(now, owner, first, second):
    ticket = approved(now, first, second)
    refused(ticket, decided_by=first)
    refused(ticket, decided_by=None)
    refused(ticket, proposed_by=None)
    refused(ticket, decided_by=owner)
    refused(ticket, outcome="refuse")


def test_the_database_wants_the_waiting_time(now, owner, first, second):
    ticket = approved(now, first, second)
    early = ticket.waits_until - dt.timedelta(microseconds=1)
    name = "state"
    refused(ticket, **{name: "ready", "released_at": early})
    refused(ticket, **{name: "enrolled"})
    refused(ticket, waits_until=now)


@pytest.mark.parametrize("column", ["address_hash", "id_hash", "account_id", "channel", "proof"])
def test_nobody_exchanges_what_was_given_and_proved(column, now, owner, first):
    ticket = handed_in(now)
    value = {"account_id": first.pk, "channel": "email", "proof": "0" * 32}.get(column, "f" * 64)
    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
        RecoveryTicket.objects.filter(pk=ticket.pk).update(**{column: value})


def test_nobody_exchanges_the_proved_address_itself(now, owner):
    ticket, _word = opened(now)
    ticket.address = "13999999999"
    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
        ticket.save(update_fields=["address"])


def test_steps_are_only_added_to(now, owner):
    opened(now)
    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
        RecoveryStep.objects.all().delete()


def test_words_and_links_are_kept_as_hashes_alone(now, owner, first, second):
    ticket = ready(now, first, second)
    _again, word = opened(now, old_phone="13800000099", id_number="11010519491231002X")
    rows = [*RecoveryTicket.objects.values(), *RecoveryLink.objects.values()]
    assert word.replace("-", "") not in str(rows) and word not in str(rows)
    assert ticket.links.count() == 2  # the notice of the approval, and the link itself


@pytest.mark.parametrize(
    ("since", "hours", "due"),
    [
        ("2026-11-23 10:00", 4, "2026-11-23 14:00"),  # a Monday
        ("2026-11-23 13:00", 8, "2026-11-24 13:00"),
        ("2026-11-23 20:00", 1, "2026-11-24 10:00"),
        ("2026-11-21 12:00", 8, "2026-11-23 17:00"),  # a Saturday
        ("2026-09-30 16:00", 8, "2026-10-08 16:00"),  # over the National Day holidays
    ],
)
def test_hours_of_work(since, hours, due):
    at = dt.datetime.fromisoformat(since).replace(tzinfo=BEIJING)
    wanted = dt.datetime.fromisoformat(due).replace(tzinfo=BEIJING)
    assert clocks.due(at, hours, calendar()) == wanted


def test_the_waiting_time_is_a_day(now, owner, first, second):
    assert approved(now, first, second).waits_until == now + DAY
