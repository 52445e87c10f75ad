"""Every edge of a complaint, its clocks and decisions works; every other pair raises."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from complaints.models import Clock, ClockExtension, Complaint, Decision
from complaints.services import case_moves as moves
from complaints.states.cases import (
    COMPLAINT_TRANSITIONS,
    DECISION_TRANSITIONS,
    REVIEWABLE,
    WITHDRAWABLE,
    DecisionState,
)
from complaints.states.clocks import (
    CLOCK_TRANSITIONS,
    EXTENSION_TRANSITIONS,
    ClockState,
    ExtensionState,
)
from complaints.tests.complaining import decider, filed, handler, proposed
from creditquery.tests.test_states import force, walk

pytestmark = pytest.mark.django_db


def test_complaint(person: User, now: dt.datetime) -> None:
    complaint = filed(person, now)
    rows = Complaint.objects.filter(pk=complaint.pk)
    number, received = complaint.number, complaint.received_at

    def put(state: str) -> None:
        draft = state == "draft"
        force(
            rows,
            state=state,
            number=None if draft else number,
            received_at=None if draft else received,
        )

    def move(to: str) -> None:
        receipt: dict[str, Any] = {"number": number, "received_at": received}
        values = receipt if to == "received" else {}
        moves.complaint(complaint, to=to, now=now, **values)

    walk(COMPLAINT_TRANSITIONS, complaint, put, move)


def test_clock(person: User, now: dt.datetime) -> None:
    clock = filed(person, now).clocks.get(kind="service")
    today = timezone.localdate(now)

    def values(state: str) -> dict[str, Any]:
        return {"paused_on": today if state == ClockState.PAUSED else None}

    walk(
        CLOCK_TRANSITIONS,
        clock,
        lambda state: force(Clock.objects.filter(pk=clock.pk), state=state, **values(state)),
        lambda state: moves.clock(clock, to=state, now=now, **values(state)),
    )


def test_decision(person: User, now: dt.datetime) -> None:
    decision = proposed(person, handler(now), now).decisions.get()
    by = decider(now)

    def put(state: str) -> None:
        given = state in {DecisionState.APPROVED, DecisionState.RETURNED}
        values = {"decided_by": by, "decided_at": now} if given else {"decided_by": None}
        force(Decision.objects.filter(pk=decision.pk), state=state, **values)

    def move(to: str) -> None:
        moves.decision(decision, to=to, now=now, decided_by=by, decided_at=now)

    walk(DECISION_TRANSITIONS, decision, put, move)


def test_extension(person: User, now: dt.datetime) -> None:
    by, approver = handler(now), decider(now)
    extension = ClockExtension.objects.create(
        clock=filed(person, now).clocks.get(kind="decision"),
        reason="x",
        proposed_by=by,
        proposed_at=now,
    )

    def put(state: str) -> None:
        given = state in {ExtensionState.APPROVED, ExtensionState.REFUSED}
        values = {"decided_by": approver, "decided_at": now} if given else {"decided_by": None}
        force(ClockExtension.objects.filter(pk=extension.pk), state=state, **values)

    def move(to: str) -> None:
        moves.extension(extension, to=to, now=now, decided_by=approver, decided_at=now)

    walk(EXTENSION_TRANSITIONS, extension, put, move)


def test_a_withdrawal_is_possible_until_the_decision_is_sent() -> None:
    decided = {"draft", "received", "not_accepted", "notified", "closed", "escalated_external"}
    assert set(COMPLAINT_TRANSITIONS) - WITHDRAWABLE == decided | {"withdrawn"}
    assert WITHDRAWABLE.isdisjoint(REVIEWABLE)


def refused(rows: Any, **values: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**values)


def test_the_database_refuses_what_the_services_never_do(person: User, now: dt.datetime) -> None:
    by = handler(now)
    complaint = proposed(person, by, now)
    clocks = Clock.objects.filter(complaint=complaint)
    refused(Complaint.objects.filter(pk=complaint.pk), state="lost")
    refused(Complaint.objects.filter(pk=complaint.pk), number=None)
    refused(Complaint.objects.filter(pk=complaint.pk), about_officer=by)
    refused(complaint.decisions, decided_by=by, decided_at=now, state="approved")
    refused(complaint.decisions, state="approved")
    refused(clocks.filter(kind="decision"), state="paused", paused_on=timezone.localdate(now))
    refused(clocks.filter(kind="service"), state="paused")
